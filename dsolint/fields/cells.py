"""One column of a block, as all its rules share it: what is asked twice is answered once.

Most columns hold the same values in every block. Their values get places in a `Vocabulary`, which is asked instead of them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from dsolint import arrays
from dsolint.arrays import FEW, Array

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST = 2048
"""How many cells tell at first whether values repeat."""
_MOST = 1 << 14
"""How many values of a column are remembered from block to block: more take longer to look up than to ask about."""

_FORMS = bytes.maketrans(b"123456789", b"000000000")

remembered = lru_cache(maxsize=1 << 12)
"""For what is asked about a value: columns of few values have the same ones in every block."""


class Form(Enum):
    """What the form of a cell, which has zeros for all its digits, tells about a yes-or-no question."""

    TELLS_NOTHING = auto()
    MAY_SAY_NO = auto()
    """Where the answer is no for the form, it is no for the cell."""
    DECIDES = auto()
    """The answer for the form is the answer for the cell: digits make no difference."""


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
    form: Form = Form.TELLS_NOTHING


def matches(
    pattern: str,
    of_value: Callable[[str], bool] | None = None,
    *,
    implies: Question | None = None,
    form: Form = Form.TELLS_NOTHING,
) -> Question:
    """Whether a cell matches a pattern for RE2, which `of_value` tells of one value, if that is simpler."""

    def search(value: str) -> bool:
        return _for_python(pattern).search(value) is not None

    def of_column(cells: pa.StringArray) -> pa.BooleanArray:
        import pyarrow.compute as pc

        return pc.match_substring_regex(cells, pattern)

    return Question("bool", remembered(of_value or search), of_column, pattern, implies, form)


@cache
def _for_python(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\z", r"\Z"))


def is_not(pattern: str, *, implies: Question | None = None, form: Form = Form.TELLS_NOTHING) -> Question:
    """Whether a cell is something else than a pattern describes, in the syntax that Python's re and RE2 share."""

    def of_column(cells: pa.StringArray) -> pa.BooleanArray:
        import pyarrow.compute as pc

        return pc.invert(pc.match_substring_regex(cells, rf"\A(?:{pattern})\z"))

    def of_value(value: str) -> bool:
        return re.fullmatch(pattern, value) is None

    return Question("bool", remembered(of_value), of_column, implies=implies, form=form)


def holds(cells: pa.StringArray, text: str) -> bool:
    """Whether a text may be in any cell: a fast look that is only ever wrong in saying yes."""
    characters = cells.buffers()[2]
    return characters is not None and text.encode() in characters.to_pybytes()


def replaced(cells: pa.StringArray, old: str, new: str) -> pa.StringArray:
    """The cells with one ASCII character in place of another: in all their bytes at once."""
    return _translated(cells, bytes.maketrans(old.encode(), new.encode())) if holds(cells, old) else cells


def _translated(cells: pa.StringArray, table: bytes) -> pa.StringArray:
    import pyarrow as pa

    validity, starts, characters = cells.buffers()
    if characters is None:
        return cells
    by_byte = pa.Array.from_buffers(pa.uint8(), len(table), [None, pa.py_buffer(table)])
    text = by_byte.take(pa.Array.from_buffers(pa.uint8(), characters.size, [None, characters])).buffers()[1]
    return pa.StringArray.from_buffers(len(cells), starts, text, validity, cells.null_count, cells.offset)


class Vocabulary:
    """The distinct values of a column, as far as blocks have met them: what was asked of one is known in the others.

    Several threads may use it. Values are only ever added, so that a place stays what it is. Where too many would have to
    be kept, or more than `size` bytes, it is given up.
    """

    def __init__(self, size: int, *, of_forms: bool = False) -> None:
        self.forms = None if of_forms else Vocabulary(size, of_forms=True)
        """The same for the forms of the cells, where these differ: item numbers have few."""
        self._size = size
        self._lock = threading.Lock()
        self._values: pa.StringArray | None = None
        self._answers: dict[Question, pa.Array] = {}
        self.is_given_up = False

    def places(self, cells: pa.StringArray) -> pa.Int32Array | None:
        """The place of each cell's value; None where they are too many."""
        import pyarrow.compute as pc

        values = self._values
        if self.is_given_up or (values is not None and len(values) > len(cells)):
            return None
        places = None if values is None else pc.index_in(cells, values)
        if places is None or places.null_count:
            values = self._extended(cells)
            places = None if values is None else pc.index_in(cells, values)
        return places

    def _extended(self, cells: pa.StringArray) -> pa.StringArray | None:
        """All values, with those of these cells."""
        import pyarrow as pa
        import pyarrow.compute as pc

        with self._lock:
            if self._values is None:
                values = None if _differ(cells) else cells.unique()
            else:
                new = cells.filter(pc.is_null(pc.index_in(cells, self._values))).unique()
                values = pa.concat_arrays([self._values, new])
            if values is None or len(values) > min(_MOST, len(cells)) or values.nbytes > self._size:
                self.is_given_up = True
                return None
            self._values = values
            return values

    def answers(self, question: Question, places: pa.Int32Array) -> pa.Array:
        """The answer for the value at each of these places."""
        import pyarrow as pa

        values = self._values
        assert values is not None
        with self._lock:
            answers = self._answers.get(question)
            if answers is None:
                answers = self._answers[question] = Cells(values).ask(question)
            elif len(answers) < len(values):
                more = Cells(values[len(answers) :]).ask(question)
                answers = self._answers[question] = pa.concat_arrays([answers, more])
        if question.type == "bool" and not answers.true_count:
            return pa.repeat(pa.scalar(value=False), len(places))
        return answers.take(places)


class _Known:
    """What is known of cells that differ, in what is known of more of them; without the cells themselves, which are large."""

    def __init__(self, among: tuple[_Known, pa.BooleanArray] | None = None) -> None:
        self.answers: dict[Question, pa.Array] = {}
        self.suspects: dict[Question, pa.BooleanArray] = {}
        self._among = among

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
    """The cells of one column. `plain` has them as they are; `vocabulary` what is known of their values."""

    def __init__(self, plain: Array[str], vocabulary: Vocabulary | None = None) -> None:
        self.plain = plain
        self._vocabulary = vocabulary
        self._places = vocabulary.places(plain) if vocabulary is not None and len(plain) > FEW else None
        self._forms: Array[int] | None = None
        self._forms_are_known = False
        self._known = _Known()

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, row: int) -> str:
        cell: str = self.plain[row].as_py()
        return cell

    @property
    def differ(self) -> bool:
        """Whether nothing is known of the values, and there are many."""
        return self._places is None and len(self) > FEW

    def narrow(self, questions: Iterable[Question], suspects: Array[bool]) -> None:
        """Note that the answer to these yes-or-no questions is no for all cells but the suspects."""
        self._known.suspects |= dict.fromkeys(questions, suspects)

    def ask(self, question: Question) -> Array[Any]:
        """The answer for each cell."""
        answers = self._known.find_answers(question)
        if answers is None:
            answers = self._known.answers[question] = self._asked(question)
        return answers

    def _asked(self, question: Question) -> Array[Any]:
        if self._vocabulary is not None and self._places is not None:
            return self._vocabulary.answers(question, self._places)
        if not self.differ:
            return _asked(self.plain, question)
        if question.form is Form.DECIDES and (decided := self._asked_of_forms(question)) is not None:
            return decided
        suspects = self._suspects(question)
        if suspects is None:
            return _asked(self.plain, question)
        if not suspects.true_count:
            return suspects
        return arrays.replace_with_mask(suspects, suspects, _asked(self.plain.filter(suspects), question))

    def _suspects(self, question: Question) -> Array[bool] | None:
        """Where alone the answer may be yes; None where it may be everywhere."""
        if question.implies is not None:
            return self.ask(question.implies)
        suspects = self._known.find_suspects(question)
        if suspects is None and question.form is Form.MAY_SAY_NO:
            suspects = self._asked_of_forms(question)
        return suspects

    def _asked_of_forms(self, question: Question) -> Array[bool] | None:
        """The answers for the cells' forms; None where these differ too."""
        forms = self._vocabulary.forms if self._vocabulary is not None else None
        if forms is None or forms.is_given_up:
            return None
        if not self._forms_are_known:
            self._forms_are_known = True
            self._forms = forms.places(_translated(self.plain, _FORMS))
        return None if self._forms is None else forms.answers(question, self._forms)

    def only(self, rows: Array[bool]) -> Cells:
        """The cells of some rows, with what is known of them."""
        less = Cells(self.plain.filter(rows))
        less._vocabulary = self._vocabulary
        less._places = None if self._places is None else self._places.filter(rows)
        less._forms = None if self._forms is None else self._forms.filter(rows)
        less._forms_are_known = self._forms_are_known
        less._known = _Known((self._known, rows))
        return less


def _asked(cells: Array[str], question: Question) -> Array[Any]:
    """The answer for each of some cells of which nothing is known."""
    if len(cells) <= FEW or _differ(cells):
        return _asked_of_each(cells, question)
    encoded = cells.dictionary_encode()
    return _asked_of_each(encoded.dictionary, question).take(encoded.indices)


def _asked_of_each(cells: Array[str], question: Question) -> Array[Any]:
    """Few are asked in Python, many in Arrow."""
    if len(cells) > FEW:
        return question.of_column(cells)
    return arrays.array(map(question.of_value, cells.to_pylist()), question.type, like=cells)


def _differ(cells: Array[str]) -> bool:
    """Whether nearly all of the cells differ, so that nothing is won by asking each value once."""
    first = cells[:_FIRST]
    return 10 * len(first.unique()) > 9 * len(first)
