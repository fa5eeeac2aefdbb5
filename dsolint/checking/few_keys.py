"""Few keys of a delivery, judged in Python, where to import DuckDB takes longer. `key_database` tells the same of any number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property, reduce
from itertools import chain
from typing import Any, NamedTuple

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.checking.keys import Customers, KeyRows, Kind, References, Repeat, Strangers, Unknown
from dsolint.decimals import add_amounts
from dsolint.fields import words
from dsolint.fields.questions import remembered

FEW = 20_000
"""How many rows that may repeat, and how many customers, are judged here at most."""
_FEWER = 5_000
"""Up to so many keys, Python tells whether they differ before Arrow is ready to."""


def suspects(blocks: Sequence[KeyRows]) -> Sequence[KeyRows]:
    """All rows whose keys repeat, and maybe others."""
    if sum(map(len, blocks)) <= _FEWER:
        keys = list(chain.from_iterable(_rows(*block.keys) for block in blocks))
        return blocks if len(set(keys)) < len(keys) else []
    import pyarrow as pa
    import pyarrow.compute as pc

    names = [str(place) for place, _ in enumerate(blocks[0].keys)]
    tables = [pa.table(list(map(arrays.to_arrow, block.keys)), names=names) for block in blocks]
    keys = pa.concat_tables(tables, promote_options="default")
    counted = keys.group_by(names, use_threads=False).aggregate([([], "count_all")])
    repeated = counted.filter(pc.greater(counted["count_all"], 1))
    if len(repeated) > FEW // 2:
        return blocks
    among = [repeated[name].to_pylist() for name in names]
    found = (block.only(reduce(arrays.and_, map(arrays.is_in, block.keys, among))) for block in blocks)
    return [block for block in found if len(block)]


def repeats(blocks: Iterable[KeyRows], limit: int) -> tuple[dict[bool, int], list[Repeat]]:
    """How many rows repeat an earlier key, by whether they are equal to it, and those in the lowest lines."""
    first: dict[tuple[Any, ...], tuple[int, str]] = {}
    found: dict[bool, list[Repeat]] = {}
    for block in blocks:
        for line, record, content, *key in _rows(block.lines, block.records, block.content, *block.keys):
            first_line, first_content = first.setdefault(tuple(key), (line, content))
            if line != first_line:
                equal = content == first_content
                found.setdefault(equal, []).append(Repeat(line, record, first_line, equal, tuple(key)))
    counts = {equal: len(rows) for equal, rows in found.items()}
    return counts, sorted(chain.from_iterable(rows[:limit] for rows in found.values()))


class KnownCustomers:
    """Customers by their codes, and whether they go in."""

    def __init__(self, customers: Iterable[Customers], refused: Collection[int]) -> None:
        self._go_in: dict[str, bool] = {}
        for some in customers:
            for code, accepted in _rows(some.codes, some.accepted):
                goes_in = accepted and some.file not in refused
                self._go_in[code] = goes_in or self._go_in.get(code, False)

    def not_among(self, blocks: Iterable[References]) -> list[References]:
        """The rows that name others, or customers that do not go in."""
        found = (block.only(self._do_not_go_in(block.codes)) for block in blocks)
        return [block for block in found if len(block)]

    def _do_not_go_in(self, codes: Array[str]) -> Array[bool]:
        return arrays.array((not self._go_in.get(code) for code in codes.to_pylist()), "bool", like=codes)

    def strangers(self, blocks: Iterable[References]) -> FewStrangers:
        """These rows, and what is known of their customers."""
        return FewStrangers(list(chain.from_iterable(map(self._strangers, blocks))))

    def _strangers(self, block: References) -> Iterator[_Stranger]:
        for line, record, code, *more in _rows(*block.columns):
            left_out = code in self._go_in
            near = None if left_out else self._by_bare_code.get(bare(code))
            yield _Stranger(Unknown(line, record, code, near, left_out), *more)

    @cached_property
    def _by_bare_code(self) -> dict[str, str]:
        """The first of the customers whose codes are the same but for what gets lost."""
        found = {bare(code): code for code in sorted(self._go_in, reverse=True)}
        found.pop("", None)
        return found


class _Stranger(NamedTuple):
    unknown: Unknown
    ignored: bool
    amount: Decimal | None = None
    currency: str = ""


class FewStrangers(Strangers):
    """Those that are at hand."""

    def __init__(self, rows: Sequence[_Stranger]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Unknown]:
        return (row.unknown for row in self._rows)

    def counts(self) -> dict[Kind, int]:
        return Counter(row.kind for row in self)

    def lowest(self, kind: Kind, limit: int) -> list[Unknown]:
        return [row for row in self if row.kind == kind][:limit]

    def newly_left_out(self, kind: Kind, *, with_money: bool) -> tuple[int, int, dict[str, Decimal]]:
        rows = self._newly_left_out(kind)
        if not with_money:
            return len(rows), 0, {}
        sums: dict[str, Decimal] = {}
        add_amounts(sums, ((row.currency, row.amount) for row in rows if row.amount is not None))
        return len(rows), sum(row.amount is None for row in rows), sums

    def lines_newly_left_out(self, kind: Kind) -> list[int]:
        return [row.unknown.line for row in self._newly_left_out(kind)]

    def _newly_left_out(self, kind: Kind) -> list[_Stranger]:
        return [row for row in self._rows if not row.ignored and row.unknown.kind == kind]


@remembered
def bare(code: str) -> str:
    """A code without what gets lost on its way: leading zeros, case, spaces and hyphens."""
    code = re.sub(rf"{words.SPACE}|[-_.]", "", code)
    # As DuckDB does: each letter by itself, and into one.
    return "".join(map(str.lower, code.replace("\u0130", "i"))).lstrip("0")


def _rows(*columns: Array[Any]) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in columns), strict=True)
