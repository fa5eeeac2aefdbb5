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

remembered = lru_cache(maxsize=1 << 12)
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


class _Known:
    """What is known of a column's cells, in what is known of more of them; without the cells themselves, which are large."""

    def __init__(self, among: tuple[_Known, pa.BooleanArray] | None = None) -> None:
        self.distinct: tuple[list[str], pa.Array] | None = None
        self.answers: dict[Question, pa.Array] = {}
        self.suspects: dict[Question, pa.BooleanArray] = {}
        self._among = among

    def find_distinct(self) -> tuple[list[str], pa.Array] | None:
        """The distinct values, and for each cell the place of its own."""
        if self.distinct is None and self._among is not None:
            more, rows = self._among
            found = more.find_distinct()
            if found is not None:
                # Numbers are encoded much faster than text.
                values, places = found
                encoded = places.filter(rows).dictionary_encode()
                self.distinct = [values[place] for place in encoded.dictionary.to_pylist()], encoded.indices
        return self.distinct

    def find_answers(self, question: Question) -> pa.Array | None:
        """The answer for each cell."""
        if question not in self.answers and self._among is not None:
            more, rows = self._among
            answers = more.find_answers(question)
            if answers is not None:
                self.answers[question] = answers.filter(rows)
        return self.answers.get(question)

    def find_suspects(self, question: Question) -> pa.BooleanArray | None:
        """Where alone the answer to a yes-or-no question may be yes."""
        if question not in self.suspects and self._among is not None:
            more, rows = self._among
            suspects = more.find_suspects(question)
            if suspects is not None:
                self.suspects[question] = suspects.filter(rows)
        return self.suspects.get(question)


class Cells:
    """The cells of one column. `plain` has them as they are."""

    def __init__(self, plain: pa.StringArray) -> None:
        self.plain = plain
        first = plain[:_FIRST]
        self.differ = len(plain) > _FEW and 2 * len(first.unique()) > len(first)
        """Whether there are many cells and most of them differ: nothing is won by asking each distinct value once."""
        self._known = _Known()

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, row: int) -> str:
        cell: str = self.plain[row].as_py()
        return cell

    def distinct(self) -> tuple[list[str], pa.Array]:
        """The distinct values, and for each cell the place of its own."""
        found = self._known.find_distinct()
        if found is None:
            encoded = self.plain.dictionary_encode()
            found = self._known.distinct = encoded.dictionary.to_pylist(), encoded.indices
        return found

    def narrow(self, questions: Iterable[Question], suspects: pa.BooleanArray) -> None:
        """Note that the answer to these yes-or-no questions is no for all cells but the suspects."""
        self._known.suspects |= dict.fromkeys(questions, suspects)

    def ask(self, question: Question) -> pa.Array:
        """The answer for each cell."""
        answers = self._known.find_answers(question)
        if answers is None:
            answers = self._known.answers[question] = self._asked(question)
        return answers

    def _asked(self, question: Question) -> pa.Array:
        import pyarrow.compute as pc

        if not self.differ:
            return self._asked_of_all(question)
        if question.implies is not None:
            self.narrow((question,), self.ask(question.implies))
        suspects = self._known.find_suspects(question)
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
        less = object.__new__(Cells)
        less.plain = self.plain.filter(rows)
        less.differ = self.differ
        less._known = _Known((self._known, rows))
        return less
