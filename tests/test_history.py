"""The history: real SQLite files, real processes, and kills at any moment."""

import datetime
import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from threading import Barrier

import pyarrow as pa
import pytest
from process import begin

from dsolint.delivery import database
from dsolint.delivery.history import History
from dsolint.delivery.places import history_path
from dsolint.delivery.record import Accuracy, Outcome, SentFile, State
from dsolint.errors import HistoryError

UTC = datetime.UTC
NIGHT = datetime.datetime(2024, 11, 22, 2, 0, tzinfo=UTC)
URL = "https://north.example.com"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "history.sqlite3"


def open_history(path, **options):
    return History(path, **options)


def north(history):
    return history.account("north", url=URL, entity="north")


def items(**facts):
    known = {"path": "items.csv", "type": "items", "sha256": "0" * 64, "bytes": 120, "rows": 2, "accepted": 2}
    return SentFile(**{**known, "ignored": 0, "sums": {"EUR": "30.00"}, "modified": NIGHT, **facts})


def open_items(*rows):
    keys, amounts, currencies = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "key": pa.array(keys, pa.string()),
            "amount": pa.array([a if a is None else Decimal(a) for a in amounts], pa.decimal128(38, 10)),
            "currency": pa.array(currencies, pa.string()),
        }
    )


def send(account, keys=None, *, mode="stock", outcome=Outcome.ACCEPTED, state=State.ACCEPTED, file=None, **options):
    with account.lock():
        sending = account.begin([file or items()], mode=mode, checked=NIGHT, **options)
        sending.note(0, State.SENDING)
        sending.note(0, state, response={"success": "true"}, keys=keys)
        sending.settle(outcome, receipt={"outcome": outcome})
    return sending.number


def held(account, type="items"):
    found = account.holdings(type)
    return None if found is None else found.sort_by("key").to_pylist()


# What is kept


def test_a_delivery_is_kept_whole(path):
    times = iter(NIGHT + datetime.timedelta(minutes=n) for n in range(10))
    with open_history(path, clock=lambda: next(times)) as history:
        number = send(north(history), open_items(("a", "10", "EUR"), ("b", "20", "EUR")), asynchronous=True)
    with open_history(path) as history:
        (delivery,) = history.deliveries()
        assert delivery == history.delivery(number)
    assert delivery.account.entity == "north"
    assert (delivery.mode, delivery.asynchronous, delivery.replaces_users) == ("stock", True, False)
    assert delivery.checked == NIGHT
    assert delivery.checked < delivery.begun < delivery.settled
    assert delivery.outcome is Outcome.ACCEPTED
    assert delivery.receipt == {"outcome": "accepted"}
    assert delivery.files == (items(state=State.ACCEPTED, response={"success": "true"}),)


def test_nothing_is_known_of_an_account_that_nothing_was_sent_to(path):
    with open_history(path) as history:
        account = north(history)
        assert (account.newest(), account.unsettled(), account.numbering) == (0, [], None)
        assert account.last_accepted("items") is None
        assert account.holdings("items") is None
        assert history.deliveries() == []
        assert history.delivery(1) is None
        assert history.accounts() == []


def test_accounts_have_nothing_in_common(path):
    with open_history(path) as history:
        south = history.account("south", url=URL, entity="south")
        send(north(history), open_items(("a", "10", "EUR")))
        north(history).numbering = "line"
        assert south.newest() == 0
        assert south.holdings("items") is None
        assert south.numbering is None
        assert north(history).numbering == "line"
        send(south)
        assert [d.account.entity for d in history.deliveries()] == ["south", "north"]
        assert [d.account.entity for d in history.deliveries(entity="north")] == ["north"]
        assert [d.account.entity for d in history.deliveries(limit=1)] == ["south"]
        assert [account.entity for account in history.accounts()] == ["north", "south"]


def test_the_last_file_that_went_in(path):
    with open_history(path) as history:
        account = north(history)
        send(account, file=items(sha256="1" * 64))
        send(account, file=items(sha256="2" * 64), mode="delta")
        send(account, file=items(sha256="3" * 64), state=State.REFUSED, outcome=Outcome.REFUSED)
        assert account.last_accepted("items")[1].sha256 == "2" * 64
        assert account.last_accepted("items", mode="stock")[1].sha256 == "1" * 64
        assert account.last_accepted("users") is None


def test_accuracy_is_added_up_by_rule(path):
    with open_history(path) as history:
        for _ in range(2):
            with north(history).lock():
                sending = north(history).begin([items()], mode="delta", checked=NIGHT)
                counts = {"V303": Accuracy(confirmed=3, false_alarms=1), "": Accuracy(missed=2)}
                sending.settle(Outcome.PARTIAL, accuracy=counts)
        assert history.accuracy() == {"": Accuracy(missed=4), "V303": Accuracy(confirmed=6, false_alarms=2)}
        assert history.accuracy(entity="south") == {}


# What an account holds


def test_stock_replaces_what_is_held_and_delta_adds_to_it(path):
    with open_history(path) as history:
        account = north(history)
        send(account, open_items(("a", "10", "EUR"), ("b", "20", "EUR"), ("c", "-5", "USD"), ("paid", "0", "EUR")))
        assert [row["key"] for row in held(account)] == ["a", "b", "c"]
        send(account, open_items(("a", "0", "EUR"), ("b", "15.5", "EUR"), ("d", None, "")), mode="delta")
        assert [(row["key"], row["amount"]) for row in held(account)] == [
            ("b", Decimal("15.5")), ("c", Decimal(-5)), ("d", None)
        ]  # fmt: skip
        send(account, open_items(("e", "1", "EUR")))
        assert [row["key"] for row in held(account)] == ["e"]


def test_only_what_went_in_changes_what_is_held(path):
    with open_history(path) as history:
        account = north(history)
        send(account, open_items(("a", "10", "EUR")))
        for state in State:
            send(account, open_items(("b", "10", "EUR")), state=state, outcome=Outcome.UNKNOWN)
            assert held(account)[0]["key"] == ("b" if state in (State.ACCEPTED, State.QUEUED) else "a")
            send(account, open_items(("a", "10", "EUR")))


# Who may use it


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_it_is_private(path):
    with open_history(path) as history:
        send(north(history))
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("DSOLINT_HISTORY", str(tmp_path / "variable"))
    assert history_path(tmp_path / "mine") == tmp_path / "variable"
    monkeypatch.delenv("DSOLINT_HISTORY")
    assert history_path(tmp_path / "mine") == tmp_path / "mine"
    assert history_path(None).name == "history.sqlite3"


@pytest.mark.parametrize("content", [b"item_type;item_number\n" * 50, b"SQLite format 3\0" + b"\xff" * 500])
def test_a_file_that_is_no_history_is_left_alone(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(HistoryError, match=r"history\.sqlite3"):
        open_history(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_left_alone(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="another program"):
        open_history(path)
    assert path.read_bytes() == before


def test_a_newer_version_is_left_alone(path):
    open_history(path).database.close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 999")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="newer dsolint"):
        open_history(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", range(1, len(database.MIGRATIONS)))
def test_every_older_version_is_brought_up_to_date(path, version, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", database.MIGRATIONS[:version])
        with open_history(path) as history:
            send(north(history), open_items(("a", "10", "EUR")))
    with open_history(path) as history:
        assert history.database.rows("PRAGMA user_version") == [(len(database.MIGRATIONS),)]
        assert held(north(history))[0]["key"] == "a"
        assert north(history).contacts(["0" * 64]) == {"0" * 64: State.ACCEPTED}
        (delivery,) = history.deliveries()
        assert delivery.files == (items(state=State.ACCEPTED, response={"success": "true"}),)


def test_a_migration_happens_whole_or_not_at_all(path, monkeypatch):
    open_history(path).database.close()
    script = "ALTER TABLE deliveries ADD COLUMN note TEXT; ALTER TABLE no_such_table ADD COLUMN note TEXT"
    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, script))
        with pytest.raises(HistoryError):
            open_history(path)
    assert path.read_bytes() == before
    open_history(path).database.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written(path):
    with open_history(path) as history:
        send(north(history))
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        with open_history(path) as history:
            assert len(history.deliveries()) == 1
            with pytest.raises(HistoryError, match=r"permissions|can't be locked"):
                send(north(history))
    finally:
        path.parent.chmod(0o700)


def test_a_place_where_nothing_can_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HistoryError, match="can't be opened"):
        open_history(tmp_path / "file" / "history.sqlite3")


def test_a_damaged_file_is_told_and_left_alone(path):
    with open_history(path) as history:
        send(north(history), open_items(*((f"key {n}", "10", "EUR") for n in range(20_000))))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="damaged"), open_history(path) as history:
        history.deliveries()
    assert path.read_bytes() == before


# Two runs, and kills


def run(script, path, **options):
    """A script in a process of its own, which has `history` and `account`."""
    script = f"""
import os, sys, time, datetime
from pathlib import Path
from dsolint.delivery.history import History
from dsolint.delivery.places import history_path
from dsolint.delivery.record import *
NIGHT = datetime.datetime(2024, 11, 22, 2, 0, tzinfo=datetime.UTC)
FILE = SentFile("items.csv", "items", "0" * 64, 120, 2, 2, 0)
history = History(Path({str(path)!r}), patience=60)
account = history.account("north", url={URL!r}, entity="north")
{script}
"""
    return begin([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, **options)


def test_a_second_run_waits_and_is_told_who_holds_the_account(path):
    script = "with account.lock():\n    print('locked', flush=True)\n    input()"
    with run(script, path, stdin=subprocess.PIPE) as other:
        assert other.stdout.readline() == "locked\n"
        with open_history(path, patience=0.05) as history:
            with pytest.raises(HistoryError, match=f"north.*process {other.pid} on"), north(history).lock():
                pass
            with history.account("south", url=URL).lock():
                pass
        other.communicate("\n")
    with open_history(path, patience=0.05) as history, north(history).lock():
        pass


def test_the_lock_dies_with_its_process(path):
    script = "with account.lock():\n    print('locked', flush=True)\n    os._exit(9)"
    with run(script, path) as other:
        assert other.stdout.readline() == "locked\n"
        other.wait()
    with open_history(path, patience=5) as history, north(history).lock():
        pass


@pytest.mark.parametrize(
    ("step", "states"),
    [
        ("pass", ["unsent", "unsent"]),
        ("sending.note(0, State.SENDING)", ["unknown", "unsent"]),
        ("sending.note(0, State.SENDING); sending.note(0, State.ACCEPTED)", ["accepted", "unsent"]),
        (
            "sending.note(0, State.SENDING); sending.note(0, State.ACCEPTED); sending.note(1, State.SENDING)",
            ["accepted", "unknown"],
        ),
    ],
)
def test_a_kill_at_each_step_leaves_what_is_known(path, step, states):
    script = f"""
with account.lock():
    sending = account.begin([FILE, FILE], mode="stock", checked=NIGHT)
    {step}
    os._exit(9)
"""
    with run(script, path) as other:
        assert other.wait() == 9
    with open_history(path) as history:
        account = north(history)
        for _ in ("as it was left", "taken over"):
            (delivery,) = history.deliveries()
            assert delivery.outcome is (Outcome.UNKNOWN if "unknown" in states else Outcome.STOPPED)
            assert [file.state for file in delivery.files] == states
            assert account.unsettled() == ([delivery] if "unknown" in states else [])
            with account.lock():
                pass
        send(account)
        assert account.unsettled() == []


def test_a_kill_inside_a_transaction_leaves_nothing_of_it(path):
    with open_history(path) as history:
        send(north(history))
    script = """
with history.database.transaction() as database:
    database.execute("DELETE FROM files")
    database.execute("UPDATE deliveries SET receipt = ?", ("x" * 20_000_000,))  # spills into the file
    os._exit(9)
"""
    with run(script, path) as other:
        assert other.wait() == 9
    with open_history(path) as history:
        (delivery,) = history.deliveries()
        assert (len(delivery.files), delivery.receipt) == (1, {"outcome": "accepted"})
        assert history.database.rows("PRAGMA integrity_check") == [("ok",)]


def test_many_runs_may_make_the_history_at_once(tmp_path):
    def open_and_close(path, start):
        start.wait()
        with open_history(path):
            pass

    with ThreadPoolExecutor(8) as pool:
        for night in range(30):
            path = tmp_path / str(night) / "history.sqlite3"
            list(pool.map(open_and_close, [path] * 8, [Barrier(8)] * 8))
            with open_history(path) as history:
                assert history.deliveries() == []


def test_many_runs_at_once_lose_nothing(path):
    script = """
for _ in range(5):
    with account.lock():
        sending = account.begin([FILE], mode="delta", checked=NIGHT)
        sending.note(0, State.ACCEPTED)
        sending.settle(Outcome.ACCEPTED)
"""
    with ExitStack() as open_runs:
        runs = [open_runs.enter_context(run(script, path)) for _ in range(4)]
        assert [one.wait() for one in runs] == [0] * 4
    with open_history(path) as history:
        deliveries = history.deliveries()
        assert [d.number for d in deliveries] == list(range(20, 0, -1))
        assert {d.outcome for d in deliveries} == {Outcome.ACCEPTED}


def test_a_run_that_writes_for_too_long_is_told(path):
    with open_history(path) as history, history.database.transaction() as writing:
        writing.execute("DELETE FROM files")
        with open_history(path, patience=0.05) as second, pytest.raises(HistoryError, match="another run"):
            send(north(second))


def test_a_clock_that_goes_back_changes_no_order(path):
    times = [NIGHT - datetime.timedelta(days=day) for day in range(30)]
    with open_history(path, clock=lambda: times.pop(0)) as history:
        numbers = [send(north(history)) for _ in range(3)]
        assert [d.number for d in history.deliveries()] == numbers[::-1]
        assert north(history).newest() == numbers[-1]
