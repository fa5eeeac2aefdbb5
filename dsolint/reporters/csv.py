"""A row for each finding, for spreadsheets and pipelines alike.

Semicolons and a byte order mark, so that a spreadsheet opens it on a double click where amounts have a decimal comma.
Every cell is quoted. One that begins like a formula (=, +, -, @) has an apostrophe in front; control characters stand
as escapes, so that a row is always a line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from dsolint.findings import Effect, Severity
from dsolint.report import Report
from dsolint.reporters.view import COLUMNS, rows, unknown
from dsolint.reporters.visible import visible

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def render(report: Report) -> str:
    """The report as CSV; rows without a code are of a file that could not be checked, or of rules that were not."""
    told = {"severity": Severity.ERROR.value, "effect": Effect.FILE.value}
    failures = ({"path": failure.path, **told, "message": failure.message} for failure in report.failures)
    unchecked = (
        {"path": file.path, "name": "not-checked", "severity": Severity.INFO.value, "message": sentence}
        for file in report.files
        for sentence in unknown(file)
    )
    return heading(COLUMNS) + lines(COLUMNS, chain(failures, rows(report), unchecked))


def heading(columns: Sequence[str]) -> str:
    """What a table for spreadsheets begins with."""
    return _BOM + lines(columns, [dict(zip(columns, columns, strict=True))])


def lines(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Rows of a table for spreadsheets; a column that a row lacks is empty."""
    target = io.StringIO()
    writer = csv.DictWriter(target, columns, restval="", delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows({name: _safe(_text(cell)) for name, cell in row.items()} for row in rows)
    return target.getvalue()


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)


def _safe(text: str) -> str:
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
