"""The rows of a block, as rules on whole rows ask for them: by the names of fields."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.fields import amount, date, words
from dsolint.fields.cells import Cells
from dsolint.fields.questions import Question


class Rows:
    """A block's rows, in these lines, by the names of fields; each column is parsed once, and only when it is asked for."""

    def __init__(
        self,
        lines: Array[int],
        column: Callable[[str], Cells | None],
        today: datetime.date,
        item_types: Mapping[str, str],
    ) -> None:
        self.today = today
        self._item_types = item_types
        self._lines = lines
        self._column = column
        self._amounts: dict[str, Array[Decimal]] = {}

    def has(self, *names: str) -> bool:
        """Whether the file has all these columns."""
        return all(self._column(name) is not None for name in names)

    def cells(self, name: str) -> Cells:
        """The cells; blank ones where the file has no such column."""
        column = self._column(name)
        return column if column is not None else Cells(arrays.repeat("", like=self._lines))

    def text(self, name: str) -> Array[str]:
        """The cells as they are."""
        return self.cells(name).plain

    def filled(self, name: str) -> Array[bool]:
        """Where there is more than white space."""
        return arrays.invert(self.cells(name).ask(words.IS_BLANK))

    def given(self, name: str) -> Array[bool]:
        """Where there is a value: more than white space, and no placeholder such as NULL."""
        return arrays.invert(self.cells(name).ask(words.STANDS_FOR_NOTHING))

    def amount(self, name: str) -> Array[Decimal]:
        """Exact decimals, null where there is no amount."""
        if name not in self._amounts:
            self._amounts[name] = amount.parse_column(self.cells(name))
        return self._amounts[name]

    def date(self, name: str) -> Array[datetime.date]:
        """Days, null where there is no documented date."""
        return self.cells(name).ask(date.DAY)

    def is_of_type(self, types: tuple[str, ...]) -> Array[bool]:
        """Where the item is of one of these types, by its own code or by one that the configuration maps to it."""
        mapped = (code for code, type in self._item_types.items() if type in types)
        return self.is_one_of("item_type", (*types, *mapped))

    def is_one_of(self, name: str, values: tuple[str, ...]) -> Array[bool]:
        """Where the cell is one of `values`."""
        return self.cells(name).ask(is_one_of(values))


@cache
def is_one_of(values: tuple[str, ...]) -> Question:
    """Whether a cell is one of `values`."""

    def of_column(cells: Array[str]) -> Array[bool]:
        return arrays.is_in(cells, values)

    return Question("bool", frozenset(values).__contains__, of_column)
