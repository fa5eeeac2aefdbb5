"""A row for each finding, for spreadsheets and pipelines alike.

Semicolons and a byte order mark, so that a spreadsheet opens it on a double click where amounts have a decimal comma.
Every cell is quoted. One that begins like a formula (=, +, -, @) has an apostrophe in front; control characters stand
as escapes, so that a row is always a line.
"""

from __future__ import annotations

import csv
import io

from dsolint.findings import Effect, Severity
from dsolint.report import Report, finding_to_dict
from dsolint.reporters.visible import visible

COLUMNS = (
    "path", "line", "record", "code", "name", "severity", "effect", "column", "value", "message", "suggestion", "key",
)  # fmt: skip

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
    for file in report.files:
        for finding in file.findings:
            key = ", ".join(f"{name}={value}" for name, value in finding.key.items())
            writer.writerow(_cells({"path": file.path, **finding_to_dict(finding), "key": key}))
    return _BOM + target.getvalue()


def _cells(row: dict[str, object]) -> dict[str, str]:
    return {name: _safe("" if cell is None else str(cell)) for name, cell in row.items()}


def _safe(text: str) -> str:
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
