"""Few values in a list, as Arrow has many: its methods and functions by its names, and null, which is None, goes as there.

Scalars are plain values. Numbers that are added or multiplied are integers: decimals would be rounded.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

Plain: TypeAlias = str | int | Decimal | datetime.date | None


class Scalar(NamedTuple):
    """One value of an array."""

    value: Any

    def as_py(self) -> Any:
        """The value itself."""
        return self.value


class Array(Generic[T_co]):
    """Values that do not change. Its methods are those of `pyarrow.Array`."""

    __slots__ = ("_values",)

    def __init__(self, values: Iterable[T_co | None]) -> None:
        self._values = list(values)

    def __repr__(self) -> str:
        return f"few.Array({self._values!r})"

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, place: int) -> Scalar: ...

    @overload
    def __getitem__(self, place: slice) -> Array[T_co]: ...

    def __getitem__(self, place: int | slice) -> Scalar | Array[T_co]:
        return Array(self._values[place]) if isinstance(place, slice) else Scalar(self._values[place])

    def to_pylist(self) -> list[Any]:
        """The values."""
        return self._values.copy()

    def equals(self, other: Array[Any]) -> bool:
        """Whether another array has the same values."""
        return self._values == other.to_pylist()

    @property
    def null_count(self) -> int:
        """How many values are null."""
        return self._values.count(None)

    @property
    def true_count(self) -> int:
        """How many values are true."""
        return self._values.count(True)  # type: ignore[arg-type]  # only asked of masks

    def filter(self, mask: Array[bool]) -> Array[T_co]:
        """The values where a mask is true."""
        return Array(value for value, stays in zip(self._values, mask.to_pylist(), strict=True) if stays)

    def take(self, places: Array[int] | Sequence[int]) -> Array[T_co]:
        """The values at these places."""
        found = places.to_pylist() if isinstance(places, Array) else places
        return Array(None if place is None else self._values[place] for place in found)

    def unique(self) -> Array[T_co]:
        """Each value once, as they come first."""
        return Array(dict.fromkeys(self._values))

    def dictionary_encode(self) -> Encoded[T_co]:
        """Each value once, and for every one the place of its own; null has none."""
        values = dict.fromkeys(value for value in self._values if value is not None)
        places = dict(zip(values, range(len(values)), strict=True))
        return Encoded(Array(values), Array(None if value is None else places[value] for value in self._values))

    def cast(self, _type: Literal["string"]) -> Array[str]:
        """The values as text."""
        return Array(None if value is None else _as_text(value) for value in self._values)


class Encoded(NamedTuple, Generic[T_co]):
    """An array whose values stand in a dictionary."""

    dictionary: Array[T_co]
    indices: Array[int]


def _as_text(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _rows(*columns: Array[Any] | Plain) -> Iterator[tuple[Any, ...]]:
    """The values of columns by row; a scalar stands in each row."""
    rows = next(len(column) for column in columns if isinstance(column, Array))
    return zip(*(_column(column, rows) for column in columns), strict=True)


def _column(values: Array[Any] | Plain, rows: int) -> list[Any]:
    if isinstance(values, Array):
        return values.to_pylist()
    assert isinstance(values, Plain)  # and no array of Arrow
    return [values] * rows


def _each(function: Callable[..., T], *columns: Array[Any] | Plain) -> Array[T]:
    """What a function makes of the values of each row, null where one of them is."""
    return Array(None if None in row else function(*row) for row in _rows(*columns))


def equal(left: Array[Any], right: Array[Any] | Plain) -> Array[bool]:
    return _each(operator.eq, left, right)


def not_equal(left: Array[Any], right: Array[Any] | Plain) -> Array[bool]:
    return _each(operator.ne, left, right)


def less(left: Array[Any], right: Array[Any] | Plain) -> Array[bool]:
    return _each(operator.lt, left, right)


def greater(left: Array[Any], right: Array[Any] | Plain) -> Array[bool]:
    return _each(operator.gt, left, right)


def add(left: Array[int], right: Array[int] | int) -> Array[int]:
    return _each(operator.add, left, right)


def multiply(left: Array[int], right: Array[int] | int) -> Array[int]:
    return _each(operator.mul, left, right)


def abs(amounts: Array[Decimal]) -> Array[Decimal]:
    return _each(Decimal.copy_abs, amounts)  # abs() would round


def sign(numbers: Array[Any]) -> Array[int]:
    return _each(lambda number: (number > 0) - (number < 0), numbers)


def year(days: Array[datetime.date]) -> Array[int]:
    return _each(lambda day: day.year, days)


def invert(mask: Array[bool]) -> Array[bool]:
    return _each(operator.not_, mask)


def and_(left: Array[bool], right: Array[bool]) -> Array[bool]:
    return _each(operator.and_, left, right)


def or_(left: Array[bool], right: Array[bool]) -> Array[bool]:
    return _each(operator.or_, left, right)


def and_not(left: Array[bool], right: Array[bool]) -> Array[bool]:
    return _each(operator.gt, left, right)


def and_kleene(left: Array[bool], right: Array[bool]) -> Array[bool]:
    return Array(False if False in row else None if None in row else True for row in _rows(left, right))


def or_kleene(left: Array[bool], right: Array[bool]) -> Array[bool]:
    return Array(True if True in row else None if None in row else False for row in _rows(left, right))


def is_valid(values: Array[Any]) -> Array[bool]:
    return Array(value is not None for value in values.to_pylist())


def is_in(values: Array[T], known: Array[T] | Collection[T]) -> Array[bool]:
    among = set(known.to_pylist() if isinstance(known, Array) else known)
    return Array(value in among for value in values.to_pylist())


def if_else(mask: Array[bool], left: Array[T] | Plain, right: Array[T] | Plain) -> Array[T]:
    return Array(None if first is None else yes if first else no for first, yes, no in _rows(mask, left, right))


def fill_null(values: Array[T], value: T) -> Array[T]:
    return Array(value if found is None else found for found in values.to_pylist())


def replace_with_mask(values: Array[T], mask: Array[bool], others: Array[T]) -> Array[T]:
    """The values with the others, in turn, where the mask is true."""
    rest = iter(others.to_pylist())
    rows = _rows(values, mask)
    return Array(None if replaced is None else next(rest) if replaced else value for value, replaced in rows)


def indices_nonzero(values: Array[Any]) -> Array[int]:
    return Array(place for place, value in enumerate(values.to_pylist()) if value)


def binary_join_element_wise(*texts: Array[str] | str) -> Array[str]:
    """The texts of each row joined by the last of them."""
    return _each(lambda *row: row[-1].join(row[:-1]), *texts)
