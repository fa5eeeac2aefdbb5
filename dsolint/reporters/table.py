"""The findings as an Arrow table, for pandas, Polars and DuckDB. A view of the library alone: no format of the command."""

from __future__ import annotations

import pyarrow as pa

from dsolint.report import Report
from dsolint.reporters.view import COLUMNS, rows

_NUMBERS = ("line", "record")
SCHEMA = pa.schema([(name, pa.int64() if name in _NUMBERS else pa.string()) for name in COLUMNS])


def table(report: Report) -> pa.Table:
    """A row for each finding that was kept; what is no text in a file's name stands as an escape."""
    return pa.Table.from_pylist([{name: _cell(value) for name, value in row.items()} for row in rows(report)], SCHEMA)


def _cell(value: str | int | None) -> str | int | None:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
