"""Control totals: what was written is read again and held against what was read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct, field

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.checking.money import Amounts
from dsolint.checking.table import Table
from dsolint.decimals import add_amounts, plain
from dsolint.errors import RepairError
from dsolint.fields import amount, currency
from dsolint.fields.cells import Cells
from dsolint.reading.blocks import Block
from dsolint.reading.parsing import Batch, parse
from dsolint.rules.columns import Header


class Totals(Struct):
    """How many records there are, and the sums of amounts by currency in each column that has amounts."""

    rows: int = 0
    sums: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    def add(self, column: str, sums: Mapping[str, Decimal]) -> None:
        if sums:
            add_amounts(self.sums.setdefault(column, {}), sums.items())

    def __str__(self) -> str:
        sums = (
            f"{column} {code} {plain(total)}"
            for column, by_currency in self.sums.items()
            for code, total in sorted(by_currency.items())
        )
        return ", ".join((f"{self.rows:,} rows", *sums))


class Gain(Struct):
    """How many amounts of a column could not be read before and can be read now, and their sums by currency."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)


class Control:
    """The totals before and after. Amounts count that could be read before, under the currency that is written.

    Those that can be read only now are the `gains`, by column. `currency` is the position of the column that names it; the
    last `trailing` columns are those that go. An amount whose meaning was in doubt (V305) could not be read before.
    """

    def __init__(self, header: Header, currency: int | None, delimiter: str, trailing: int) -> None:
        self._delimiter = delimiter
        self._width = header.width - trailing
        self._currency = currency
        self._amounts = [c for c in header.columns if c.field is not None and c.field.kind == "amount"]
        self.before = Totals()
        self.after = Totals()
        self.gains: dict[str, Gain] = {}

    def add(self, batch: Batch, table: Table) -> None:
        """Count a block in which no record changed."""
        self._count(batch.records, batch.records)
        self._sum_up(table, table.columns, {})

    def compare(
        self, batch: Batch, table: Table, written: bytes, touched: Mapping[int, int], in_doubt: Mapping[int, list[int]]
    ) -> None:
        """Count a block that was `written` anew, in which so many cells changed by the position of their column.

        `in_doubt` are the lines of those that could be read in two ways. Raises RepairError where other cells changed.
        """
        found = parse(Block(written, 1), self._width, self._delimiter, like=batch)
        self._count(batch.records, found.records)
        if found.records != batch.records or not found.numbers.equals(batch.numbers):
            raise RepairError(_mismatch(self.before, self.after))
        for position, (old, new) in enumerate(zip(batch.columns, found.columns, strict=False)):
            changed = arrays.not_equal(old, new).true_count
            if changed != touched.get(position, 0):
                expected = touched.get(position, 0)
                raise RepairError(
                    f"{changed:,} cells of column {position + 1} changed, and {expected:,} were meant to."
                )
        kept = arrays.is_in(found.numbers, table.numbers)
        self._sum_up(table, [Cells(column.filter(kept)) for column in found.columns], in_doubt)

    def settle(self) -> None:
        """Raises RepairError, with both sides, where the totals do not agree."""
        if self.before != self.after:
            raise RepairError(_mismatch(self.before, self.after))

    def _count(self, before: int, after: int) -> None:
        self.before.rows += before
        self.after.rows += after

    def _sum_up(self, table: Table, after: list[Cells], in_doubt: Mapping[int, list[int]]) -> None:
        for column in self._amounts:
            old, new = amount.parse_column(table.columns[column.position]), amount.parse_column(after[column.position])
            counts = arrays.is_valid(old)
            if column.position in in_doubt:
                counts = arrays.and_not(counts, arrays.is_in(table.lines, in_doubt[column.position]))
            codes = self._codes(after, like=table.lines)
            self.before.add(column.name, Amounts(old, codes).filter(counts).sums())
            self.after.add(column.name, Amounts(new, codes).filter(counts).sums())
            gained = arrays.and_not(arrays.is_valid(new), counts)
            if gained.true_count:
                gain = self.gains.setdefault(column.name, Gain())
                gain.count += gained.true_count
                add_amounts(gain.sums, Amounts(new, codes).filter(gained).sums().items())

    def _codes(self, columns: list[Cells], *, like: Array[int]) -> Array[str]:
        if self._currency is None:
            return arrays.repeat("", like=like)
        return columns[self._currency].ask(currency.SUMMED_UNDER)


def _mismatch(before: Totals, after: Totals) -> str:
    return f"the control totals do not agree: {before} before and {after} after the repair."
