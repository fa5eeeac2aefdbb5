"""Columns of a block: arrays of Arrow, or lists of Python where there are few rows.

To import Arrow takes longer than to check few rows, so it is imported by what needs it. The functions are those of
`pyarrow.compute`, with plain values for scalars, and work on arrays of either kind; all arguments are of one kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

from dsolint.arrays import few

if TYPE_CHECKING:
    import pyarrow as pa

FEW = 400
"""Up to so many rows, Python is done before Arrow is imported, or RE2 has made a large pattern ready."""

P = ParamSpec("P")
T = TypeVar("T")

Array: TypeAlias = few.Array[T] | Any
"""An array of either kind; Arrow's have no types that could be checked."""


def _of_either(of_few: Callable[P, few.Array[T]]) -> Callable[P, Array[T]]:
    name = of_few.__name__

    def of_either(*arrays: P.args, **named: P.kwargs) -> Array[T]:
        for array in arrays:
            if isinstance(array, few.Array):
                return of_few(*arrays, **named)
        import pyarrow.compute as pc

        return getattr(pc, name)(*arrays, **named)

    return of_either


equal = _of_either(few.equal)
not_equal = _of_either(few.not_equal)
less = _of_either(few.less)
greater = _of_either(few.greater)
add = _of_either(few.add)
multiply = _of_either(few.multiply)
abs = _of_either(few.abs)
sign = _of_either(few.sign)
year = _of_either(few.year)
invert = _of_either(few.invert)
and_ = _of_either(few.and_)
or_ = _of_either(few.or_)
and_not = _of_either(few.and_not)
and_kleene = _of_either(few.and_kleene)
or_kleene = _of_either(few.or_kleene)
is_valid = _of_either(few.is_valid)
if_else = _of_either(few.if_else)
fill_null = _of_either(few.fill_null)
replace_with_mask = _of_either(few.replace_with_mask)
indices_nonzero = _of_either(few.indices_nonzero)
binary_join_element_wise = _of_either(few.binary_join_element_wise)


def is_in(values: Array[T], known: Array[T] | Collection[T]) -> Array[bool]:
    """Where a value is among those known."""
    if isinstance(values, few.Array):
        return few.is_in(values, known)
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(values, known if isinstance(known, pa.Array) else pa.array(known, values.type))


def array(values: Iterable[T | None], type: str, *, like: Array[Any]) -> Array[T]:
    """Values as an array of the same kind as another; `type` is what Arrow calls theirs."""
    if isinstance(like, few.Array):
        return few.Array(values)
    import pyarrow as pa

    return pa.array(values, type)


def repeat(value: T, *, like: Array[Any]) -> Array[T]:
    """One value as often as another array has some."""
    if isinstance(like, few.Array):
        return few.Array([value] * len(like))
    import pyarrow as pa

    return pa.repeat(value, len(like))


def mask(rows: Array[int] | Collection[int], *, like: Array[Any]) -> Array[bool]:
    """The rows that are among these, of as many as another array has."""
    if isinstance(like, few.Array):
        return few.is_in(few.Array(range(len(like))), rows)
    import pyarrow as pa

    places = rows.cast("int64") if isinstance(rows, pa.Array) else rows
    return is_in(pa.arange(0, len(like)), places)


def concat(arrays: Sequence[Array[T]]) -> Array[T]:
    """The values of one array or more, one after the other."""
    if isinstance(arrays[0], few.Array):
        return few.Array(value for array in arrays for value in array.to_pylist())
    import pyarrow as pa

    return pa.concat_arrays(arrays)


def to_arrow(values: Array[Any], type: str | None = None) -> pa.Array:
    """An array for those that take no lists: what few values are made into, others are already.

    Without a type it is told from the values.
    """
    if not isinstance(values, few.Array):
        return values
    import pyarrow as pa

    return pa.array(values.to_pylist(), type)
