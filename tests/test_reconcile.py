"""What the server left out beside what was foretold, whatever way it counts its lines."""

import datetime
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dsolint
from dsolint.delivery import reconcile as module
from dsolint.delivery.answer import LeftOut
from dsolint.delivery.foretold import Place, places
from dsolint.delivery.reconcile import NO_RULE, Numbering
from dsolint.delivery.record import Accuracy
from dsolint.findings import Effect


def reconcile(file, lines, remembered=()):
    """Against what the report has at hand."""
    return module.reconcile(file, places(file, Effect.LINE), lines, remembered)


HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;client\n"


def check(rows, **options):
    """A report on items: True for a row that goes in, False for one without a number, None for a blank line."""
    made = {
        True: "FAC;{n};C1;2024-04-24;2024-05-24;1200;\n",
        False: "FAC;;C1;2024-04-24;2024-05-24;1200;\n",
        None: "\n",
    }
    text = HEADER + "".join(made[row].format(n=n) for n, row in enumerate(rows))
    (file,) = dsolint.check(io.BytesIO(text.encode()), type="items", today=datetime.date(2024, 11, 22), **options).files
    return file


def left_out(*numbers):
    return [LeftOut(number, f"reason {number}") for number in numbers]


# A blank line before the bad ones tells lines from records.
MESSY = [True, None, None, False, True, False, True, False]
BAD = [Place(5, 2), Place(7, 4), Place(9, 6)]


@pytest.mark.parametrize("way", Numbering)
def test_each_way_of_counting_is_worked_out(way):
    numbers = [way.number(place) for place in BAD]
    found = reconcile(check(MESSY), left_out(*numbers))
    assert [line.place for line in found.confirmed] == BAD
    assert [line.message for line in found.confirmed] == [f"reason {number}" for number in numbers]
    assert (found.missed, found.false_alarms) == ((), ())
    assert way in found.numberings
    assert found.accuracy == {"V301": Accuracy(confirmed=3)}


def test_in_an_ordinary_file_ways_agree():
    found = reconcile(check([True, False, True, False]), left_out(3, 5))
    assert found.numberings == (Numbering.LINE, Numbering.RECORD_AND_HEADER)
    assert [line.place for line in found.confirmed] == [Place(3, 2), Place(5, 4)]


def test_what_was_remembered_decides_between_ways_that_fit():
    file = check([True, False, True, False])
    found = reconcile(file, left_out(3, 5), [Numbering.RECORD_AND_HEADER, Numbering.RECORD])
    assert found.numberings == (Numbering.RECORD_AND_HEADER,)


def test_what_was_remembered_gives_way_to_what_fits():
    found = reconcile(check(MESSY), left_out(2, 4, 6), [Numbering.LINE])
    assert found.numberings == (Numbering.RECORD,)
    assert len(found.confirmed) == 3


def test_numbers_that_fit_no_way_are_held_against_nothing():
    found = reconcile(check(MESSY), left_out(100, 200, 300))
    assert (found.comparable, found.numberings, found.confirmed) == (False, (), ())
    assert found.accuracy == {}


def test_half_of_the_numbers_is_too_few_to_tell_how_lines_are_counted():
    found = reconcile(check(MESSY), left_out(9, 100))
    assert (found.comparable, found.numberings, found.confirmed) == (False, (), ())


def test_ways_that_fit_equally_and_disagree_decide_nothing():
    # The number 3 is the record of one line that was foretold, and the physical line of another.
    found = reconcile(check([True, False, False, True]), left_out(3))
    assert (found.comparable, found.confirmed) == (False, ())


def test_missed_and_false_alarms():
    found = reconcile(check(MESSY), left_out(5, 7, 8), [Numbering.LINE])
    assert [line.place for line in found.confirmed] == BAD[:2]
    assert [(line.number, line.message) for line in found.missed] == [(8, "reason 8")]
    assert [(line.place, line.rules) for line in found.false_alarms] == [(BAD[2], ("V301",))]
    assert found.accuracy == {NO_RULE: Accuracy(missed=1), "V301": Accuracy(confirmed=2, false_alarms=1)}


def test_a_missed_line_in_which_something_else_was_found():
    rows = HEADER + "FAC;1;C1;2024-04-24;2024-05-24;1200;\nFAC;2;C1;2024-04-24;2024-03-24;1200;\n"
    (file,) = dsolint.check(io.BytesIO(rows.encode()), type="items", today=datetime.date(2024, 11, 22)).files
    found = reconcile(file, left_out(3), [Numbering.LINE])
    assert [line.rules for line in found.missed] == [("B401",)]
    assert found.accuracy == {"B401": Accuracy(missed=1)}


def test_nothing_left_out_and_nothing_foretold():
    found = reconcile(check([True]), [])
    assert found.comparable
    assert found.accuracy == {}


def test_nothing_left_out_of_what_was_foretold():
    found = reconcile(check([True, False]), [])
    assert len(found.false_alarms) == 1
    assert found.accuracy == {"V301": Accuracy(false_alarms=1)}


def test_several_reasons_for_one_line():
    found = reconcile(check(MESSY), [*left_out(5, 7, 9), LeftOut(5, "another")])
    assert found.confirmed[0].message == "reason 5; another"
    assert len(found.confirmed) == 3


def test_lines_without_numbers_are_held_against_nothing():
    found = reconcile(check([True, False]), [LeftOut(None, "a reason")])
    assert not found.comparable
    assert [line.message for line in found.missed] == ["a reason"]


def test_very_many_lines_take_seconds():
    rows = 100_000
    file = check([True] * 10)
    foretold = {Place(record + 1, record): ("V301",) for record in range(1, rows)}
    begun = time.monotonic()
    found = module.reconcile(file, foretold, left_out(*range(2, rows + 1), *range(rows + 2, 2 * rows)))
    assert time.monotonic() - begun < 30
    assert (len(found.confirmed), len(found.missed), len(found.false_alarms)) == (rows - 1, rows - 2, 0)


def test_samples_prove_no_miss():
    found = reconcile(check([True, None, *[False] * 9], max_findings=3), left_out(4, 5, 6, 7))
    assert not found.complete
    assert found.foretold == 9
    assert len(found.confirmed) == 3
    assert found.accuracy == {"V301": Accuracy(confirmed=3)}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([True, True, False, None]), min_size=1, max_size=12), st.sampled_from(Numbering))
def test_whoever_leaves_out_what_was_foretold_is_never_said_to_differ(rows, way):
    file = check([True, *rows])
    bad = [Place(f.line, f.record) for f in file.findings if f.effect == "line"]
    found = reconcile(file, left_out(*(way.number(place) for place in bad)))
    if found.comparable:
        assert [line.place for line in found.confirmed] == bad
        assert not found.missed
        assert not found.false_alarms
