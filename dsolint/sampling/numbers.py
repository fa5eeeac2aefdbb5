"""Made-up numbers whose check digits are right: SIREN, SIRET, VAT numbers and LEI codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

_LEI_ISSUERS = ("529900", "969500", "391200", "815600", "959800", "259400")
_LEI_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LA_POSTE = "356000000"
"""The one SIREN whose SIRETs have a check of their own."""


def digits(rng: Random, count: int, *, first: int = 0) -> str:
    """A string of random digits, the first of them at least `first`."""
    return f"{rng.randrange(first * 10 ** (count - 1), 10**count):0{count}d}"


def luhn_sum(number: str) -> int:
    """The sum of the digits, every second one from the right doubled first."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(digit // 10 + digit % 10 for digit in doubled)


def luhn_digit(number: str) -> str:
    """The check digit to put behind `number`."""
    return str(-luhn_sum(f"{number}0") % 10)


def siren(rng: Random) -> str:
    """The number of a French company."""
    body = digits(rng, 8, first=3)
    number = body + luhn_digit(body)
    return number if number != _LA_POSTE else siren(rng)


def siret(company: str, rng: Random) -> str:
    """The number of an establishment of the French company with that SIREN."""
    body = company + f"{rng.randrange(1, 200):04d}"
    return body + luhn_digit(body)


def lei(rng: Random) -> str:
    """A legal entity identifier by ISO 17442."""
    body = rng.choice(_LEI_ISSUERS) + "".join(rng.choices(_LEI_LETTERS, k=12))
    remainder = int("".join(str(int(c, 36)) for c in f"{body}00")) % 97
    return f"{body}{98 - remainder:02d}"


def french_vat(company: str) -> str:
    """The VAT number of the French company with that SIREN."""
    return f"FR{(12 + 3 * (int(company) % 97)) % 97:02d}{company}"


def _german_vat(rng: Random) -> str:
    body = digits(rng, 8, first=1)
    check = 10
    for digit in body:
        check = ((check + int(digit)) % 10 or 10) * 2 % 11
    return f"DE{body}{(11 - check) % 10}"


def _italian_vat(rng: Random) -> str:
    body = digits(rng, 7, first=1) + f"{rng.randrange(1, 101):03d}"
    return f"IT{body}{luhn_digit(body)}"


def _spanish_vat(rng: Random) -> str:
    body = digits(rng, 7, first=1)
    return f"ES{rng.choice('AB')}{body}{luhn_digit(body)}"


def _austrian_vat(rng: Random) -> str:
    body = digits(rng, 7, first=1)
    return f"ATU{body}{(6 - luhn_sum(body)) % 10}"


def _belgian_vat(rng: Random) -> str:
    body = f"0{digits(rng, 7, first=4)}"
    return f"BE{body}{97 - int(body) % 97:02d}"


def _polish_vat(rng: Random) -> str:
    while True:
        body = digits(rng, 9, first=1)
        check = _weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if check < 10:
            return f"PL{body}{check}"


def _dutch_vat(rng: Random) -> str:
    while True:
        body = digits(rng, 8, first=1)
        check = _weighted(body, range(9, 1, -1)) % 11
        if check < 10:
            return f"NL{body}{check}B{rng.randrange(1, 5):02d}"


def _portuguese_vat(rng: Random) -> str:
    body = digits(rng, 8, first=5)
    return f"PT{body}{(11 - _weighted(body, range(9, 1, -1)) % 11) % 11 % 10}"


def _weighted(number: str, weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))


VAT_NUMBERS: dict[str, Callable[[Random], str]] = {
    "AT": _austrian_vat,
    "BE": _belgian_vat,
    "DE": _german_vat,
    "ES": _spanish_vat,
    "FR": lambda rng: french_vat(siren(rng)),
    "IT": _italian_vat,
    "NL": _dutch_vat,
    "PL": _polish_vat,
    "PT": _portuguese_vat,
}
"""By country: how to make up a VAT number."""
