"""What is said of few keys in Python is what the database says of the same keys."""

from contextlib import closing
from decimal import Decimal
from unittest.mock import patch

import pyarrow as pa
import pytest
from golden import DELIVERIES, TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

import dsolint
from dsolint.arrays import few
from dsolint.checking import few_keys, key_store
from dsolint.checking.few_keys import KnownCustomers
from dsolint.checking.key_database import KeyDatabase
from dsolint.checking.keys import Customers, KeyRows, Kind, References
from dsolint.checking.money import Amounts
from dsolint.config import MEMORY

thorough = settings(max_examples=100, deadline=None)

TYPES = {"s": pa.string(), "i": pa.int64(), "b": pa.bool_(), "d": pa.decimal128(38, 10)}
TEXTS = st.sampled_from(["", "a", "A", "ä", "a\0", "\U0001f600", "NULL"]) | st.text(max_size=2)
COLUMNS = {"s": st.none() | TEXTS, "i": st.integers(2023, 2025)}
CODES = (
    st.sampled_from(["C1", "c1", "0c1", "C-1", " C\u00a01", "1", "01", "00", "-", "\u0130", "i", "ΑΣ", "ας"]) | TEXTS
)
AMOUNTS = st.none() | st.sampled_from([Decimal(0), Decimal("-1.50"), Decimal("1e20"), Decimal("0.0000000001")])


def blocks_of(data, cells):
    """Blocks of one to ten rows: their columns, in Arrow or as lists."""
    made = []
    for _ in range(data.draw(st.integers(1, 3))):
        rows = data.draw(st.lists(st.tuples(*(strategy for _, strategy in cells)), min_size=1, max_size=10))
        columns = list(zip(*rows, strict=True))
        in_lists = data.draw(st.booleans())
        made.append(
            [
                few.Array(column) if in_lists else pa.array(column, TYPES[type])
                for column, (type, _) in zip(columns, cells, strict=True)
            ]
        )
    return made


def numbers(count, after, like):
    """Lines, or record numbers, that only grow."""
    found = range(after, after + count)
    return few.Array(found) if isinstance(like, few.Array) else pa.array(found, pa.int64())


@thorough
@given(st.data(), st.sampled_from(["s", "i", "si", "ss"]), st.booleans(), st.integers(1, 3))
def test_repeated_keys_are_the_same(data, kinds, by_arrow, limit):
    blocks, line = [], 2
    for content, *keys in blocks_of(data, [("s", TEXTS), *((kind, COLUMNS[kind]) for kind in kinds)]):
        lines, records = (numbers(len(content), start, content) for start in (line, line - 1))
        blocks.append(KeyRows(lines, records, keys, content))
        line += len(content) + 1
    with patch.object(few_keys, "_FEWER", 0 if by_arrow else few_keys.FEW):
        suspects = few_keys.suspects(blocks)
    with closing(KeyDatabase(MEMORY)) as database:
        database.add_keys("keys", blocks)
        assert few_keys.repeats(suspects, limit) == database.repeats("keys", len(kinds), limit)


@thorough
@given(st.data(), st.booleans(), st.integers(1, 3), st.sets(st.integers(-1, 2)))
def test_customers_that_are_not_known_are_the_same(data, with_money, limit, refused):
    customers = [
        Customers(codes, accepted, data.draw(st.integers(-1, 2)))
        for codes, accepted in blocks_of(data, [("s", CODES), ("b", st.booleans())])
    ]
    if data.draw(st.booleans()):
        customers = [Customers(few.Array([]), few.Array([]), 0)]  # as of a file without rows
    references, line = [], 2
    money = [("d", AMOUNTS), ("s", st.sampled_from(["EUR", ""]))] if with_money else []
    for codes, ignored, *amounts in blocks_of(data, [("s", CODES), ("b", st.booleans()), *money]):
        lines, records = (numbers(len(codes), start, codes) for start in (line, line - 1))
        references.append(References(lines, records, codes, ignored, Amounts(*amounts) if amounts else None))
        line += len(codes) + 1
    with closing(KeyDatabase(MEMORY)) as database:
        database.add_customers(customers)
        database.add_references("refs", references)
        found = database.strangers("refs", refused)
        known = KnownCustomers(customers, refused)
        expected = known.strangers(known.not_among(references))
        assert list(expected) == list(found)
        assert expected.counts() == found.counts()
        for kind in (
            Kind(near=False, left_out=False),
            Kind(near=True, left_out=False),
            Kind(near=False, left_out=True),
        ):
            assert expected.lowest(kind, limit) == found.lowest(kind, limit)
            left_out = found.newly_left_out(kind, with_money=with_money)
            assert expected.newly_left_out(kind, with_money=with_money) == left_out
            assert sorted(expected.lines_newly_left_out(kind)) == sorted(found.lines_newly_left_out(kind))


@pytest.mark.parametrize(
    ("most", "at_once"), [(0, 0), (0, 125_000), (15, 125_000)], ids=["as they come", "at the end", "but for customers"]
)
@pytest.mark.parametrize("name", ["duplicates", "lost_zeros", "own_config"])
def test_a_delivery_in_the_database_has_the_same_report(monkeypatch, name, most, at_once):
    expected = dsolint.check(DELIVERIES / name, today=TODAY).to_dict()
    assert {"B405", "B406", "X501"} & {code for file in expected["files"] for code in file["counts"]}
    monkeypatch.setattr(few_keys, "FEW", most)
    monkeypatch.setattr(key_store, "_HELD", at_once)
    monkeypatch.setattr(key_store, "_BATCH", at_once)
    assert dsolint.check(DELIVERIES / name, today=TODAY).to_dict() == expected
