"""The history's SQLite file: opened, brought up to date, and safe under several runs and a kill at any moment.

It keeps SQLite's rollback journal: a write-ahead log needs shared memory, which network homes do not have.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from dsolint.delivery.places import is_there
from dsolint.errors import HistoryError

APPLICATION = 0x64736F6C
"""What SQLite's application_id says in our files."""
PATIENCE = 10.0
"""How many seconds to wait for another run to finish writing."""
LARGEST = (1 << 63) - 1
"""The largest number that SQLite knows."""
_DAMAGED = "the history is damaged. Move it away to begin a new one."

MIGRATIONS = (
    """
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        identity TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL,
        entity TEXT,
        numbering TEXT,
        holder TEXT
    );
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account INTEGER NOT NULL REFERENCES accounts,
        mode TEXT NOT NULL,
        asynchronous INTEGER NOT NULL,
        replaces_users INTEGER NOT NULL,
        checked TEXT NOT NULL,
        begun TEXT NOT NULL,
        settled TEXT,
        outcome TEXT NOT NULL,
        receipt TEXT
    );
    CREATE INDEX deliveries_of_account ON deliveries (account);
    CREATE TABLE files (
        delivery INTEGER NOT NULL REFERENCES deliveries ON DELETE CASCADE,
        place INTEGER NOT NULL,
        path TEXT NOT NULL,
        type TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        accepted INTEGER NOT NULL,
        ignored INTEGER NOT NULL,
        sums TEXT NOT NULL,
        modified TEXT,
        state TEXT NOT NULL,
        response TEXT,
        PRIMARY KEY (delivery, place)
    ) WITHOUT ROWID;
    CREATE TABLE accuracy (
        delivery INTEGER NOT NULL REFERENCES deliveries ON DELETE CASCADE,
        rule TEXT NOT NULL,
        confirmed INTEGER NOT NULL,
        missed INTEGER NOT NULL,
        false_alarms INTEGER NOT NULL,
        PRIMARY KEY (delivery, rule)
    ) WITHOUT ROWID;
    CREATE TABLE holdings (
        account INTEGER NOT NULL REFERENCES accounts,
        type TEXT NOT NULL,
        since TEXT NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (account, type)
    );
    """,
    """
    CREATE TABLE pruned_contacts (
        account INTEGER NOT NULL REFERENCES accounts,
        sha256 TEXT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (account, sha256)
    ) WITHOUT ROWID;
    """,
)
"""What makes each version out of the one before; the first makes an empty file version 1."""
_STATE = """
    SELECT user_version, application_id, (SELECT count(*) FROM sqlite_master)
    FROM pragma_user_version, pragma_application_id
"""  # in one statement: another run may be making the file meanwhile


class Database:
    """The open file. A context manager. Raises HistoryError, which names the file and the remedy."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        with self._told():
            _make_private(path)
            self._connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
        try:
            with self._told():
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._bring_up_to_date()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds. Its placeholders are `?`, or numbered where a value stands in several places."""
        stored = tuple(map(as_value, values))
        numbered = {str(place): value for place, value in enumerate(stored, 1)}
        with self._told():
            return self._connection.execute(query, numbered if "?1" in query else stored).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written in it, or nothing."""
        with self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def shrink(self) -> None:
        """Give back to the system what was deleted."""
        with self._told():
            self._connection.execute("VACUUM")

    def _bring_up_to_date(self) -> None:
        if self._version() == len(MIGRATIONS):
            return
        with self.transaction() as connection:
            for script in MIGRATIONS[self._version() :]:
                for statement in script.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _version(self) -> int:
        """The version of the file, 0 where it is empty. Raises HistoryError for one that is none of ours, or newer."""
        ((version, application, tables),) = self._connection.execute(_STATE)
        if application != APPLICATION and (application or version or tables):
            raise HistoryError(f"{self.path}: is the database of another program; name another file for the history.")
        if version > len(MIGRATIONS):
            raise HistoryError(f"{self.path}: the history was written by a newer dsolint; update this one.")
        return int(version)

    @contextmanager
    def made_sense_of(self) -> Iterator[None]:
        """What was found, and is not what was once written, is damaged."""
        try:
            yield
        except (ValueError, OSError) as error:
            raise HistoryError(f"{self.path}: {_DAMAGED}") from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the file, in a sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise HistoryError(f"{self.path}: {_reason(error)}") from error
        except OSError as error:
            raise HistoryError(f"{self.path}: the history can't be opened: {error.strerror or error}.") from error


def as_value(value: object) -> object:
    """A value as SQLite takes it: numbers up to its largest, and of what is no text the escapes."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return min(value, LARGEST) if isinstance(value, int) else value


def _reason(error: sqlite3.Error) -> str:
    match getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]:
        case "NOTADB":
            return "is no history: it is not a SQLite file. Move it away, or name another file for the history."
        case "CORRUPT":
            return _DAMAGED
        case "BUSY" | "LOCKED":
            return "another run has been writing to the history for too long; try again when it is done."
        case "READONLY" | "PERM" | "CANTOPEN":
            return "the history can't be written: look at the permissions of the file and its folder."
        case "FULL":
            return "the history can't be written: the disk is full."
        case _:
            return f"the history can't be used: {error}."


def _make_private(path: Path) -> None:
    """A new file that nobody but its owner reads, and its folder."""
    if is_there(path):
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return  # another run was faster
