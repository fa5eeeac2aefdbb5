"""The JSON report. Its shape is in report.schema.json, which ships with the package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dsolint.report import Report

_LEVELS = 4
"""Report, files, file, findings: what is inside of these has a line each, for people and for grep."""


def render(report: Report) -> str:
    """The report as JSON text."""
    return "".join(_pieces(report.to_dict(), 0)) + "\n"


def _pieces(value: Any, level: int) -> Iterator[str]:
    if level == _LEVELS or not value or not isinstance(value, dict | list):
        yield _in_a_line(value)
        return
    indent = "\n" + "  " * level
    if isinstance(value, dict):
        before, after = "{", "}"
        items = [(f"{_in_a_line(name)}: ", each) for name, each in value.items()]
    else:
        before, after = "[", "]"
        items = [("", each) for each in value]
    for name, each in items:
        yield f"{before}{indent}  {name}"
        yield from _pieces(each, level + 1)
        before = ","
    yield f"{indent}{after}"


def _in_a_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
