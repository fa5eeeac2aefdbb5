"""Words of dsolint's own, which a report says in its reader's language. Any other `str` is data, which stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Self

from dsolint.decimals import plain


class Number(str):
    """A whole number in a sentence: as a `str` in English, with commas for thousands."""

    __slots__ = ("value",)
    value: int

    def __new__(cls, value: int) -> Self:
        self = super().__new__(cls, f"{value:,}")
        self.value = value
        return self

    def __getnewargs__(self) -> tuple[int]:  # type: ignore[override]
        return (self.value,)


class Amount(str):
    """An amount of money in a sentence; `currency` is empty where there is none. As a `str` it stands as English has it."""

    __slots__ = ("amount", "currency")
    amount: Decimal
    currency: str

    def __new__(cls, amount: Decimal, currency: str) -> Self:
        self = super().__new__(cls, f"{Decimal(plain(amount)):,f} {currency}".rstrip())
        self.amount = amount
        self.currency = currency
        return self

    def __getnewargs__(self) -> tuple[Decimal, str]:  # type: ignore[override]
        return self.amount, self.currency


class DateForm(str):
    """How a date is written: D, M and Y for the digits of its day, month and year, as in DD/MM/YYYY."""

    __slots__ = ()


class Phrase(str):
    """A sentence or a few words: as a `str` in English, with the template and the parameters that they are made of.

    The template is the key of the message catalogue. Parameters may be phrases and numbers again.
    """

    __slots__ = ("message", "params")
    message: str
    params: Mapping[str, str]

    def __new__(cls, message: str, params: Mapping[str, str] | None = None) -> Self:
        params = params or {}
        self = super().__new__(cls, message.format_map(params))
        self.message = message
        self.params = params
        return self

    @property
    def template(self) -> str:
        """The message in English, not filled in yet."""
        return self.message

    def __getnewargs__(self) -> tuple[str, Mapping[str, str]]:  # type: ignore[override]
        return self.message, self.params


class Counted(Phrase):
    """A phrase in the singular or the plural of a number, which stands in it as {count}."""

    __slots__ = ("number", "one")
    one: str
    number: int

    def __new__(cls, one: str, many: str, number: int, params: Mapping[str, str] | None = None) -> Self:
        params = {**(params or {}), "count": Number(number)}
        self = super().__new__(cls, one if number == 1 else many, params)
        self.message = many
        self.one = one
        self.number = number
        return self

    @property
    def template(self) -> str:
        """The message in English, not filled in yet, as it fits the number."""
        return self.one if self.number == 1 else self.message

    def __getnewargs__(self) -> tuple[str, str, int, Mapping[str, str]]:  # type: ignore[override]
        return self.one, self.message, self.number, self.params


def in_a_row(texts: Sequence[str]) -> str:
    """Texts, one at least, with commas between them."""
    return reduce(lambda before, next: Phrase("{before}, {next}", {"before": before, "next": next}), texts)
