"""The Report descriptor, loaded by frictionless itself."""

import json

import frictionless
import pytest
from fixtures.reports import FAILURE, SKIPPED, file, finding, hostile, report
from golden import FEW, run
from hypothesis import given, settings

from dsolint.cli.streams import encoded
from dsolint.findings import Severity
from dsolint.report import NotChecked
from dsolint.reporters import FORMATS
from dsolint.reporters.frictionless import TYPES
from dsolint.rules import RULES


def load(text):
    return frictionless.Report.from_descriptor(json.loads(text))


def render(made):
    return load(encoded(FORMATS["frictionless"](made)))


def error(*arguments, **changes):
    """The one error that a finding becomes."""
    made = file(finding(*arguments, severity=Severity.ERROR, **changes))
    return render(report(made)).task.error


@pytest.mark.parametrize("name", FEW)
def test_deliveries_are_loaded(name):
    found = json.loads(run(name)[1]["json"])
    loaded = load(run(name)[1]["frictionless"])
    assert loaded.stats["errors"] == found["counts"]["error"]
    assert loaded.stats["warnings"] == found["counts"]["warning"] + found["counts"]["info"]
    assert [task.place for task in loaded.tasks] == [file["path"] for file in found["files"]]
    assert [task.stats["rows"] for task in loaded.tasks] == [file["rows"] for file in found["files"]]
    assert loaded.to_summary()


@settings(max_examples=30, deadline=None)
@given(made=hostile)
def test_any_report_is_loaded(made):
    loaded = render(made)
    assert loaded.valid == made.passed
    assert loaded.stats["errors"] == len(loaded.errors) + sum(len(task.errors) for task in loaded.tasks)
    assert [task.valid for task in loaded.tasks] == [file.passed for file in made.files]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_type_that_frictionless_knows(code):
    found = error(code)
    assert type(found) is not frictionless.Error
    assert found.type == TYPES.get(code, found.type)
    assert "is not right" in found.note and code in found.note


def test_an_error_of_a_cell():
    found = error("V303", line=17)
    assert found.type == "type-error"
    assert (found.row_number, found.field_name, found.field_number) == (17, "item_date_due", 3)
    assert found.cell == "24.04.2024"
    assert "V303 bad-date" in found.message


@pytest.mark.parametrize(("cells", "type", "number"), [("3", "extra-cell", 3), ("1", "missing-cell", 2)])
def test_rows_with_too_many_or_too_few_cells(cells, type, number):
    found = error("R201", column=None, params={"value": "", "found": cells, "defined": "2"})
    assert (found.type, found.row_number, found.field_number) == (type, 2, number)


@pytest.mark.parametrize(
    ("code", "changes", "type"),
    [
        ("F001", {"line": None}, "source-error"),
        ("F010", {}, "source-error"),
        ("H107", {}, "table-error"),
        ("R207", {"column": None}, "row-constraint"),
        ("V302", {}, "constraint-error"),
        ("B401", {}, "constraint-error"),
    ],
)
def test_what_frictionless_has_no_word_for(code, changes, type):
    assert error(code, **changes).type == type


def test_a_customer_that_is_not_there():
    found = error("X501", column="client_code", value="C9")
    assert (found.field_names, found.field_cells, found.reference_name) == (["client_code"], ["C9"], "clients")


def test_what_does_not_fail_the_file_is_a_warning():
    found = render(report(file(finding(severity=Severity.WARNING))))
    assert found.valid and not found.task.errors
    assert found.task.warnings == ["line 2: V303 bad-date: item_date_due: 24.04.2024 is not right."]


def test_findings_that_were_not_kept_are_counted():
    few = file(finding(), severities={Severity.ERROR: 1234, Severity.INFO: 5})
    assert render(report(few)).stats == {"tasks": 1, "errors": 1234, "warnings": 5, "seconds": 0}


def test_files_that_were_not_checked():
    found = render(report(file(), failures=[FAILURE], skipped=[SKIPPED]))
    assert not found.valid and found.stats["errors"] == 1
    assert FAILURE.message in found.errors[0].message
    assert found.warnings == [f"notes.csv: skipped. {SKIPPED.reason}"]


def test_what_was_not_checked_is_described():
    task = render(report(file(not_checked=[NotChecked("X501", "there is no customers file")]))).task
    assert task.description == "Not checked, since there is no customers file: X501."
