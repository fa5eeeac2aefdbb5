"""One column of a block, as all its rules share it: what is asked twice is answered once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST = 2048
"""How many cells tell whether it pays to ask each distinct value once."""
_FEW = 400
"""Up to so many values, asking Python for each is faster than making a pattern ready for RE2."""


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

    return Question("bool", of_value, of_column, pattern, implies)


def is_not(pattern: str, *, implies: Question | None = None) -> Question:
    """Whether a cell is something else than a pattern describes, in the syntax that Python's re and RE2 share."""

    def of_column(cells: pa.StringArray) -> pa.BooleanArray:
        import pyarrow.compute as pc

        return pc.invert(pc.match_substring_regex(cells, rf"\A(?:{pattern})\z"))

    return Question("bool", lambda value: re.fullmatch(pattern, value) is None, of_column, implies=implies)


def holds(cells: pa.StringArray, text: str) -> bool:
    """Whether a text may be in any cell: a fast look that is only ever wrong in saying yes."""
    characters = cells.buffers()[2]
    return characters is not None and text.encode() in characters.to_pybytes()


class Cells:
    """The cells of one column. `plain` has them as they are."""

    def __init__(self, plain: pa.StringArray) -> None:
        self.plain = plain
        first = plain[:_FIRST]
        self.differ = len(plain) > _FEW and 2 * len(first.unique()) > len(first)
        """Whether there are many cells and most of them differ: nothing is won by asking each distinct value once."""
        self._distinct: tuple[list[str], pa.Array] | None = None
        self._answers: dict[Question, pa.Array] = {}
        self._suspects: dict[Question, pa.BooleanArray] = {}

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, row: int) -> str:
        cell: str = self.plain[row].as_py()
        return cell

    def distinct(self) -> tuple[list[str], pa.Array]:
        """The distinct values, and for each cell the place of its own."""
        if self._distinct is None:
            encoded = self.plain.dictionary_encode()
            self._distinct = encoded.dictionary.to_pylist(), encoded.indices
        return self._distinct

    def narrow(self, questions: Iterable[Question], suspects: pa.BooleanArray) -> None:
        """Note that the answer to these yes-or-no questions is no for all cells but the suspects."""
        self._suspects |= dict.fromkeys(questions, suspects)

    def ask(self, question: Question) -> pa.Array:
        """The answer for each cell."""
        if question not in self._answers:
            self._answers[question] = self._asked(question)
        return self._answers[question]

    def _asked(self, question: Question) -> pa.Array:
        import pyarrow.compute as pc

        if question.implies is not None and self.differ:
            self.narrow((question,), self.ask(question.implies))
        if question not in self._suspects or not self.differ:
            return self._asked_of_all(question)
        suspects = self._suspects[question]
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
        less = object.__new__(Cells)
        less.plain = self.plain.filter(rows)
        less.differ = self.differ
        less._distinct = None
        less._answers = {question: answers.filter(rows) for question, answers in self._answers.items()}
        less._suspects = {question: suspects.filter(rows) for question, suspects in self._suspects.items()}
        return less
