"""The keys of a delivery in DuckDB, which takes any number of them: it spills to disk, and is thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.checking.keys import Customers, KeyRows, Kind, References, Repeat, Strangers, Unknown
from dsolint.checking.money import Amounts
from dsolint.decimals import EXACT, add_amounts
from dsolint.fields import words

if TYPE_CHECKING:
    import tempfile

    import duckdb
    import pyarrow as pa

CUSTOMERS = "customers"


class KeyDatabase:
    """Tables of keys, of customers, and of rows that refer to them.

    Of `memory`, in bytes, it takes a quarter before it spills to disk, and a half to judge what was read.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._database: duckdb.DuckDBPyConnection | None = None
        self.tables: set[str] = set()
        """Those that something was put into."""

    def close(self) -> None:
        """Throw it away."""
        if self._database is not None:
            self._database.close()
        if self._folder is not None:
            self._folder.cleanup()

    def add_keys(self, table: str, blocks: Sequence[KeyRows]) -> None:
        """Add rows to what may not repeat; of their text a hash is kept."""
        names = _names(len(blocks[0].keys))
        columns = ["line", "record", *names, "content"]
        rows = ([block.lines, block.records, *block.keys, block.content] for block in blocks)
        key = ", ".join(names)
        self._insert(table, columns, rows, f"line, record, {key}, hash({key}) AS key, hash(content) AS content")

    def repeats(self, table: str, width: int, limit: int) -> tuple[dict[bool, int], list[Repeat]]:
        """What `few_keys.repeats` tells of few rows. The table is thrown away."""
        names = ", ".join(_names(width))
        same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM r.{name}" for name in _names(width))
        database = self._open_to_judge()
        # Two keys with one hash are compared as they are.
        database.execute(f"""
            CREATE TEMP TABLE suspects AS
            SELECT * FROM {table} SEMI JOIN (SELECT key FROM {table} GROUP BY key HAVING count(*) > 1) USING (key)
        """)
        database.execute(f"""
            CREATE TEMP TABLE repeated AS
            SELECT t.line, t.record, r.first_line, t.content = r.first_content AS equal, {", ".join(f"t.{name}" for name in _names(width))}
            FROM suspects AS t JOIN (
                SELECT {names}, min(line) AS first_line, arg_min(content, line) AS first_content
                FROM suspects GROUP BY {names} HAVING count(*) > 1
            ) AS r ON {same}
            WHERE t.line > r.first_line
        """)
        counts = dict(database.execute("SELECT equal, count(*) FROM repeated GROUP BY equal").fetchall())
        rows: list[tuple[int, int, int, bool, str]] = []
        for equal in counts:
            rows += database.execute(
                f"SELECT * FROM repeated WHERE equal = {equal} ORDER BY line LIMIT {limit}"
            ).fetchall()
        database.execute("DROP TABLE repeated")
        database.execute("DROP TABLE suspects")
        database.execute(f"DROP TABLE {table}")
        self.tables.discard(table)
        return counts, [Repeat(*row[:4], tuple(row[4:])) for row in sorted(rows)]

    def add_customers(self, blocks: Iterable[Customers]) -> None:
        """Add customers that files name."""
        rows = ([some.codes, some.accepted, arrays.repeat(some.file, like=some.codes)] for some in blocks)
        selection = "DISTINCT code, accepted::BOOLEAN AS accepted, file::BIGINT AS file"  # no rows have no types
        self._insert(CUSTOMERS, ["code", "accepted", "file"], rows, selection)

    def add_references(self, table: str, blocks: Sequence[References]) -> None:
        """Add rows that refer to customers."""
        names = ["line", "record", "code", "ignored"]
        if blocks[0].money is not None:
            names += ["amount", "currency"]
        rows = ([block.lines, block.records, block.codes, block.ignored, *_storable(block.money)] for block in blocks)
        self._insert(table, names, rows, "*")

    def strangers(self, table: str, refused: Iterable[int]) -> StoredStrangers:
        """The rows of a table whose customers do not go in; no customer of `refused` files does. They last until the next are found."""
        database = self._open_to_judge()
        database.execute(f"""
            CREATE OR REPLACE TEMP TABLE strangers AS
            SELECT r.*, near.code AS near, c.code IS NOT NULL AS left_out
            FROM {table} AS r
            LEFT JOIN (
                SELECT code, bool_or(accepted AND NOT list_contains({list(refused)}::BIGINT[], file)) AS accepted
                FROM {CUSTOMERS} GROUP BY code
            ) AS c ON r.code = c.code
            LEFT JOIN (
                SELECT {_bare("code")} AS bare, min(code) AS code FROM {CUSTOMERS} GROUP BY bare
            ) AS near ON c.code IS NULL AND near.bare <> '' AND {_bare("r.code")} = near.bare
            WHERE c.accepted IS DISTINCT FROM true
        """)
        return StoredStrangers(database)

    def _insert(self, table: str, names: list[str], blocks: Iterable[list[Array[Any]]], selection: str) -> None:
        import pyarrow as pa

        database = self._open()
        tables = [pa.table(list(map(_to_arrow, block)), names=names) for block in blocks]
        database.register("rows", pa.concat_tables(tables))
        if table in self.tables:
            database.execute(f"INSERT INTO {table} SELECT {selection} FROM rows")
        else:
            database.execute(f"CREATE TABLE {table} AS SELECT {selection} FROM rows")
            self.tables.add(table)
        database.unregister("rows")

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._database is None:
            import tempfile

            import duckdb

            self._folder = tempfile.TemporaryDirectory(prefix="dsolint-", ignore_cleanup_errors=True)
            self._database = duckdb.connect(
                ":memory:",
                config={
                    "temp_directory": self._folder.name,
                    "memory_limit": f"{self._memory // 4}B",
                    "preserve_insertion_order": "false",
                    "threads": "1",  # more of them cost more than they save
                    "allocator_bulk_deallocation_flush_threshold": "1MB",
                },
            )
        return self._database

    def _open_to_judge(self) -> duckdb.DuckDBPyConnection:
        """The database, with room to group and to join what is in it."""
        database = self._open()
        database.execute(f"SET memory_limit = '{self._memory // 2}B'")
        return database


class StoredStrangers(Strangers):
    """Those in the table of that name."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def __iter__(self) -> Iterator[Unknown]:
        found = self._database.execute("SELECT line, record, code, near, left_out FROM strangers ORDER BY record")
        while some := found.fetchmany(10_000):
            yield from (Unknown(*row) for row in some)

    def counts(self) -> dict[Kind, int]:
        found = self._database.execute("SELECT near IS NOT NULL, left_out, count(*) FROM strangers GROUP BY ALL")
        return {Kind(near=near, left_out=left_out): count for near, left_out, count in found.fetchall()}

    def lowest(self, kind: Kind, limit: int) -> list[Unknown]:
        found = self._database.execute(
            f"SELECT line, record, code, near, left_out FROM strangers WHERE {_of(kind)} ORDER BY line LIMIT {limit}"
        )
        return [Unknown(*row) for row in found.fetchall()]

    def newly_left_out(self, kind: Kind, *, with_money: bool) -> tuple[int, int, dict[str, Decimal]]:
        rows = f"FROM strangers WHERE NOT ignored AND {_of(kind)}"
        (count,) = self._numbers(f"SELECT count(*) {rows}")
        if not with_money:
            return count, 0, {}
        (unreadable,) = self._numbers(f"SELECT count(*) {rows} AND amount IS NULL")
        sums: dict[str, Decimal] = {}
        amounts = self._database.execute(
            f"SELECT currency, amount, count(*) {rows} AND amount IS NOT NULL GROUP BY ALL"
        )
        while some := amounts.fetchmany(10_000):
            add_amounts(sums, ((code, EXACT.multiply(Decimal(amount), times)) for code, amount, times in some))
        return count, unreadable, sums

    def lines_newly_left_out(self, kind: Kind) -> list[int]:
        return self._numbers(f"SELECT line FROM strangers WHERE NOT ignored AND {_of(kind)}")

    def _numbers(self, query: str) -> list[int]:
        return [number for (number,) in self._database.execute(query).fetchall()]


def _names(width: int) -> list[str]:
    """The columns of a key."""
    return [f"k{place}" for place in range(width)]


def _storable(money: Amounts | None) -> Iterable[Array[str]]:
    """Amounts as text: no database has decimals that are wide enough for any sum of them."""
    return (money.values.cast("string"), money.currencies) if money is not None else ()


def _to_arrow(column: Array[Any]) -> pa.Array:
    found = arrays.to_arrow(column)
    return found.cast("string") if found.type == "null" else found  # only text is ever missing


def _of(kind: Kind) -> str:
    return f"(near IS NOT NULL) = {kind.near} AND left_out = {kind.left_out}"


def _bare(column: str) -> str:
    """SQL for what `few_keys.bare` makes of a code."""
    return f"ltrim(lower(regexp_replace({column}, '{words.SPACE}|[-_.]', '', 'g')), '0')"
