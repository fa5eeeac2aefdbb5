"""`dsolint fix` as a user runs it: where it writes, what it says, and what it can't do."""

import csv
import gzip
import io
import json
import signal
import stat
import subprocess
import sys

import pytest
from fixtures.repairs import GOOD, HEADER, fixed, identity, repaired, write
from process import begin, posix


def test_rules_can_be_chosen(tmp_path):
    text = HEADER + "fac;1; C1;24.04.2024;2024-05-24;1;EUR\n"
    assert repaired(tmp_path, text, "--select", "V303") == HEADER + "fac;1; C1;2024-04-24;2024-05-24;1;EUR\n"
    assert repaired(tmp_path, text, "--ignore", "V303,V302") == HEADER + "fac;1;C1;24.04.2024;2024-05-24;1;EUR\n"
    write(tmp_path, "dsolint.toml", 'ignore = ["V309"]\n')
    assert repaired(tmp_path, text) == HEADER + "FAC;1; C1;2024-04-24;2024-05-24;1;EUR\n"


def test_what_is_not_chosen_is_left_and_said(tmp_path):
    write(tmp_path, "items.csv", HEADER + "fac;1; C1;24.04.2024;2024-05-24;1;EUR\n")
    ran = fixed(tmp_path, "items.csv", "--select", "V303")
    assert "1 change, 2 findings left" in ran.out
    assert [line.split() for line in ran.out.splitlines()[1:4]] == [
        ["V302", "not-in-list", "1", "left"],
        ["V303", "bad-date", "1", "repaired"],
        ["V309", "surrounding-space", "1", "left"],
    ]


# Where it is written


def test_beside_the_file(tmp_path):
    write(tmp_path, "items_20241122.txt", HEADER + GOOD.replace("FAC", "fac"))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "items.csv.gz").write_bytes(gzip.compress((HEADER + GOOD).encode()))
    ran = fixed(tmp_path, "items_20241122.txt", "more")
    assert ran.returncode == 0, ran.err
    assert (tmp_path / "items_20241122.fixed.csv").read_text() == HEADER + GOOD
    assert (tmp_path / "more" / "items.fixed.csv").read_text() == HEADER + GOOD
    assert (tmp_path / "items_20241122.txt").read_text() == HEADER + GOOD.replace("FAC", "fac")
    # A folder leaves out what dsolint wrote itself.
    assert fixed(tmp_path, "more").returncode == 0
    assert sorted(path.name for path in (tmp_path / "more").iterdir()) == ["items.csv.gz", "items.fixed.csv"]


def test_into_a_folder(tmp_path):
    write(tmp_path, "items.csv", HEADER + GOOD)
    assert fixed(tmp_path, "items.csv", "--output", "new/folder").returncode == 0
    assert (tmp_path / "new" / "folder" / "items.fixed.csv").read_text() == HEADER + GOOD
    assert fixed(tmp_path, "-", "--output", "new", data=(HEADER + GOOD).encode()).returncode == 0
    assert (tmp_path / "new" / "stdin.fixed.csv").read_text() == HEADER + GOOD


def test_standard_input_goes_to_standard_output(tmp_path):
    ran = fixed(tmp_path, "-", data=("\ufeff" + HEADER + GOOD.replace("FAC", "fac")).encode())
    assert ran.returncode == 0
    assert ran.stdout.decode() == HEADER + GOOD
    assert "2 changes, 0 findings left" in ran.err
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_pipe_is_read_like_standard_input(tmp_path):
    ran = fixed(tmp_path, "/dev/stdin", "--type", "items", data=(HEADER + GOOD.replace("FAC", "fac")).encode())
    assert ran.returncode == 0, ran.err
    assert ran.stdout.decode() == HEADER + GOOD


@posix
def test_in_place(tmp_path):
    bad = HEADER + GOOD.replace("FAC", "fac")
    write(tmp_path, "items.csv", bad)
    (tmp_path / "items.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("items.csv")
    ran = fixed(tmp_path, "link.csv", "--in-place", "--backup")
    assert ran.returncode == 0, ran.err
    assert (tmp_path / "items.csv").read_text() == HEADER + GOOD
    assert stat.S_IMODE((tmp_path / "items.csv").stat().st_mode) == 0o640
    assert (tmp_path / "items.csv.bak").read_text() == bad
    assert (tmp_path / "link.csv").is_symlink()
    before = identity(tmp_path / "items.csv")
    assert "0 changes" in fixed(tmp_path, "items.csv", "--in-place").out
    assert identity(tmp_path / "items.csv") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["items.csv", "items.csv.bak", "link.csv"]


def test_what_is_packed_has_no_place(tmp_path):
    (tmp_path / "items.csv.gz").write_bytes(gzip.compress((HEADER + GOOD).encode()))
    ran = fixed(tmp_path, "items.csv.gz", "--in-place")
    assert ran.returncode == 2
    assert "Unpack it" in ran.err


def test_a_diff_writes_nothing(tmp_path):
    rows = "".join(GOOD.replace("123", f"{n}") for n in range(1000, 1020))
    write(
        tmp_path,
        "items.csv",
        HEADER + rows.replace("FAC;000001005", "fac;000001005") + 'FAC;"7\x1b\n8 ";C1;2024-04-24;2024-05-24;1;EUR',
    )
    ran = fixed(tmp_path, "items.csv", "--diff")
    assert ran.returncode == 0
    lines = ran.out.splitlines()
    assert lines[:3] == ["--- items.csv", "+++ items.csv (fixed)", "@@ -4,7 +4,7 @@"]
    assert lines[6:8] == [
        "-fac;000001005;C0001;2024-04-24;2024-05-24;1200;EUR",
        "+FAC;000001005;C0001;2024-04-24;2024-05-24;1200;EUR",
    ]
    assert lines[11] == "@@ -19,5 +19,5 @@"
    assert lines[15:] == [
        '-FAC;"7\\x1b', '-8 ";C1;2024-04-24;2024-05-24;1;EUR', "\\ No newline at end of file",
        '+FAC;"7\\x1b', '+8";C1;2024-04-24;2024-05-24;1;EUR', "\\ No newline at end of file",
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["items.csv"]


def test_the_journal(tmp_path):
    write(tmp_path, "items.csv", "\ufeff" + HEADER + "fac;1; C1;2024-04-24;2024-05-24;12-;EUR\n")
    write(tmp_path, "broken.csv", HEADER + 'FAC;"1\n')
    for name in ("journal.csv", "journal.json"):
        ran = fixed(tmp_path, "items.csv", "broken.csv", "--journal", name)
        assert ran.returncode == 2
    found = json.loads((tmp_path / "journal.json").read_text("utf-8"))
    assert [
        (change["path"], *(change[key] for key in ("rule", "line", "column", "before", "after"))) for change in found
    ] == [
        ("items.csv", "F005", 1, None, "\ufeff", ""),
        ("items.csv", "V302", 2, "item_type", "fac", "FAC"),
        ("items.csv", "V309", 2, "client_code", " C1", "C1"),
        ("items.csv", "V304", 2, "item_amount_initial_inc_tax", "12-", "-12"),
    ]
    data = (tmp_path / "journal.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row["rule"] for row in rows] == ["F005", "V302", "V309", "V304"]
    assert rows[3]["after"] == "'-12"


def test_amounts_that_can_be_read_only_now_are_added_to_the_control_totals(tmp_path):
    rows = [
        GOOD.replace("1200", "100,00"),
        GOOD.replace("123;", "124;").replace("1200", "1.200,50"),
        GOOD.replace("123;", "125;").replace("1200", "1.200").replace("EUR", "usd"),
        GOOD.replace("123;", "126;").replace("1200", "x"),
    ]
    write(tmp_path, "items.csv", HEADER + "".join(rows))
    assert fixed(tmp_path, "items.csv").out.splitlines()[-4:] == [
        "  control totals, the same before and after: 4 rows",
        "    item_amount_initial_inc_tax: EUR 100.00",
        "      + 2 amounts that can be read now: EUR 1,200.50, USD 1,200.00",
        "      = EUR 1,300.50, USD 1,200.00",
    ]
    assert "+" not in fixed(tmp_path, "items.fixed.csv").out
    write(tmp_path, "items.csv", HEADER + rows[1])
    assert fixed(tmp_path, "items.csv").out.splitlines()[-3:] == [
        "    item_amount_initial_inc_tax: no amount that could be read",
        "      + 1 amount that can be read now: EUR 1,200.50",
        "      = EUR 1,200.50",
    ]


# What can't be done


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (HEADER + 'FAC;"1\n', "never closed"),
        (HEADER.replace(";", ",") + GOOD.replace(";", ","), "comma"),
        (GOOD, "header"),
        (b"PK\x03\x04\x00", "no CSV text"),
        (HEADER.encode() + b"FAC;M\xfcller;C1;2024-04-24;2024-05-24;1;EUR\n", "--encoding"),
        ("a;b\n1;2\n", "--type"),
    ],
)
def test_files_that_nobody_can_repair(tmp_path, text, says):
    write(tmp_path, "some.csv", text)
    write(tmp_path, "items.csv", HEADER + GOOD)
    ran = fixed(tmp_path, "some.csv", "items.csv")
    assert ran.returncode == 2
    assert "some.csv: " in ran.err
    assert says in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["items.csv", "items.fixed.csv", "some.csv"]


def test_how_many_findings_a_report_keeps_has_no_say(tmp_path):
    write(tmp_path, "items.csv", (HEADER + GOOD.replace("C0001", "Müller")).encode("cp1252"))
    write(tmp_path, "dsolint.toml", "max_findings = 0\n")
    ran = fixed(tmp_path, "items.csv")
    assert ran.returncode == 2
    assert "can't be repaired: Bytes that are no utf-8: fc (hex)" in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-such.csv"], "no such file"),
        (["no-such/items.csv"], "there is no such file"),
        (["items.csv", "items.csv.bak", "--type", "items", "--in-place", "--backup"], "is a file that is read"),
        (["items.csv", "--journal", "items.csv"], "is a file that is read"),
        (["items.csv", "--journal", "items.fixed.csv"], "taken by"),
        (["items.csv", "--journal", "journal.txt"], "neither .csv nor .json"),
        (["items.csv", "items.fixed.csv"], "taken by"),
        (["items.csv", "items.txt"], "taken by"),
        (["items.csv", "--output", "items.csv"], "can't be made"),
        (["items.csv", "--in-place", "--output", "x"], "exclude"),
        (["items.csv", "--backup"], "--in-place"),
        (["items.csv", "--diff", "--in-place"], "only shows"),
        (["-", "--in-place"], "is no file"),
        (["items.csv", "--select", "V999"], "There is no rule"),
        (["items.csv", "--encoding", "no-such"], "no-such"),
        ([], "Missing argument"),
    ],
)
def test_misuse(tmp_path, arguments, says):
    for name in ("items.csv", "items.fixed.csv", "items.txt", "items.csv.bak"):
        write(tmp_path, name, HEADER + GOOD)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ran = fixed(tmp_path, *arguments)
    assert ran.returncode == 2
    assert says in ran.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_without_a_type(tmp_path):
    (tmp_path / "notes").mkdir()
    write(tmp_path, "notes/readme.txt", "a;b\n1;2\n")
    ran = fixed(tmp_path, "notes")
    assert ran.returncode == 2
    assert "skipped" in ran.err


# Ctrl-C


@posix
@pytest.mark.parametrize("in_place", [False, True])
def test_ctrl_c_leaves_whole_files_alone(tmp_path, in_place):
    """Sent once the first file is written, while the second, which takes seconds, is at work."""
    row = GOOD.replace("FAC", "fac")
    small, large = HEADER + row, HEADER + row * 100_000
    write(tmp_path, "a_items.csv", small)
    write(tmp_path, "b_items.csv", large)
    options = ["--in-place", "--backup"] if in_place else []
    command = [sys.executable, "-m", "dsolint", "fix", "a_items.csv", "b_items.csv", "--journal", "journal.json"]
    with begin([*command, *options], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as fixing:
        assert b"1 change" in fixing.stdout.readline()
        fixing.send_signal(signal.SIGINT)
        _, err = fixing.communicate(timeout=60)
    written = tmp_path / ("a_items.csv" if in_place else "a_items.fixed.csv")
    assert fixing.returncode == 130
    assert b"each file is as it was, or repaired as a whole." in err
    original = tmp_path / ("a_items.csv.bak" if in_place else "a_items.csv")
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"a_items.csv", "b_items.csv", "journal.json", written.name, original.name}
    assert (original.read_text(), written.read_text()) == (small, small.replace("fac", "FAC"))
    assert (tmp_path / "b_items.csv").read_text() == large
    assert {change["path"] for change in json.loads((tmp_path / "journal.json").read_text())} == {"a_items.csv"}
