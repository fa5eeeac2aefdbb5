"""What is said of few rows in lists is what is said of the same rows in Arrow: of the rules B, of money and of keys."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsolint.arrays import few
from dsolint.checking import held, money
from dsolint.checking.table import Table
from dsolint.fields import amount, words
from dsolint.fields.cells import Cells
from dsolint.fields.rows import Rows
from dsolint.reading.blocks import Block
from dsolint.reading.parsing import parse_exactly
from dsolint.rules import BUSINESS_RULES
from dsolint.schema import import_type

TODAY = date(2024, 6, 1)
thorough = settings(max_examples=100, deadline=None)

DIGITS = st.from_regex(r"[+-]?[0-9 ]{0,4}[0-9]{1,28}([.,][0-9]{1,14})?", fullmatch=True)
AMOUNTS = st.sampled_from(["0", "-0,00", "1", "1.000", "1 200,50", "-1200.5", "+7", "12O", "(5)"]) | DIGITS
DATES = st.sampled_from(["2024-05-31", "2024-06-02", "2023-01-01", "2024-02-30", "01.02.2024", *words.UNREAL_DATES[:3]])
TEXTS = st.sampled_from(["FAC", "AVO", "XX", "0", "1", "C001", "EUR", " EUR", "8 EUR", "ä@example.com"])
NOTHING = st.sampled_from(["", " ", "\u00a0", "NULL", "-"])
OF_KIND = {"amount": AMOUNTS, "date": DATES}


def both(data, type, lacking=()):
    """The same rows in lists and in Arrow; a column is made up when it is asked for."""
    fields = import_type(type).fields
    count = data.draw(st.integers(1, 8))
    made = {}

    def values(name):
        if name not in made:
            cells = NOTHING | OF_KIND.get(fields[name].kind, TEXTS)
            made[name] = data.draw(st.lists(cells, min_size=count, max_size=count))
        return made[name]

    def rows(lines, cells):
        return Rows(lines, lambda name: None if name in lacking else cells(values(name)), TODAY, {"XX": "FAC"})

    lines = range(2, 2 + count)
    return rows(few.Array(lines), lambda values: Cells(few.Array(values))), rows(
        pa.array(lines), lambda values: Cells(pa.array(values))
    )


def said(flagged):
    against = None if flagged.against is None else flagged.against.to_pylist()
    return flagged.mask.to_pylist(), flagged.message, flagged.cause, against


@pytest.mark.parametrize("rule", BUSINESS_RULES, ids=[rule.code for rule in BUSINESS_RULES])
@thorough
@given(st.data())
def test_rules_flag_the_same_rows(rule, data):
    few_rows, rows = both(data, rule.types[0])
    assert [said(flagged) for flagged in rule(few_rows)] == [said(flagged) for flagged in rule(rows)]


@thorough
@given(st.lists(NOTHING | AMOUNTS | st.text(max_size=4), min_size=1))
@example(["-0,00", "1.00000000001", "999 999 999 999 999 999,9", "9" * 19, "0" * 31, "1," + "0" * 29, "+ 1", "1 2"])
def test_amounts_are_the_same(values):
    few_amounts, amounts = amount.parse_column(Cells(few.Array(values))), amount.parse_column(Cells(pa.array(values)))
    assert few_amounts.to_pylist() == amounts.to_pylist()
    assert amount.to_arrow(few_amounts).equals(amounts)


@thorough
@given(st.data(), st.sets(st.sampled_from(["item_amount_remaining_inc_tax", "item_date_payment"])))
def test_money_is_the_same(data, lacking):
    few_rows, rows = both(data, "items", lacking)
    few_found, found = money.open_amounts(few_rows), money.open_amounts(rows)
    assert [column.to_pylist() for column in few_found] == [column.to_pylist() for column in found]
    left_out = data.draw(st.lists(st.booleans(), min_size=len(found[0]), max_size=len(found[0])))
    assert money.split(few_found, few.Array(left_out)) == money.split(found, pa.array(left_out))
    assert money.split(few_found, None) == money.split(found, None)


@thorough
@given(st.data())
def test_keys_of_items_that_are_held_are_the_same(data):
    few_rows, rows = both(data, "items")
    few_amounts, amounts = money.open_amounts(few_rows), money.open_amounts(rows)
    lines = range(2, 2 + len(amounts[0]))
    kept = held.keyed(few_rows, few.Array(lines), few_amounts, None)
    assert kept.to_pylist() == held.keyed(rows, pa.array(lines), amounts, None).to_pylist()
    left_out = data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    kept = held.keyed(few_rows, few.Array(lines), few_amounts, few.Array(left_out))
    assert kept.to_pylist() == held.keyed(rows, pa.array(lines), amounts, pa.array(left_out)).to_pylist()


@pytest.mark.parametrize("in_lists", [True, False])
def test_rows_are_taken_out(in_lists):
    block = Block(b"a;1\nb;2\nc;3\n", 2, final=True)
    batch = parse_exactly(block, 2, ";", in_lists=in_lists)
    table = Table([Cells(column) for column in batch.columns], batch.lines, batch.numbers)
    assert isinstance(table.columns[0].plain, few.Array) == in_lists
    assert table.cells([2, 0]) == [["c", "3"], ["a", "1"]]
    less = table.without({1})
    assert (less.rows, less.lines.to_pylist(), less.numbers.to_pylist()) == (2, [2, 4], [1, 3])
    assert less.cells([0, 1]) == [["a", "1"], ["c", "3"]]
    assert table.cells([]) == []
