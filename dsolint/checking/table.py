"""The well-formed rows of a block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from msgspec import Struct

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.fields.cells import Cells
from dsolint.fields.vocabulary import Vocabulary
from dsolint.reading.parsing import Batch, cells_of


class Table(Struct, frozen=True):
    """Rows with as many cells as the header: columns by position, and the line and record number of each row."""

    columns: list[Cells]
    lines: Array[int]
    numbers: Array[int]

    @classmethod
    def of(cls, batch: Batch, vocabularies: Sequence[Vocabulary]) -> Self:
        """The rows of a batch; `vocabularies` are what is known of each column's values."""
        columns = [Cells(column, known) for column, known in zip(batch.columns, vocabularies, strict=True)]
        return cls(columns, batch.lines, batch.numbers)

    @property
    def rows(self) -> int:
        return len(self.numbers)

    def cells(self, rows: Sequence[int]) -> list[list[str]]:
        """The cells of some rows."""
        return cells_of([column.plain for column in self.columns], rows)

    def without(self, gone: set[int]) -> Table:
        """The table without some of its rows."""
        rows = arrays.invert(arrays.mask(gone, like=self.numbers))
        return Table([column.only(rows) for column in self.columns], self.lines.filter(rows), self.numbers.filter(rows))
