"""The JSON report. Its shape is in report.schema.json, which ships with the package."""

from __future__ import annotations

import json

from dsolint.report import Report


def render(report: Report) -> str:
    """The report as JSON text."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"
