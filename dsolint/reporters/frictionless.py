"""A Report descriptor that frictionless loads, with its error types where they fit.

frictionless knows no severities: what fails the file stands as errors, what does not, or is known, as warnings. Its rows are our
lines.
"""

from __future__ import annotations

import json
import re
from typing import Any

from dsolint.findings import Finding
from dsolint.report import FileReport, Report
from dsolint.reporters.view import causes, place, skipped, told, unknown
from dsolint.reporters.visible import visible
from dsolint.rules import RULES
from dsolint.rules.rule import unwrapped

TYPES = {
    "F002": "table-error",
    "F003": "format-error",
    "F004": "encoding-error",
    "F006": "format-error",
    "H101": "missing-label",
    "H102": "extra-label",
    "H103": "duplicate-label",
    "H104": "blank-label",
    "H105": "incorrect-label",
    "R202": "blank-row",
    "V303": "type-error",
    "V304": "type-error",
    "V305": "type-error",
    "V306": "type-error",
    "V308": "type-error",
    "B405": "unique-error",
    "B406": "unique-error",
    "X501": "foreign-key",
    "S701": "type-error",
    "S703": "unique-error",
}
"""The error types that frictionless has a word of its own for."""

LINE = "line {line}: {told}"
SKIPPED = "{path}: skipped. {reason}"
UNREAD = "The file could not be checked"

_WITHOUT_PLACE = ("source-error", "format-error", "encoding-error", "table-error")
_NOT_IN_A_NAME = re.compile(r"[^-a-z0-9._/]+")


def render(report: Report) -> str:
    """The report as a descriptor. Errors and warnings are counted exactly, and listed as far as they were kept."""
    tasks = [_task(file) for file in report.files]
    unread = [_error("source-error", UNREAD, UNREAD, visible(f.message)) for f in report.failures]
    notes = [SKIPPED.format(path=visible(place(entry.path)), reason=visible(entry.reason)) for entry in skipped(report)]
    descriptor = {
        "name": "dsolint",
        "valid": report.passed,
        "stats": {
            "tasks": len(tasks),
            "errors": len(unread) + sum(task["stats"]["errors"] for task in tasks),
            "warnings": len(notes) + sum(task["stats"]["warnings"] for task in tasks),
            "seconds": 0,
        },
        "warnings": notes,
        "errors": unread,
        "tasks": tasks,
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def _task(file: FileReport) -> dict[str, Any]:
    where = visible(place(file.path))
    known = {"bytes": file.bytes, "sha256": file.sha256}
    return {
        "name": _NOT_IN_A_NAME.sub("-", where.lower()),
        "type": "table",
        "description": " ".join(causes(file) + unknown(file)),
        "valid": file.passed,
        "place": where,
        "labels": list(file.columns),
        "stats": {
            **{name: value for name, value in known.items() if value is not None},
            "fields": len(file.columns),
            "rows": file.rows,
            "errors": file.failing,
            "warnings": sum(file.severities.values()) - file.failing,
            "seconds": 0,
        },
        "warnings": [_warning(finding) for finding in file.findings if not _fails(finding, file)],
        "errors": [_finding(finding, file) for finding in file.findings if _fails(finding, file)],
    }


def _fails(finding: Finding, file: FileReport) -> bool:
    return file.fails(finding.severity) and not finding.known


def _finding(finding: Finding, file: FileReport) -> dict[str, Any]:
    rule = RULES[finding.code]
    type = _type(finding)
    column, line = finding.column or "", finding.line or 1
    place = {"fieldName": column, "fieldNumber": file.columns.index(column) + 1 if column in file.columns else 0}
    error = _error(type, rule.name, unwrapped(rule.what), told(finding))
    if type in _WITHOUT_PLACE:
        return error
    if type.endswith("-label"):
        return {**error, "labels": list(file.columns), "rowNumbers": [line], "label": column, **place}
    row = {**error, "cells": [], "rowNumber": line}
    if type in ("blank-row", "row-constraint"):
        return row
    if type == "foreign-key":
        reference = {"referenceName": "clients", "referenceFieldNames": [column]}
        return {**row, "fieldNames": [column], "fieldCells": [finding.value or ""], **reference}
    if type in ("extra-cell", "missing-cell"):
        place["fieldNumber"] = min(int(finding.params["found"]), int(finding.params["defined"])) + 1
    return {**row, "cell": finding.value or "", **place}


def _type(finding: Finding) -> str:
    if finding.code in TYPES:
        return TYPES[finding.code]
    if finding.code == "R201":
        return "extra-cell" if int(finding.params["found"]) > int(finding.params["defined"]) else "missing-cell"
    if finding.line is None or finding.code.startswith("F"):
        return "source-error"
    if finding.code.startswith("H"):
        return "table-error"
    return "row-constraint" if finding.column is None else "constraint-error"


def _warning(finding: Finding) -> str:
    note = told(finding)
    return note if finding.line is None else LINE.format(line=finding.line, told=note)


def _error(type: str, title: str, description: str, note: str) -> dict[str, Any]:
    return {"type": type, "title": title, "description": description, "message": note, "tags": [], "note": note}
