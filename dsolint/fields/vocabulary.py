"""The values of a column, which most blocks have in common: what is asked of one is asked once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from dsolint import arrays
from dsolint.arrays import FEW
from dsolint.fields.questions import Question, answers, differ

if TYPE_CHECKING:
    import pyarrow as pa

_MOST = 1 << 14
"""How many values of a column are remembered: more take longer to look up than to ask about."""


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
        if values is None:
            values = self._extended(cells, len(cells))
            return None if values is None else pc.index_in(cells, values)
        places = pc.index_in(cells, values)
        if not places.null_count:
            return places
        is_new = pc.is_null(places)
        new = cells.filter(is_new)
        values = self._extended(new, len(cells))
        return None if values is None else pc.replace_with_mask(places, is_new, pc.index_in(new, values))

    def _extended(self, cells: pa.StringArray, most: int) -> pa.StringArray | None:
        """All values, with those of these cells; None where there are more than `most`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        with self._lock:
            if self._values is None:
                values = None if differ(cells) else cells.unique()
            else:
                new = cells.filter(pc.is_null(pc.index_in(cells, self._values))).unique()
                values = pa.concat_arrays([self._values, new])
            if values is None or len(values) > min(_MOST, most) or values.nbytes > self._size:
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
            known = self._answers.get(question)
            if known is None:
                known = self._answers[question] = _asked(values, question)
            elif len(known) < len(values):
                more = _asked(values[len(known) :], question)
                known = self._answers[question] = pa.concat_arrays([known, more])
        if question.type == "bool" and not known.true_count:
            return pa.repeat(pa.scalar(value=False), len(places))
        return known.take(places)


def _asked(values: pa.StringArray, question: Question) -> pa.Array:
    """The answer for each of some values that are new."""
    if len(values) <= FEW or question.implies is None:
        return answers(values, question)
    suspects = _asked(values, question.implies)
    return arrays.replace_with_mask(suspects, suspects, answers(values.filter(suspects), question))
