"""The real command in a process of its own: exit codes, options, bad inputs, and what reaches the terminal."""

import gzip
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import jsonschema
import pytest

from dsolint.reporters import FORMATS

SCHEMA = json.loads((Path(__file__).parent.parent / "dsolint" / "reporters" / "report.schema.json").read_text("utf-8"))


def closed(schema):
    """The schema without room for keys that it does not name: readers ignore those, and a report has none."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: one if name in ("if", "then", "else") else closed(one) for name, one in schema.items()}
    if "properties" in schema:
        found.setdefault("additionalProperties", False)
    return found


VALIDATOR = jsonschema.Draft202012Validator(closed(SCHEMA))

HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
GOOD = HEADER + "FAC;00000123;C0001;2024-04-24;2024-05-24;1200\n"
BAD = GOOD + "FAC;00000124;C0001;2024-04-24;24/04/2024;1200\n"
WARNED = HEADER.replace("\n", ";remark\n") + "FAC;00000123;C0001;2024-04-24;2024-05-24;1200;x\n"
USERS = "user_lastname;client_code\nRoy;C0001\n"

posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR", "NO_COLOR")}
    return kept | more


def run(folder, *arguments, data=None, **variables):
    """Run the command in a folder; whatever it was given, it prints no traceback."""
    ran = subprocess.run(
        [sys.executable, "-m", "dsolint", *arguments],
        cwd=folder,
        input=data,
        capture_output=True,
        env=environment(**variables),
        check=False,
    )
    ran.out, ran.err = ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace")
    assert "Traceback" not in ran.err, ran.err
    return ran


def check(folder, *arguments, data=None, **variables):
    return run(folder, "check", "--today", "2024-11-22", *arguments, data=data, **variables)


def report(folder, *arguments, data=None, **variables):
    """The JSON report, held against its schema."""
    ran = check(folder, "--format", "json", *arguments, data=data, **variables)
    found = json.loads(ran.stdout.decode())
    VALIDATOR.validate(found)
    found["exit"] = ran.returncode
    return found


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, good=GOOD, bad=BAD, warned=WARNED)
    return tmp_path


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.csv"], 0),
        (["bad.csv"], 1),
        (["good.csv", "bad.csv"], 1),
        (["not-there.csv"], 2),
        (["bad.csv", "not-there.csv"], 2),
        (["not-there"], 2),
        ([], 2),
        (["good.csv", "--no-such-option"], 2),
        (["good.csv", "--type", "invoices"], 2),
        (["good.csv", "--format", "xlsx"], 2),
        (["good.csv", "--today", "2024-02-30"], 2),
        (["good.csv", "--max-findings", "-1"], 2),
        (["good.csv", "--jobs", "0"], 2),
        (["good.csv", "--encoding", "no-such"], 2),
        (["good.csv", "--encoding", "base64"], 2),
        (["good.csv", "--config", "not-there.toml"], 2),
        (["good.csv", "--schema", "not-there.json"], 2),
        (["good.csv", "--clients", "not-there.csv"], 2),
    ],
)
def test_exit_codes(folder, arguments, code):
    ran = check(folder, *arguments)
    assert ran.returncode == code, ran.out + ran.err
    assert (code == 2) == bool(ran.err.strip())


def test_what_can_be_checked_is_checked_beside_what_can_not(folder):
    found = report(folder, "bad.csv", "not-there.csv")
    assert found["exit"] == 2
    assert [file["path"] for file in found["files"]] == ["bad.csv"]
    assert [failure["path"] for failure in found["failures"]] == ["not-there.csv"]
    assert found["verdict"] == "fail"


def test_a_delivery_that_lacks_a_file_has_not_passed(folder):
    found = report(folder, "good.csv", "not-there.csv")
    assert [(one["verdict"], one["files"]) for one in found["deliveries"]] == [("fail", ["good.csv"])]


@pytest.mark.parametrize(
    ("file", "fail_on", "code"),
    [
        ("warned.csv", "error", 0),
        ("warned.csv", "warning", 1),
        ("warned.csv", "info", 1),
        ("good.csv", "info", 0),
        ("bad.csv", "never", 0),
        ("bad.csv", "eror", 2),
    ],
)
def test_fail_on(folder, file, fail_on, code):
    assert check(folder, file, "--fail-on", fail_on).returncode == code


def test_fail_on_decides_the_verdict(folder):
    assert report(folder, "bad.csv", "--fail-on", "never")["verdict"] == "pass"
    assert report(folder, "warned.csv", "--fail-on", "warning")["verdict"] == "fail"


# Choosing rules


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], {"H102", "R201", "V303"}),
        (["--select", "V303"], {"V303"}),
        (["--select", "bad-date,R"], {"R201", "V303"}),
        (["--select", "V3", "--select", "H1"], {"H102", "V303"}),
        (["--ignore", "V303"], {"H102", "R201"}),
        (["--select", "V,R", "--ignore", "r2"], {"V303"}),
    ],
)
def test_selected_rules(folder, options, codes):
    row = "FAC;00000124;C0001;2024-04-24;24/04/2024;1200"
    write(folder, three=f"{HEADER[:-1]};remark\n{row};\n{row}\n")
    assert set(report(folder, "three.csv", *options)["files"][0]["counts"]) == codes


def test_rules_switched_off_weaken_the_forecast(folder):
    forecast = report(folder, "bad.csv", "--ignore", "V303")["files"][0]["forecast"]
    assert "V303" in forecast["weakened_by"]
    assert "V303" in check(folder, "bad.csv", "--ignore", "V303").out


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(("code", "meant"), [("V333", "V3"), ("bad-dat", "bad-date"), ("v330", "V3"), ("r22", "R20")])
def test_an_unknown_rule_is_named_with_what_was_meant(folder, option, code, meant):
    ran = check(folder, "good.csv", option, code)
    assert ran.returncode == 2
    assert code in ran.err
    assert "Did you mean" in ran.err
    assert meant in ran.err.split("Did you mean")[1]


# Output


def test_json_is_utf_8_with_lf(folder):
    write(folder, users="user_lastname;client_code\r\nMüller €;\r\n")
    for variables in (
        {},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        ran = check(folder, "--format", "json", "users.csv", **variables)
        assert b"\r" not in ran.stdout
        assert ran.stdout.endswith(b"}\n")
        found = json.loads(ran.stdout.decode())
        VALIDATOR.validate(found)
        assert found["files"][0]["findings"][0]["key"]["user_lastname"] == "Müller €"


def test_several_formats_in_one_run(folder):
    ran = check(folder, "bad.csv", "--output", "json=report.json", "--output", "text=report.txt")
    written = json.loads((folder / "report.json").read_text("utf-8"))
    del (asked := report(folder, "bad.csv"))["exit"]
    assert written == asked
    assert (folder / "report.txt").read_text("utf-8") == ran.out
    assert ran.returncode == 1
    assert sorted(path.name for path in folder.iterdir() if "report" in path.name) == ["report.json", "report.txt"]


def test_an_output_takes_the_place_of_the_old_one(folder):
    (folder / "report.json").write_text("old")
    check(folder, "good.csv", "--output", "json=report.json")
    VALIDATOR.validate(json.loads((folder / "report.json").read_text("utf-8")))


@pytest.mark.parametrize(
    "outputs",
    [["json"], ["json="], ["xlsx=x"], ["json=no/such/folder/x"], ["json=x", "text=x"], ["json=."]],
)
def test_outputs_that_can_not_be_written(folder, outputs):
    options = [part for output in outputs for part in ("--output", output)]
    ran = check(folder, "good.csv", *options)
    assert ran.returncode == 2
    assert ran.err


@pytest.mark.parametrize("limit", [0, 1, 7, 100])
def test_samples_are_capped_and_counts_are_not(folder, limit):
    row = "FAC;{};C0001;2024-04-24;24/04/2024;x\n"
    write(folder, many=HEADER + "".join(row.format(number) for number in range(50)))
    file = report(folder, "many.csv", "--max-findings", str(limit))["files"][0]
    assert (file["counts"]["V303"], file["counts"]["V304"]) == (50, 50)
    kept = [finding["line"] for finding in file["findings"] if finding["code"] == "V303"]
    assert kept == list(range(2, 2 + min(limit, 50)))


# What is checked


def test_a_folder_is_one_delivery(tmp_path):
    delivery = tmp_path / "night"
    (delivery / "sub").mkdir(parents=True)
    for name in (
        "items_20241122.txt",
        "b.csv",
        ".hidden.csv",
        "b.fixed.csv",
        "b.accepted.csv",
        "b.rejected.csv",
        "C.FIXED.CSV",
        "c.Rejected.txt",
        "sub/c.csv",
        "d.xlsx",
    ):
        (delivery / name).write_text(GOOD)
    (delivery / "users.csv.gz").write_bytes(gzip.compress(USERS.encode()))
    (delivery / "notes.txt").write_text("Dear all,\nthe export is late.\n")
    found = report(tmp_path, "night")
    assert found["exit"] == 0
    assert len(found["deliveries"]) == 1
    one = found["deliveries"][0]
    names = [str(Path("night") / name) for name in ("b.csv", "items_20241122.txt", "users.csv.gz")]
    assert (one["path"], one["files"], one["verdict"]) == ("night", names, "pass")
    assert [entry["path"] for entry in one["skipped"]] == [str(Path("night") / "notes.txt")]
    assert f"{Path('night') / 'notes.txt'}: skipped. Neither its header nor its name" in check(tmp_path, "night").out


def test_files_of_one_folder_are_one_delivery(folder):
    found = report(folder, "bad.csv", "good.csv")
    assert [delivery["files"] for delivery in found["deliveries"]] == [["bad.csv", "good.csv"]]


def test_files_of_one_folder_are_one_delivery_however_they_are_named(tmp_path):
    night = tmp_path / "night"
    (night / "sub").mkdir(parents=True)
    write(night, items=GOOD, clients="client_code;client_business_name\nC0009;Nine\n")
    for paths in (
        ["night", "night/items.csv"],
        ["night/items.csv", str(night / "clients.csv")],
        ["night/items.csv", "night/sub/../clients.csv"],
    ):
        found = report(tmp_path, *paths)
        assert len(found["deliveries"]) == 1, paths
        assert all("X501" in file["counts"] for file in found["files"] if file["type"] == "items"), paths


def test_an_empty_path_is_no_folder(folder):
    assert check(folder, "").returncode == 2


def test_a_named_file_of_unknown_type(folder):
    write(folder, notes="Dear all,\nthe export is late.\n")
    ran = check(folder, "notes.csv")
    assert ran.returncode == 2
    assert "--type" in ran.err


@pytest.mark.parametrize("names", [[], ["a.xlsx"], ["notes.txt"]])
def test_a_folder_with_nothing_to_check(tmp_path, names):
    (tmp_path / "night").mkdir()
    for name in names:
        (tmp_path / "night" / name).write_text("Dear all,\nthe export is late.\n")
    ran = check(tmp_path, "night")
    assert ran.returncode == 2
    assert "night" in ran.err


def test_standard_input(tmp_path):
    found = report(tmp_path, "-", data=BAD.encode())
    assert found["exit"] == 1
    assert (found["files"][0]["path"], found["files"][0]["type"]) == ("-", "items")
    assert check(tmp_path, "-", data=b"a;b\n1;2\n").returncode == 2
    assert check(tmp_path, "-", "--type", "users", data=USERS.encode()).returncode == 0
    assert set(report(tmp_path, "-", "--type", "items", data=b"")["files"][0]["counts"]) == {"F001"}


NAMED_TWICE = [
    ("check", "-", "-"),
    ("check", "-", "--clients", "-"),
    ("upload", "-", "-", "--dry-run", "--url", "https://x"),
    ("fix", "-", "-"),
    ("split", "-", "--clients", "-"),
    *(pytest.param((name, "-", "/dev/stdin"), marks=linux) for name in ("check", "fix")),
]


@pytest.mark.parametrize("arguments", NAMED_TWICE)
def test_standard_input_is_named_once(tmp_path, arguments):
    ran = run(tmp_path, *arguments, data=GOOD.encode())
    assert (ran.returncode, ran.out) == (2, "")
    assert "is named twice" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_encoding(tmp_path):
    write(tmp_path, users="user_lastname;client_code\nMüller €;C0001\n".encode("cp1252"))
    assert check(tmp_path, "users.csv", "--encoding", "cp1252").returncode == 0
    found = report(tmp_path, "users.csv")["files"][0]
    assert set(found["counts"]) == {"F004"}
    assert found["findings"][0]["suggestion"] in ("cp1252", "windows-1252")
    assert found["findings"][0]["line"] == 2


def test_the_encoding_that_would_fit_fits_the_whole_file(tmp_path):
    rows = "".join(f"{'é' if number == 1 else '€' if number == 5000 else 'x'};C{number}\n" for number in range(6000))
    write(tmp_path, users=f"user_lastname;client_code\n{rows}".encode("cp1252"))
    assert report(tmp_path, "users.csv")["files"][0]["findings"][0]["suggestion"] in ("cp1252", "windows-1252")


def test_no_encoding_fits_a_file_of_two(tmp_path):
    rows = "".join(f"{'ü' if number == 1 else 'x'};C{number}\n" for number in range(6000))
    text = f"user_lastname;client_code\n{rows}"
    write(
        tmp_path,
        users=text.encode() + b"M\xfcller;C6000\n",
        first=b"user_lastname;client_code\nM\xfc;C\n" + text.encode(),
    )
    for file in ("users.csv", "first.csv"):
        found = report(tmp_path, file)["files"][0]["findings"][0]
        assert (found["code"], found["suggestion"]) == ("F004", None)


def test_delimiter(tmp_path):
    (tmp_path / "own.json").write_text(json.dumps({"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}))
    write(tmp_path, comma="a,b\n1,2\n", tab="a\tb\n1\t2\n", bar="a|b\nx|2\n")
    assert check(tmp_path, "comma.csv", "--schema", "own.json", "--delimiter", ",").returncode == 0
    assert check(tmp_path, "tab.csv", "--schema", "own.json", "--delimiter", "\t").returncode == 0
    assert check(tmp_path, "bar.csv", "--schema", "own.json", "--delimiter", "|").returncode == 1
    assert set(report(tmp_path, "comma.csv", "--schema", "own.json")["files"][0]["counts"]) == {"F006"}
    assert (
        b"Name the delimiter of the file with --delimiter."
        in check(tmp_path, "comma.csv", "--schema", "own.json").stdout
    )
    for delimiter in (",", "\t"):
        ran = check(tmp_path, "comma.csv", "--type", "users", "--delimiter", delimiter)
        assert ran.returncode == 2
        assert "--schema" in ran.err
    for delimiter in ("", "ab", '"', "\n", "é"):
        assert check(tmp_path, "comma.csv", "--schema", "own.json", "--delimiter", delimiter).returncode == 2
    assert check(tmp_path, "comma.csv", "--schema", "own.json", "--type", "users").returncode == 2


# Bad input


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(folder):
    (folder / "good.csv").chmod(0)
    ran = check(folder, "good.csv")
    assert ran.returncode == 2
    assert "permission" in ran.err


@pytest.mark.parametrize("schema", ["", "[]", "{}", '{"fields": 1}', '{"fields": [{"type": "integer"}]}', '{"fields": [{"name": "a", "type": "no-such"}]}', "\x00", '{"fields": [{"name": "a", "constraints": {"pattern": "("}}]}'])  # fmt: skip
def test_a_schema_that_is_none(folder, schema):
    (folder / "own.json").write_text(schema)
    ran = check(folder, "good.csv", "--schema", "own.json")
    assert ran.returncode == 2
    assert "own.json" in ran.err


def test_a_gzip_of_zeros(tmp_path):
    with gzip.open(tmp_path / "items.csv.gz", "wb", compresslevel=1) as file:
        for _ in range(300):
            file.write(bytes(1 << 20))
    ran, peak = measured(tmp_path, "items.csv.gz")
    assert ran.returncode in (1, 2)
    assert "items.csv.gz" in ran.out + ran.err
    assert peak < 400 << 20


@pytest.mark.parametrize("nul", [1, 100, 5000])
def test_nul_bytes(tmp_path, nul):
    rows = "".join(f"FAC;{number};C0001;2024-04-24;2024-05-24;1200\n" for number in range(2000))
    write(tmp_path, items=f"{HEADER}{rows}FAC;2001;C00{chr(0) * nul}")
    found = report(tmp_path, "items.csv")
    assert found["exit"] == 1
    assert found["files"][0]["rows"] == 2001
    assert found["files"][0]["counts"] == {"F008": 1, "F010": 1}


@pytest.mark.parametrize("inside", [b"y" * (20 << 20), b"line\n" * (4 << 20), b'""' * (10 << 20)])
def test_a_cell_of_20_megabytes(tmp_path, inside):
    write(tmp_path, users=USERS.encode() + b'"' + inside + b'";C0002\nPetit;C0003\n')
    ran = check(tmp_path, "users.csv")
    assert ran.returncode == 1
    assert "F007" in ran.out
    assert len(ran.out) < 5000


@pytest.mark.parametrize(("first", "counts"), [('5" pipe', {"R204": 1}), ('"pipe', {"F007": 1})])
def test_one_stray_quote_on_line_2(tmp_path, first, counts):
    rows = "".join(f"Roy;C{number}\n" for number in range(100_000))
    write(tmp_path, users=f"user_lastname;client_code\n{first};C0001\n{rows}")
    file = report(tmp_path, "users.csv")["files"][0]
    assert {code: count for code, count in file["counts"].items() if code[0] in "FRV"} == counts
    assert next(finding["line"] for finding in file["findings"] if finding["code"] in counts) == 2
    assert file["rows"] == (100_001 if "R204" in counts else 1)
    assert file["forecast"]["refused"] is ("F007" in counts)


def test_files_put_end_to_end(tmp_path):
    bom = "\ufeff"
    write(tmp_path, items=bom + GOOD + bom + GOOD.replace("123", "124") + bom + GOOD.replace("123", "125"))
    file = report(tmp_path, "items.csv")["files"][0]
    assert file["counts"] == {"F005": 1, "R203": 2}
    assert [finding["line"] for finding in file["findings"]] == [1, 3, 5]
    assert (file["rows"], file["forecast"]["accepted"], file["forecast"]["ignored"]) == (5, 3, 2)


def test_a_sep_line(tmp_path):
    write(tmp_path, items="sep=;\n" + BAD)
    file = report(tmp_path, "items.csv")["files"][0]
    assert file["counts"] == {"H108": 1, "V303": 1}
    assert [(finding["code"], finding["line"]) for finding in file["findings"]] == [("H108", 1), ("V303", 4)]
    assert file["forecast"]["refused"] is True


def test_a_very_long_header_cell(tmp_path):
    write(tmp_path, users=f"{'y' * 1_000_000};user_lastname;client_code\n;Roy;C0001\n")
    assert check(tmp_path, "users.csv").returncode == 0


# The terminal

NASTY = "\x1b[31mred\x1b[0m\x07\x08\x9b1m\u202edlo\u200b\x7f"


def is_visible(text):
    return all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in text)


def test_nothing_steers_the_terminal(tmp_path):
    write(
        tmp_path,
        cells=f"user_lastname;client_code;user_email\n{NASTY};;{NASTY}\n",
        header=f"user_lastname;client_code;{NASTY};{NASTY}\nRoy;;x;\n",
        value=f"{HEADER}{NASTY};{NASTY};{NASTY};{NASTY};{NASTY};{NASTY}\n",
    )
    for name in ("cells", "header", "value"):
        ran = check(tmp_path, f"{name}.csv", "--max-findings", "1000")
        assert "red" in ran.out
        assert is_visible(ran.out + ran.err)


@posix
def test_file_names_do_not_steer_the_terminal(tmp_path):
    name = f"users{NASTY}\r\t.csv"
    (tmp_path / name).write_text(USERS)
    (tmp_path / f"notes{NASTY}.csv").write_text("hello\n")
    (tmp_path / f"{NASTY}.toml").write_text("no = 1")
    (tmp_path / f"{NASTY}.json").write_text("{}")
    for arguments in (
        [name],
        ["."],
        [f"notes{NASTY}.csv"],
        [f"not-there{NASTY}.csv"],
        [name, "--show-config"],
        [name, "--config", f"{NASTY}.toml"],
        [name, "--schema", f"{NASTY}.json"],
        [name, "--output", f"json={NASTY}/x"],
        [name, "--output", f"{NASTY}=x"],
        [name, "--select", NASTY],
        [name, "--encoding", NASTY],
        [name, "--type", NASTY],
        [name, "--today", NASTY],
    ):
        ran = check(tmp_path, *arguments)
        assert is_visible(ran.out + ran.err), arguments


@linux
@pytest.mark.parametrize("format", FORMATS)
def test_a_file_name_that_is_no_text(tmp_path, format):
    (tmp_path / os.fsdecode(b"users_M\xfcller.csv")).write_text(USERS)
    ran = check(tmp_path, "--format", format, os.fsdecode(b"users_M\xfcller.csv"))
    assert ran.returncode == 0
    ran.stdout.decode("utf-8")


def test_readable_on_80_columns(tmp_path):
    long = "x" * 300 + " " + "words and more words " * 20
    folder = tmp_path / ("a-very-long-folder-name" * 5)
    folder.mkdir()
    write(
        folder,
        users=f"user_lastname;client_code;{long}\n{long};;\n{long};C1\n\n",
        items=f"{HEADER}{long};{long};{long};{long};{long};{long}\n" + BAD.removeprefix(HEADER),
        notes="hello\n",
        wide=f"user_lastname;client_code;{'日本' * 60}\n日本;;\n",
    )
    ran = check(tmp_path, folder.name)
    assert ran.returncode == 1
    assert "\x1b" not in ran.out
    too_long = [line for line in ran.out.splitlines() if columns(line) > 80]
    assert not too_long


def test_causes_that_are_not_shown_are_counted(tmp_path):
    names = [f"item_field_perso{number}" for number in range(1, 13)]
    write(tmp_path, items=f"{HEADER.strip()};{';'.join(names)}\nFAC;1;C1;2024-04-24;2024-05-24;1200{';N/A' * 12}\n")
    out = check(tmp_path, "items.csv").out
    assert out.count("\n* ") == 10
    assert "\n  2 more causes are not shown; the findings below have them.\n" in out


@pytest.mark.parametrize(("customer", "named", "opened"), [("000417", "417", True), ("417", "000417", False)])
def test_the_file_that_lost_its_zeros_is_the_one_that_a_spreadsheet_opened(tmp_path, customer, named, opened):
    write(
        tmp_path,
        clients=f"client_code;client_business_name\n{customer};Durand\n",
        items=f"{HEADER}FAC;1,23E+11;{named};2024-04-24;2024-05-24;1200\n",
    )
    (items,) = [file for file in report(tmp_path, ".")["files"] if file["type"] == "items"]
    told = " ".join(cause["message"] for cause in items["diagnoses"])
    assert ("A spreadsheet opened and saved the file" in told) == opened
    assert ("another spelling than the customers file" in told) != opened


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_colours_are_for_terminals_alone(folder):
    for variables in ({}, {"TERM": "xterm-256color"}, {"NO_COLOR": "1"}):
        assert "\x1b" not in check(folder, "bad.csv", **variables).out


@posix
@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize("closed_at_once", [True, False])
def test_a_reader_that_goes_away(folder, format, closed_at_once):
    row = "FAC;{};C0001;2024-04-24;24/04/2024;x\n"
    write(folder, many=HEADER + "".join(row.format(number) for number in range(5000)))
    command = [
        sys.executable,
        "-m",
        "dsolint",
        "check",
        "many.csv",
        "bad.csv",
        "--format",
        format,
        "--max-findings",
        "5000",
    ]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        if not closed_at_once:
            assert process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read().decode()
    assert error == ""


@linux
@pytest.mark.parametrize("format", ["text", "json"])
def test_a_full_disk(folder, format):
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "dsolint", "check", "bad.csv", "--format", format]
        ran = subprocess.run(command, cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 2
    assert b"Traceback" not in ran.stderr
    assert b"dsolint:" in ran.stderr


@posix
def test_no_standard_input(folder):
    script = f'exec "{sys.executable}" -m dsolint check - <&-'
    ran = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, check=False)
    assert b"Traceback" not in ran.stderr
    assert ran.returncode == 2


@posix
@pytest.mark.parametrize("format", ["text", "json"])
def test_no_standard_output(folder, format):
    script = f'exec "{sys.executable}" -m dsolint check good.csv --format {format} >&-'
    ran = subprocess.run(["sh", "-c", script], cwd=folder, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in ran.stderr


# Memory

MEASURE = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, "-m", "dsolint", "check", *sys.argv[1:]])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stderr.write(f"\\n{peak * (1 if sys.platform == 'darwin' else 1024)}")
sys.exit(code)
"""


def measured(folder, *arguments):
    """Run a check and give its highest use of memory in bytes as well."""
    if os.name != "posix":
        pytest.skip("needs a POSIX system")
    command = [sys.executable, "-c", MEASURE, *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, env=environment(), check=False)
    error, _, peak = ran.stderr.decode().rpartition("\n")
    ran.out, ran.err = ran.stdout.decode(), error
    assert "Traceback" not in error, error
    return ran, int(peak)


def test_memory_does_not_grow_with_the_file(tmp_path):
    row = "FAC;{0:08};C{1:04};2024-04-24;2024-05-{2:02};{0},25\n"
    for name, rows in (("small", 30_000), ("large", 300_000)):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            file.write(HEADER)
            file.writelines(row.format(number, number % 5000, number % 40) for number in range(rows))
    small = measured(tmp_path, "small.csv", "--jobs", "2")[1]
    ran, large = measured(tmp_path, "large.csv", "--jobs", "2")
    assert ran.returncode == 1
    assert large < 500 << 20
    assert large - small < 200 << 20


@posix
def test_an_output_goes_into_a_pipe_that_stays_one(folder):
    os.mkfifo(folder / "pipe")
    reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    ran = check(folder, "bad.csv", "--output", "json=pipe")
    assert ran.returncode == 1, ran.err
    assert json.loads(os.read(reader, 1 << 20))["verdict"] == "fail"
    os.close(reader)
    assert (folder / "pipe").is_fifo()


def test_an_output_goes_where_a_link_leads(folder):
    (folder / "kept").mkdir()
    try:
        (folder / "report.json").symlink_to(folder / "kept" / "today.json")
        (folder / "circle.json").symlink_to(folder / "circle.json")
    except OSError:
        pytest.skip("links are not allowed here")
    for _ in range(2):
        assert check(folder, "bad.csv", "--output", "json=report.json").returncode == 1
        assert (folder / "report.json").is_symlink()
        assert json.loads((folder / "kept" / "today.json").read_text())["verdict"] == "fail"
    assert check(folder, "bad.csv", "--output", "json=circle.json").returncode == 1
    assert json.loads((folder / "circle.json").read_text())["verdict"] == "fail"


@posix
def test_a_link_that_leads_in_a_circle_is_no_file(folder):
    (folder / "circle.csv").symlink_to(folder / "circle.csv")
    ran = check(folder, "circle.csv", "--output", "json=report.json")
    assert ran.returncode == 2
    assert "circle.csv: can't be opened" in ran.err


@posix
def test_a_note_that_nobody_reads_changes_no_exit_code(tmp_path):
    read, written = os.pipe()
    os.close(read)
    arguments = [sys.executable, "-m", "dsolint", "check", "no-file.csv"]
    assert subprocess.run(arguments, cwd=tmp_path, stderr=written, check=False).returncode == 2
    os.close(written)
