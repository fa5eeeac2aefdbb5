"""Arrays: few values in a list are what they are in Arrow, and so is all that is asked of them, null above all."""

import inspect
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsolint import arrays
from dsolint.arrays import few

thorough = settings(max_examples=100, deadline=None)

AMOUNT = pa.decimal256(76, 30)
VALUES = {
    "bool": st.booleans(),
    "int64": st.integers(-3, 3) | st.integers(-(2**31), 2**31),
    "string": st.sampled_from(["", "a", "A", "ä", "b c"]) | st.text(max_size=3),
    "date32": st.sampled_from([date(1970, 1, 1), date(1969, 12, 31)]) | st.dates(),
    AMOUNT: st.integers(-2, 2).map(Decimal) | st.decimals(-(10**18), 10**18, places=28),
}
ORDERED = ["int64", "string", "date32", AMOUNT]


class One(NamedTuple):
    """A plain value in place of an array."""

    type: str | pa.DataType


def of_two(types):
    """Two arrays of a type, or one and a plain value."""
    return [(type, right) for type in types for right in (type, One(type))]


MASKS = [("bool", "bool")]
FUNCTIONS = {
    "equal": of_two(VALUES),
    "not_equal": of_two(VALUES),
    "less": of_two(ORDERED),
    "greater": of_two(ORDERED),
    "add": of_two(["int64"]),
    "multiply": of_two(["int64"]),
    "abs": [(AMOUNT,)],
    "sign": [("int64",), (AMOUNT,)],
    "year": [("date32",)],
    "invert": [("bool",)],
    "and_": MASKS,
    "or_": MASKS,
    "and_not": MASKS,
    "and_kleene": MASKS,
    "or_kleene": MASKS,
    "is_valid": [(type,) for type in VALUES],
    "is_in": [(type, type) for type in VALUES],
    "if_else": [("bool", left, right) for type in VALUES for left in (type, One(type)) for right in (type, One(type))],
    "fill_null": [(type, One(type)) for type in VALUES],
    "indices_nonzero": [("bool",), ("int64",)],
    "binary_join_element_wise": [
        ("string", One("string")),
        ("string", "string", One("string")),
        (One("string"), "string", "string"),
    ],
}
"""The types of what a function is asked about."""
BY_ITSELF = {"replace_with_mask"}

METHODS = {
    "__len__": lambda array, _: len(array),
    "__getitem__": lambda array, places: [
        *(array[place].as_py() for place in places),
        array[1:3].to_pylist(),
        array[:2].to_pylist(),
    ],
    "__repr__": lambda array, _: "Array" in repr(array),
    "to_pylist": lambda array, _: array.to_pylist(),
    "equals": lambda array, _: (array.equals(array[:]), array.equals(array[:1])),
    "null_count": lambda array, _: array.null_count,
    "filter": lambda array, places: array.filter(arrays.mask(places, like=array)).to_pylist(),
    "take": lambda array, places: array.take(arrays.array([*places, None], "int64", like=array)).to_pylist(),
    "unique": lambda array, _: array.unique().to_pylist(),
    "dictionary_encode": lambda array, _: _parts(array.dictionary_encode()),
}
"""What can be said of an array of any type, and of places in it."""
OF_SOME_TYPES = {"true_count", "cast"}


def _parts(encoded):
    return encoded.dictionary.to_pylist(), encoded.indices.to_pylist()


def rows_of(types):
    """Rows of values, one in each column of these types; nulls are among them."""
    return st.lists(st.tuples(*(st.none() | VALUES[type] for type in types)), max_size=20)


def both(type, values):
    """The same values in a list, and in Arrow."""
    return few.Array(values), pa.array(values, type)


def operands(draw, types):
    """What a function is asked about, of few values and in Arrow."""
    columns = [type for type in types if not isinstance(type, One)]
    rows = draw(rows_of(columns))
    values = iter([[row[place] for row in rows] for place in range(len(columns))])
    found = [[draw(VALUES[type.type])] * 2 if isinstance(type, One) else both(type, next(values)) for type in types]
    return zip(*found, strict=True)


@pytest.mark.parametrize("name", FUNCTIONS)
@thorough
@given(st.data())
def test_functions_of_few_values_give_what_arrow_gives(name, data):
    few_values, many = operands(data.draw, data.draw(st.sampled_from(FUNCTIONS[name])))
    expected = getattr(pc, name)(*many)
    found = getattr(arrays, name)(*few_values)
    assert isinstance(found, few.Array)
    assert found.to_pylist() == expected.to_pylist()
    assert getattr(arrays, name)(*many).equals(expected)


@thorough
@given(rows_of(["string", "bool"]), st.data())
def test_few_values_are_replaced_as_in_arrow(rows, data):
    (few_values, values), (few_mask, mask) = (both(t, [r[n] for r in rows]) for n, t in enumerate(("string", "bool")))
    count = mask.true_count
    few_others, others = both(
        "string", data.draw(st.lists(VALUES["string"] | st.none(), min_size=count, max_size=count))
    )
    expected = pc.replace_with_mask(values, mask, others)
    assert arrays.replace_with_mask(few_values, few_mask, few_others).to_pylist() == expected.to_pylist()
    assert arrays.replace_with_mask(values, mask, others).equals(expected)


@pytest.mark.parametrize("name", METHODS)
@thorough
@given(st.data())
def test_few_values_say_what_arrow_says(name, data):
    type = data.draw(st.sampled_from(list(VALUES)))
    values = [value for (value,) in data.draw(rows_of([type]))]
    places = data.draw(st.lists(st.sampled_from(range(len(values))))) if values else []
    few_values, many = both(type, values)
    assert METHODS[name](few_values, places) == METHODS[name](many, places)


@thorough
@given(st.lists(VALUES["string"], min_size=1), st.data())
def test_places_are_plain_numbers_too(values, data):
    places = data.draw(st.lists(st.sampled_from(range(len(values))), min_size=1))
    few_values, many = both("string", values)
    assert few_values.take(places).to_pylist() == many.take(places).to_pylist()


@thorough
@given(rows_of(["bool", "int64"]))
def test_masks_of_few_rows_go_as_masks_of_arrow(rows):
    (few_masks, masks), (few_values, values) = (both(t, [r[n] for r in rows]) for n, t in enumerate(("bool", "int64")))
    assert few_masks.true_count == masks.true_count
    assert few_values.filter(few_masks).to_pylist() == values.filter(masks).to_pylist()


@pytest.mark.parametrize("type", ["int64", "string"])
@thorough
@given(st.data())
def test_few_values_are_the_same_text(type, data):
    few_values, many = both(type, [value for (value,) in data.draw(rows_of([type]))])
    assert few_values.cast("string").to_pylist() == many.cast("string").to_pylist()


@thorough
@given(rows_of([AMOUNT]))
def test_amounts_are_text_without_an_exponent_that_reads_as_the_same(rows):
    few_values, many = both(AMOUNT, [value for (value,) in rows])
    texts = few_values.cast("string").to_pylist()
    assert not any("E" in text for text in texts if text is not None)
    assert [None if text is None else Decimal(text) for text in texts] == many.to_pylist()


def test_all_that_few_values_can_is_tried_here():
    functions = {
        name for name, value in vars(few).items() if inspect.isfunction(value) and value.__module__ == few.__name__
    }
    methods = {
        name for name, value in vars(few.Array).items() if inspect.isroutine(value) or isinstance(value, property)
    }
    assert {name for name in functions if not name.startswith("_")} == FUNCTIONS.keys() | BY_ITSELF
    assert methods - {"__init__"} == METHODS.keys() | OF_SOME_TYPES


@pytest.fixture(params=["few", "many"])
def like(request):
    """An array of three values, of either kind."""
    return few.Array("abc") if request.param == "few" else pa.array(["a", "b", "c"])


def test_arrays_are_made_like_others(like):
    kind = type(like) if isinstance(like, few.Array) else pa.Array
    made = [
        arrays.array(["x", None], "string", like=like),
        arrays.repeat("x", like=like),
        arrays.mask([2, 0], like=like),
        arrays.mask({1}, like=like),
        arrays.mask(arrays.indices_nonzero(arrays.equal(like, "b")), like=like),
        arrays.concat([like, like[:1]]),
    ]
    assert all(isinstance(array, kind) for array in made)
    assert [array.to_pylist() for array in made] == [
        ["x", None],
        ["x", "x", "x"],
        [True, False, True],
        [False, True, False],
        [False, True, False],
        ["a", "b", "c", "a"],
    ]


def test_values_are_looked_for_among_plain_ones(like):
    assert arrays.is_in(like, ("a", "c")).to_pylist() == [True, False, True]
    assert arrays.is_in(like, frozenset("b")).to_pylist() == [False, True, False]
    assert arrays.is_in(like, []).true_count == 0


@pytest.mark.parametrize("type", VALUES, ids=str)
def test_few_values_become_arrows(like, type):
    assert arrays.to_arrow(like, "string").equals(pa.array(["a", "b", "c"]))
    assert arrays.to_arrow(few.Array([None]), type).equals(pa.array([None], type))


def test_the_two_kinds_are_not_mixed():
    with pytest.raises(AssertionError):
        arrays.equal(few.Array("abc"), pa.array(["a", "b", "c"]))


def test_arrow_is_not_imported_for_few_values():
    script = (
        "from dsolint import arrays; from dsolint.arrays import few; values = few.Array('ab'); "
        "arrays.is_in(arrays.concat([values]), ['a']), arrays.equal(values, 'a'), arrays.mask([1], like=values); "
        "import sys; print('pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "False\n"
