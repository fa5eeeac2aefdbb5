"""Amounts of money as exact decimals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal

EXACT = Context(prec=120)
"""Sums of money lose no digit."""


def add_amounts(sums: dict[str, Decimal], amounts: Iterable[tuple[str, Decimal]]) -> None:
    """Add amounts, each with its currency, to sums by currency."""
    for currency, amount in amounts:
        sums[currency] = EXACT.add(sums.get(currency, Decimal(0)), amount)


def plain(amount: Decimal) -> str:
    """An amount as a decimal string with two decimals at least, and no more than it has."""
    exact = amount.normalize(EXACT)
    digits = -int(exact.as_tuple().exponent)
    return f"{exact:.{max(digits, 2)}f}"
