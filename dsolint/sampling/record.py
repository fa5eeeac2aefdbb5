"""A record without a fault, as the one who plants a fault in it sees it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from random import Random
from typing import NamedTuple

from msgspec import Struct

from dsolint.fields import amount
from dsolint.sampling.dialect import encoded, joined
from dsolint.schema import DELIMITER, ImportType


class Planted(NamedTuple):
    """The lines that take a record's place. The one finding is on the first of them, in `column` if it is in one."""

    text: str
    column: str | None


class Record(Struct, frozen=True):
    """A record without a fault, and what has to be known of its file.

    `values` are its values by column, in the file's order. `earlier` is a record before it that has no fault either,
    None where there is none.
    """

    type: ImportType
    values: Mapping[str, str]
    decimal_signs: Mapping[str, str]
    today: datetime.date
    earlier: Mapping[str, str] | None = None

    def filled(self, columns: Iterable[str]) -> list[str]:
        """Those of `columns` that the file has and that are not blank here."""
        return [column for column in columns if self.values.get(column)]

    def filled_of_kind(self, kind: str) -> list[str]:
        """The columns of that kind that are not blank here."""
        return self.filled(column for column in self.values if self.type.fields[column].kind == kind)

    def is_blank(self, column: str) -> bool:
        """Whether the file has the column, and the record nothing in it."""
        return self.values.get(column) == ""

    def amount(self, column: str) -> Decimal:
        """The amount in a column, zero where it is blank."""
        value = self.values[column]
        return amount.parse(value) if value else Decimal(0)

    def day(self, column: str) -> datetime.date:
        """The day in a filled column of dates."""
        return datetime.date.fromisoformat(self.values[column])

    @property
    def text(self) -> str:
        """The record as it stands in a file."""
        return joined(self.values.values())

    def planted(self, column: str, changes: Mapping[str, str]) -> Planted:
        """The record with other values; the finding is in `column`."""
        return Planted(joined({**self.values, **changes}.values()), column)

    def planted_raw(self, column: str, raw: str) -> Planted:
        """The record with `raw` in a column, quotes and all."""
        cells = [raw if name == column else encoded(value) for name, value in self.values.items()]
        return Planted(DELIMITER.join(cells), column)


Plant = Callable[[Record, Random], Planted | None]
"""Puts one fault into a record; None where that fault does not fit the record."""
