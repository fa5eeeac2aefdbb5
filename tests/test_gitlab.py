"""Code Quality, by what GitLab documents: https://docs.gitlab.com/ci/testing/code_quality/ ."""

import json

import jsonschema
import pytest
from fixtures.reports import FAILURE, SKIPPED, file, finding, hostile, report
from golden import FEW, run
from hypothesis import given, settings

from dsolint.cli.streams import encoded
from dsolint.findings import Effect, Severity
from dsolint.phrases import Phrase
from dsolint.report import NotChecked
from dsolint.reporters import FORMATS

TEXT = {"type": "string", "minLength": 1}
ISSUE = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": TEXT,
        "check_name": TEXT,
        "fingerprint": TEXT,
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {**TEXT, "not": {"pattern": "^\\./"}},
                "lines": {
                    "type": "object",
                    "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}},
                },
            },
        },
    },
}
VALIDATOR = jsonschema.Draft202012Validator({"type": "array", "items": ISSUE})


def read(text):
    issues = json.loads(text)
    VALIDATOR.validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def findings(issues):
    return [issue for issue in issues if issue["check_name"] != "not-checked"]


def render(made):
    return read(encoded(FORMATS["gitlab"](made)))


@pytest.mark.parametrize("name", FEW)
def test_deliveries_are_read_back(name):
    found = json.loads(run(name)[1]["json"])
    assert len(findings(read(run(name)[1]["gitlab"]))) == sum(len(file["findings"]) for file in found["files"])


@settings(max_examples=30, deadline=None)
@given(made=hostile)
def test_any_report_is_valid(made):
    unchecked = len(made.failures) + len(made.deliveries[0].skipped)
    assert len(findings(render(made))) == sum(made.counts.values()) + unchecked


def test_an_issue():
    (issue,) = render(report(file(finding(line=17), path="./exports/items.csv")))
    assert issue["description"] == "V303 bad-date: item_date_due: 24.04.2024 is not right."
    assert issue["check_name"] == "V303"
    assert issue["location"] == {"path": "exports/items.csv", "lines": {"begin": 17}}


@pytest.mark.parametrize(
    ("severity", "effect", "told"),
    [
        (Severity.ERROR, Effect.FILE, "blocker"),
        (Severity.ERROR, Effect.LINE, "critical"),
        (Severity.ERROR, Effect.VALUE, "major"),
        (Severity.WARNING, Effect.LINE, "minor"),
        (Severity.INFO, Effect.NONE, "info"),
    ],
)
def test_severities(severity, effect, told):
    assert [issue["severity"] for issue in render(report(file(finding(severity=severity, effect=effect))))] == [told]


def test_findings_that_are_not_listed_are_counted():
    issues = render(report(file(finding(), counts={"V303": 1235})))
    assert [issue["severity"] for issue in issues] == ["major", "info"]
    assert issues[1]["description"] == "V303 bad-date: findings that are not listed: 1,234."


def test_files_that_were_not_checked():
    lost, notes = render(report(failures=[FAILURE], skipped=[SKIPPED]))
    assert (lost["severity"], lost["location"]["path"], lost["description"]) == ("blocker", "lost.csv", FAILURE.message)
    assert (notes["severity"], notes["location"]["path"], notes["description"]) == ("info", "notes.csv", SKIPPED.reason)


def test_rules_that_were_not_checked():
    made = file(not_checked=(NotChecked("X501", Phrase("there is no customers file in the delivery")),))
    (issue,) = render(report(made))
    assert (issue["severity"], issue["check_name"], issue["location"]["path"]) == ("info", "not-checked", "items.csv")
    assert issue["description"] == "Not checked, since there is no customers file in the delivery: X501."
