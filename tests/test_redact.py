"""Nothing of what a file holds is in a redacted report, whatever is wrong with the file and whatever the format."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from dsolint.cli.main import group
from dsolint.reporters import FORMATS

SECRET = "SeCrEt"
ITEMS = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency"
CLIENTS = "client_code;client_business_name;client_email;client_siret;client_vat;client_url;client_blocked"
ROW = ";".join(f"{SECRET}{n}" for n in range(7))
SHAPES = {
    "every cell is wrong": {"items.csv": f"{ITEMS}\n{ROW}\n{ROW}\n"},
    "a stray quote": {"items.csv": f'{ITEMS}\n{SECRET}"{SECRET};x\n"{SECRET}\n{SECRET}'},
    "no header": {"items.csv": f"FAC;1;{SECRET};2024-04-24;2024-05-24;1200.00\n{ROW}\n"},
    "commas": {"items.csv": f"FAC,1,{SECRET},2024-04-24\n" + ITEMS.replace(";", ",") + f"\n{SECRET},{SECRET}\n"},
    "controls": {"clients.csv": f"{CLIENTS}\n {SECRET}\x07 ;={SECRET};{SECRET}@;{SECRET};FR{SECRET};{SECRET};Ã¼{SECRET}\n"},
    "money in no currency": {
        "items.csv": f"{ITEMS}\nFAC;1;C1;2024-04-24;2024-05-24;12;{SECRET}\nFAC;;C1;2024-04-24;2024-05-24;9;{SECRET}y\n"
    },
    "keys twice": {
        "items.csv": f"{ITEMS}\n" + f"FAC;{SECRET};{SECRET};2024-04-24;2024-05-24;12;EUR\n" * 2,
        "clients.csv": f"{CLIENTS}\n" + f"C{SECRET};;a@b.fr;;;;2\n" * 2,
    },
    "a placeholder and a type of the ERP's own": {
        "items.csv": f"{ITEMS}\n{SECRET};1;#N/A{SECRET};{SECRET};24.04.2024;{SECRET}1.200,00;EUR\n"
    },
}  # fmt: skip


def checked(folder, format, *options):
    result = CliRunner().invoke(group, ["check", str(folder), "--format", format, "--today", "2024-06-30", *options])
    assert result.exit_code in (None, 0, 1), result.output
    return result.stdout


@pytest.fixture
def folder(tmp_path, request):
    for name, text in SHAPES[request.param].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("folder", SHAPES, indirect=True)
def test_no_value_is_left(folder, format):
    assert SECRET not in checked(folder, format, "--redact")


@pytest.mark.parametrize("folder", SHAPES, indirect=True)
def test_the_values_are_there_otherwise(folder):
    assert SECRET in checked(folder, "json")


@pytest.mark.parametrize("folder", SHAPES, indirect=True)
def test_rules_lines_and_counts_stay(folder):
    before, after = (json.loads(checked(folder, "json", *options)) for options in ((), ("--redact",)))
    schema = Path(__file__).parent.parent / "dsolint" / "reporters" / "report.schema.json"
    jsonschema.validate(after, json.loads(schema.read_text(encoding="utf-8")))
    for plain, hidden in zip(before["files"], after["files"], strict=True):
        for same in ("counts", "rows", "path", "type", "not_checked"):
            assert hidden[same] == plain[same]
        places = [[(f["code"], f["line"], f["severity"]) for f in file["findings"]] for file in (plain, hidden)]
        assert places[0] == places[1]
        assert {f["value"] for f in hidden["findings"]} | {f["suggestion"] for f in hidden["findings"]} <= {None}


def test_money_is_not_added_up_across_what_stood_for_currencies(tmp_path):
    (tmp_path / "items.csv").write_text(SHAPES["money in no currency"]["items.csv"])
    file = json.loads(checked(tmp_path, "json", "--redact"))["files"][0]
    assert file["forecast"]["amounts"] == {
        "*** 1": {"accepted": "12.00", "ignored": "0.00"},
        "*** 2": {"accepted": "0.00", "ignored": "9.00"},
    }


def test_the_page_says_that_values_are_left_out(tmp_path):
    (tmp_path / "items.csv").write_text(SHAPES["every cell is wrong"]["items.csv"])
    said = "Values, keys and suggestions are left out of this report"
    assert said in checked(tmp_path, "html", "--redact", "--lang", "en")
    assert said not in checked(tmp_path, "html", "--lang", "en")
