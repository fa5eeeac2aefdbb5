"""One column of a block, as all its rules share it: what is asked twice is answered once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST = 512
"""How many cells tell whether it pays to ask each distinct value once."""


class Cells:
    """The cells of one column. `plain` has them as they are.

    `encoded` has each distinct value once, or is None where most cells differ and nothing is won by it.
    """

    def __init__(self, plain: pa.StringArray) -> None:
        self.plain = plain
        self.encoded = self._encoded()
        self._matching: dict[str, pa.BooleanArray] = {}

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, row: int) -> str:
        cell: str = self.plain[row].as_py()
        return cell

    def _encoded(self) -> pa.DictionaryArray | None:
        first = self.plain[:_FIRST]
        return self.plain.dictionary_encode() if 2 * len(first.unique()) <= len(first) else None

    def each(self, function: Callable[[pa.StringArray], pa.Array]) -> pa.Array:
        """What a function makes of each cell by itself; it is asked about each distinct value, or about all cells."""
        if self.encoded is None:
            return function(self.plain)
        return function(self.encoded.dictionary).take(self.encoded.indices)

    def matching(self, pattern: str) -> pa.BooleanArray:
        """Where the cell matches a pattern for RE2."""
        import pyarrow.compute as pc

        if pattern not in self._matching:
            self._matching[pattern] = self.each(lambda cells: pc.match_substring_regex(cells, pattern))
        return self._matching[pattern]

    def only(self, rows: pa.BooleanArray) -> Cells:
        """The cells of some rows, with what is known of them."""
        less = object.__new__(Cells)
        less.plain = self.plain.filter(rows)
        less.encoded = None
        if self.encoded is not None:
            less.encoded = type(self.encoded).from_arrays(self.encoded.indices.filter(rows), self.encoded.dictionary)
        less._matching = {pattern: mask.filter(rows) for pattern, mask in self._matching.items()}
        return less
