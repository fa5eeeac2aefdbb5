"""What can be asked of each cell of a column, in Python or in Arrow."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dsolint import arrays
from dsolint.arrays import FEW, Array, few
from dsolint.fields.memory import remember

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST = 2048
"""How many cells tell whether values repeat."""
_LONG = 64 << 10
"""More bytes of cells than this take Python longer than RE2 takes to be ready."""
_FORMS = bytes.maketrans(b"123456789", b"000000000")

remembered = remember(1 << 12)


class Form(Enum):
    """What the form of a cell, which has zeros for all its digits, tells about a yes-or-no question."""

    TELLS_NOTHING = auto()
    MAY_SAY_NO = auto()
    """Where the answer is no for the form, it is no for the cell."""
    DECIDES = auto()
    """The answer for the form is the answer for the cell: digits make no difference."""


class Question(Struct, frozen=True, eq=False):
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


def forms_of(cells: pa.StringArray) -> pa.StringArray:
    """The cells with zeros for all their digits."""
    return _translated(cells, _FORMS)


def _translated(cells: pa.StringArray, table: bytes) -> pa.StringArray:
    import pyarrow as pa

    validity, starts, characters = cells.buffers()
    if characters is None:
        return cells
    by_byte = pa.Array.from_buffers(pa.uint8(), len(table), [None, pa.py_buffer(table)])
    text = by_byte.take(pa.Array.from_buffers(pa.uint8(), characters.size, [None, characters])).buffers()[1]
    return pa.StringArray.from_buffers(len(cells), starts, text, validity, cells.null_count, cells.offset)


def answers(cells: Array[str], question: Question) -> Array[Any]:
    """The answer for each of some cells of which nothing is known."""
    if len(cells) <= FEW or differ(cells):
        return _answers_of_each(cells, question)
    encoded = cells.dictionary_encode()
    return _answers_of_each(encoded.dictionary, question).take(encoded.indices)


def _answers_of_each(cells: Array[str], question: Question) -> Array[Any]:
    """Few are asked in Python, many and long ones in Arrow."""
    if len(cells) > FEW or (not isinstance(cells, few.Array) and cells.nbytes > _LONG):
        return question.of_column(cells)
    return arrays.array(map(question.of_value, cells.to_pylist()), question.type, like=cells)


def differ(cells: Array[str]) -> bool:
    """Whether nearly all of the cells differ, so that nothing is won by asking each value once."""
    first = cells[:_FIRST]
    return 10 * len(first.unique()) > 9 * len(first)
