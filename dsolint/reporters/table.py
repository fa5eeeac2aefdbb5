"""The findings as an Arrow table, for pandas, Polars and DuckDB. A view of the library alone: no format of the command."""

from __future__ import annotations

import pyarrow as pa

from dsolint.report import Report
from dsolint.reporters.view import COLUMNS, rows

_TYPES = {"line": pa.int64(), "record": pa.int64(), "known": pa.bool_()}
"""Of the columns that are no text."""
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])


def table(report: Report) -> pa.Table:
    """A row for each finding that was kept; what is no text in a file's name stands as an escape."""
    return pa.Table.from_pylist([{name: _cell(value) for name, value in row.items()} for row in rows(report)], SCHEMA)


def _cell(value: str | int | None) -> str | int | None:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
