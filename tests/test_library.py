"""The report as a table, in the real libraries that people read it with, and as it shows itself in a notebook."""

import csv
import io
import re

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fixtures.reports import file, finding, report
from IPython.core.formatters import DisplayFormatter

import dsolint
from dsolint.reporters.table import table

HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
ROWS = "FAC;1;C1;2024-04-24;2024-05-24;1200\nFAC;2;<b>;2024-04-24;24/05/2024;1200\nFAC;3;C3;2024-04-24;2024-05-24;x\n"


@pytest.fixture
def made():
    return dsolint.check(io.BytesIO((HEADER + ROWS).encode()), today="2024-11-22")


def test_pandas(made):
    findings = made.table().to_pandas()
    assert findings["code"].value_counts().to_dict() == {"V303": 1, "V304": 1}
    rows = pd.read_csv(io.StringIO(HEADER + ROWS), sep=";", dtype=str)
    bad = rows.iloc[findings["record"] - 1]
    assert list(bad["item_number"]) == ["2", "3"]


def test_a_limit_of_the_csv_module_that_the_program_set_hides_nothing():
    before = csv.field_size_limit(1000)
    long = ROWS.replace("FAC;1;", f'FAC;"1"{"2" * 200_000};', 1)
    try:
        found = dsolint.check(io.BytesIO((HEADER + long).encode()), today="2024-11-22")
    finally:
        csv.field_size_limit(before)
    assert found.to_dict()["files"][0]["counts"]["R204"] == 1


def test_polars(made):
    findings = pl.from_arrow(made.table())
    assert findings.filter(pl.col("severity") == "error")["line"].to_list() == [3, 4]
    assert findings.schema["line"] == pl.Int64


def test_duckdb(made):
    findings = made.table()
    assert duckdb.sql("SELECT \"column\", line FROM findings WHERE code = 'V303'").fetchall() == [("item_date_due", 3)]
    assert findings.num_rows == 2


def test_the_table_has_the_findings_of_the_json_report(made):
    rows = made.table().to_pylist()
    expected = made.to_dict()["files"][0]["findings"]
    assert [{**row, "key": None} for row in rows] == [{"path": "<stream>", **each, "key": None} for each in expected]
    assert [row["key"] for row in rows] == ["item_number=2", "item_number=3"]


def test_a_table_without_findings_has_its_columns():
    good = dsolint.check(io.BytesIO((HEADER + ROWS.splitlines()[0]).encode()), today="2024-11-22", select=["V"])
    assert good.table().num_rows == 0
    assert good.table().schema.field("line").type == pa.int64()


def test_a_name_that_is_no_text_stands_as_an_escape():
    (row,) = table(report(file(finding(), path="b\udce4d.csv"))).to_pylist()
    assert row["path"] == "b\\udce4d.csv"


def test_what_is_printed_is_what_the_command_prints(made):
    assert "V303" in str(made) and "\n" in str(made)
    assert re.fullmatch(r"<dsolint.Report: passed=False, files=1, error=\d+, warning=\d+, info=\d+>", repr(made))


def test_a_notebook_shows_the_report(made, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    shown = DisplayFormatter().format(made)[0]["text/html"]
    assert shown.startswith("<iframe ") and shown.endswith("</iframe>")
    assert shown.count("<") == 2, "the page stands in an attribute, so none of it is markup of the notebook"
    assert "lang=&#34;de&#34;" in shown
