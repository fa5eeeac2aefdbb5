"""Made-up people: the contacts of customers, and the own staff that looks after them."""

from __future__ import annotations

import re
import unicodedata
from random import Random
from typing import NamedTuple

from dsolint.sampling.words import COUNTRIES, GERMANY, Country

STAFF = 60
"""How many employees there are: as many as one customer can have at most, see `customers_for`."""

MOBILE = "171"
"""What stands for the area in the number of a mobile telephone, of any country."""

_OWN_DOMAIN = "our-company.example.com"
_NO_ACCENT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ł": "L"}
)


class Person(NamedTuple):
    """How someone is called and addressed."""

    title: str
    first: str
    last: str


class Employee(NamedTuple):
    """One of the own staff."""

    number: str
    person: Person
    email: str
    line: int
    """The last digits of the telephone number."""


def generator(*parts: object) -> Random:
    """Random numbers that are the same for the same parts, on every platform and in every version of Python."""
    return Random(":".join(str(part) for part in parts))  # noqa: S311  # nothing here is a secret


def country(rng: Random) -> Country:
    """A country, by its share of the customers."""
    return rng.choices(tuple(COUNTRIES), weights=tuple(COUNTRIES.values()))[0]


def person(home: Country, rng: Random) -> Person:
    """Someone with a name that is usual in a country."""
    if rng.random() < 0.5:
        return Person(home.titles[0], rng.choice(home.women), rng.choice(home.surnames))
    return Person(home.titles[1], rng.choice(home.men), rng.choice(home.surnames))


def slug(text: str) -> str:
    """`text` as a part of a mail or web address: `weiss-soehne` of `Weiß & Söhne`."""
    plain = unicodedata.normalize("NFKD", text.translate(_NO_ACCENT)).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")


def email(someone: Person, domain: str) -> str:
    """The mail address of someone."""
    return f"{slug(someone.first)}.{slug(someone.last)}@{domain}"


def phone(home: Country, area: str, line: int) -> str:
    """A telephone number such as +49 221 555 0101."""
    return f"{home.prefix} {area} 555 {line:04d}"


def staff(seed: int) -> list[Employee]:
    """The own staff, the same for every import type of a seed; no two share a name."""
    rng = generator("staff", seed)
    found: dict[str, Employee] = {}
    while len(found) < STAFF:
        someone = person(GERMANY if rng.random() < 0.6 else country(rng), rng)
        number = len(found) + 1
        address = email(someone, _OWN_DOMAIN)
        found.setdefault(address, Employee(f"U{number:03d}", someone, address, 100 + number))
    return list(found.values())
