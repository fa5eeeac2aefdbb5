"""A row for each finding, for spreadsheets and pipelines alike.

Semicolons and a byte order mark, so that a spreadsheet opens it on a double click where amounts have a decimal comma.
Every cell is quoted. One that begins like a formula (=, +, -, @) has an apostrophe in front; control characters stand
as escapes, so that a row is always a line.
"""

from __future__ import annotations

import csv
import io

from dsolint.findings import Effect, Severity
from dsolint.report import Report
from dsolint.reporters.view import COLUMNS, rows
from dsolint.reporters.visible import visible

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def render(report: Report) -> str:
    """The report as CSV; a file that could not be checked is a row without a code."""
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, restval="", delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    for failure in report.failures:
        told = {"severity": Severity.ERROR.value, "effect": Effect.FILE.value, "message": failure.message}
        writer.writerow(_cells({"path": failure.path, **told}))
    for row in rows(report):
        writer.writerow(_cells(row))
    return _BOM + target.getvalue()


def _cells(row: dict[str, object]) -> dict[str, str]:
    return {name: _safe(_text(cell)) for name, cell in row.items()}


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)


def _safe(text: str) -> str:
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
