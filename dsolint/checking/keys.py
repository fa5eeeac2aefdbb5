"""Keys over a whole delivery, exact at any size: they go to a database that spills to disk and is thrown away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.config import MEMORY
from dsolint.decimals import EXACT
from dsolint.fields import words
from dsolint.rules import RULES, AnyRule
from dsolint.rules.business import Rows
from dsolint.rules.columns import Header
from dsolint.schema import Field

if TYPE_CHECKING:
    import tempfile

    import duckdb
    import pyarrow as pa

_INTERRUPTED = "Query interrupted"
"""What DuckDB says instead of KeyboardInterrupt when Ctrl-C breaks into it."""
_HELD = 125_000
"""How many rows are held back in memory before they go to the database: more than its row groups hold, or it copies them twice."""
_FEW = 5_000
"""Up to so many keys, Python tells whether they differ before Arrow is ready to."""
CLIENT = "client_code"


class Repeat(NamedTuple):
    """A row whose key stands in an earlier line already; `equal` tells whether the two rows are the same."""

    line: int
    record: int
    first_line: int
    equal: bool
    values: tuple[str, ...]


class Unknown(NamedTuple):
    """A row whose customer is not known: a near miss among those known, and whether its own line was left out."""

    line: int
    record: int
    code: str
    near: str | None
    left_out: bool


@dataclass(frozen=True, slots=True)
class KeySpec:
    """What may not repeat: the rule, the column that a finding names, and how a block's rows get their keys.

    `keys` gives the key's columns and a mask of the rows that have one.
    """

    rule: AnyRule
    column: str | None
    names: tuple[str, ...]
    keys: Callable[[Rows], tuple[list[Array[Any]], Array[bool]]]
    width: int = 1
    """How many columns the key has."""
    required: bool = False
    """Whether a row without a key is a finding too."""


def key_specs(header: Header, active: frozenset[str]) -> list[KeySpec]:
    """What may not repeat in a file with this header."""
    found = _own_constraints(header) if not header.type.is_import else []
    if header.type.name == "items":
        found += _item_keys(header)
    unique = [f.name for f in header.type.fields.values() if f.unique and header.type.is_import]
    found += [_single(name) for name in unique if header.column(name) is not None]
    if header.type.name == "users" and header.column(CLIENT) is not None:
        found.append(KeySpec(RULES["B406"], CLIENT, (CLIENT,), user_keys, width=2))
    return [spec for spec in found if spec.rule.code in active]


def _single(name: str) -> KeySpec:
    def keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
        return [rows.text(name)], rows.given(name)

    return KeySpec(RULES["B406"], name, (name,), keys)


def _item_keys(header: Header) -> list[KeySpec]:
    """Item numbers by year, of rows that no unique key tells apart: one blank key and one filled tell apart too."""
    if header.column("item_number") is None or header.column("item_date_issue") is None:
        return []

    def keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
        issued = rows.date("item_date_issue")
        has_key = arrays.and_(rows.given("item_number"), arrays.is_valid(issued))
        return [rows.text("item_number"), arrays.year(issued)], arrays.and_not(has_key, rows.given("item_unique_key"))

    return [KeySpec(RULES["B405"], "item_number", ("item_number",), keys, width=2)]


def user_keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
    """A user of a customer by the staff number, else by email, else by both names."""

    names = arrays.binary_join_element_wise(rows.text("user_lastname"), rows.text("user_firstname"), "\x1f")
    email, number = rows.text("user_email"), rows.text("user_matricule")
    identity = arrays.if_else(
        rows.filled("user_matricule"),
        arrays.binary_join_element_wise("number", number, "\x1f"),
        arrays.if_else(
            rows.filled("user_email"),
            arrays.binary_join_element_wise("email", email, "\x1f"),
            arrays.binary_join_element_wise("names", names, "\x1f"),
        ),
    )
    return [rows.text(CLIENT), identity], arrays.and_(rows.given(CLIENT), rows.filled("user_lastname"))


def _own_constraints(header: Header) -> list[KeySpec]:
    """The uniqueness constraints of a user's schema that the file has all columns of."""
    there = (names for names in header.type.constrained if all(header.column(name) is not None for name in names))
    return [_own_constraint(names, header) for names in there]


def _own_constraint(names: tuple[str, ...], header: Header) -> KeySpec:
    fields = [header.type.fields[name] for name in names]

    def keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
        columns = [_canonical(rows.text(field.name), field) for field in fields]
        present = arrays.is_valid(columns[0])
        for column in columns[1:]:
            present = arrays.or_(present, arrays.is_valid(column))
        return columns, present

    column = names[0] if len(names) == 1 else None
    required = names == header.type.primary_key
    return KeySpec(RULES["S703"], column, names, keys, width=len(names), required=required)


def _canonical(column: Array[str], field: Field) -> Array[str]:
    """The cells so that equal ones are equal text, null where the schema says that a value is missing."""
    if field.read is None:
        return arrays.if_else(arrays.is_in(column, field.missing_values), None, column)
    encoded = column.dictionary_encode()
    cells: list[str | None] = []
    for value in encoded.dictionary.to_pylist():
        cell, notes = field.read(value)
        cells.append(value if "type" in notes else None if cell is None else _as_text(cell))
    return arrays.array(cells, "string", like=column).take(encoded.indices)


def _as_text(cell: object) -> str:
    """Equal cells as equal text: 1, 1.0 and 01 are one number."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return str(Decimal(str(cell)).normalize())
    return str(cell)


class KeyStore:
    """The keys of a delivery's files, in a database of its own. A context manager.

    A table is named by the file's number in the delivery and by what it holds. Several threads may add to it.
    Of `memory`, in bytes, the database takes a quarter before it spills to disk, and a half to judge what was read.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._lock = threading.RLock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._database: duckdb.DuckDBPyConnection | None = None
        self._tables: set[str] = set()
        self._has_strangers = False
        self._held: list[tuple[str, pa.Table]] = []
        self._held_rows = 0
        self._waiting: dict[str, list[pa.Table]] = {}
        self.customers_file: str | None = None
        self.customers_are_refused = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._database.close()
        if self._folder is not None:
            self._folder.cleanup()
        if isinstance(error, RuntimeError) and str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error

    def add_keys(
        self, table: str, lines: pa.Array, records: pa.Array, keys: Sequence[pa.Array], content: pa.Array
    ) -> None:
        """Add rows to what may not repeat: the columns of their key, and all their text, which is kept as a hash."""
        import pyarrow as pa

        names = [f"k{place}" for place in range(len(keys))]
        waiting = self._waiting.setdefault(table, [])
        waiting.append(pa.table([lines, records, *keys, content], names=["line", "record", *names, "content"]))
        if sum(rows.num_rows for rows in waiting) > _HELD:
            self._insert_waiting(table)

    def _insert_waiting(self, table: str) -> None:
        """Put keys into the database that were held back: where all of few keys differ, there is nothing to ask it."""
        import pyarrow as pa

        waiting = self._waiting.pop(table, [])
        if waiting:
            rows = pa.concat_tables(waiting)
            names = ", ".join(rows.column_names[2:-1])
            self._insert(
                table, rows, f"SELECT line, record, {names}, hash({names}) AS key, hash(content) AS content FROM rows"
            )

    def repeats(self, table: str, width: int, limit: int) -> tuple[dict[bool, int], list[Repeat]]:
        """How many rows repeat an earlier key, by whether they are equal to it, and those in the lowest lines.

        The table is thrown away.
        """
        with self._lock:
            return self._repeats(table, width, limit)

    def _repeats(self, table: str, width: int, limit: int) -> tuple[dict[bool, int], list[Repeat]]:
        if table not in self._tables and _all_differ(self._waiting.get(table, []), width):
            self._waiting.pop(table, None)
            return {}, []
        self._insert_waiting(table)
        names = ", ".join(f"k{place}" for place in range(width))
        same = " AND ".join(f"t.k{place} IS NOT DISTINCT FROM r.k{place}" for place in range(width))
        database = self._open_to_judge()
        # Two keys with one hash are compared as they are.
        database.execute(f"""
            CREATE TEMP TABLE suspects AS
            SELECT * FROM {table} SEMI JOIN (SELECT key FROM {table} GROUP BY key HAVING count(*) > 1) USING (key)
        """)
        database.execute(f"""
            CREATE TEMP TABLE repeated AS
            SELECT t.line, t.record, r.first_line, t.content = r.first_content AS equal, {", ".join(f"t.k{place}" for place in range(width))}
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
        self._tables.discard(table)
        return counts, [Repeat(*row[:4], tuple(row[4:])) for row in sorted(rows)]

    def add_customers(self, codes: pa.Array, accepted: pa.Array, file: int) -> None:
        """Add customers that a file names, and whether their own lines go in."""
        import pyarrow as pa

        rows = pa.table([codes, accepted], names=["code", "accepted"])
        self._insert("customers", rows, f"SELECT DISTINCT code, accepted, {file} AS file FROM rows")

    def add_lost_customers(self, codes: Sequence[str], file: int) -> None:
        """Add customers whose own lines are left out."""
        import pyarrow as pa

        self.add_customers(pa.array(codes, pa.string()), pa.repeat(pa.scalar(value=False), len(codes)), file)

    def add_references(
        self, table: str, lines: pa.Array, records: pa.Array, codes: pa.Array, more: dict[str, pa.Array]
    ) -> None:
        """Add rows that refer to customers; `more` holds `ignored`, and for items `amount` and `currency`."""
        import pyarrow as pa

        rows = pa.table([lines, records, codes, *more.values()], names=["line", "record", "code", *more])
        with self._lock:
            self._held.append((table, rows))
            self._held_rows += rows.num_rows
            if self._held_rows > _HELD:
                self._insert_held()

    def _insert_held(self) -> None:
        """Put into the database what was held back: without customers nobody asks for it."""
        for table, rows in self._held:
            self._insert(table, rows, "SELECT * FROM rows")
        self._held.clear()
        self._held_rows = 0

    @property
    def has_customers(self) -> bool:
        return "customers" in self._tables

    def unknown(self, table: str, limit: int) -> tuple[dict[tuple[bool, bool], int], list[Unknown]]:
        """How many rows refer to no customer that goes in, by (near miss, own line left out), and the lowest lines."""
        self._insert_held()
        if table not in self._tables:
            return {}, []
        database = self._open_to_judge()
        database.execute(f"""
            CREATE OR REPLACE TEMP TABLE strangers AS
            SELECT r.*, near.code AS near, c.code IS NOT NULL AS left_out
            FROM {table} AS r
            LEFT JOIN (SELECT code, bool_or(accepted) AS accepted FROM customers GROUP BY code) AS c ON r.code = c.code
            LEFT JOIN (
                SELECT {_bare("code")} AS bare, min(code) AS code FROM customers GROUP BY bare
            ) AS near ON c.code IS NULL AND near.bare <> '' AND {_bare("r.code")} = near.bare
            WHERE c.accepted IS DISTINCT FROM true
        """)
        self._has_strangers = True
        counts = {
            (bool(near), bool(left)): count
            for near, left, count in database.execute(
                "SELECT near IS NOT NULL, left_out, count(*) FROM strangers GROUP BY ALL"
            ).fetchall()
        }
        rows: list[Unknown] = []
        for near, left in counts:
            rows += [
                Unknown(*row)
                for row in database.execute(
                    "SELECT line, record, code, near, left_out FROM strangers "
                    f"WHERE (near IS NOT NULL) = {near} AND left_out = {left} ORDER BY line LIMIT {limit}"
                ).fetchall()
            ]
        return counts, sorted(rows)

    def strangers(self) -> Iterator[Unknown]:
        """All the rows that `unknown` found last, in file order."""
        if not self._has_strangers:
            return
        found = self._open().execute("SELECT line, record, code, near, left_out FROM strangers ORDER BY record")
        while some := found.fetchmany(10_000):
            yield from (Unknown(*row) for row in some)

    def newly_left_out(self, kind: tuple[bool, bool], *, with_money: bool) -> tuple[int, int, dict[str, Decimal]]:
        """Of the rows of a kind that `unknown` found last: those not left out already, and, for items, how many amounts
        of them can't be read, and the sums of the others by currency."""
        database = self._open()
        rows = f"FROM strangers WHERE NOT ignored AND (near IS NOT NULL) = {kind[0]} AND left_out = {kind[1]}"
        (count,) = _one(database.execute(f"SELECT count(*) {rows}"))
        if not with_money:
            return count, 0, {}
        (unreadable,) = _one(database.execute(f"SELECT count(*) {rows} AND amount IS NULL"))
        sums: dict[str, Decimal] = {}
        amounts = database.execute(f"SELECT currency, amount, count(*) {rows} AND amount IS NOT NULL GROUP BY ALL")
        while some := amounts.fetchmany(10_000):
            for currency, amount, times in some:
                sums[currency] = EXACT.add(sums.get(currency, Decimal(0)), EXACT.multiply(Decimal(amount), times))
        return count, unreadable, sums

    def lines_newly_left_out(self, kind: tuple[bool, bool]) -> list[int]:
        """The lines of the rows that `newly_left_out` counts."""
        lines = self._open().execute(
            f"SELECT line FROM strangers WHERE NOT ignored AND (near IS NOT NULL) = {kind[0]} AND left_out = {kind[1]}"
        )
        return [line for (line,) in lines.fetchall()]

    def refuse_customers(self, file: int) -> None:
        """Nothing of a customers file goes in."""
        self.customers_are_refused = True
        if self.has_customers:
            self._open().execute(f"UPDATE customers SET accepted = false WHERE file = {file}")

    def _insert(self, table: str, rows: pa.Table, selection: str) -> None:
        with self._lock:
            database = self._open()
            database.register("rows", rows)
            if table in self._tables:
                database.execute(f"INSERT INTO {table} {selection}")
            else:
                database.execute(f"CREATE TABLE {table} AS {selection}")
                self._tables.add(table)
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


def _all_differ(waiting: Sequence[pa.Table], width: int) -> bool:
    """Whether no two rows have the same key."""
    import pyarrow as pa

    if not waiting:
        return True
    keys = pa.concat_tables(waiting).select([f"k{place}" for place in range(width)])
    if keys.num_rows <= _FEW:
        distinct = set(zip(*(column.to_pylist() for column in keys.columns), strict=True))
        return bool(len(distinct) == keys.num_rows)
    return bool(keys.group_by(keys.column_names).aggregate([]).num_rows == keys.num_rows)


def _bare(column: str) -> str:
    """SQL for a code without what gets lost on its way: leading zeros, case, spaces and hyphens."""
    return f"ltrim(lower(regexp_replace({column}, '{words.SPACE}|[-_.]', '', 'g')), '0')"


def _one(result: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    row = result.fetchone()
    assert row is not None
    return tuple(row)
