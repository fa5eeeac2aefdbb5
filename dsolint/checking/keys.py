"""Uniqueness over a whole file, exact at any size: the keys go to a database on disk that spills and is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from dsolint.schema import Field

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY_LIMIT = "256MB"


class Repeat(NamedTuple):
    """A row whose key stands in an earlier line already."""

    line: int
    record: int
    first_line: int
    values: tuple[str, ...]


class KeyStore:
    """The keys of a file by the name of the constraint that they are under. A context manager."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._database: duckdb.DuckDBPyConnection | None = None
        self._widths: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._database.close()
        if self._folder is not None:
            self._folder.cleanup()

    def insert(self, constraint: int, columns: Sequence[pa.Array], lines: pa.Array, records: pa.Array) -> None:
        """Add rows: their key's columns, their physical lines, and their record numbers in the file."""
        import pyarrow as pa

        names = [f"k{place}" for place in range(len(columns))]
        if constraint not in self._widths:
            self._widths[constraint] = len(columns)
            keys = ", ".join(f"{name} VARCHAR" for name in names)
            self._open().execute(f"CREATE TABLE keys{constraint} (line BIGINT, record BIGINT, {keys})")
        rows = pa.table([lines, records, *columns], names=["line", "record", *names])
        database = self._open()
        database.register("rows", rows)
        database.execute(f"INSERT INTO keys{constraint} SELECT * FROM rows")
        database.unregister("rows")

    def repeats(self, constraint: int, limit: int) -> tuple[int, list[Repeat]]:
        """How many rows repeat an earlier key, and those in the lowest lines."""
        if constraint not in self._widths:
            return 0, []
        names = ", ".join(f"k{place}" for place in range(self._widths[constraint]))
        found = f"""
            FROM keys{constraint} JOIN (
                SELECT {names}, min(line) AS first_line FROM keys{constraint} GROUP BY {names} HAVING count(*) > 1
            ) AS repeated USING ({names})
            WHERE line > first_line
        """
        database = self._open()
        counted = database.execute(f"SELECT count(*) {found}").fetchone()
        rows = database.execute(
            f"SELECT line, record, first_line, {names} {found} ORDER BY line LIMIT {limit}"
        ).fetchall()
        return counted[0] if counted else 0, [Repeat(row[0], row[1], row[2], tuple(row[3:])) for row in rows]

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._database is None:
            import duckdb

            self._folder = tempfile.TemporaryDirectory(prefix="dsolint-", ignore_cleanup_errors=True)
            self._database = duckdb.connect(str(Path(self._folder.name) / "keys.duckdb"))
            self._database.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
            self._database.execute("SET preserve_insertion_order = false")
        return self._database


def canonical(column: pa.StringArray, field: Field | None) -> pa.StringArray:
    """The values of a key's column so that equal cells are equal text, null where the schema says that a value is missing."""
    import pyarrow as pa

    if field is None or field.read is None:
        return column
    encoded = column.dictionary_encode()
    cells: list[str | None] = []
    for value in encoded.dictionary.to_pylist():
        cell, notes = field.read(value)
        cells.append(value if "type" in notes else None if cell is None else repr(cell))
    return pa.array(cells, pa.string()).take(encoded.indices)
