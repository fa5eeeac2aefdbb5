"""Amounts in every documented form, and never one that could mean thousands or decimals.

A form is chosen for a whole record: the digits that some forms add are then the same in all of its amounts, and what
was smaller stays smaller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from random import Random

from dsolint.fields.amount import DECIMAL_SIGNS

Form = Callable[[int, str], str]
"""Writes a number of cents, not negative, with the decimal sign given."""


def two_decimals(cents: int, sign: str) -> str:
    """`1200.00`"""
    return f"{cents // 100}{sign}{cents % 100:02d}"


def whole(cents: int, _sign: str) -> str:
    """`1200`: what is less than a unit is dropped."""
    return str(cents // 100)


def three_decimals(cents: int, sign: str) -> str:
    """`1200.005`; below 1,000 two decimals, because `120.005` could be thousands."""
    return f"{two_decimals(cents, sign)}5" if cents >= 1000_00 else two_decimals(cents, sign)


def five_decimals(cents: int, sign: str) -> str:
    """`1200.00123`"""
    return f"{two_decimals(cents, sign)}123"


def grouped(mark: str) -> Form:
    """A form with thousands set off by `mark`, as in `1 200,00`."""

    def form(cents: int, sign: str) -> str:
        return f"{cents // 100:,}".replace(",", mark) + f"{sign}{cents % 100:02d}"

    return form


FORMS: tuple[Form, ...] = (
    two_decimals,
    grouped(" "),
    whole,
    five_decimals,
    three_decimals,
    grouped("\u00a0"),
    grouped("\u202f"),
)
FORM_SHARES = (70, 90, 95, 97, 98, 99, 100)
"""How often each form is taken, added up."""


def decimal_signs(columns: Iterable[str], rng: Random) -> dict[str, str]:
    """One decimal sign for each column: with both in one column, other values there would be ambiguous."""
    return {column: rng.choice(DECIMAL_SIGNS) for column in columns}


def with_two_decimals(value: Decimal, sign: str) -> str:
    """Any number with two decimals and no thousands mark."""
    return f"{value:.2f}".replace(".", sign)


def with_thousands_marks(value: Decimal, mark: str, sign: str) -> str:
    """Any number with two decimals and a mark before every three digits."""
    units, _, decimals = f"{value:.2f}".partition(".")
    return re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+\Z)", mark, units) + sign + decimals
