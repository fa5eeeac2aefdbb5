"""One column of a block, as all its rules share it: what is asked twice is answered once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST = 2048
"""How many cells tell whether it pays to ask each distinct value once."""
_FEW = 400
"""Up to so many values, asking Python for each is faster than making a pattern ready for RE2."""

remembered = lru_cache(maxsize=1 << 14)
"""For what is asked about a value: columns of few values have the same ones in every block."""


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """What can be asked of each cell: one value at a time in Python, or a whole column in Arrow.

    Both give the same answers, of the Arrow type `type`.
    """

    type: str
    of_value: Callable[[str], object]
    of_column: Callable[[pa.StringArray], pa.Array]
    pattern: str = ""
    """Where the question is whether a cell matches a pattern for RE2: that pattern."""
    implies: Question | None = None
    """A cheaper yes-or-no question, to which the answer is yes wherever it is to this one."""


def matches(pattern: str, of_value: Callable[[str], bool], *, implies: Question | None = None) -> Question:
    """Whether a cell matches a pattern for RE2, which `of_value` tells of one value."""

    def of_column(cells: pa.StringArray) -> pa.BooleanArray:
        import pyarrow.compute as pc

        return pc.match_substring_regex(cells, pattern)

    return Question("bool", remembered(of_value), of_column, pattern, implies)


def is_not(pattern: str, *, implies: Question | None = None) -> Question:
    """Whether a cell is something else than a pattern describes, in the syntax that Python's re and RE2 share."""

    def of_column(cells: pa.StringArray) -> pa.BooleanArray:
        import pyarrow.compute as pc

        return pc.invert(pc.match_substring_regex(cells, rf"\A(?:{pattern})\z"))

    return Question("bool", remembered(lambda value: re.fullmatch(pattern, value) is None), of_column, implies=implies)


def holds(cells: pa.StringArray, text: str) -> bool:
    """Whether a text may be in any cell: a fast look that is only ever wrong in saying yes."""
    characters = cells.buffers()[2]
    return characters is not None and text.encode() in characters.to_pybytes()


def replaced(cells: pa.StringArray, old: str, new: str) -> pa.StringArray:
    """The cells with one ASCII character in place of another: in all their bytes at once."""
    import pyarrow as pa

    if not holds(cells, old):
        return cells
    validity, starts, characters = cells.buffers()
    text = pa.py_buffer(characters.to_pybytes().translate(bytes.maketrans(old.encode(), new.encode())))
    return pa.StringArray.from_buffers(len(cells), starts, text, validity, cells.null_count, cells.offset)


class Cells:
    """The cells of one column. `plain` has them as they are."""

    def __init__(self, plain: pa.StringArray, *, differ: bool | None = None) -> None:
        self.plain = plain
        self.differ = _mostly_differ(plain) if differ is None else differ
        """Whether there are many cells and most of them differ: nothing is won by asking each distinct value once."""
        self._distinct: tuple[list[str], pa.Array] | None = None
        self._answers: dict[Question, pa.Array] = {}
        self._suspects: dict[Question, pa.BooleanArray] = {}
        self._among: tuple[Cells, pa.BooleanArray] | None = None

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, row: int) -> str:
        cell: str = self.plain[row].as_py()
        return cell

    def distinct(self) -> tuple[list[str], pa.Array]:
        """The distinct values, and for each cell the place of its own."""
        if self._distinct is None:
            self._distinct = self._encoded()
        return self._distinct

    def _encoded(self) -> tuple[list[str], pa.Array]:
        if self._among is None or self._among[0]._distinct is None:  # noqa: SLF001
            encoded = self.plain.dictionary_encode()
            return encoded.dictionary.to_pylist(), encoded.indices
        # Numbers are encoded much faster than text.
        more, rows = self._among
        values, places = more.distinct()
        encoded = places.filter(rows).dictionary_encode()
        return [values[place] for place in encoded.dictionary.to_pylist()], encoded.indices

    def narrow(self, questions: Iterable[Question], suspects: pa.BooleanArray) -> None:
        """Note that the answer to these yes-or-no questions is no for all cells but the suspects."""
        self._suspects |= dict.fromkeys(questions, suspects)

    def ask(self, question: Question) -> pa.Array:
        """The answer for each cell."""
        known = self._known(question)
        if known is None:
            known = self._answers[question] = self._asked(question)
        return known

    def _known(self, question: Question) -> pa.Array | None:
        """The answer for each cell, where it was asked for."""
        if question not in self._answers and self._among is not None:
            more, rows = self._among
            answers = more._known(question)  # noqa: SLF001
            if answers is not None:
                self._answers[question] = answers.filter(rows)
        return self._answers.get(question)

    def _suspects_of(self, question: Question) -> pa.BooleanArray | None:
        """Where the answer to a question may be yes, as far as that is known."""
        if question not in self._suspects and self._among is not None:
            more, rows = self._among
            suspects = more._suspects_of(question)  # noqa: SLF001
            if suspects is not None:
                self._suspects[question] = suspects.filter(rows)
        return self._suspects.get(question)

    def _asked(self, question: Question) -> pa.Array:
        import pyarrow.compute as pc

        if not self.differ:
            return self._asked_of_all(question)
        if question.implies is not None:
            self.narrow((question,), self.ask(question.implies))
        suspects = self._suspects_of(question)
        if suspects is None:
            return self._asked_of_all(question)
        answers = Cells(self.plain.filter(suspects))._asked_of_all(question)  # noqa: SLF001
        return pc.replace_with_mask(suspects, suspects, answers)

    def _asked_of_all(self, question: Question) -> pa.Array:
        import pyarrow as pa

        if self.differ:
            return question.of_column(self.plain)
        values, places = self.distinct()
        answers = list(map(question.of_value, values))
        if question.type == "bool" and True not in answers:
            return pa.repeat(pa.scalar(value=False), len(self))
        return pa.array(answers, pa.type_for_alias(question.type)).take(places)

    def only(self, rows: pa.BooleanArray) -> Cells:
        """The cells of some rows, with what is known of them."""
        less = Cells(self.plain.filter(rows), differ=self.differ)
        less._among = self, rows
        return less


def _mostly_differ(cells: pa.StringArray) -> bool:
    first = cells[:_FIRST]
    return len(cells) > _FEW and 2 * len(first.unique()) > len(first)
