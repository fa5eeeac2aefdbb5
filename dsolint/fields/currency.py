"""Currencies, as ISO 4217 and the CLDR know them."""

from __future__ import annotations

import datetime
import re
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from dsolint.fields.questions import Question, remembered
from dsolint.fields.words import ALL_SPACE, DAMAGE, PLACEHOLDER, is_damaged, is_placeholder, stripped

if TYPE_CHECKING:
    import pyarrow as pa

SYMBOLS = {
    "€": "EUR", "$": None, "US$": "USD", "£": "GBP", "¥": None, "₣": "CHF", "FR.": "CHF", "SFR": "CHF", "SFR.": "CHF",
    "ZŁ": "PLN", "KČ": "CZK", "KR": None, "FT": "HUF", "LEI": "RON", "₺": "TRY", "₹": "INR", "R$": "BRL", "EURO": "EUR",
    "EUROS": "EUR", "DOLLAR": None, "CA$": "CAD", "A$": "AUD", "₽": "RUB", "₴": "UAH", "₪": "ILS", "₩": "KRW",
}  # fmt: skip
"""What is written in place of a code, and the code where only one can be meant."""


_DIGIT = re.compile("[0-9]")

_IMPORTING = Lock()
"""Babel's modules import one another, which goes wrong where two threads begin with it at once."""


_LASTING = frozenset(("EUR", "USD", "GBP", "CHF", "CAD", "CZK", "DKK", "JPY", "NOK", "PLN", "SEK"))
_SINCE = datetime.date(2000, 1, 1)


def is_current(code: str, day: datetime.date) -> bool:
    """Whether an ISO 4217 code is in use on a day. Babel, which knows, is only loaded for less usual ones."""
    return (code in _LASTING and day >= _SINCE) or code in current(day)


@cache
def current(day: datetime.date) -> frozenset[str]:
    """The ISO 4217 codes in use on a day, funds and metals among them."""
    return _in_use(day, day)


@cache
def withdrawn(day: datetime.date) -> frozenset[str]:
    """The codes that were in use before that day and are not on it."""
    return _in_use(datetime.date.min, day) - current(day)


@cache
def to_come(day: datetime.date) -> frozenset[str]:
    """The codes that are in use after that day alone."""
    return known_codes() - _in_use(datetime.date.min, day)


def _in_use(first: datetime.date, last: datetime.date) -> frozenset[str]:
    """The codes in use on any day from the first to the last."""
    with _IMPORTING:
        from babel.core import get_global
        from babel.numbers import get_territory_currencies

    return frozenset(
        code
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory, first, last, tender=True, non_tender=True)
    )


@cache
def known_codes() -> frozenset[str]:
    """Every code that is or was a currency's."""
    with _IMPORTING:
        from babel.numbers import list_currencies

    return frozenset(list_currencies())


@cache
def three_decimals() -> frozenset[str]:
    """The codes of the currencies whose smallest unit is a thousandth: 1.200 is an ordinary amount in them."""
    with _IMPORTING:
        from babel.numbers import get_currency_precision

    return frozenset(code for code in known_codes() if get_currency_precision(code) == 3)


@remembered
def summed_under(cell: str) -> str:
    """The currency that an amount is counted under, by the cell that names it; empty where it names none."""
    # What has digits in it is no currency but a value of another column.
    return "" if _DIGIT.search(cell) or is_placeholder(cell) or is_damaged(cell) else stripped(cell)


def _column_summed_under(cells: pa.StringArray) -> pa.StringArray:
    import pyarrow.compute as pc

    names_none = pc.match_substring_regex(cells, f"[0-9]|{PLACEHOLDER}|{DAMAGE}")
    return pc.if_else(names_none, "", pc.utf8_trim(cells, ALL_SPACE))


SUMMED_UNDER = Question("string", summed_under, _column_summed_under)
