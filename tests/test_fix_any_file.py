"""What holds for the repair of any file, and the control of what was written."""

import csv
import io
from collections import Counter

import pytest
from fixtures.messy import items
from fixtures.nasty import contents
from fixtures.repairs import ALL, GOOD, HEADER, TODAY, asked, column, repair, values_of
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from dsolint.engine import check_file
from dsolint.errors import RepairError
from dsolint.fields import amount
from dsolint.fixing import blocks
from dsolint.reading.records import read_records
from dsolint.rules import VALUE_RULES
from dsolint.sampling import sample
from dsolint.schema import TYPES, import_type

thorough = settings(max_examples=60, deadline=None)


def repaired_or_not(data, *arguments, **options):
    """The repair of data, where the file is one that can be repaired at all."""
    try:
        return repair(data, *arguments, **options)
    except RepairError as error:
        assert "can't be repaired" in str(error)
        reject()


rules = st.one_of(st.just(ALL), st.sets(st.sampled_from(sorted(ALL))).map(frozenset))
STUCK = (
    b"item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;remark\n"
    b"FAC;1;C0001;2024-04-24;04/05/2024;1200;\nFAC;2;C0001;2024-04-24;01/13/24;1200;\n"
    b'5" pipe;3;C0001;2024-04-24;13/04/2024;1200;"two\nlines"\n'
)
"""Dates that contradict one another, one of them in a record that stays as it is."""


ASTRAY = (
    HEADER + "".join(GOOD.replace("2024-05-24", date) for date in ("04/05/2024", "05/13/2024", '"13/05/2024" '))
).encode()
"""Dates that contradict one another, one of them in a cell that stays for its quotes."""


@thorough
@example(STUCK, ALL, 300)
@example(ASTRAY, ALL, 300)
@given(items(), rules, st.integers(1, 300))
def test_what_holds_for_any_items(data, wanted, block_size):
    once, changes, done = repaired_or_not(data, wanted)
    assert repair(data, wanted, block_size=block_size)[:2] == (once, changes)
    assert {change.rule for change in changes} <= wanted
    assert repair(once, wanted)[:2] == (once, [])
    compare(data, once, changes)
    never_worse(data, once, done)


@thorough
@given(st.sampled_from([b"", b"user_lastname;client_code\n"]), contents, st.integers(1, 300))
@example(b"user_lastname;client_code\n", b'a" ;"b"\r\nc;d\n', 1)
def test_what_holds_for_anything(header, data, block_size):
    data = header + data
    once, changes, done = repaired_or_not(data, type=import_type("users"))
    assert repair(data, type=import_type("users"), block_size=block_size)[:2] == (once, changes)
    assert repair(once, type=import_type("users"))[:2] == (once, [])
    never_worse(data, once, done, type=import_type("users"))


AMOUNTS = [
    "1.200", "1,200", "12.50", "12,50", "1.200,50", "1,200.50", "1.200.000", "1,200,000", "1200", "12-", "1.200-", "(1,200)",
    "1.200 €", "1,200 EUR", "1.200,50 €", "0.123", "0,123", "1 200,5", "1200.000", "1'200", ".5", "x", "",
]  # fmt: skip


@thorough
@given(st.lists(st.sampled_from(AMOUNTS), min_size=1, max_size=5), st.sampled_from(["EUR", "TND"]), rules)
@example(["1.200,50", "1.200 €"], "TND", ALL)
@example(["1,200", "1.200,50"], "EUR", frozenset({"V304"}))
def test_an_amount_that_stays_means_what_it_meant(amounts, currency, wanted):
    name = "item_amount_initial_inc_tax"
    before = column(name, amounts, currency).encode()
    after = repair(before, wanted)[0]
    kept = {
        line
        for line, pair in enumerate(zip(amounts, values_of(after.decode(), name), strict=True), 2)
        if len({*pair}) == 1
    }
    assert meanings(before, name, kept) == meanings(after, name, kept)


def meanings(data, name, lines):
    findings = check_file(io.BytesIO(data), asked()).findings
    return {
        f.line: (f.code, f.suggestion) for f in findings if f.column == name and f.line in lines and f.code[0] == "V"
    }


def compare(before, after, changes):
    """Every record is there, and only cells that a change names differ, whatever their bytes."""
    trimmed = any(change.rule == "H104" for change in changes)
    old, new = ([*read_records(data.decode().removeprefix("\ufeff"), ";")] for data in (before, after))
    assert len(old) == len(new)
    named = Counter(change.line for change in changes)
    for was, now in zip(old, new, strict=True):
        assert trimmed or len(was.cells) == len(now.cells)
        if not trimmed and not named[was.line]:
            assert was.raw.rstrip("\r\n") == now.raw.rstrip("\r\n")


@pytest.mark.parametrize("type", TYPES)
def test_good_cells_stay_in_a_file_of_faults(type):
    chunks = list(sample(type, 300, errors=0.4, seed=7, today=TODAY))
    planted = {(fault.line, fault.column) for chunk in chunks for fault in chunk.truth}
    data = "".join(chunk.text for chunk in chunks).encode()
    once, changes, done = repair(data, type=import_type(type))
    assert {change.rule for change in changes} >= {"R204", "V309", "V310"}
    assert {(change.line, change.column) for change in changes} <= planted
    assert repair(once, type=import_type(type))[:2] == (once, [])
    compare(data, once, changes)
    never_worse(data, once, done, type=import_type(type))


def never_worse(before, after, done, **config):
    """No rule finds more in a repaired file, but for those that could not be asked before."""
    old, new = check_file(io.BytesIO(before), asked(**config)), check_file(io.BytesIO(after), asked(**config))
    assert new.counts == done.left
    assert new.rows == old.rows
    assert new.forecast.accepted >= old.forecast.accepted
    masked = {rule.code for rule in VALUE_RULES}
    for code, count in new.counts.items():
        if code[0] in "FHR" or (code[0] == "V" and code not in masked):
            # A stray quote speaks for the record that runs over lines.
            silent = old.counts.get("R204", 0) - new.counts.get("R204", 0) if code == "R206" else 0
            assert count <= old.counts.get(code, 0) + silent, code
    assert sum(new.counts.get(code, 0) for code in masked) <= sum(old.counts.get(code, 0) for code in masked)


@pytest.mark.parametrize(
    ("also", "told"),
    [
        ({2: "C9"}, "1 cells of column 3 changed, and 0 were meant to"),
        ({5: "1"}, "the control totals do not agree"),
        ({1: "1;2"}, "the control totals do not agree"),
    ],
)
def test_what_is_written_is_held_against_what_was_meant(monkeypatch, also, told):
    """A mistake of our own: with the currency another cell is written, the amount too, or a cell too many."""
    put = blocks._Record.put

    def careless(record, position, value):
        put(record, position, value)
        for other, text in also.items():
            record._texts[other] = text

    monkeypatch.setattr(blocks._Record, "put", careless)
    done = blocks._Done
    monkeypatch.setattr(blocks, "_Done", lambda: done(touched=Counter({5: 1} if 5 in also else {})))
    with pytest.raises(RepairError, match=told):
        repair((HEADER + GOOD.replace("EUR", "eur")).encode())


@thorough
@given(
    st.lists(st.tuples(st.sampled_from(AMOUNTS), st.sampled_from(["EUR", "eur", "TND", ""])), min_size=1, max_size=5)
)
def test_what_could_be_read_and_what_can_be_read_now_is_all_that_is_written(amounts):
    name = "item_amount_initial_inc_tax"
    rows = "".join(GOOD.replace("1200", amount).replace("EUR", currency) for amount, currency in amounts)
    written, _, done = repair((HEADER + rows).encode())
    told = Counter()
    for sums in (done.totals.sums.get(name, {}), done.gains[name].sums if name in done.gains else {}):
        told.update(sums)
    found = Counter()
    for row in csv.DictReader(io.StringIO(written.decode()), delimiter=";"):
        if amount.is_amount(row[name]):
            found[row["item_currency"].upper()] += amount.parse(row[name])
    assert told == found
