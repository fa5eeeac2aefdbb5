"""`dsolint upload` over a real socket: what comes of an answer, or of none."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.uploads import (
    BAD,
    ITEMS,
    arguments_for,
    begin,
    delivery_in,
    environment,
    meanwhile,
    receipt,
    upload,
)
from process import wait_for
from servers.plain import Answer, HangUp, answer, closed_port, plain_server

from dsolint.delivery.database import Database
from dsolint.delivery.history import History
from dsolint.delivery.sending import Sending
from dsolint.errors import HistoryError


@pytest.fixture
def folder(tmp_path):
    return delivery_in(tmp_path)


# Answers


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (answer(), 0, ["accepted"]),
        (answer({"nb_item_added": "2"}), 0, ["2 items added"]),
        (Answer(b'{"success": "true", "nb_item_modified": 2,}'), 0, ["2 items modified"]),
        (answer({"exception_lines": {"line 3": "a reason"}}), 3, ["line 3: a reason", "did not foretell"]),
        (answer({"success": "false", "error_code": "CSV_EMPTY"}), 3, ["finds no data"]),
        (answer({"success": "false", "error_code": "CSV_BAD_SYNTAX", "error_description": "at 7"}), 3, ["delimiter", "at 7"]),
        (answer({"success": False, "error_code": "ACCESS_DENIED"}), 3, ["user and password"]),
        (answer({"success": "false", "error_code": "QUOTA"}), 3, ["QUOTA", "not documented"]),
        (Answer(b"<h1>No</h1>", 401), 3, ["user and password"]),
        (Answer(b"", 403), 3, ["user and password"]),
        (Answer(b"<h1>No</h1>", 404), 3, ["404"]),
        (Answer(b"<h1>Hello</h1>"), 4, ["page for people"]),
        (Answer(b""), 4, ["empty"]),
        (Answer(b"[]"), 4, ["no object"]),
        (Answer(b'{"success": "maybe"}'), 4, ["neither true nor false"]),
        (Answer(b'{"a' + b'\\"' * 200_000), 4, ["no JSON"]),
        (Answer(b"oops", 500), 4, ["500"]),
        (Answer(b"", 302, {"Location": "https://elsewhere.example.com/login?token=1"}), 4, ["https://elsewhere.example.com/login,", "--url"]),
    ],
)  # fmt: skip
def test_what_comes_of_an_answer(folder, said, code, words):
    with plain_server(said) as server:
        ran = upload(folder, server, "delivery/items.csv", COLUMNS="1000")
    assert ran.returncode == code
    assert [word for word in words if word not in ran.out] == []
    assert len(server.requests) == 1


def test_a_refused_file_stops_those_after_it(folder):
    with plain_server(answer(), answer({"success": "false", "error_code": "CSV_BAD_SYNTAX"})) as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
    assert ran.returncode == 3
    assert [request.path for request in server.requests] == ["/api/clients", "/api/contacts"]
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "refused", "unsent", "unsent"]
    assert "delivery/items.csv  not sent" in ran.out


def test_the_largest_exit_code_counts(folder):
    with plain_server(answer({"exception_lines": ["line 2: no"]}), Answer(b"")) as server:
        assert upload(folder, server, "delivery/clients.csv", "delivery/items.csv").returncode == 4


def test_queued(folder):
    with plain_server() as server:
        ran = upload(folder, server, "delivery/items.csv", "--async", "--receipt", "receipt.json")
    assert ran.returncode == 0
    assert receipt(folder)[0]["outcome"] == "queued"
    assert "queued" in ran.out


@pytest.mark.parametrize("said", [Answer(b"OK"), Answer(b"", 202), Answer(b"<p>Thank you</p>")])
def test_what_is_not_said_to_be_queued_is_unknown(folder, said):
    with plain_server(said) as server:
        ran = upload(folder, server, "delivery", "--async", "--receipt", "receipt.json")
    assert ran.returncode == 4
    assert len(server.requests) == 1
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["unknown", "unsent", "unsent", "unsent"]


# Tries


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_tried_again_until_it_is_taken(folder, status):
    with plain_server(Answer(b"", status), Answer(b"", status)) as server:
        assert upload(folder, server, "delivery/items.csv").returncode == 0
    assert [request.body for request in server.requests] == [ITEMS.encode()] * 3


@pytest.mark.parametrize("hang_up", HangUp)
def test_a_broken_connection_is_tried_again(folder, hang_up):
    with plain_server(Answer(hang_up=hang_up)) as server:
        assert upload(folder, server, "delivery/items.csv").returncode == 0
    assert len(server.begun) == 2


def test_tries_come_to_an_end(folder):
    with plain_server(otherwise=Answer(b"", 503)) as server:
        ran = upload(folder, server, "delivery")
    assert ran.returncode == 4
    assert 3 <= len(server.requests) <= 5
    assert {request.path for request in server.requests} == {"/api/clients"}


def test_nobody_there(folder):
    ran = upload(folder, f"http://127.0.0.1:{closed_port()}", "delivery/items.csv", "--receipt", "receipt.json")
    assert ran.returncode == 4
    (file,) = receipt(folder)[0]["files"]
    assert file["state"] == "unsent"
    assert 3 <= file["tries"] <= 5


@pytest.mark.parametrize(
    "said", [*(Answer(b"", status) for status in (408, 502, 504)), *(Answer(hang_up=hang_up) for hang_up in HangUp)]
)
def test_contacts_are_not_sent_again_when_nobody_knows(folder, said):
    with plain_server(answer(), said) as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
        assert ran.returncode == 4
        assert len(server.begun) == 2
        assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "unknown", "unsent", "unsent"]
        again = upload(folder, server, "delivery")
        assert again.returncode == 4
        assert "delivery 1" in again.err
        assert "contacts.csv" in again.err
        sent = [request.path for request in server.requests if request.path != "/api/contacts"]
        assert sent == ["/api/clients", "/api/clients", "/api/users", "/api/items"]
        assert len(server.begun) == 5
        assert upload(folder, server, "delivery/contacts.csv").returncode == 4
        assert len(server.begun) == 5
        assert upload(folder, server, "delivery/contacts.csv", "--again").returncode == 0
        assert upload(folder, server, "delivery", "--again").returncode == 0
        assert sum(b"/api/contacts" in head for head in server.begun[5:]) == 1


DEFINITE = [
    answer({"success": "false", "error_code": "CSV_EMPTY"}),
    Answer(b"", 401),
    Answer(b"", 403),
    Answer(b"", 404),
    Answer(b"", 302, {"Location": "https://elsewhere.example.com/"}),
]
"""Answers that say for certain that what they answer was not imported."""


@pytest.mark.parametrize("doubt", [Answer(b"", 504), Answer(hang_up=HangUp.AFTER_BODY)])
@pytest.mark.parametrize("last", DEFINITE)
def test_what_may_have_gone_in_before_a_definite_answer_is_unknown(folder, doubt, last):
    with plain_server(doubt, last) as server:
        ran = upload(folder, server, "delivery/items.csv", "--receipt", "receipt.json")
        assert len(server.begun) == 2
    assert ran.returncode == 4
    assert "Nobody knows whether the file was imported" in ran.out
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["unknown"]


def test_an_answer_that_is_elsewhere_may_be_of_an_import(folder):
    with plain_server(Answer(b"", 303, {"Location": "/result/7"})) as server:
        ran = upload(folder, server, "delivery/items.csv", "--receipt", "receipt.json")
    assert ran.returncode == 4
    assert "the server refers to /result/7 for its answer" in " ".join(ran.out.split())
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["unknown"]


def test_an_answer_that_is_too_long_is_said_to_be(folder):
    with plain_server(Answer(b'{"success": "true", "note": "' + b"x" * 3_000_000 + b'"}')) as server:
        ran = upload(folder, server, "delivery/items.csv", COLUMNS="1000")
    assert ran.returncode == 4
    assert "it is too long" in ran.out


@pytest.mark.parametrize("status", [429, 503])
def test_contacts_are_sent_again_when_they_were_not_taken(folder, status):
    with plain_server(Answer(b"", status)) as server:
        assert upload(folder, server, "delivery/contacts.csv").returncode == 0
    assert len(server.requests) == 2


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
def test_ctrl_c_while_a_file_is_on_its_way(folder):
    with plain_server(answer(), Answer(wait=60)) as server:
        with begin(folder, server, "delivery", "--receipt", "receipt.json") as running:
            wait_for(lambda: len(server.requests) == 2)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
        assert running.returncode == 130
        assert b"Traceback" not in err
        assert "delivery/contacts.csv  UNKNOWN" in out.decode()
        assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "unknown", "unsent", "unsent"]
        assert "delivery 1" in upload(folder, server, "delivery/clients.csv").err


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
def test_a_kill_while_a_file_is_on_its_way(folder):
    with plain_server(answer(), Answer(wait=60)) as server:
        with begin(folder, server, "delivery"):
            wait_for(lambda: len(server.requests) == 2)
        again = upload(folder, server, "delivery")
    assert "delivery 1" in again.err
    assert "contacts.csv" in again.err
    assert again.returncode == 4
    assert [request.path for request in server.requests].count("/api/contacts") == 1
    assert server.requests[-1].path == "/api/items"


def test_one_delivery_at_a_time(folder):
    with plain_server(Answer(wait=2)) as server, begin(folder, server, "delivery/items.csv") as first:
        wait_for(lambda: server.requests)
        second = upload(folder, server, "delivery/items.csv")
        first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Delivery 2 to" in second.out


def test_the_guard_knows_of_a_delivery_that_was_on_its_way_when_the_check_began(folder):
    """What clears is held against what the account holds when it goes, and not against what it held before."""
    (folder / "one.csv").write_text(ITEMS.rpartition("FAC")[0])
    stock = ["--mode", "stock"]
    with plain_server(answer(), Answer(wait=2)) as server:
        assert upload(folder, server, "one.csv", *stock).returncode == 0
        with begin(folder, server, "delivery/items.csv", *stock) as first:
            wait_for(lambda: len(server.requests) == 2)
            second = upload(folder, server, "one.csv", *stock)
            first.communicate(timeout=60)
        assert (first.returncode, second.returncode) == (0, 1)
        assert "D602" in second.out.partition("The guard stops the delivery")[2]
        assert len(server.requests) == 2


@pytest.mark.skipif(os.name != "posix", reason="has symbolic links as POSIX has them")
def test_one_delivery_at_a_time_however_the_history_is_named(folder):
    (folder / "link.sqlite3").symlink_to("history.sqlite3")
    told = []

    def slowly(_request):
        told.append("it came")
        server.stopping.wait(2)
        told.append("it is answered")
        return answer()

    with plain_server(otherwise=slowly) as server, begin(folder, server, "delivery/items.csv") as first:
        wait_for(lambda: told)
        second = upload(folder, server, "delivery/items.csv", DSOLINT_HISTORY=str(folder / "link.sqlite3"))
        first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert told == ["it came", "it is answered"] * 2


def test_a_delivery_that_was_not_sent_leaves_no_account(folder):
    (folder / "items.csv").write_text(BAD)
    with plain_server() as server:
        assert upload(folder, server, "items.csv").returncode == 1
    with History(folder / "history.sqlite3") as kept:
        assert kept.accounts() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has a device that is full as Linux has it")
def test_a_note_that_can_not_be_written_changes_nothing(folder):
    with plain_server(Answer(b"", 504)) as server, Path("/dev/full").open("w") as full:
        command = arguments_for(server, ["delivery/items.csv", "--format", "json", "--receipt", "receipt.json"])
        ran = subprocess.run(
            [sys.executable, "-m", "dsolint", *command],
            cwd=folder, env=environment(folder), check=False, stdout=subprocess.PIPE, stderr=full,
        )  # fmt: skip
    assert (ran.returncode, receipt(folder)[0]["outcome"], len(server.requests)) == (0, "accepted", 2)


def run_to_its_end(folder, server, *arguments):
    with begin(folder, server, *arguments) as running:
        running.communicate(timeout=60)


def test_an_older_delivery_never_goes_after_a_newer_one(folder, monkeypatch):
    with plain_server() as server:
        meanwhile(monkeypatch, lambda: run_to_its_end(folder, server, "delivery/clients.csv"))
        ran = upload(folder, server, "delivery/items.csv")
    assert ran.returncode == 2
    assert "an older one never goes after a newer one" in ran.err
    assert [request.path for request in server.requests] == ["/api/clients"]


@pytest.mark.parametrize("change", ["items", "clients"])
def test_a_file_that_changes_after_its_check(folder, monkeypatch, change):
    path = folder / "delivery" / f"{change}.csv"
    meanwhile(monkeypatch, lambda: path.write_text(path.read_text().replace("C0001", "C0002")))
    with plain_server() as server:
        ran = upload(folder, server, "delivery")
    assert ran.returncode == 2
    assert f"delivery/{change}.csv: has changed since it was checked" in ran.err
    assert server.begun == []


def test_a_history_that_can_not_be_written_stops_what_follows(folder, monkeypatch):
    """Nothing is sent that could not be remembered, and what was sent is told."""
    noted = []
    note = Sending.note

    def fail(self, place, state, **more):
        noted.append(state)
        if len(noted) == 2:
            raise HistoryError("history.sqlite3: the disk is full.")
        note(self, place, state, **more)

    monkeypatch.setattr(Sending, "note", fail)
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
    assert ran.returncode == 2
    assert "the disk is full" in ran.err
    assert len(server.requests) == 1
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "unsent", "unsent", "unsent"]


def test_a_history_that_can_not_be_written_at_all_any_more_loses_no_receipt(folder, monkeypatch):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    (folder / "items.csv").write_text(ITEMS + "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n")
    transaction = Database.transaction

    def full(request):
        def fail(_self):
            raise HistoryError("history.sqlite3: the disk is full.")

        monkeypatch.setattr(Database, "transaction", fail)
        return answer({"exception_lines": {"line 4": "no number"}})

    with plain_server(full) as server:
        ran = upload(folder, server, "items.csv", "--receipt", "receipt.json")
        monkeypatch.setattr(Database, "transaction", transaction)
        assert ran.returncode == 3
        assert "the disk is full" in ran.err
        assert "dsolint foretold it: V301." in ran.out
        assert receipt(folder)[0]["files"][0]["state"] == "accepted"
        assert "delivery 1" in upload(folder, server, "delivery/clients.csv").err
