"""A sample from its header to its last record, in chunks: records without a fault, and then faults among them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

from dsolint.errors import UsageError
from dsolint.sampling.clients import Clients
from dsolint.sampling.contacts import Contacts
from dsolint.sampling.dialect import joined, parsed
from dsolint.sampling.faults import faults_for
from dsolint.sampling.items import Items
from dsolint.sampling.people import generator
from dsolint.sampling.record import Plant, Planted, Record
from dsolint.sampling.table import Plan, Table
from dsolint.sampling.users import Users
from dsolint.schema import import_type

BASE_DATE = datetime.date(2024, 6, 30)
"""The day that samples are of, unless another is asked for: the same sample comes out on any day."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years that a sample can be of: its dates stay plausible."""

_CHUNK = 10_000

_TABLES: dict[str, Callable[[Plan], Table]] = {"items": Items, "clients": Clients, "contacts": Contacts, "users": Users}


class Truth(NamedTuple):
    """A planted fault: the rule that finds it, and the physical line and the column where."""

    code: str
    line: int
    column: str | None


class Chunk(NamedTuple):
    """Some lines of a sample, with their ends, and the faults in them."""

    text: str
    truth: list[Truth]


def sample(
    type: str,
    rows: int,
    *,
    seed: int = 0,
    errors: float = 0.0,
    faults: Sequence[str] = (),
    today: datetime.date = BASE_DATE,
) -> Iterator[Chunk]:
    """A file of an import type with `rows` records, in chunks; the same for the same arguments, byte for byte.

    About the share `errors` of the records, from 0 to 1, has one planted fault, out of the codes `faults` if there are
    any. Where no fault fits a record, a later one gets it. A blank line, a repeated header and a row of totals are not
    in a record but lines of their own before it. All other records are the same as without `errors`.

    Raises UsageError for what can't be followed.
    """
    if type not in _TABLES:
        raise UsageError(f"There is no import type {type!r}: it is one of {', '.join(_TABLES)}.")
    if rows < 0:
        raise UsageError(f"A sample can't have {rows} rows.")
    if not 0 <= errors <= 1:
        raise UsageError(f"The share of rows with a fault is a number from 0 to 1, and not {errors}.")
    if not FIRST_YEAR <= today.year <= LAST_YEAR:
        raise UsageError(f"A sample is of a day in the years {FIRST_YEAR} to {LAST_YEAR}, and not of {today}.")
    plants = faults_for(type, faults)
    plan = Plan(rows, seed, today)
    table = _TABLES[type](plan)
    planter = _Planter(type, table, plan, errors, plants) if errors else None
    return _chunks(table, rows, planter)


def _chunks(table: Table, rows: int, planter: _Planter | None) -> Iterator[Chunk]:
    yield Chunk(joined(table.columns) + "\n", [])
    for start in range(1, rows + 1, _CHUNK):
        lines = table.lines(range(start, min(start + _CHUNK, rows + 1)))
        truth = planter.plant(lines) if planter is not None else []
        yield Chunk("\n".join(lines) + "\n", truth)


class _Planter:
    """Plants faults in the lines of a file, chunk by chunk."""

    def __init__(self, type: str, table: Table, plan: Plan, share: float, plants: Mapping[str, Plant]) -> None:
        self._rng: Random = generator("faults", type, plan.seed)
        self._type = import_type(type)
        self._table = table
        self._today = plan.today
        self._share = share
        self._plants = plants
        self._codes = list(plants)
        self._line = 2
        self._owed = 0
        self._earlier: str | None = None

    def plant(self, lines: list[str]) -> list[Truth]:
        """Break some of the records in `lines`, each of which is one line, and tell where."""
        truth: list[Truth] = []
        for place, line in enumerate(lines):
            self._owed += self._rng.random() < self._share
            found = self._spoilt(line) if self._owed else None
            if found is None:
                self._earlier = line
                self._line += 1
                continue
            code, planted = found
            self._owed -= 1
            truth.append(Truth(code, self._line, planted.column))
            lines[place] = planted.text
            self._line += planted.text.count("\n") + 1
        return truth

    def _spoilt(self, line: str) -> tuple[str, Planted] | None:
        """The record with a fault that fits it, None where none does."""
        record = Record(
            self._type,
            self._values(line),
            self._table.decimal_signs,
            self._today,
            None if self._earlier is None else self._values(self._earlier),
        )
        for code in self._rng.sample(self._codes, len(self._codes)):
            planted = self._plants[code](record, self._rng)
            if planted is not None:
                return code, planted
        return None

    def _values(self, line: str) -> dict[str, str]:
        return dict(zip(self._table.columns, parsed(line), strict=True))
