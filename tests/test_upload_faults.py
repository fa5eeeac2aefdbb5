"""Each fault at each file of a delivery: what the user sees, what the history holds, and what the server holds.

Yesterday's delivery is in; today's brings something new of each type, and an item less, which STOCK mode clears. Whatever
happens on the way: nothing is lost, nothing is there twice, and nothing is cleared by mistake.
"""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass

import process
import pytest
from fixtures.night import Night
from process import wait_for
from servers.plain import Answer, HangUp, answer, plain_server
from servers.sandbox import sandbox

from dsolint.delivery.history import History
from dsolint.delivery.record import Outcome, State
from dsolint.sandbox.faults import KINDS
from dsolint.schema import ORDER

CUSTOMERS = ("C1", "C2", "C3")
LAST_NIGHT, TONIGHT = range(1, 11), range(2, 12)
"""The numbers of the items; the first is paid and gone."""


def files(customers, numbers, contact):
    """A delivery's files by type."""
    items = "".join(f"FAC;{n};C1;2024-04-24;2024-05-24;100;EUR\n" for n in numbers)
    names = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency"
    return {
        "clients": "client_code;client_business_name\n" + "".join(f"{code};One\n" for code in customers),
        "contacts": f"client_code;contact_lastname\nC1;{contact}\n",
        "users": "client_code;user_lastname\n" + "".join(f"{code};Roy\n" for code in customers),
        "items": f"{names}\n{items}",
    }


BEFORE, NEW = files(CUSTOMERS[:2], LAST_NIGHT, "Old"), files(CUSTOMERS, TONIGHT, "New")
HELD_BEFORE = {
    "clients": ["C1", "C2"],
    "contacts": ["Old"],
    "users": ["C1", "C2"],
    "open": [*LAST_NIGHT],
    "cleared": [],
}
HELD_AFTER = {
    "clients": ["C1", "C2", "C3"],
    "contacts": ["New", "Old"],
    "users": ["C1", "C2", "C3"],
    "open": [*TONIGHT],
    "cleared": [1],
}


def held(server):
    """What the sandbox holds, every record of it."""
    found = {type: server.records(type) for type in ORDER}
    items = {state: [] for state in ("open", "cleared")}
    for record in found["items"]:
        items[record["state"]].append(int(record["cells"]["item_number"]))
    return {
        "clients": sorted(record["cells"]["client_code"] for record in found["clients"]),
        "contacts": sorted(record["cells"]["contact_lastname"] for record in found["contacts"]),
        "users": sorted(record["cells"]["client_code"] for record in found["users"]),
        "open": sorted(items["open"]),
        "cleared": sorted(items["cleared"]),
    }


def held_up_to(*types):
    """What is held once the files of these types are in, and no others."""
    parts = {part: HELD_AFTER[part] if part in types else HELD_BEFORE[part] for part in HELD_AFTER}
    return parts | ({part: HELD_AFTER[part] for part in ("open", "cleared")} if "items" in types else {})


@pytest.fixture(scope="module")
def running():
    with sandbox() as server:
        yield server


@pytest.fixture
def night(tmp_path, monkeypatch, capsys):
    night = Night(tmp_path, monkeypatch, capsys)
    night.write(NEW)
    return night


@pytest.fixture(scope="module")
def last_night(running, tmp_path_factory):
    """The history that the delivery of last night left."""
    folder = tmp_path_factory.mktemp("last_night")
    with pytest.MonkeyPatch.context() as patched:
        night = Night(folder, patched)
        night.write(BEFORE)
        assert night.upload(running) == 0
    return night.history


@pytest.fixture
def server(running, night, last_night):
    """The sandbox as last night left it, and the history too."""
    running.empty()
    for type, text in BEFORE.items():
        assert running.post(f"/api/{type}", text)["success"] == "true"
    shutil.copy(last_night, night.folder)
    return running


# What becomes of a delivery


@dataclass(frozen=True)
class Verdict:
    """How a delivery ends, and what the user is told of the file with the fault."""

    code: int
    outcome: Outcome
    state: State
    words: str


SENT = Verdict(0, Outcome.ACCEPTED, State.ACCEPTED, "accepted")
UNKNOWN = Verdict(4, Outcome.UNKNOWN, State.UNKNOWN, "Nobody knows whether the file was imported")
UNSENT = Verdict(4, Outcome.UNREACHABLE, State.UNSENT, "The file was not imported")
REFUSED = Verdict(3, Outcome.REFUSED, State.REFUSED, "The server can't read the file")

ONCE = {
    "latency": SENT, "trailing-comma": SENT,
    "429": SENT, "503": SENT,
    "502": SENT, "504": SENT, "drop-before-body": SENT, "drop-after-body": SENT,
    "drop-after-import": SENT, "drop-in-answer": SENT,
    "500": UNKNOWN, "malformed": UNKNOWN, "empty": UNKNOWN, "html": UNKNOWN,
    "redirect": UNSENT, "refused": REFUSED,
}  # fmt: skip
"""What a fault does that comes once."""
ONCE_AT_CONTACTS = ONCE | dict.fromkeys(
    ["502", "504", "drop-before-body", "drop-after-body", "drop-after-import", "drop-in-answer"], UNKNOWN
)
"""Contacts are only added: what may have gone in is not sent again."""
ALWAYS = ONCE_AT_CONTACTS | {"429": UNSENT, "503": UNSENT}
"""What a fault does that stays."""

TRIED_AGAIN = [kind for kind in KINDS if ONCE[kind] is SENT and ALWAYS[kind] is not SENT]

assert set(ONCE) == set(KINDS)


def meet(night, server, kind, type, verdict):
    """One delivery, which meets a fault at a file."""
    place = ORDER.index(type)
    before, after = ORDER[:place], ORDER[place + 1 :]
    assert night.upload(server) == verdict.code
    assert verdict.words in night.out
    delivery = night.last
    assert (delivery.number, delivery.outcome) == (2, verdict.outcome)
    rest = State.ACCEPTED if verdict is SENT else State.UNSENT
    assert night.states == {
        **dict.fromkeys(before, State.ACCEPTED), type: verdict.state, **dict.fromkeys(after, rest)
    }  # fmt: skip
    there = [*before, *([type] if verdict is SENT or KINDS[kind].imports else []), *(after if verdict is SENT else [])]
    assert held(server) == held_up_to(*there)
    if verdict is not SENT and after:
        assert "Not sent, since what goes before it was not accepted." in night.out


@pytest.mark.parametrize("type", ORDER)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_that_comes_once(night, server, kind, type):
    verdict = (ONCE_AT_CONTACTS if type == "contacts" else ONCE)[kind]
    server.set_faults({"kind": kind, "type": type, "times": 1, "seconds": 0})
    meet(night, server, kind, type, verdict)
    assert len([1 for entry in server.state()["requests"] if entry["event"] == kind]) == 1


@pytest.mark.parametrize("type", ORDER)
@pytest.mark.parametrize("kind", TRIED_AGAIN)
def test_a_fault_that_stays(night, server, kind, type):
    server.set_faults({"kind": kind, "type": type, "seconds": 0})
    meet(night, server, kind, type, ALWAYS[kind])
    tries = [entry for entry in server.state()["requests"] if entry["event"] == kind]
    assert len(tries) in (range(3, 6) if ONCE_AT_CONTACTS[kind] is SENT or type != "contacts" else [1])


# The run after it


def in_doubt(type, verdict):
    """Whether contacts are kept back, since nobody knows whether they went in."""
    return type == "contacts" and verdict is UNKNOWN


@pytest.mark.parametrize("type", ORDER)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if ONCE[kind] is not SENT] + ["drop-after-body", "504"])
def test_the_next_run_ends_right(night, server, kind, type):
    verdict = ALWAYS[kind] if ONCE[kind] is SENT and type == "contacts" else ONCE[kind]
    server.set_faults({"kind": kind, "type": type, "times": 1, "seconds": 0})
    assert night.upload(server) == verdict.code
    code = night.upload(server)
    assert ("the outcome of delivery 2 of" in night.err) is (verdict is UNKNOWN)
    if verdict is UNKNOWN:
        assert f"nobody knows whether the server imported {night.folder / 'tonight' / type}.csv" in night.err
    if not in_doubt(type, verdict):
        assert code == 0
        assert held(server) == HELD_AFTER
        return
    assert code == 4
    assert "Not sent again: nobody knows whether these contacts went in" in night.out
    there = type if KINDS[kind].imports else None
    assert held(server) == held_up_to("clients", "users", "items", there)
    if there is None:
        assert night.upload(server, "--again") == 0
        assert held(server) == HELD_AFTER


def test_contacts_that_are_in_are_not_sent_again(night, server):
    for _ in range(2):
        assert night.upload(server) == 0
    assert "Not sent again: these very contacts went in before" in night.out
    assert held(server) == HELD_AFTER
    assert night.states == dict.fromkeys(ORDER, State.ACCEPTED)


# Against the other server

ANSWERS = {
    **{where: (Answer(hang_up=where), 4) for where in HangUp},
    **{f"status {status}": (Answer(b"", status), 4) for status in (408, 429, 500, 502, 503, 504)},
    "an empty body": (Answer(b""), 4),
    "a page": (Answer(b"<html></html>"), 4),
    "a list": (Answer(b"[]"), 4),
    "half of it": (Answer(b'{"success": '), 4),
    "neither yes nor no": (Answer(b'{"success": "perhaps"}'), 4),
    "another host": (Answer(b"", 302, {"Location": "https://elsewhere.example/"}), 4),
    "no such page": (Answer(b"", 404), 3),
    "no data": (answer({"success": "false", "error_code": "CSV_EMPTY"}), 3),
    "no access": (answer({"success": "false", "error_code": "ACCESS_DENIED"}), 3),
    "a code that is new": (answer({"success": "false", "error_code": "NEW"}), 3),
}
"""What a server may say in place of success, and how the upload ends."""


@pytest.mark.parametrize("type", ["clients", "contacts"])
@pytest.mark.parametrize("said", ANSWERS)
def test_nothing_goes_after_what_is_not_certainly_in(night, type, said):
    fault, code = ANSWERS[said]
    with plain_server(otherwise=lambda request: fault if request.path.endswith(type) else Answer()) as server:
        assert night.upload(server) == code
    sent = [request.path.removeprefix("/api/") for request in server.requests]
    assert list(dict.fromkeys(sent)) == [*ORDER[: ORDER.index(type) + 1]]
    assert sent.count("contacts") <= 1 or fault.status in (429, 503)
    assert {request.body for request in server.requests} <= {text.encode() for text in NEW.values()}


def test_lines_that_are_left_out_stop_nothing(night):
    with plain_server(answer({"exception_lines": {"line 2": "no"}})) as server:
        assert night.upload(server) == 3
    assert [request.path for request in server.requests] == [f"/api/{type}" for type in ORDER]
    assert night.last.outcome is Outcome.PARTIAL


def test_nobody_is_there(night):
    with plain_server() as server:
        pass
    assert night.upload(server) == 4
    assert night.states == dict.fromkeys(ORDER, State.UNSENT)
    assert night.last.outcome is Outcome.UNREACHABLE
    assert "The file was not sent: the server could not be reached" in night.out


# Runs that are cut off


def begin(night, server, *options):
    """The real command in a process of its own."""
    return process.begin(
        [sys.executable, "-m", "dsolint", "upload", "--url", server.url, "--mode", "stock", *options, "tonight"],
        cwd=night.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def imported(server, type):
    """Wait until the sandbox has imported a file of a type, whose answer is late."""
    wait_for(
        lambda: any(
            entry["event"] == "latency" and entry["path"].endswith(type) and entry["rows"]
            for entry in server.state()["requests"]
        )
    )


def cut_off_at(type):
    """How far files came that were cut off at this one."""
    place = ORDER.index(type)
    return {
        **dict.fromkeys(ORDER[:place], State.ACCEPTED),
        type: State.UNKNOWN,
        **dict.fromkeys(ORDER[place + 1 :], State.UNSENT),
    }


@pytest.mark.parametrize("type", ORDER)
def test_a_run_that_is_killed(night, server, type):
    server.set_faults({"kind": "latency", "type": type, "times": 1, "seconds": 60})
    with begin(night, server):
        imported(server, type)
    place = ORDER.index(type)
    assert (night.last.outcome, night.states) == (Outcome.UNKNOWN, cut_off_at(type))
    assert held(server) == held_up_to(*ORDER[: place + 1])

    assert night.upload(server) == (4 if type == "contacts" else 0)
    assert night.err.startswith(f"dsolint: {server.url}: the outcome of delivery 2 of ")
    assert f"{type}.csv. Look in the product" in night.err
    assert held(server) == HELD_AFTER
    with History(night.history) as history:
        assert history.delivery(2).outcome is Outcome.UNKNOWN


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals as POSIX has them")
@pytest.mark.parametrize("type", ORDER)
def test_ctrl_c_while_a_file_is_on_its_way(night, server, type):
    server.set_faults({"kind": "latency", "type": type, "times": 1, "seconds": 60})
    with begin(night, server) as running:
        imported(server, type)
        running.send_signal(signal.SIGINT)
        printed, said = running.communicate(timeout=60)
    place = ORDER.index(type)
    assert running.returncode == 130
    assert "Traceback" not in said
    assert "Interrupted: nobody knows whether the file was imported." in " ".join(printed.split())
    assert (night.last.outcome, night.states) == (Outcome.UNKNOWN, cut_off_at(type))
    assert held(server) == held_up_to(*ORDER[: place + 1])
    assert night.upload(server) == (4 if type == "contacts" else 0)
    assert held(server) == HELD_AFTER


def test_two_uploads_at_once(night, server):
    server.set_faults({"kind": "latency", "type": "clients", "times": 1, "seconds": 1})
    with begin(night, server) as one, begin(night, server) as other:
        said = [running.communicate(timeout=60) for running in (one, other)]
    assert sorted((one.returncode, other.returncode)) in ([0, 0], [0, 2]), said
    assert held(server) == HELD_AFTER


def test_an_upload_that_begins_while_another_is_sending_waits_for_it(night, server):
    server.set_faults({"kind": "latency", "type": "clients", "times": 1, "seconds": 1})
    with begin(night, server) as first:
        imported(server, "clients")
        assert night.upload(server) == 0, night.err
        assert "unknown" not in night.err
        first.communicate(timeout=60)
    assert first.returncode == 0
    assert held(server) == HELD_AFTER
    assert night.last.number == 3


@pytest.mark.skipif(sys.platform == "win32", reason="has a named pipe as POSIX has them")
def test_an_older_delivery_never_goes_after_a_newer_one(night, server):
    known = night.folder / "known.csv"
    os.mkfifo(known)
    with begin(night, server, "--clients", str(known)) as older:
        with known.open("w") as customers:  # which waits until the older one is checking
            night.write({"items": NEW["items"].replace("FAC;11;", "FAC;12;")})
            assert night.upload(server) == 0
            newer = held(server)
            customers.write(NEW["clients"])
        _, said = older.communicate(timeout=60)
    assert older.returncode == 2
    assert "Another delivery was sent to this account since this one was checked" in " ".join(said.split())
    assert held(server) == newer
    assert night.last.number == 2
