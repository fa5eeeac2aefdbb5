"""Files that are broken, or made to break a reader: each has its finding or its reason, in bounded time and memory."""

import gzip
import os

import pytest
from fixtures.small import BAD, GOOD, HEADER, USERS, write
from process import check, measured, report


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
