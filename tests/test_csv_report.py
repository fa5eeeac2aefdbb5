"""The CSV of findings, read back by a reader that works out the dialect by itself, and as a spreadsheet would."""

import csv
import io
import json
import unicodedata

import duckdb
import pytest
from fixtures.reports import FAILURE, NASTY, file, finding, hostile, report
from golden import FEW, run
from hypothesis import given, settings

from dsolint.cli.streams import encoded
from dsolint.phrases import Phrase
from dsolint.report import NotChecked
from dsolint.reporters import FORMATS
from dsolint.reporters.view import COLUMNS

FORMULAS = tuple("=+-@＝＋－＠\t\r")


def read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def render(made):
    return read(encoded(FORMATS["csv"](made)))


def row(**changes):
    (found,) = render(report(file(finding(**changes))))
    return found


@pytest.mark.parametrize("name", FEW)
def test_deliveries_are_read_back(name, tmp_path):
    path = tmp_path / "report.csv"
    path.write_bytes(run(name)[1]["csv"].encode())
    found = json.loads(run(name)[1]["json"])
    expected = [(file["path"], each["code"], each["line"]) for file in found["files"] for each in file["findings"]]
    table = duckdb.sql(f"SELECT path, code, line FROM read_csv('{path}') WHERE name <> 'not-checked'")
    assert table.fetchall() == expected


@settings(max_examples=50, deadline=None)
@given(made=hostile)
def test_any_report_is_read_back(made):
    data = encoded(FORMATS["csv"](made))
    rows = read(data)
    assert [row["code"] for row in rows if row["code"]] == [f.code for file in made.files for f in file.findings]
    assert data.count(b"\n") == len(rows) + 1
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(FORMULAS)]
    assert not [cell for cell in cells if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in cell)]


def test_a_row():
    assert row(line=17, record=16, suggestion="2024-04-24", key={"client_code": "C1", "item_number": "7"}) == {
        "path": "items.csv",
        "line": "17",
        "record": "16",
        "code": "V303",
        "name": "bad-date",
        "severity": "error",
        "effect": "value",
        "column": "item_date_due",
        "value": "24.04.2024",
        "message": "24.04.2024 is not right.",
        "suggestion": "2024-04-24",
        "key": "client_code=C1, item_number=7",
        "known": "no",
    }


@pytest.mark.parametrize("value", [text for text in NASTY if text.lstrip(" ").startswith(("=", "+", "-", "@"))])
def test_a_formula_has_an_apostrophe_in_front(value):
    assert row(value=value)["value"] == f"'{value}"


@pytest.mark.parametrize(("value", "told"), [("a\nb", "a\\nb"), ("\t=1", "\\t=1"), ("a;b", "a;b"), ('a"b', 'a"b')])
def test_a_row_is_a_line(value, told):
    assert row(value=value)["value"] == told


def test_a_spreadsheet_knows_the_encoding_and_the_delimiter():
    data = encoded(FORMATS["csv"](report(file())))
    assert data == b"\xef\xbb\xbf" + ";".join(f'"{name}"' for name in COLUMNS).encode() + b"\n"


def test_a_file_that_could_not_be_checked():
    (found,) = render(report(failures=[FAILURE]))
    assert {name: cell for name, cell in found.items() if cell} == {
        "path": "lost.csv",
        "severity": "error",
        "effect": "file",
        "message": FAILURE.message,
    }


def test_rules_that_were_not_checked():
    made = file(not_checked=(NotChecked("X501", Phrase("there is no customers file in the delivery")),))
    (row,) = read(encoded(FORMATS["csv"](report(made))))
    told = "Not checked, since there is no customers file in the delivery: X501."
    assert (row["path"], row["code"], row["name"], row["message"]) == ("items.csv", "", "not-checked", told)
