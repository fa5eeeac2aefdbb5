"""A Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dsolint.findings import Effect, Finding, Severity
from dsolint.report import FileReport, Report
from dsolint.reporters.view import by_importance, one_line, place, skipped, unknown
from dsolint.reporters.visible import visible
from dsolint.rules import RULES

ISSUE = "{code} {name}: {told}"
MORE = "{code} {name}: findings that are not listed: {more:,}."

_ERRORS = {Effect.FILE: "blocker", Effect.LINE: "critical"}
_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """The report as a JSON array of issues, with one more for the findings of a rule that are counted and not listed, and for what
    was not checked in a file.
    """
    issues = [
        _issue("could-not-check", visible(failure.message), "blocker", failure.path) for failure in report.failures
    ]
    issues += [_issue("skipped", visible(entry.reason), "info", entry.path) for entry in skipped(report)]
    found = by_importance(report)
    issues += [
        _issue(
            told.finding.code,
            ISSUE.format(code=told.finding.code, name=told.finding.name, told=one_line(told.finding)),
            _severity(told.finding),
            told.file.path,
            line=told.finding.line,
            fingerprint=told.fingerprint,
        )
        for told in found
    ]
    listed = Counter((told.file.path, told.finding.code) for told in found)
    for file in report.files:
        issues += _counted(file, listed)
        if told := " ".join(unknown(file)):
            issues.append(_issue("not-checked", told, "info", file.path))
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"


def _severity(finding: Finding) -> str:
    if finding.known:
        return "info"
    if finding.severity is Severity.ERROR and finding.effect in _ERRORS:
        return _ERRORS[finding.effect]
    return _SEVERITIES[finding.severity]


def _counted(file: FileReport, listed: Mapping[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
    """For each rule whose findings are not all listed, how many more there are."""
    for code, count in file.counts.items():
        more = count - listed.get((file.path, code), 0)
        if more:
            yield _issue(code, MORE.format(code=code, name=RULES[code].name, more=more), "info", file.path)


def _issue(
    check: str, description: str, severity: str, path: str, *, line: int | None = None, fingerprint: str | None = None
) -> dict[str, Any]:
    where = visible(place(path))
    return {
        "description": description,
        "check_name": check,
        "fingerprint": fingerprint or hashlib.sha256(json.dumps([where, check]).encode()).hexdigest(),
        "severity": severity,
        "location": {"path": where, "lines": {"begin": line or 1}},
    }
