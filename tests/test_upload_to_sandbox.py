"""`dsolint upload` against the sandbox: what the server makes of a delivery, and what the receipt makes of that."""

import gzip
import json
import time

import pytest
from fixtures.night import Night
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


def test_a_queued_delivery_goes_in_afterwards(night):
    night.write({"clients": CLIENTS + "C1;One\n", "items": f"{NAMES}\n{item(1)}"})
    with sandbox() as server:
        assert night.upload(server, "--async") == 0
        for _ in range(500):
            if server.state()["items"]["open"]["count"]:
                break
            time.sleep(0.01)
        assert (server.state()["clients"], server.state()["items"]["open"]["count"]) == (1, 1)
    assert night.states == {"clients": State.QUEUED, "items": State.QUEUED}
    assert night.last.outcome is Outcome.QUEUED


@pytest.mark.parametrize(("arguments", "left"), [([], ["New", "Old"]), (["--replace-users", "--force"], ["New"])])
def test_users_are_added_or_replaced(night, arguments, left):
    with sandbox() as server:
        for name in ("Old", "New"):
            night.write({"users": f"client_code;user_lastname\nC1;{name}\n"})
            assert night.upload(server, *arguments) == 0
        assert sorted(record["cells"]["user_lastname"] for record in server.records("users")) == left


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_text_comes_as_it_was_written(night, encoding):
    path = night.folder / "clients.csv.gz"
    path.write_bytes(gzip.compress(f"{CLIENTS}C1;Müller & Söhne\n".encode(encoding)))
    with sandbox() as server:
        assert night.upload(server, "--encoding", encoding, path=path) == 0
        (record,) = server.records("clients")
    assert record["cells"]["client_business_name"] == "Müller & Söhne"
