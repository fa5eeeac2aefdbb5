"""What the account holds, in a SQLite file: items, customers, contacts and users."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from dsolint.errors import UsageError
from dsolint.schema import TYPES

_APPLICATION = 0x64736F73
"""Marks a file as ours, so that nobody else's database is ever written to."""
_WAIT = 60.0
"""Seconds that one import waits for another."""

_TABLES = """
CREATE TABLE records (
    type TEXT NOT NULL, key TEXT NOT NULL, client TEXT NOT NULL, state TEXT, amount TEXT, currency TEXT,
    import INTEGER NOT NULL, cells TEXT NOT NULL, PRIMARY KEY (type, key)
) WITHOUT ROWID;
CREATE INDEX by_state ON records (type, state);
"""


class State(StrEnum):
    """What became of an item."""

    OPEN = "open"
    PAID = "paid"
    CLEARED = "cleared"


class Record(Struct, frozen=True):
    """One line of an import; `state`, `amount` and `currency` are of items alone."""

    key: str
    client: str
    cells: Mapping[str, str]
    state: State | None = None
    amount: Decimal | None = None
    currency: str | None = None


class _ExactSum:
    """Amounts are text in SQLite, which adds up floats alone."""

    def __init__(self) -> None:
        self.sum = Decimal(0)

    def step(self, amount: Any) -> None:
        self.sum += Decimal(amount or 0)

    def finalize(self) -> Any:
        return f"{self.sum:f}"


class Store:
    """The file at `path`, made where there is none. Raises UsageError where it is something else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.touch(mode=0o600)
            with self._connected() as connection:
                (mark,) = connection.execute("PRAGMA application_id").fetchone()
                if mark == _APPLICATION:
                    return
                if connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
                    raise UsageError(f"{path}: is another program's database. Name a new file for --store.")
                connection.executescript(
                    f"PRAGMA application_id = {_APPLICATION}; PRAGMA journal_mode = WAL; {_TABLES}"
                )
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(f"{path}: can't be used as --store: {reason}. Name a new file.") from error

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; one at a time."""
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def empty(self) -> None:
        with self.transaction() as connection:
            connection.execute("DELETE FROM records")

    def totals(self) -> dict[str, Any]:
        """How many of each type; of items by state, with their open amounts by currency as decimal strings."""
        items: dict[str, dict[str, Any]] = {state: {"count": 0, "amounts": {}} for state in State}
        with self._connected() as connection:
            connection.create_aggregate("exact_sum", 1, _ExactSum)
            for state, currency, count, amount in connection.execute(
                "SELECT state, currency, count(*), exact_sum(amount) FROM records WHERE type = 'items' GROUP BY 1, 2 ORDER BY 2"
            ):
                items[state]["count"] += count
                items[state]["amounts"][currency] = amount
            others = {type: _count(connection, type) for type in TYPES if type != "items"}
        return {"items": items, **others}

    def records(self, type: str) -> list[dict[str, Any]]:
        """Everything of a type, by key."""
        with self._connected() as connection:
            rows = connection.execute("SELECT state, cells FROM records WHERE type = ? ORDER BY key", [type])
            return [{**({"state": state} if state else {}), "cells": json.loads(cells)} for state, cells in rows]


def next_import(connection: sqlite3.Connection) -> int:
    """A number that no import has had that left a record."""
    (number,) = connection.execute("SELECT coalesce(max(import), 0) + 1 FROM records").fetchone()
    return int(number)


def put(connection: sqlite3.Connection, type: str, records: Iterable[Record], number: int) -> tuple[int, int]:
    """Add records or overwrite those of the same key. Returns how many were added, and how many modified."""
    assert type in TYPES
    before, taken = _count(connection, type), 0
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal taken
        for record in records:
            taken += 1
            amount = None if record.amount is None else f"{record.amount:f}"
            yield (type, record.key, record.client, record.state, amount, record.currency, number, encode(record.cells))

    connection.executemany(
        "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (type, key) DO UPDATE SET client = excluded.client,"
        " state = excluded.state, amount = excluded.amount, currency = excluded.currency, import = excluded.import,"
        " cells = excluded.cells",
        rows(),
    )
    added = _count(connection, type) - before
    return added, taken - added


def clear_absent(connection: sqlite3.Connection, number: int) -> int:
    """STOCK mode: open items that this import did not bring are taken as paid. Returns how many."""
    return connection.execute(
        "UPDATE records SET state = ? WHERE type = 'items' AND state = ? AND import <> ?",
        [State.CLEARED, State.OPEN, number],
    ).rowcount


def drop_absent_users(connection: sqlite3.Connection, number: int, *, everywhere: bool) -> int:
    """The customers of this import keep the users that it brought, and no others; all customers, if `everywhere`.

    Returns how many went.
    """
    return connection.execute(
        "DELETE FROM records WHERE type = 'users' AND import <> :number"
        " AND (:everywhere OR client IN (SELECT client FROM records WHERE type = 'users' AND import = :number))",
        {"number": number, "everywhere": everywhere},
    ).rowcount


def known_clients(connection: sqlite3.Connection) -> set[str]:
    return {client for (client,) in connection.execute("SELECT client FROM records WHERE type = 'clients'")}


def _count(connection: sqlite3.Connection, type: str) -> int:
    (count,) = connection.execute("SELECT count(*) FROM records WHERE type = ?", [type]).fetchone()
    return int(count)
