"""`dsolint upload` over real sockets: several entities, each with its account."""

import base64
import os
import signal

import pytest
from fixtures.uploads import BAD, CONTACTS, ITEMS, PASSWORD, USER, USERS, begin, delivery_in, receipt, upload
from process import wait_for
from servers.plain import Answer, answer, closed_port, plain_server


@pytest.fixture
def folder(tmp_path):
    return delivery_in(tmp_path)


GROUP = """
[entities.north]
url = "{north}"
mode = "stock"
files = ["north"]
user_variable = "NORTH_USER"
password_variable = "NORTH_PASSWORD"
[entities.south]
url = "{south}/api/"
files = ["south"]
"""


@pytest.fixture
def group(folder):
    """Two entities with their own servers."""
    for name in ("north", "south"):
        (folder / name).mkdir()
        (folder / name / "items.csv").write_text(ITEMS)
    with plain_server() as north, plain_server() as south:
        (folder / "dsolint.toml").write_text(GROUP.format(north=north.url, south=south.url))
        yield folder, north, south


NORTH = {"NORTH_USER": "n", "NORTH_PASSWORD": "other-s3cret"}


def test_an_entity_has_its_own_account(group):
    folder, north, south = group
    assert upload(folder, None, "--entity", "north", **NORTH).returncode == 0
    (request,) = north.requests
    assert "clear_items_not_modified=true" in request.line
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"n:other-s3cret").decode()
    assert south.begun == []


def test_an_entity_whose_files_can_not_be_checked_has_a_receipt_too(group):
    folder, north, _ = group
    (folder / "north" / "items.csv").unlink()
    ran = upload(folder, None, "--all", "--receipt", "receipt.json", **NORTH)
    assert ran.returncode == 2
    assert f"Nothing was sent to north, {north.url}.\n" in ran.out
    found = {delivery["entity"]: delivery for delivery in receipt(folder)}
    assert (found["north"]["outcome"], found["north"]["mode"], found["north"]["files"]) == ("not sent", "stock", [])
    assert found["north"]["reason"].endswith("these do not: north.")
    assert found["south"]["outcome"] == "accepted"
    assert north.begun == []


def test_all_entities(group):
    folder, north, south = group
    assert upload(folder, None, "--all", "--receipt", "receipt.json", **NORTH).returncode == 0
    assert len(north.requests) == len(south.requests) == 1
    assert [delivery["entity"] for delivery in receipt(folder)] == ["north", "south"]


NOT_BEGUN = {"no credentials": "set NORTH_USER", "no url": "Name the server with --url"}
"""What goes wrong with an entity before anything of it is checked, and what its receipt says."""


@pytest.mark.parametrize("wrong", ["no files", "no file is named", "findings", "refused", "unreachable", *NOT_BEGUN])
def test_one_entity_that_fails_stops_no_other(group, wrong):
    folder, north, south = group
    code, variables = 2, NORTH
    config = (folder / "dsolint.toml").read_text()
    if wrong == "no credentials":
        variables = {}
    elif wrong == "no files":
        (folder / "north" / "items.csv").unlink()
    elif wrong == "findings":
        (folder / "north" / "items.csv").write_text(BAD)
        code = 1
    elif wrong == "refused":
        north.answers.append(answer({"success": "false", "error_code": "CSV_EMPTY"}))
        code = 3
    elif wrong == "unreachable":
        config, code = config.replace(north.url, f"http://127.0.0.1:{closed_port()}"), 4
    elif wrong == "no file is named":
        config = config.replace('files = ["north"]', "")
    else:
        config = config.replace(f'url = "{north.url}"', "")
    (folder / "dsolint.toml").write_text(config)
    ran = upload(folder, None, "--all", "--receipt", "receipt.json", **variables)
    assert ran.returncode == code
    assert "north" in ran.err + ran.out
    assert len(south.requests) == 1
    found = {delivery["entity"]: delivery for delivery in receipt(folder)}
    assert found.keys() == {"north", "south"}
    if wrong in NOT_BEGUN:
        assert (found["north"]["outcome"], found["north"]["files"]) == ("not sent", [])
        assert NOT_BEGUN[wrong] in found["north"]["reason"]
        assert found["north"]["url"] == (None if wrong == "no url" else north.url)
        assert found["north"]["mode"] == "stock"


@pytest.mark.parametrize(("wrong", "right"), [("south", "north"), ("north", "south")])
def test_a_configuration_that_can_not_be_read_has_a_receipt_too(group, wrong, right):
    folder, *_ = group
    (folder / wrong / "dsolint.toml").write_text("mode = stock\n")
    ran = upload(folder, None, "--all", "--receipt", "receipt.json", **NORTH)
    assert ran.returncode == 2
    found = {delivery["entity"]: delivery for delivery in receipt(folder)}
    assert found[right]["outcome"] == "accepted"
    assert [found[wrong][key] for key in ("url", "mode", "checked", "outcome")] == [None, None, None, "not sent"]
    assert f"{wrong}/dsolint.toml" in found[wrong]["reason"]


def test_a_delivery_on_its_own_that_can_not_begin_has_a_receipt_too(folder):
    assert upload(folder, None, "delivery", "--receipt", "receipt.json").returncode == 2
    (found,) = receipt(folder)
    assert (found["url"], found["outcome"]) == (None, "not sent")
    assert found["reason"].startswith("Name the server with --url")


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
def test_what_ctrl_c_leaves_unsent_has_a_receipt_too(group):
    folder, north, south = group
    north.otherwise = Answer(wait=60)
    with begin(folder, None, "--all", "--receipt", "receipt.json", **NORTH) as running:
        wait_for(lambda: north.requests)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 130
    assert {delivery["entity"]: delivery["outcome"] for delivery in receipt(folder)} == {
        "north": "unknown",
        "south": "not sent",
    }
    assert south.begun == []


def test_two_entities_of_one_account_do_not_clear_one_another(group):
    folder, north, south = group
    config = (folder / "dsolint.toml").read_text().replace(south.url, north.url)
    (folder / "dsolint.toml").write_text(config)
    ours = {"NORTH_USER": USER, "NORTH_PASSWORD": PASSWORD}
    ran = upload(folder, None, "--all", **ours)
    assert ran.returncode == 2
    assert "north: It has the account of south" in ran.err
    assert "south: It has the account of north" in ran.err
    assert north.begun == [], "what the one clears of the other is gone, whichever is sent"
    (folder / "dsolint.toml").write_text(config.replace("stock", "delta"))
    assert upload(folder, None, "--all", **ours).returncode == 0


def test_an_account_under_two_names_is_said(group):
    folder, north, _ = group
    ours = {"NORTH_USER": USER, "NORTH_PASSWORD": PASSWORD}
    assert "another account" not in upload(folder, None, "--entity", "north", **ours).err
    told = "the history has another account at this address, of entity north"
    assert told in upload(folder, north, "north/items.csv").err
    assert "of another user or of no entity" in upload(folder, None, "--entity", "north", **ours).err


def share_one_account(folder, north, south, config):
    """Both entities of the group have the account of north, and the rest of their settings from `config`."""
    ours = [f'[entities.{name}]\nurl = "{north.url}"\nfiles = ["{name}"]\n' for name in ("north", "south")]
    (folder / "dsolint.toml").write_text("".join(ours) + config)


def test_two_entities_of_one_account_whose_files_alone_have_the_mode(group):
    folder, north, south = group
    share_one_account(folder, north, south, '[files."items*"]\nmode = "stock"\n')
    ran = upload(folder, None, "--all")
    assert ran.returncode == 2
    assert "north: It has the account of south: in STOCK mode" in ran.err
    assert "south: It has the account of north: in STOCK mode" in ran.err
    assert north.begun == []


def test_two_entities_of_one_account_do_not_replace_one_anothers_users(group):
    folder, north, south = group
    share_one_account(folder, north, south, "")
    for name in ("north", "south"):
        (folder / name / "users.csv").write_text(USERS.replace("Roy", name))
    ran = upload(folder, None, "--all", "--replace-users")
    assert ran.returncode == 2
    assert "north: It has the account of south: with --replace-users" in ran.err
    assert north.begun == []
    assert upload(folder, None, "--all").returncode == 0


def test_two_entities_of_one_account_do_not_add_the_same_contacts(group):
    folder, north, south = group
    share_one_account(folder, north, south, "")
    for name in ("north", "south"):
        (folder / name / "contacts.csv").write_text(CONTACTS)
    ran = upload(folder, None, "--all")
    assert ran.returncode == 2
    for ours, theirs in (("north", "south"), ("south", "north")):
        told = f"{ours}: It has the account of {theirs}: {ours}/contacts.csv: these are the very contacts of {theirs}/contacts.csv"
        assert told in ran.err
    assert north.begun == []
    (folder / "south" / "contacts.csv").write_text(CONTACTS.replace("Roy", "Miller"))
    assert upload(folder, None, "--all").returncode == 0


def test_url_and_all_exclude_one_another(group):
    folder, north, _ = group
    assert upload(folder, north, "--all", **NORTH).returncode == 2


def test_a_reader_that_goes_away_stops_nothing(group):
    """What comes after it is sent all the same, and the exit code is that of the upload."""
    folder, north, south = group
    north.answers.append(answer({"success": "false", "error_code": "CSV_EMPTY"}))
    with begin(folder, None, "--all", **NORTH) as running:
        running.stdout.close()
        _, err = running.communicate(timeout=60)
    assert running.returncode == 3, err
    assert len(south.requests) == 1
