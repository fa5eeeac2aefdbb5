"""--format and --output: what is written, and where."""

import json
import os

import pytest
from fixtures.small import HEADER, write
from process import VALIDATOR, check, posix, report


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


def test_the_worst_is_listed_though_it_comes_last(folder):
    row = "FAC;{};C0001;2024-04-24;2024-05-24;1200;{}\n"
    rows = "".join(row.format(number, "NULL") for number in range(150)) + row.format("NULL", "x")
    write(folder, many=HEADER.replace("\n", ";item_business_case\n") + rows)
    kept = report(folder, "many.csv")["files"][0]["findings"]
    assert [(finding["line"], finding["severity"]) for finding in kept[-2:]] == [(100, "warning"), (152, "error")]
    told = check(folder, "many.csv").out
    assert "error  V313 placeholder, 151 times" in told
    assert any("line 152" in line for line in told.splitlines())


@posix
def test_an_output_goes_into_a_pipe_that_stays_one(folder):
    os.mkfifo(folder / "pipe")
    with os.fdopen(os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        ran = check(folder, "bad.csv", "--output", "json=pipe")
        assert ran.returncode == 1, ran.err
        assert json.loads(reader.read())["verdict"] == "fail"
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
