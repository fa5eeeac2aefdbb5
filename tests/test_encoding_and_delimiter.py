"""The encoding and the delimiter of a file: named, or suggested where they are others."""

import json

from fixtures.small import write
from process import check, report


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
    for tab in ("\t", r"\t"):
        assert check(tmp_path, "tab.csv", "--schema", "own.json", "--delimiter", tab).returncode == 0
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
    for delimiter in ("", "ab", '"', "\n", "é", r"\n"):
        ran = check(tmp_path, "comma.csv", "--schema", "own.json", "--delimiter", delimiter)
        assert ran.returncode == 2
        assert r"or \t for a tab" in ran.err
    assert check(tmp_path, "comma.csv", "--schema", "own.json", "--type", "users").returncode == 2
