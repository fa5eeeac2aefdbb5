"""Files, folders and standard input: which files there are, and which of them are one delivery."""

import gzip
from pathlib import Path

import pytest
from fixtures.small import BAD, GOOD, USERS, write
from process import check, linux, posix, report, run


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


def test_a_note_with_a_number_is_skipped_and_rows_without_a_header_are_not(tmp_path):
    (tmp_path / "items.csv").write_text(GOOD)
    (tmp_path / "README.txt").write_text("Export of the night, 2024\nAsk the ERP team.\n")
    (tmp_path / "open.csv").write_text("FAC;00000123;C0001;2024-04-24;2024-05-24;1200.00\n")
    found = report(tmp_path, ".")
    assert [entry["path"] for entry in found["deliveries"][0]["skipped"]] == ["README.txt"]
    assert [(file["path"], file["counts"]) for file in found["files"]] == [("items.csv", {}), ("open.csv", {"H106": 1})]


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


@posix
def test_a_link_that_leads_in_a_circle_is_no_file(folder):
    (folder / "circle.csv").symlink_to(folder / "circle.csv")
    ran = check(folder, "circle.csv", "--output", "json=report.json")
    assert ran.returncode == 2
    assert "circle.csv: can't be opened" in ran.err
