"""How the values of settings are read out of TOML: functions that raise ValueError, saying what would be right."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dsolint.config import MODES, Thresholds
from dsolint.errors import UsageError, did_you_mean
from dsolint.fields.date import parse as parse_date
from dsolint.reading.text import encoding_name
from dsolint.rules import RULES, selected

Read = Callable[[object], Any]


def text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("takes a text.")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("takes true or false.")
    return value


def number(least: int) -> Read:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"takes a whole number from {least}.")
        return value

    return read


def one_of(allowed: Iterable[str]) -> Read:
    names = [str(name) for name in allowed]

    def read(value: object) -> str:
        if value not in names:
            raise ValueError(f"takes one of {', '.join(names)}.{did_you_mean(str(value), names)}")
        return str(value)

    return read


def codes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(code, str) for code in value):
        raise ValueError('takes a list of rules, such as ["V309", "R2"].')
    try:
        selected(value)
    except UsageError as error:
        raise ValueError(f"names an unknown rule: {error}") from error
    return tuple(value)


def encoding(value: object) -> str:
    try:
        return encoding_name(text(value))
    except UsageError as error:
        raise ValueError(f"names no encoding: {error}") from error


def table(key: Callable[[str], str], value: Read) -> Read:
    def read(given: object) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, entry in any_table(given).items():
            try:
                found[key(name)] = value(entry)
            except ValueError as error:
                raise ValueError(f"has an entry {name} that {error}") from error
        return found

    return read


def any_table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("takes a table.")
    return value


def code(name: str) -> str:
    if name not in RULES:
        raise ValueError(f"names no rule.{did_you_mean(name, RULES)}")
    return name


def record(fields: Mapping[str, Read]) -> Read:
    """A table with entries of these names alone."""

    def read(given: object) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, entry in any_table(given).items():
            if name not in fields:
                raise ValueError(f"has no entry {name}.{did_you_mean(name, fields)}")
            try:
                found[name] = fields[name](entry)
            except ValueError as error:
                raise ValueError(f"has an entry {name} that {error}") from error
        return found

    return read


def day(value: object) -> datetime.date:
    day = value if type(value) is datetime.date else parse_date(str(value))
    if day is None:
        raise ValueError("takes a date, YYYY-MM-DD.")
    return day


_limits = record(
    {
        "shrunken_delivery": number(0),
        "mass_clearing": number(0),
        "balance_jump": number(0),
        "earliest_date": day,
        "years_ahead": number(0),
    }
)


def thresholds(value: object) -> Thresholds:
    return Thresholds(**_limits(value))


def texts(value: object) -> tuple[str, ...]:
    """A text or a list of them."""
    return tuple(text(entry) for entry in value) if isinstance(value, list) else (text(value),)


entity = record(
    {
        "url": text,
        "mode": one_of(MODES),
        "files": texts,
        "user_variable": text,
        "password_variable": text,
        "keyring": text,
        "thresholds": _limits,
    }
)
