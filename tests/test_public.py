"""What other programs may rely on: the names, the keyword arguments, the report's shape, and what an import costs."""

import datetime
import inspect
import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import dsolint

NAMES = [
    "DsolintError",
    "Effect",
    "FileReport",
    "Finding",
    "ReadError",
    "Report",
    "SchemaError",
    "Severity",
    "UnknownTypeError",
    "UsageError",
    "__version__",
    "check",
]
KEYWORDS = [
    "type", "schema", "encoding", "delimiter", "select", "ignore", "fail_on", "today", "mode", "clients", "config",
    "max_findings", "jobs", "memory", "baseline",
]  # fmt: skip
TODAY = datetime.date(2024, 11, 22)
HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
GOOD = HEADER + "FAC;00000123;C0001;2024-04-24;2024-05-24;1200\n"
BAD = "\ufeff" + HEADER.replace("\n", ";remark;\n") + 'FAC;;C0001;24/04/2024;2024-05-24;"x\n";"a"b;1\n\nFAC;1;Mü\x07\n'


def check(text, **options):
    return dsolint.check(io.BytesIO(text.encode()), today=TODAY, **options)


# Names


def test_the_public_names():
    assert sorted(dsolint.__all__) == sorted(NAMES)
    assert dir(dsolint) == dsolint.__all__


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there(name):
    assert getattr(dsolint, name) is not None


def test_no_other_name():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = dsolint.no_such_name


@pytest.mark.parametrize("name", ["ReadError", "SchemaError", "UnknownTypeError", "UsageError"])
def test_failures_have_one_base(name):
    assert issubclass(getattr(dsolint, name), dsolint.DsolintError)


def test_keyword_arguments():
    first, *others = inspect.signature(dsolint.check).parameters.values()
    assert first.name == "path"
    assert [parameter.name for parameter in others] == KEYWORDS
    assert {parameter.kind for parameter in others} == {inspect.Parameter.KEYWORD_ONLY}


# check()


def test_a_path_may_be_text_a_path_a_file_or_several(tmp_path):
    path = tmp_path / "items.csv"
    path.write_text(GOOD)
    with path.open("rb") as file:
        for given in (str(path), path, io.BytesIO(GOOD.encode()), file, [path], (str(path), path)):
            report = dsolint.check(given, today=TODAY)
            assert report.passed
            assert {file.type for file in report.files} == {"items"}


def test_the_options(tmp_path):
    row = "FAC;00000124;C0002;2024-04-24;24/04/2024;1200\n"
    assert not check(GOOD + row).passed
    assert check(GOOD + row, ignore=["V303"]).passed
    assert check(GOOD + row, select=["F"]).passed
    assert check(GOOD + row, fail_on="never").passed
    assert check(GOOD + row * 5, max_findings=2, jobs=2).files[0].counts["V303"] == 5
    assert check(GOOD, mode="stock").files[0].forecast.to_dict()["cleared_by_mistake"]["items"] == 0
    assert check(GOOD, type="users").files[0].counts == {"H107": 1}
    latin = dsolint.check(io.BytesIO(GOOD.replace("C0001", "Cé").encode("latin-1")), encoding="latin-1", today=TODAY)
    assert latin.passed
    own = tmp_path / "own.json"
    own.write_text('{"fields": [{"name": "a", "type": "integer"}]}')
    assert dsolint.check(io.BytesIO(b"a,b\n1,2\n"), schema=own, delimiter=",").passed
    clients = tmp_path / "known.csv"
    clients.write_text("client_code;client_business_name\nC0009;Nine\n")
    assert check(GOOD, clients=clients).files[0].counts == {"X501": 1}
    config = tmp_path / "mine.toml"
    config.write_text('ignore = ["V303"]\n')
    assert check(GOOD + row, config=config).passed


def test_today_is_a_date_of_ones_own():
    assert check(GOOD, select=["B414"]).files[0].counts == {}
    early = dsolint.check(io.BytesIO(GOOD.encode()), today=datetime.date(2024, 1, 1), select=["B414"])
    assert early.files[0].counts == {"B414": 1}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"type": "invoices"}, dsolint.UsageError),
        ({"select": ["no-such-rule"]}, dsolint.UsageError),
        ({"encoding": "no-such"}, dsolint.UsageError),
        ({"delimiter": ","}, dsolint.UsageError),
        ({"mode": "full"}, dsolint.UsageError),
        ({"fail_on": "fatal"}, dsolint.UsageError),
        ({"jobs": 0}, dsolint.UsageError),
        ({"max_findings": -1}, dsolint.UsageError),
        ({"schema": "no-such.json"}, dsolint.SchemaError),
        ({"config": "no-such.toml"}, dsolint.UsageError),
        ({"clients": "no-such.csv"}, dsolint.ReadError),
    ],
)
def test_what_can_not_be_followed(options, error):
    with pytest.raises(error) as caught:
        check(GOOD, **options)
    assert str(caught.value)


def test_what_can_not_be_read(tmp_path):
    with pytest.raises(dsolint.ReadError):
        dsolint.check(tmp_path / "not-there.csv")
    with pytest.raises(dsolint.DsolintError):
        dsolint.check(io.StringIO(GOOD))
    with pytest.raises(dsolint.DsolintError, match="type"):
        check("a;b\n1;2\n")


def test_nothing_is_printed(capfd):
    check(BAD)
    with pytest.raises(dsolint.DsolintError):
        check("a;b\n1;2\n")
    assert capfd.readouterr() == ("", "")


# The report's shape


def shape(value):
    """The keys of a report, without what its findings decide."""
    if isinstance(value, dict):
        return {
            key: shape(entry) for key, entry in value.items() if key not in ("counts", "response", "amounts", "key")
        }
    return (
        [shape(value[0])] if isinstance(value, list) and value and isinstance(value[0], dict) else type(value).__name__
    )


def test_the_shape_does_not_depend_on_findings():
    bad, good = check(BAD).to_dict(), check(GOOD).to_dict()
    assert bad["files"][0]["findings"]
    assert not good["files"][0]["findings"]
    for report in (bad, good):
        for key in ("findings", "diagnoses", "not_checked"):
            report["files"][0][key] = []
        report["files"][0]["forecast"]["weakened_by"] = report["files"][0]["forecast"]["unknown"] = []
    assert shape(bad) == shape(good)


@pytest.mark.parametrize("text", [BAD, GOOD, "", HEADER, "\x00\x01\x02" * 50, "PK\x03\x04", 'a;"'])
@pytest.mark.parametrize("type", ["items", "users"])
@pytest.mark.parametrize("mode", ["delta", "stock"])
def test_every_report_is_of_its_schema(text, type, mode):
    schema = json.loads((Path(dsolint.__file__).parent / "reporters" / "report.schema.json").read_text("utf-8"))
    report = check(text, type=type, mode=mode, max_findings=3).to_dict()
    jsonschema.validate(report, schema, jsonschema.Draft202012Validator)
    file = report["files"][0]
    assert file["forecast"]["accepted"] + file["forecast"]["ignored"] == file["rows"]
    assert sum(file["counts"].values()) == sum(report["counts"].values())
    assert json.loads(json.dumps(report)) == report


def test_every_finding_has_every_key():
    keys = [
        "code",
        "name",
        "severity",
        "effect",
        "line",
        "record",
        "column",
        "value",
        "message",
        "suggestion",
        "key",
        "known",
    ]
    findings = check(BAD).to_dict()["files"][0]["findings"]
    assert {finding["code"] for finding in findings} >= {"F005", "H102", "R202", "V301"}
    assert all(list(finding) == keys for finding in findings)


# What is imported


def imported(script):
    """The modules that are there once a script has run in a process of its own."""
    script = f"{script}\nimport sys\nprint('\\n' + ' '.join(name for name, module in sys.modules.items() if module))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(ran.stdout.rpartition("\n\n")[2].split() or ran.stdout.split())


CLI = "import os, sys\nos._exit = sys.exit\nsys.argv = ['dsolint', *{!r}]\nfrom dsolint.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass"


LITTLE = {"dsolint", "click", "colorama", "msgspec", "typing_extensions", "rich", "attr"}
"""What a check of few rows may import beside the standard library; click asks for colorama on Windows, msgspec for
typing_extensions, rich for attrs.
"""
MORE = LITTLE | {"pyarrow", "cython_runtime", "dateutil", "six"}
"""What many rows may import; pyarrow itself imports dateutil."""


def packages(modules):
    """The packages among them that are installed, apart from what installing itself leaves to be imported."""
    names = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    return {name for name in names if not name.startswith(("_", "sitecustomize", "google"))}


@pytest.mark.parametrize(
    "texts",
    [
        [GOOD],
        ["contact_lastname;client_code\nRoy;C0001\n"],
        [GOOD + GOOD.removeprefix(HEADER)],
        [GOOD, "client_code;client_name\nC1;Roy\nC0002;Lee\nC0002;Lee\n"],
    ],
    ids=["good", "contacts", "a repeated key", "an unknown customer"],
)
def test_a_plain_check_imports_little(tmp_path, texts):
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.csv").write_text(text)
    modules = imported(CLI.format(["check", "--today", "2024-11-22", str(tmp_path)]))
    assert packages(modules) <= LITTLE


def test_a_check_of_many_rows_imports_arrow(tmp_path):
    row = GOOD.removeprefix(HEADER)
    (tmp_path / "many.csv").write_text(HEADER + "".join(row.replace("123", f"{n:03}") for n in range(999)))
    modules = imported(CLI.format(["check", "--today", "2024-11-22", str(tmp_path)]))
    assert "pyarrow" in modules
    assert packages(modules) <= MORE
    assert "dateutil.parser" not in modules


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["no-such-command"]])
@pytest.mark.parametrize("heavy", ["pyarrow", "rich", "duckdb", "frictionless"])
def test_version_and_help_import_next_to_nothing(arguments, heavy):
    assert heavy not in imported(CLI.format(arguments))


def test_the_version_is_told_without_click():
    assert "click" not in imported(CLI.format(["--version"]))


def test_importing_the_package_imports_nothing():
    modules = imported("import dsolint")
    assert not {name.partition(".")[0] for name in modules} & {"pyarrow", "rich", "click", "duckdb", "frictionless"}
    assert "dsolint.engine" not in modules
