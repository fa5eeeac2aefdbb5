"""How the values of settings are read out of TOML: functions that raise ValueError, saying what would be right."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dsolint.config import MODES
from dsolint.errors import UsageError, did_you_mean
from dsolint.fields.date import parse as parse_date
from dsolint.reading.text import encoding_name
from dsolint.rules import RULES, selected

Read = Callable[[object], Any]


class Fault(NamedTuple):
    """What is wrong with a value, and the keys that lead to where it is in it; none for the value itself."""

    message: str
    keys: tuple[str, ...] = ()


class TableError(ValueError):
    """All that is wrong with a table."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = faults


def faults_of(error: ValueError) -> Sequence[Fault]:
    """What is wrong with a value that could not be read."""
    return error.faults if isinstance(error, TableError) else [Fault(str(error))]


def text(value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("takes a text, which is not empty and has no NUL.")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("takes true or false.")
    return value


def address(value: object) -> str:
    """An address of the web; what else an account's has to be is told where something is sent to it."""
    if not text(value).strip().lower().startswith(("https://", "http://")):
        raise ValueError("takes an address such as https://account.example.com.")
    return str(value)


def number(least: int, most: float = math.inf) -> Read:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"takes a whole number from {least}{'' if most == math.inf else f' to {most}'}.")
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
    return _entries(lambda name, entry: (key(name), value(entry)))


def _entries(read_one: Callable[[str, object], tuple[str, Any]]) -> Read:
    def read(given: object) -> dict[str, Any]:
        found: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, entry in any_table(given).items():
            try:
                key, value = read_one(name, entry)
                found[key] = value
            except ValueError as error:
                faults += [Fault(f"has an entry {name} that {one}", (name, *keys)) for one, keys in faults_of(error)]
        if faults:
            raise TableError(faults)
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

    def read_one(name: str, entry: object) -> tuple[str, Any]:
        if name not in fields:
            raise ValueError(f"is unknown.{did_you_mean(name, fields)}")
        return name, fields[name](entry)

    return _entries(read_one)


def day(value: object) -> datetime.date:
    day = value if type(value) is datetime.date else parse_date(str(value))
    if day is None:
        raise ValueError("takes a date, YYYY-MM-DD.")
    return day


_share = number(0, 100)
"""Percent of a whole: more than all of it is never missing. A balance may move by any number of percent."""
thresholds = record(
    {
        "shrunken_delivery": _share,
        "mass_clearing": _share,
        "balance_jump": number(0),
        "earliest_date": day,
        "years_ahead": number(0),
    }
)


def texts(value: object) -> tuple[str, ...]:
    """A text or a list of them."""
    return tuple(text(entry) for entry in value) if isinstance(value, list) else (text(value),)


entity = record(
    {
        "url": address,
        "mode": one_of(MODES),
        "files": texts,
        "user_variable": text,
        "password_variable": text,
        "keyring": text,
        "thresholds": thresholds,
    }
)


_MAY_END = re.compile(r"[\]}]|\"\"\"|'''")
"""What closes a statement of several lines; to try each line of a long one would take minutes."""


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """The line where each key of a TOML document is first named, by the keys that lead to it."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for begin, statement, entries in _statements(text):
        named = list(_keys(entries or {}))
        is_header = statement.lstrip().startswith("[")
        for keys in named:
            lines.setdefault(keys if is_header else table + keys, begin)
        if is_header and named:
            table = named[-1]
    return lines


def begun(text: str) -> int | None:
    """The line where the statement begins that a TOML document breaks off in."""
    return next((begin for begin, _, entries in _statements(text) if entries is None), None)


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any] | None]]:
    """The statements of a TOML document with the line that each begins on and its entries; None for one without an end.

    A statement is the least run of lines that tomllib takes by itself, so no grammar of TOML stands here.
    """
    import tomllib

    statement, begin = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        statement += line + "\n"
        if begin < number and not _MAY_END.search(line):
            continue
        try:
            entries = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        yield begin, statement, entries
        statement, begin = "", number + 1
    if statement:
        yield begin, statement, None


def _keys(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The keys that lead to the entries of a table, at any depth."""
    for name, entry in table.items():
        yield (*above, name)
        if isinstance(entry, dict):
            yield from _keys(entry, (*above, name))
