"""Workflow commands, read back by the rules that GitHub documents for them."""

import re
from collections import Counter

import pytest
from fixtures.reports import FAILURE, SKIPPED, file, finding, hostile, report
from golden import FEW, run
from hypothesis import given, settings

from dsolint.cli.streams import encoded
from dsolint.findings import Severity
from dsolint.phrases import Phrase
from dsolint.report import Failure, NotChecked
from dsolint.reporters import FORMATS

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:]*(?:,|(?=::)))*)::(.*)")


def unescaped(text, codes):
    for code, character in codes.items():
        text = text.replace(code, character)
    return text.replace("%25", "%")


def read(text):
    """Every line as a command: its kind, its properties and its message."""
    found = []
    for line in text.splitlines(keepends=True):
        kind, properties, message = COMMAND.fullmatch(line.removesuffix("\n")).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        codes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
        values = {name: unescaped(value, codes) for name, value in pairs.items()}
        found.append((kind, values, unescaped(message, {"%0D": "\r", "%0A": "\n"})))
    return found


def render(made):
    return read(encoded(FORMATS["github"](made)).decode())


@pytest.mark.parametrize("name", FEW)
def test_deliveries_are_read_back(name):
    found = read(run(name)[1]["github"])
    assert found
    assert all(values["file"].startswith(f"{name}/") for kind, values, _ in found if values["title"] != "dsolint")


@settings(max_examples=30, deadline=None)
@given(made=hostile)
def test_no_report_says_another_command(made):
    kinds = Counter(kind for kind, _, _ in render(made))
    assert all(count <= 10 for count in kinds.values())
    assert kinds["error"] >= min(10, len(made.failures))


def test_an_annotation():
    made = report(file(finding(value="100%: a,b\n::error::x", line=17), path="a,b:c%.csv"))
    assert render(made) == [
        (
            "error",
            {"file": "a,b:c%.csv", "line": "17", "title": "V303 bad-date"},
            "item_date_due: 100%: a,b\\n::error::x is not right.",
        )
    ]
    assert FORMATS["github"](made).startswith("::error file=a%2Cb%3Ac%25.csv,line=17,title=V303 bad-date::item")


def test_nothing_found_is_nothing_to_show():
    assert FORMATS["github"](report(file())) == ""


def test_rules_that_were_not_checked():
    unasked = file(not_checked=(NotChecked("X501", Phrase("there is no customers file in the delivery")),))
    told = "Not checked, since there is no customers file in the delivery: X501."
    assert render(report(unasked, unasked)) == [("notice", {"title": "dsolint"}, told)]


def test_the_worst_come_first_and_each_rule_before_any_second():
    many = [finding("V309", severity=Severity.INFO, line=n) for n in range(2, 30)]
    many += [finding("V303", line=n) for n in range(2, 30)]
    many += [finding("V304", line=40), finding("V305", severity=Severity.WARNING, line=41)]
    found = render(report(file(*many)))
    assert [values["title"].split()[0] for _, values, _ in found[:3]] == ["V303", "V304", "V303"]
    assert Counter(kind for kind, _, _ in found) == {"error": 10, "warning": 1, "notice": 10}
    assert found[-1] == ("notice", {"title": "dsolint"}, f"Findings that are not shown here: {58 - 20}.")


def test_files_that_could_not_be_checked():
    failures = [Failure(f"{n}.csv", "No such file or directory.") for n in range(12)]
    found = render(report(file(finding()), failures=[FAILURE, *failures], skipped=[SKIPPED]))
    assert found[0] == ("error", {"file": "lost.csv", "title": "could not be checked"}, FAILURE.message)
    assert found[-1][2] == "Findings that are not shown here: 1. Files that were not checked: 4."
