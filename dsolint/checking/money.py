"""The open amounts of items: what goes in, what is left out, in exact decimals by currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.decimals import add_amounts
from dsolint.fields import amount, currency, date
from dsolint.fields.rows import Rows
from dsolint.parts import Money
from dsolint.rules.columns import Header

CURRENCY = "item_currency"
_FEW = 500
"""Up to so many amounts are added up one by one."""
_MOST = 200
"""So are those of more currencies: Arrow goes through all amounts for each. What groups them takes 20 ms to import."""
_INITIAL, _REMAINING, _PAYMENT = "item_amount_initial_inc_tax", "item_amount_remaining_inc_tax", "item_date_payment"


class Amounts(NamedTuple):
    """The amount of each row, null where it can't be read, and its currency."""

    values: Array[Decimal]
    currencies: Array[str]

    def take(self, rows: Array[int]) -> Amounts:
        """Those of some rows."""
        return Amounts(self.values.take(rows), self.currencies.take(rows))

    def filter(self, mask: Array[bool]) -> Amounts:
        """Those of the rows in a mask."""
        return Amounts(self.values.filter(mask), self.currencies.filter(mask))

    def sums(self) -> dict[str, Decimal]:
        """The sum of those that can be read, by currency."""
        amounts, currencies = self
        if len(amounts) > _FEW:
            encoded = currencies.dictionary_encode()
            codes = encoded.dictionary.to_pylist()
            if len(codes) <= _MOST:
                import pyarrow.compute as pc

                of_code = (amounts.filter(pc.equal(encoded.indices, place)) for place in range(len(codes)))
                totals = (pc.sum(some).as_py() for some in of_code)
                return {code: total for code, total in zip(codes, totals, strict=True) if total is not None}
        found: dict[str, Decimal] = {}
        pairs = zip(currencies.to_pylist(), amounts.to_pylist(), strict=True)
        add_amounts(found, ((code, value) for code, value in pairs if value is not None))
        return found


def open_amounts(rows: Rows) -> Amounts:
    """The open amount and the currency of each row.

    The amount is the remaining one; where that is blank, zero for a paid item, and else the initial one; null where it
    can't be read.
    """
    found = rows.amount(_INITIAL)
    if rows.has(_PAYMENT):
        found = arrays.if_else(arrays.is_valid(rows.date(_PAYMENT)), Decimal(0), found)
    if rows.has(_REMAINING):
        found = arrays.if_else(rows.filled(_REMAINING), rows.amount(_REMAINING), found)
    return Amounts(found, rows.cells(CURRENCY).ask(currency.SUMMED_UNDER))


def split(amounts: Amounts, left_out: Array[bool] | None) -> Money:
    """The money of a block's rows; `left_out` masks those that are not accepted, None where all are."""
    if left_out is None:
        return Money(accepted=amounts.sums(), unreadable_accepted=amounts.values.null_count)
    kept, gone = amounts.filter(arrays.invert(left_out)), amounts.filter(left_out)
    return Money(
        accepted=kept.sums(),
        ignored=gone.sums(),
        unreadable_accepted=kept.values.null_count,
        unreadable_ignored=gone.values.null_count,
    )


def of_records(records: Iterable[Sequence[str]], header: Header) -> Money:
    """The money in the cells of records that a quote swallowed: all of it is left out."""
    money = Money()
    for record in records:
        cells = [cell.strip().strip('"') for cell in record]
        found = _open_amount(cells, header) if len(cells) == header.width else None
        if found is None:
            money.unreadable_ignored += 1
        else:
            add_amounts(money.ignored, [(currency.summed_under(_cell(cells, header, CURRENCY)), found)])
    return money


def _open_amount(cells: list[str], header: Header) -> Decimal | None:
    remaining = _cell(cells, header, _REMAINING).strip()
    if not remaining and date.DAY.of_value(_cell(cells, header, _PAYMENT).strip()):
        return Decimal(0)
    return amount.summed(remaining or _cell(cells, header, _INITIAL).strip())


def _cell(cells: list[str], header: Header, field: str) -> str:
    column = header.column(field)
    return cells[column.position] if column is not None else ""
