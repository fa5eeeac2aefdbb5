"""Our rules inside frictionless: its real command line and library, over files, streams and packages."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from frictionless import Checklist, Package, Report, Resource, formats, system, validate

from frictionless_dsolint import ERRORS, DsolintCheck

HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
GOOD = "FAC;00000123;C0001;2024-04-24;2024-05-24;1200\n"
BAD_DATE = "FAC;00000124;C0001;2024-04-24;24/05/2024;1200\n"
TODAY = "2024-11-22"
SEMICOLON = formats.CsvControl(delimiter=";")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    """frictionless takes paths below the working folder alone."""
    monkeypatch.chdir(tmp_path)


def written(text, name="items.csv"):
    Path(name).write_text(text, encoding="utf-8", newline="")
    return name


def own(**options):
    return Checklist.from_descriptor({"checks": [{"type": "dsolint", "today": TODAY, **options}]})


def checked(source, **options):
    return validate(source, checklist=own(**options), control=SEMICOLON)


def types(report):
    return {error.type for task in report.tasks for error in task.errors}


def found(report):
    """Our findings in a report: rule, line and column."""
    return [
        (error.rule, getattr(error, "row_number", None), getattr(error, "field_name", None))
        for task in report.tasks
        for error in task.errors
        if error.type in ERRORS
    ]


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", *arguments], capture_output=True, text=True, encoding="utf-8"
    )


def test_the_command_line():
    path = written(HEADER + GOOD + BAD_DATE)
    ran = command(path, "--checks", f"dsolint:importType=items:today={TODAY}", "--json")
    assert ran.returncode == 1, ran.stderr
    (error,) = json.loads(ran.stdout)["tasks"][0]["errors"]
    assert error["note"].startswith("V303 bad-date: item_date_due: 24/05/2024 is no date")
    assert {name: error[name] for name in ("type", "rule", "rowNumber", "fieldName", "fieldNumber", "cell")} == {
        "type": "dsolint-cell", "rule": "V303", "rowNumber": 3, "fieldName": "item_date_due", "fieldNumber": 5,
        "cell": "24/05/2024",
    }  # fmt: skip


def test_the_command_line_with_a_checklist():
    path = written(HEADER + GOOD + BAD_DATE)
    ignoring = {"checks": [{"type": "dsolint", "today": TODAY, "ignore": ["V303"]}]}
    assert command(path, "--checklist", json.dumps(ignoring)).returncode == 0


def test_a_good_file_is_valid():
    report = checked(written(HEADER + GOOD))
    assert report.valid, report.to_summary()


def test_findings_stand_beside_those_of_frictionless():
    report = checked(written(HEADER + GOOD + "FAC;1\n"))
    assert found(report) == [("R201", 3, None)]
    assert types(report) == {"dsolint-row", "missing-cell"}


def test_lines_are_physical():
    multi_line = 'FAC;00000125;"C\n1";2024-04-24;2024-05-24;1200\n'
    assert ("V303", 4, "item_date_due") in found(checked(written(HEADER + multi_line + BAD_DATE)))


def test_findings_on_the_header_have_no_row():
    header = HEADER.replace("item_date_due", "item_due")
    assert ("H101", None, None) in found(checked(written(header + GOOD), importType="items"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"select": ["R"]}, []),
        ({"failOn": "never"}, []),
        ({"failOn": "warning", "select": ["V307"]}, []),
        ({"importType": "users"}, [("H107", None, None)]),
        ({"clients": "known.csv", "ignore": ["V303"], "failOn": "info"}, [("X501", 2, "client_code"), ("X501", 3, "client_code")]),
    ],
)  # fmt: skip
def test_the_options(options, expected):
    written("client_code;client_business_name\nC0009;Nine\n", "known.csv")
    assert found(checked(written(HEADER + GOOD + BAD_DATE), **options)) == expected


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"mode": "full"}, "delta, stock"),
        ({"select": ["V999"]}, "V999"),
        ({"importTypo": "items"}, "importType"),
        ({"clients": "not_there.csv"}, "not_there.csv"),
    ],
)
def test_what_can_not_be_followed_is_an_error_of_the_check(options, told):
    (error,) = checked(written(HEADER + GOOD), **options).tasks[0].errors
    assert error.type == "check-error"
    assert told in error.message


def test_data_without_a_file_is_refused():
    (error,) = validate([["item_type"], ["FAC"]], checklist=own()).tasks[0].errors
    assert "checks files" in error.message


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # frictionless leaves packed files open
def test_packed_files_and_bytes_are_read_by_frictionless():
    text = (HEADER + GOOD + BAD_DATE).encode()
    Path("items.csv.gz").write_bytes(gzip.compress(text))
    assert found(checked("items.csv.gz")) == [("V303", 3, "item_date_due")]
    assert found(Resource(text, format="csv").validate(own())) == [("V303", 3, "item_date_due")]
    Path("items.csv").write_bytes(text)
    with Path("items.csv").open("rb") as stream:
        assert found(Resource(stream, format="csv").validate(own())) == [("V303", 3, "item_date_due")]


def test_the_resources_of_a_package():
    written(HEADER + BAD_DATE, "north.csv")
    written(HEADER + GOOD, "south.csv")
    package = Package(resources=[Resource(name=name, path=f"{name}.csv") for name in ("north", "south")])
    report = package.validate(own())
    assert [task.valid for task in report.tasks] == [False, True]


def test_a_check_and_a_report_are_read_back():
    check = DsolintCheck(import_type="items", select=["V303"], today=TODAY)
    assert DsolintCheck.from_descriptor(check.to_descriptor()).to_descriptor() == check.to_descriptor()
    report = checked(written(HEADER + "FAC;1\n" + BAD_DATE))
    assert found(Report.from_descriptor(report.to_descriptor())) == found(report)


def test_errors_can_be_picked_and_skipped():
    path = written(HEADER + BAD_DATE + "FAC;1\n")
    checklist = own()
    checklist.pick_errors = ["#dsolint"]
    assert types(validate(path, checklist=checklist, control=SEMICOLON)) == {"dsolint-cell", "dsolint-row"}
    checklist.pick_errors, checklist.skip_errors = [], ["#dsolint"]
    assert types(validate(path, checklist=checklist, control=SEMICOLON)) == {"missing-cell"}


def test_frictionless_finds_the_plugin_by_its_name():
    assert "dsolint" in system.plugins


def test_the_plugin_loads_nothing_until_it_checks():
    written("a,b\n1,2\n", "table.csv")
    script = "import sys, frictionless\nassert frictionless.validate('table.csv').valid\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = set(ran.stdout.split())
    assert "frictionless_dsolint" in modules
    assert not {name for name in modules if name.startswith(("dsolint", "pyarrow", "duckdb"))}
