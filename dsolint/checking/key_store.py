"""Keys over a whole delivery, exact at any number."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence, Sized
from itertools import chain
from types import TracebackType
from typing import Self

from dsolint.checking import few_keys
from dsolint.checking.key_database import CUSTOMERS, KeyDatabase
from dsolint.checking.keys import Customers, KeyRows, References, Repeat, Strangers
from dsolint.config import MEMORY

_INTERRUPTED = "Query interrupted"
"""What DuckDB says instead of KeyboardInterrupt when Ctrl-C breaks into it."""
_HELD = 48 << 20
"""How many bytes of keys are held: some go to the database then, which takes as many to import."""
_BATCH = 125_000
"""How many rows go to the database at once: more than its row groups hold, or it copies them twice."""


class KeyStore:
    """The keys of a delivery's files: few are judged as they are, more in a database. A context manager.

    A table is named by the file's number in the delivery and by what it holds. Several threads may add to it.
    `memory` is that of the run, in bytes.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self.customers_file: str | None = None
        self._lock = threading.RLock()
        self._database = KeyDatabase(memory)
        self._keys: defaultdict[str, list[KeyRows]] = defaultdict(list)
        self._references: defaultdict[str, list[References]] = defaultdict(list)
        self._held_references = 0
        self._customers: list[Customers] = []
        self._held_customers = 0
        self._refused: set[int] = set()
        self._known: few_keys.KnownCustomers | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
        if isinstance(error, RuntimeError) and str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error

    def add_keys(self, table: str, rows: KeyRows) -> None:
        """Add rows to what may not repeat, in file order."""
        with self._lock:
            held = self._keys[table]
            held.append(rows)
            is_batch = table in self._database.tables and _count(held) > _BATCH
            if is_batch or sum(rows.size for rows in chain.from_iterable(self._keys.values())) > _HELD:
                self._database.add_keys(table, self._keys.pop(table))

    def repeats(self, table: str, width: int, limit: int) -> tuple[dict[bool, int], list[Repeat]]:
        """How many rows repeat an earlier key, by whether they are equal to it, and those in the lowest lines.

        The table is thrown away.
        """
        with self._lock:
            held: Sequence[KeyRows] = self._keys.pop(table, [])
            if table not in self._database.tables:
                held = few_keys.suspects(held)
                if _count(held) <= few_keys.FEW:
                    return few_keys.repeats(held, limit)
            if held:
                self._database.add_keys(table, held)
            return self._database.repeats(table, width, limit)

    @property
    def has_customers(self) -> bool:
        return bool(self._customers) or CUSTOMERS in self._database.tables

    @property
    def customers_are_refused(self) -> bool:
        return bool(self._refused)

    def add_customers(self, customers: Customers) -> None:
        with self._lock:
            self._customers.append(customers)
            self._held_customers += len(customers)
            if self._held_customers > _BATCH:
                self._store_customers()

    def refuse_customers(self, file: int) -> None:
        """Nothing of a customers file goes in."""
        self._refused.add(file)

    def add_references(self, table: str, rows: References) -> None:
        """Add rows that refer to customers, in file order."""
        with self._lock:
            self._references[table].append(rows)
            self._held_references += len(rows)
            if self._held_references > _BATCH:
                self._store_references()

    def strangers(self, table: str) -> Strangers:
        """The rows of a table that refer to no customer that goes in; they may be asked until others are.

        All customers have to be there.
        """
        held = self._references.pop(table, [])
        if not held and table not in self._database.tables:
            return few_keys.FewStrangers([])
        if self._held_customers <= few_keys.FEW and not {table, CUSTOMERS} & self._database.tables:
            self._known = self._known or few_keys.KnownCustomers(self._customers, self._refused)
            held = self._known.not_among(held)
            if _count(held) <= few_keys.FEW:
                return self._known.strangers(held)
        self._references[table] = held
        self._store_customers()
        self._store_references()
        return self._database.strangers(table, self._refused)

    def _store_customers(self) -> None:
        if self._customers:
            self._database.add_customers(self._customers)
        self._customers.clear()
        self._held_customers = 0

    def _store_references(self) -> None:
        for table, held in self._references.items():
            if held:
                self._database.add_references(table, held)
        self._references.clear()
        self._held_references = 0


def _count(blocks: Iterable[Sized]) -> int:
    """How many rows are in blocks."""
    return sum(map(len, blocks))
