"""`dsolint upload` over a real socket: what receipts and the history keep, and what is made of it later."""

from pathlib import Path

import pytest
from fixtures.uploads import (
    BAD,
    ITEMS,
    begin,
    delivery_in,
    history,
    meanwhile,
    receipt,
    upload,
)
from process import wait_for
from servers.plain import Answer, HangUp, answer, plain_server

from dsolint.delivery import client
from dsolint.delivery import upload as upload_module
from dsolint.delivery.client import Client
from dsolint.delivery.history import AccountHistory, History
from dsolint.delivery.record import State
from dsolint.delivery.sending import Sending


@pytest.fixture
def folder(tmp_path):
    return delivery_in(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has a device that is full as Linux has it")
def test_a_receipt_that_can_not_be_written_makes_nothing_unsent(folder):
    with plain_server() as server:
        ran = upload(folder, server, "delivery/items.csv", "--receipt", "/dev/full")
        assert ran.returncode == 4
        assert "/dev/full: can't be written" in ran.err
        assert "was sent all the same" in ran.err
        (folder / "delivery" / "items.csv").write_text(BAD)
        assert upload(folder, server, "delivery/items.csv", "--receipt", "/dev/full").returncode == 2
    assert len(server.requests) == 1


def test_ctrl_c_while_another_run_is_sending_has_a_receipt(folder, monkeypatch):
    def interrupted(_lock):
        raise KeyboardInterrupt

    meanwhile(monkeypatch, lambda: monkeypatch.setattr(AccountHistory, "lock", interrupted))
    with plain_server() as server:
        assert upload(folder, server, "delivery", "--receipt", "receipt.json").returncode == 130
    assert server.begun == []
    assert [delivery["outcome"] for delivery in receipt(folder)] == ["not sent"]


@pytest.mark.parametrize("at", [State.ACCEPTED, State.UNKNOWN])
def test_ctrl_c_once_more_while_it_is_noted_has_a_receipt(folder, monkeypatch, at):
    """The first is what an answer that never comes is met with."""
    note = Sending.note

    def impatient(self, place, state, **more):
        if state is at:
            raise KeyboardInterrupt
        note(self, place, state, **more)

    def interrupted(_client, _request):
        raise KeyboardInterrupt

    monkeypatch.setattr(Sending, "note", impatient)
    if at is State.UNKNOWN:
        monkeypatch.setattr(Client, "_try", interrupted)
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
    assert ran.returncode == 130
    (found,) = receipt(folder)
    assert (found["number"], found["outcome"], found["reason"]) == (1, "unknown", None)
    assert [file["state"] for file in found["files"]] == ["unknown", "unsent", "unsent", "unsent"]


def test_ctrl_c_while_an_answer_is_held_against_the_check_loses_no_acceptance(folder, monkeypatch):
    def interrupted(_request):
        raise KeyboardInterrupt

    monkeypatch.setattr(upload_module, "foretold", interrupted)
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
    assert ran.returncode == 130
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "unsent", "unsent", "unsent"]
    with History(folder / "history.sqlite3") as history:
        (delivery,) = history.deliveries()
    assert (delivery.receipt, delivery.files[0].state) == (receipt(folder)[0], "accepted")


@pytest.mark.parametrize("at", [State.SENDING, State.ACCEPTED])
def test_ctrl_c_while_it_is_noted_how_far_a_file_has_come_leaves_nothing_in_doubt(folder, monkeypatch, at):
    note = Sending.note

    def interrupted(self, place, state, **more):
        note(self, place, state, **more)
        if (place, state) == (1, at):
            monkeypatch.setattr(Sending, "note", note)
            raise KeyboardInterrupt

    monkeypatch.setattr(Sending, "note", interrupted)
    with plain_server() as server:
        assert upload(folder, server, "delivery", "--receipt", "receipt.json").returncode == 130
        (found,) = receipt(folder)
        second = "unsent" if at is State.SENDING else "accepted"
        assert [file["state"] for file in found["files"]] == ["accepted", second, "unsent", "unsent"]
        assert len(server.requests) == (1 if at is State.SENDING else 2)
        assert found["outcome"] == "stopped"
        (kept,) = history(folder)["deliveries"]
        assert kept["receipt"] == found
        assert [file["state"] for file in kept["files"]] == [file["state"] for file in found["files"]]
        assert "unknown" not in upload(folder, server, "delivery").err


def test_ctrl_c_while_the_outcome_is_noted_loses_no_receipt(folder, monkeypatch):
    settle = Sending.settle

    def interrupted(*what, **more):
        monkeypatch.setattr(Sending, "settle", settle)
        raise KeyboardInterrupt

    monkeypatch.setattr(Sending, "settle", interrupted)
    with plain_server() as server:
        assert upload(folder, server, "delivery", "--receipt", "receipt.json").returncode == 130
    (found,) = receipt(folder)
    assert {file["state"] for file in found["files"]} == {"accepted"}
    assert history(folder)["deliveries"][0]["receipt"] == found


@pytest.mark.parametrize(
    ("said", "state", "status"),
    [(Answer(b"", 503), "unsent", 503), (Answer(hang_up=HangUp.AFTER_BODY), "unknown", None)],
)
def test_ctrl_c_between_two_tries_says_how_often_it_was_sent(folder, monkeypatch, said, state, status):
    waits = []

    def impatient(tries, _elapsed, _told):
        waits.append(tries)
        if tries == 2:
            raise KeyboardInterrupt
        return 0

    monkeypatch.setattr(client, "_wait", impatient)
    with plain_server(otherwise=said) as server:
        ran = upload(folder, server, "delivery/items.csv", "--receipt", "receipt.json")
    assert ran.returncode == 130
    assert len(server.requests) == 2
    (file,) = receipt(folder)[0]["files"]
    assert (file["state"], file["tries"], file["status"]) == (state, 2, status)


@pytest.mark.parametrize("killed", [False, True])
def test_the_guard_minds_what_may_have_gone_in(folder, killed):
    rows = [ITEMS.splitlines(keepends=True)[1].replace("00000123", f"{number:08}") for number in range(20)]
    header = ITEMS.splitlines(keepends=True)[0]
    for name, count in (("few", 7), ("many", 20)):
        (folder / f"{name}.csv").write_text(header + "".join(rows[:count]))
    stock = ["--type", "items", "--mode", "stock"]
    with plain_server(answer(), Answer(wait=60) if killed else Answer(b"", 500)) as server:
        assert upload(folder, server, "few.csv", *stock).returncode == 0
        with begin(folder, server, "many.csv", *stock) as running:
            wait_for(lambda: len(server.requests) == 2)
            if killed:
                running.kill()
            running.communicate(timeout=60)
        ran = upload(folder, server, "few.csv", *stock)
        assert ran.returncode == 1
        told = ran.out.partition("The guard stops the delivery")[2]
        assert ("D602" if not killed else "D601") in told
        assert upload(folder, server, "many.csv", *stock).returncode == 0
        assert len(server.requests) == 3


def test_how_the_server_counts_is_remembered(folder):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    bad = "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n"
    (folder / "items.csv").write_text(ITEMS.replace("\n", "\n\n", 1) + bad)
    with plain_server(answer({"exception_lines": {"record 3": "no number"}})) as server:
        ran = upload(folder, server, "items.csv", "--receipt", "receipt.json")
        assert ran.returncode == 3
        assert "dsolint foretold it: V301." in ran.out
        found = receipt(folder)[0]["files"][0]["reconciliation"]
        assert found["numberings"] == ["record"]
        assert [(line["line"], line["record"], line["rules"]) for line in found["confirmed"]] == [(5, 3, ["V301"])]
        server.answers.append(answer({"exception_lines": {"1": "a new rule"}}))
        assert upload(folder, server, "delivery/items.csv", "--receipt", "receipt.json").returncode == 3
    found = receipt(folder)[0]["files"][0]["reconciliation"]
    assert (found["numberings"], [line["number"] for line in found["missed"]]) == (["record"], [1])


def test_lines_beyond_the_samples_are_held_against_the_receipt_too(folder):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    bad = "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n"
    (folder / "items.csv").write_text(ITEMS + bad * 20)
    lines = {f"line {number}": "no number" for number in range(4, 24) if number != 10}
    with plain_server(answer({"exception_lines": {**lines, "line 2": "odd"}})) as server:
        given = ["-", "--type", "items", "--max-findings", "3", "--receipt", "receipt.json"]
        assert upload(folder, server, *given, data=(folder / "items.csv").read_bytes()).returncode == 3
    found = receipt(folder)[0]["files"][0]["reconciliation"]
    assert found["complete"]
    assert [line["number"] for line in found["confirmed"]] == [*range(4, 10), *range(11, 24)]
    assert [line["number"] for line in found["missed"]] == [2]
    assert [line["line"] for line in found["false_alarms"]] == [10]


def test_a_server_that_takes_what_was_foretold_to_be_left_out(folder):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    (folder / "items.csv").write_text(ITEMS + "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n" * 7)
    with plain_server() as server:
        ran = upload(folder, server, "items.csv", "--max-findings", "3", COLUMNS="200")
    assert ran.returncode == 0
    assert "dsolint foretold that 7 more lines would be left out, and they went in." in ran.out


def test_the_history_has_it_all(folder):
    with plain_server() as server:
        upload(folder, server, "delivery", "--receipt", "receipt.json")
    (written,) = receipt(folder)
    with History(folder / "history.sqlite3") as history:
        (delivery,) = history.deliveries()
    assert delivery.receipt == written
    assert delivery.outcome == "accepted"
    assert [file.state for file in delivery.files] == ["accepted"] * 4
    assert delivery.files[3].sums == {"EUR": "1299.50"}


def test_the_history_as_json(folder):
    assert history(folder) == {"deliveries": []}
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    (folder / "delivery" / "items.csv").write_text(ITEMS + "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n")
    on_its_way = []

    def look(_request):
        on_its_way.append(history(folder, "1"))
        return answer()

    left_out = [answer({"exception_lines": lines}) for lines in (["somewhere"], {"line 4": "no number"})]
    with plain_server(look, answer(), *left_out, Answer(b"", 500)) as server:
        assert upload(folder, server, "delivery").returncode == 3
        assert upload(folder, server, "delivery/users.csv").returncode == 4
        data = (folder / "delivery" / "clients.csv").read_bytes()
        assert upload(folder, server, "-", "--type", "clients", "--async", data=data).returncode == 0
    states = [(delivery["outcome"], delivery["receipt"]) for delivery in on_its_way]
    assert states == [("sending", None)]
    assert [file["state"] for file in on_its_way[0]["files"]] == ["sending", "pending", "pending", "pending"]
    found = history(folder)["deliveries"]
    assert [delivery["outcome"] for delivery in found] == ["queued", "unknown", "partial"]
    assert history(folder, "1") == found[2]
    assert found[2]["receipt"]["files"][3]["left_out"] == [{"number": 4, "message": "no number"}]
    assert {entry["rule"]: entry["confirmed"] for entry in history(folder, "--accuracy")["accuracy"]} == {
        None: 0,
        "V301": 1,
    }
