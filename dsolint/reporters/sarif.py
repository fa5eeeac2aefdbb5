"""SARIF 2.1.0, for code scanning and other viewers of static analysis."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from dsolint.findings import Severity
from dsolint.report import FileReport, Report
from dsolint.reporters.markdown import code, escaped
from dsolint.reporters.view import Told, by_importance, by_own_schema, causes, one_line, place, skipped, unknown
from dsolint.reporters.visible import visible
from dsolint.rules import RULES, AnyRule
from dsolint.rules.rule import EXAMPLES, unwrapped

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"

FOLDER = "The folder that dsolint ran in."
LISTED = "{listed:,} of {total:,} findings are listed; all are counted."
SKIPPED = "Skipped. {reason}"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """The report as one run."""
    found = by_importance(report)
    compared = report.baseline is not None
    rules = sorted({told.finding.code for told in found})
    own_schema = any(map(by_own_schema, report.files))
    run = {
        "tool": {
            "driver": {
                "name": "dsolint",
                "version": report.version,
                "rules": [_rule(RULES[c], own_schema=own_schema) for c in rules],
            }
        },
        "invocations": [_invocation(report, len(found))],
        "originalUriBaseIds": {ROOT: {"description": {"text": FOLDER}}},
        "artifacts": [_artifact(file) for file in report.files],
        "results": [_result(told, rules, compared=compared) for told in found],
        "properties": {
            "verdict": "pass" if report.passed else "fail",
            "counts": {severity.value: count for severity, count in report.counts.items()},
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(rule: AnyRule, *, own_schema: bool) -> dict[str, Any]:
    what = unwrapped(rule.what)
    parts = {name: unwrapped(text) for name, text in rule.sections_for(own_schema=own_schema).items()}
    shown = {name: code(text) if name in EXAMPLES else escaped(text) for name, text in parts.items()}
    first, stop, _ = what.partition(". ")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": f"{first}." if stop else first},
        "fullDescription": {"text": what},
        "help": {
            "text": "\n".join([what, *(f"{name}: {text}" for name, text in parts.items())]),
            "markdown": "\n\n".join([escaped(what), *(f"**{name}:** {text}" for name, text in shown.items())]),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"effect": rule.effect.value, "basis": rule.basis.value, "since": rule.since},
    }


def _result(told: Told, rules: list[str], *, compared: bool) -> dict[str, Any]:
    finding = told.finding
    state = {"baselineState": "unchanged" if finding.known else "new"} if compared else {}
    return {
        **state,
        "ruleId": finding.code,
        "ruleIndex": rules.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": _message(one_line(finding)),
        "locations": [_location(told.file.path, finding.line or 1)],
        # GitHub follows a result by this name alone. Its upload action would make a hash of the lines here and below,
        # and says so in a warning for each result; rows that come and go every night would change that.
        "partialFingerprints": {"primaryLocationLineHash": told.fingerprint},
        "properties": {
            "effect": finding.effect.value,
            "record": finding.record,
            "column": finding.column,
            "key": dict(finding.key),
        },
    }


def _location(path: str, line: int | None = None) -> dict[str, Any]:
    region = {} if line is None else {"region": {"startLine": line}}
    return {"physicalLocation": {"artifactLocation": _artifact_location(path), **region}}


def _artifact_location(path: str) -> dict[str, str]:
    where = place(path)
    if PurePath(where).is_absolute():
        return {"uri": PurePath(where).as_uri()}
    return {"uri": quote(os.fsencode(where)), "uriBaseId": ROOT}


def _artifact(file: FileReport) -> dict[str, Any]:
    return {
        "location": _artifact_location(file.path),
        "roles": ["analysisTarget"],
        "properties": {
            "type": file.type,
            "encoding": file.encoding,
            "rows": file.rows,
            "verdict": "pass" if file.passed else "fail",
            "counts": dict(file.counts),
            "diagnoses": causes(file),
            "forecast": {
                "refused": file.forecast.refused,
                "accepted": file.forecast.accepted,
                "ignored": file.forecast.ignored,
                "amounts": file.forecast.money.to_dict(),
            },
        },
    }


def _invocation(report: Report, listed: int) -> dict[str, Any]:
    total = sum(report.counts.values())
    execution = [_notification("error", visible(f.message), [f.path]) for f in report.failures]
    if listed < total:
        execution.append(_notification("note", LISTED.format(listed=listed, total=total)))
    return {
        "executionSuccessful": not report.failures,
        "toolExecutionNotifications": execution,
        "toolConfigurationNotifications": list(_not_checked(report)),
    }


def _not_checked(report: Report) -> Iterator[dict[str, Any]]:
    for entry in skipped(report):
        yield _notification("note", SKIPPED.format(reason=visible(entry.reason)), [entry.path])
    for file in report.files:
        for sentence in unknown(file):
            yield _notification("note", sentence, [file.path])


def _notification(level: str, text: str, paths: Iterable[str] = ()) -> dict[str, Any]:
    return {"level": level, "message": _message(text), "locations": [_location(path) for path in paths]}


def _message(text: str) -> dict[str, str]:
    """A message; in SARIF braces are placeholders unless they are doubled, and [a](b) is a link in plain text too."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}
