"""Currencies, as ISO 4217 and the CLDR know them."""

from __future__ import annotations

from functools import cache


@cache
def three_decimals() -> frozenset[str]:
    """The codes of the currencies whose smallest unit is a thousandth: 1.200 is an ordinary amount in them."""
    from babel.numbers import get_currency_precision, list_currencies

    return frozenset(code for code in list_currencies() if get_currency_precision(code) == 3)
