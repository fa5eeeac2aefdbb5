"""How the cells of a record are written: semicolons between them, quotes only where they are needed or on demand."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from dsolint.schema import DELIMITER

_SPECIAL = frozenset(DELIMITER + '"\r\n')


def encoded(value: str, *, quoted: bool = False) -> str:
    """A value as it stands in the file; `quoted` puts quotes around one that could do without."""
    if not quoted and _SPECIAL.isdisjoint(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def joined(values: Iterable[str], *, quoted: bool = False) -> str:
    """A record as text, without its line end."""
    return DELIMITER.join([encoded(value, quoted=quoted) for value in values])


def parsed(text: str) -> list[str]:
    """The values of a record of one line."""
    (values,) = csv.reader([text], delimiter=DELIMITER)
    return values
