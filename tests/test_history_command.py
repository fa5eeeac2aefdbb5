"""`dsolint history`: what a user sees of the deliveries that were sent, and what programs read of them."""

import datetime
import json

import pytest
from click.testing import CliRunner

from dsolint.cli.main import group
from dsolint.delivery.history import History
from dsolint.delivery.record import Accuracy, Outcome, SentFile, State
from dsolint.errors import UsageError

UTC = datetime.UTC
NIGHT = datetime.datetime(2024, 11, 22, 2, 0, tzinfo=UTC)
LEFT_OUT = [{"number": 3, "message": "Column count doesn't match\x1b[2J"}]


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "history.sqlite3"
    monkeypatch.setenv("DSOLINT_HISTORY", str(path))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return path


def run(*arguments):
    result = CliRunner().invoke(group, ["history", *arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


def send(
    path, entity="north", *, outcome=Outcome.ACCEPTED, state=State.ACCEPTED, type="items", mode="stock", **options
):
    """A delivery of one file, a day after the last one."""
    with History(path) as history:
        days = len(history.deliveries())
        history.clock = lambda: NIGHT + datetime.timedelta(days=days)
        account = history.account(entity, url="https://account.example.com", entity=entity)
        file = SentFile(f"{type}.csv", type, f"{days:064}", 120, 3, 2, 1, {"EUR": "1234.50"})
        with account.lock():
            sending = account.begin([file], mode=mode, checked=NIGHT)
            sending.note(0, state)
            receipt = {"files": [{"path": file.path, "message": "Accepted.", "counts": {"nb_item_added": 2}, "left_out": LEFT_OUT}]}  # fmt: skip
            sending.settle(outcome, receipt=receipt, **options)
    return sending.number


def test_nothing_was_sent_yet(path):
    assert run() == (0, "No delivery has been sent yet.\n", "")
    assert json.loads(run("--json")[1]) == {"deliveries": []}
    assert not path.exists()


def test_the_last_one_comes_first(path):
    send(path)
    send(path, "south", outcome=Outcome.UNKNOWN, state=State.UNKNOWN)
    send(path, "a very long name of an entity that would make a line wider than the terminal")
    code, listed, _ = run()
    assert code == 0
    assert [line.split()[0] for line in listed.splitlines()] == ["3", "2", "1"]
    assert max(map(len, listed.splitlines())) <= 80
    assert "south" in listed.splitlines()[1]
    assert listed.splitlines()[1].endswith("UNKNOWN")
    assert listed.splitlines()[2].endswith("accepted")
    assert [line.split()[0] for line in run("--limit", "1")[1].splitlines()] == ["3"]
    assert [line.split()[0] for line in run("--entity", "north")[1].splitlines()] == ["1"]


def test_one_delivery_with_its_receipt(path):
    number = send(path, outcome=Outcome.PARTIAL)
    code, shown, _ = run(str(number))
    assert code == 0
    assert shown == run("show", str(number))[1]
    for text in ("north", "lines left out", "2 items added", "1,234.50\u00a0EUR", "line 3: Column count"):
        assert text in shown
    assert "\x1b" not in shown
    delivery = json.loads(run(str(number), "--json")[1])
    assert delivery["outcome"] == "partial"
    assert delivery["files"][0]["state"] == "accepted"
    assert delivery["receipt"]["files"][0]["left_out"] == LEFT_OUT
    assert json.loads(run("--json")[1])["deliveries"] == [delivery]
    assert json.loads(run("--json", str(number))[1]) == delivery


def test_a_number_that_is_none(path):
    send(path)
    code, out, err = run("7")
    assert (code, out) == (2, "")
    assert "no delivery 7" in err


def test_what_is_no_number(path):
    send(path)
    with pytest.raises(UsageError, match="A delivery has a number, and not 'foo'"):
        run("foo")


def test_the_accuracy_of_one_delivery_is_not_told(path):
    send(path)
    with pytest.raises(UsageError, match="--accuracy is of all deliveries"):
        run("--accuracy", "1")


def test_an_entity_that_nothing_was_sent_to(path):
    send(path)
    assert run("--entity", "nroth") == (0, "No delivery has been sent to entity nroth yet.\n", "")


def test_numbers_and_names_beyond_all_bounds(path):
    send(path)
    huge = "9" * 30
    assert run("--limit", huge)[1] == run()[1] != ""
    assert run(huge)[0] == 2
    assert run("prune", "--keep", huge)[2] == "dsolint: 0 deliveries are forgotten.\n"
    assert run("--entity", "\udcff")[0] == 0
    assert run("prune", "--keep", "0", "--entity", "\udcff")[2] == "dsolint: 0 deliveries are forgotten.\n"


def test_in_german(path):
    send(path)
    assert "angenommen" in run("--lang", "de")[1]
    assert "2 Posten" in run("1", "--lang", "de")[1]
    assert run("--lang", "de", "1") == run("1", "--lang", "de")


def test_accuracy_by_rule(path):
    send(path, accuracy={"V303": Accuracy(confirmed=3), "": Accuracy(missed=1200)})
    send(path, "south", accuracy={"V303": Accuracy(confirmed=1, false_alarms=2)})
    code, told, _ = run("--accuracy")
    assert code == 0
    rows = {line.split()[0]: line.split()[-3:] for line in told.splitlines()[1:]}
    assert rows == {"V303": ["4", "0", "2"], "no": ["0", "1,200", "0"]}
    assert json.loads(run("--accuracy", "--entity", "south", "--json")[1]) == {
        "accuracy": [{"rule": "V303", "confirmed": 1, "missed": 0, "false_alarms": 2}]
    }


def test_a_file_that_is_no_history(path):
    path.write_text("no database at all, but a text that is long enough to be taken for one" * 10)
    with pytest.raises(Exception, match="is no history"):
        run()


# Forgetting


def kept(path):
    with History(path) as history:
        return [delivery.number for delivery in history.deliveries()]


def test_prune_keeps_what_the_next_delivery_needs(path):
    old_delta = send(path, mode="delta")
    old_stock = send(path)
    unknown = send(path, outcome=Outcome.UNKNOWN, state=State.UNKNOWN)
    send(path, outcome=Outcome.REFUSED, state=State.REFUSED)
    clients = send(path, type="clients")
    stock = send(path)
    south = send(path, "south")
    assert run("prune", "--keep", "1") == (0, "", "dsolint: 2 deliveries are forgotten.\n")
    assert kept(path) == [south, stock, clients, unknown, old_delta]
    assert old_stock not in kept(path)
    assert run("prune", "--keep", "1")[2] == "dsolint: 0 deliveries are forgotten.\n"


def test_prune_keeps_the_last_of_each_account(path):
    for _ in range(4):
        send(path)
        send(path, "south")
    assert run("prune", "--keep", "3")[2] == "dsolint: 2 deliveries are forgotten.\n"
    assert kept(path) == [8, 7, 6, 5, 4, 3]


def test_prune_by_age_and_entity(path):
    for _ in range(3):
        send(path)
        send(path, "south")
    age = (datetime.datetime.now(UTC) - NIGHT).days - 2  # the first three are older
    assert run("prune", "--older-than", str(age), "--entity", "north")[2] == "dsolint: 2 deliveries are forgotten.\n"
    assert kept(path) == [6, 5, 4, 2]
    assert run("--entity", "south", "prune", "--keep", "1")[2] == "dsolint: 2 deliveries are forgotten.\n"
    assert kept(path) == [6, 5]


def test_contacts_are_remembered(path):
    first = send(path, type="contacts", mode="delta")
    send(path, type="contacts", mode="delta")
    run("prune", "--keep", "0")
    assert first not in kept(path)
    with History(path) as history:
        account = history.account("north", url="https://account.example.com", entity="north")
        assert account.contacts([f"{0:064}", f"{1:064}", f"{2:064}"]) == {
            f"{0:064}": State.ACCEPTED,
            f"{1:064}": State.ACCEPTED,
        }


def test_prune_has_to_be_told_what(path):
    for arguments in ([], ["--keep", "1", "--older-than", "1"]):
        with pytest.raises(Exception, match="--keep or with --older-than"):
            run("prune", *arguments)
    assert run("prune", "--keep", "3")[2] == "dsolint: 0 deliveries are forgotten.\n"
    assert not path.exists()


def test_prune_by_an_age_beyond_all_calendars(path):
    send(path)
    assert run("prune", "--older-than", "100000")[2] == "dsolint: 0 deliveries are forgotten.\n"
    with pytest.raises(Exception, match="100000"):
        run("prune", "--older-than", "100001")
