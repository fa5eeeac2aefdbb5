"""What holds for every format of a report."""

import io
import re
from pathlib import Path

import pytest
from fixtures.reports import FAILURE, SKIPPED, file, finding, hostile, report
from hypothesis import given, settings

import dsolint
from dsolint.cli.streams import encoded
from dsolint.report import Failure, NotChecked
from dsolint.reporters import FORMATS
from dsolint.reporters.view import place


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=30, deadline=None)
@given(made=hostile)
def test_any_report_can_be_written(format, made):
    text = encoded(FORMATS[format](made)).decode()
    assert "\r" not in text
    assert text == "" or text.endswith("\n")
    assert FORMATS[format](made) == FORMATS[format](made)


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"text"}))
def test_a_file_that_could_not_be_checked_is_told(format):
    """The text report leaves it to standard error."""
    assert "No such file or directory" in FORMATS[format](report(failures=[FAILURE]))


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"text"}))
def test_a_long_path_is_told_whole(format):
    path = "/".join(["folder"] * 60) + "/items.csv"
    lost = Failure(path, f"{path}: No such file or directory.")
    text = FORMATS[format](report(file(finding(), path=path), failures=[lost]))
    assert text.count("folder/items.csv") >= 2
    assert "No such file or directory" in text


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"csv", "github"}))
def test_a_file_that_was_skipped_is_told(format):
    """A CSV has rows for findings alone, and GitHub gets the number of such files."""
    assert "notes.csv" in FORMATS[format](report(file(), skipped=[SKIPPED]))


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"csv", "github", "gitlab"}))
def test_what_was_not_checked_is_told(format):
    """Issues and annotations are about lines."""
    text = FORMATS[format](report(file(not_checked=(NotChecked("X501", "there is no customers file"),))))
    assert "X501" in text and "there is no customers file" in text


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"csv"}))
def test_findings_that_were_not_kept_are_counted(format):
    """A CSV has the findings that were kept."""
    few = file(finding(), counts={"V303": 1235}, severities={finding().severity: 1235})
    assert any(number in FORMATS[format](report(few)) for number in ("1,234", "1234", "1,235", "1235"))


def test_a_path_has_slashes_and_is_relative_below_the_working_directory():
    here = Path.cwd()
    assert place(str(Path("exports", "items.csv"))) == "exports/items.csv"
    assert place(str(here / "exports" / "items.csv")) == "exports/items.csv"
    assert place(str(here.parent / "items.csv")) == (here.parent / "items.csv").as_posix()
    assert place("./items.csv") == "items.csv"


def test_a_report_knows_which_rules_were_selected():
    stream = io.BytesIO(b"user_lastname;client_code\nRoy;C0001\n")
    (file,) = dsolint.check(stream, today="2024-11-22", select=["R201", "V301"]).files
    assert file.rules == {"R201", "V301"}


def test_the_page_on_formats_names_them_all():
    page = (Path(__file__).parent.parent / "docs" / "formats.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(FORMATS)
