"""`dsolint upload` against the sandbox: what the server makes of a delivery, and what the receipt makes of that."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fixtures.night import Night
from hypothesis import given, settings
from hypothesis import strategies as st
from process import wait_for
from servers.sandbox import sandbox

from dsolint.delivery.record import Outcome, State
from dsolint.sandbox.imports import Numbering, Rule

NAMES = "client_code;item_type;item_number;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency"
CLIENTS = "client_code;client_business_name\n"


def item(number, *, client="C1", currency="EUR"):
    return f"{client};FAC;{number};2024-04-24;2024-05-24;100;{currency}\n"


@pytest.fixture
def night(tmp_path, monkeypatch, capsys):
    return Night(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("numbering", "numbers", "ways"),
    [
        (Numbering.LINE, [5, 6, 8], ["line"]),
        (Numbering.RECORD, [2, 3, 5], ["record"]),
        (Numbering.RECORD_WITH_HEADER, [3, 4, 6], ["record and header"]),
    ],
)
def test_the_receipt_finds_the_lines_however_they_are_counted(night, numbering, numbers, ways):
    text = [f"{NAMES};item_business_case\n"]
    rows = [item(1), item(""), item(""), item(4), item(5, currency="")]
    text += [row.replace("\n", ";x\n") for row in rows]
    text[1] = text[1].replace(";x", ';"a\nb"') + "\n"
    night.write({"items": "".join(text)})
    (night.folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    with sandbox(numbering=numbering, rules=frozenset({Rule.CURRENCY_REQUIRED})) as server:
        receipt = night.folder / "receipt.json"
        code = night.upload(server, "--receipt", receipt, "--config", night.folder / "dsolint.toml")
    assert code == 3
    assert night.last.outcome is Outcome.PARTIAL
    ((file,),) = (delivery["files"] for delivery in json.loads(receipt.read_text("utf-8"))["deliveries"])
    found = file["reconciliation"]
    assert [entry["number"] for entry in (*found["confirmed"], *found["missed"])] == numbers
    assert [entry["line"] for entry in (*found["confirmed"], *found["missed"])] == [5, 6, 8]
    assert found["numberings"] == ways
    assert found["false_alarms"] == []
    assert "dsolint did not foretell it, and found B409 there." in night.out


@pytest.mark.parametrize("mode", ["stock", "delta"])
def test_items_that_were_cleared_for_being_left_out_are_told(night, mode):
    with sandbox(rules=frozenset({Rule.CURRENCY_REQUIRED})) as server:
        night.write({"items": f"{NAMES}\n" + "".join(map(item, range(1, 9)))})
        assert night.upload(server) == 0
        night.write({"items": f"{NAMES}\n" + item(1, currency="") + "".join(map(item, range(2, 9)))})
        assert night.upload(server, "--mode", mode) == 3
        assert server.state()["items"]["cleared"]["count"] == (1 if mode == "stock" else 0)
    assert "Accepted, and 1 line left out." in night.out
    assert ("STOCK mode takes its item for paid" in night.out) is (mode == "stock")


def test_a_queued_delivery_goes_in_afterwards(night):
    night.write({"clients": CLIENTS + "C1;One\n", "items": f"{NAMES}\n{item(1)}"})
    with sandbox() as server:
        assert night.upload(server, "--async") == 0
        wait_for(lambda: server.state()["items"]["open"]["count"])
        assert (server.state()["clients"], server.state()["items"]["open"]["count"]) == (1, 1)
    assert night.states == {"clients": State.QUEUED, "items": State.QUEUED}
    assert night.last.outcome is Outcome.QUEUED


def test_contacts_that_may_be_queued_are_not_queued_again(night):
    night.write({"contacts": "client_code;contact_lastname\nC1;Roy\n", "items": f"{NAMES}\n{item(1)}"})
    with sandbox() as server:
        server.set_faults({"kind": "drop-after-import", "type": "contacts", "times": 1})
        assert night.upload(server, "--async") == 4
        assert night.upload(server, "--async") == 4
        assert "Not sent again: nobody knows whether these contacts went in" in night.out
        sent = [entry["path"] for entry in server.state()["requests"]]
    assert sent == ["/apiPutFiles/items", "/apiPutFiles/contacts"]


@pytest.mark.parametrize(("arguments", "left"), [([], ["New", "Old"]), (["--replace-users", "--force"], ["New"])])
def test_users_are_added_or_replaced(night, arguments, left):
    with sandbox() as server:
        for name in ("Old", "New"):
            night.write({"users": f"client_code;user_lastname\nC1;{name}\n"})
            assert night.upload(server, *arguments) == 0
        assert sorted(record["cells"]["user_lastname"] for record in server.records("users")) == left


def test_the_users_that_go_are_foretold(night):
    report = night.folder / "report.json"
    with sandbox(rules=frozenset({Rule.ALL_USERS_REPLACED})) as server:
        for lines in ("C1;A\nC1;B\nC1;C\nC2;A\nC3;A\n", "C1;B\nC1;D\nC2;A\n"):
            night.write({"users": f"client_code;user_lastname\n{lines}"})
            options = ["--replace-users", "--force", "--output", f"json={report}"]
            assert night.upload(server, *options) == 0
        (file,) = json.loads(report.read_text("utf-8"))["files"]
        (entry, _) = server.state()["requests"]
    assert file["forecast"]["removes"]["associations"] == entry["cleared"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_text_comes_as_it_was_written(night, encoding):
    path = night.folder / "clients.csv.gz"
    path.write_bytes(gzip.compress(f"{CLIENTS}C1;Müller & Söhne\n".encode(encoding)))
    with sandbox() as server:
        assert night.upload(server, "--encoding", encoding, path=path) == 0
        (record,) = server.records("clients")
    assert record["cells"]["client_business_name"] == "Müller & Söhne"


# What STOCK mode clears

NUMBERS = st.integers(1, 5)
AMOUNTS = st.sampled_from(["100", "-20", "0", "0,5", "1 200"])
ROWS = st.dictionaries(
    st.tuples(NUMBERS, st.sampled_from([2023, 2024])),
    st.tuples(
        AMOUNTS, st.sampled_from(["EUR", "USD"]), st.sampled_from(["", "2024-05-01"]), st.sampled_from(["C1", ""])
    ),
    min_size=1,
    max_size=6,
)
NIGHTS = st.lists(st.tuples(st.sampled_from(["stock", "delta"]), ROWS), min_size=2, max_size=4)


def items_file(rows):
    lines = [f"{NAMES};item_date_payment;item_amount_remaining_inc_tax\n"]
    for (number, year), (amount, currency, paid, client) in rows.items():
        type = "AVO" if amount.startswith("-") else "FAC"
        left = "" if paid else amount
        lines.append(f"{client};{type};{number};{year}-04-24;{year}-05-24;{amount};{currency};{paid};{left}\n")
    return "".join(lines)


def open_items(server):
    """The items with a balance that are not paid, by number and year, with currency and amount."""
    found = {}
    for record in server.records("items"):
        cells = record["cells"]
        amount = Decimal(cells["item_amount_initial_inc_tax"].replace(" ", "").replace(",", "."))
        if record["state"] == "open" and amount:
            found[cells["item_number"], cells["item_date_issue"]] = (cells["item_currency"], amount)
    return found


@settings(max_examples=20, deadline=None)
@given(NIGHTS)
def test_what_is_foretold_to_be_cleared_is_what_the_server_clears(nights):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched, sandbox() as server:
        night = Night(Path(folder), patched)
        (night.folder / "dsolint.toml").write_text(
            'severity = { V301 = "warning" }\nthresholds = { mass_clearing = 100 }\n'
        )
        report = night.folder / "report.json"
        options = ["--force", "--output", f"json={report}", "--config", night.folder / "dsolint.toml"]
        known = False
        for mode, rows in nights:
            before = open_items(server)
            night.write({"items": items_file(rows)})
            assert night.upload(server, "--mode", mode, *options) in (0, 3)
            ((file,), after) = json.loads(report.read_text("utf-8"))["files"], open_items(server)
            foretold = file["forecast"].get("clears")
            assert (foretold is not None) is (known and mode == "stock")
            known = True
            if foretold is not None:
                sent = {(str(number), f"{year}-04-24") for (number, year), cells in rows.items() if cells[3]}
                gone = [before[key] for key in before.keys() - after.keys() if key not in sent]
                assert foretold["items"] == len(gone)
                money = {}
                for currency, amount in gone:
                    money[currency] = money.get(currency, 0) + amount
                assert {currency: Decimal(amount) for currency, amount in foretold["amounts"].items()} == money
