"""A screen may only save work: what it lets pass without asking, the judge finds nothing wrong with.

Screens are patterns for RE2, judges are Python. Both have to mean the same, white space and letter case above all.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date, timedelta
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dsolint.checking.columns import ColumnCheck, Screen, column_check
from dsolint.checking.records import RecordCheck
from dsolint.config import Config
from dsolint.fields import amount, cells, currency, identifier, questions, vocabulary, words
from dsolint.fields.cells import Cells
from dsolint.fields.date import DAY
from dsolint.fields.questions import Form, matches
from dsolint.fields.rows import Rows, is_one_of
from dsolint.fields.vocabulary import Vocabulary
from dsolint.rules import RULES, TEXT_RULES, VALUE_RULES
from dsolint.rules.columns import read_header
from dsolint.rules.file import CONTROL, control_character
from dsolint.rules.values import Context
from dsolint.schema import KINDS, TYPES, import_type, with_columns

TODAY = date(2024, 6, 1)
CONTEXT = Context(TODAY, date(1990, 1, 1), TODAY + timedelta(days=3650))
CODES = sorted(rule.code for rule in (*VALUE_RULES, *TEXT_RULES))

_known = [field for name in TYPES for field in import_type(name).fields.values()]
_own = with_columns(import_type("items"), {f"own_{kind}": kind for kind in KINDS}).fields.values()
FIELDS = {(field.kind, field.mandatory, field.inferred, field.enum): field for field in (*_known, *_own)}

SPACES = list(
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2007\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
NEAR_SPACES = list("\0\x07\u00ad\u180e\u200c\u200d\u200e")
SIGNS = list("+-−–=@'\"()#.,;/|&*!?%")
DIGITS = [*"0123456789", "000", "1200", "1 200", "١", "２", "²"]
CURRENCIES = ["EUR", "eur", "€", "$", "US$", "zł", "kr", "BHD", "XXX"]
LETTERS = ["a", "é", "e\u0301", "ß", "ſ", "İ", "ı", "K", "Ω", "X", "xx", "N", "E+11", "e-5", "GmbH", "O'Neil"]
PLACEHOLDERS = [
    "NULL", "nUlL", "(null)", "<Null>", "None", "NONE", "NaN", "nil", "N/A", "n.a.", "#N/A N/A", "n/d", "n.c.",
    "k.A.", "k.", "a.", "k. a.", "Keine Angabe", "keine", "Angabe", "todo", "TBD", "undefined", "unde\ufb01ned", "-", "--", "...", "??",
    "0000-00-00", "1900-01-01", "9999-12-31", "00.00.0000",
]  # fmt: skip
DAMAGE = ["1,23E+11", "1.2E-05", "#N/A", "#REF!", "#BEZUG!", "#VALEUR!", "###", "45406"]
MOJIBAKE = ["Ã¼", "Ã", "Â", "â‚¬", "â€™", "ðŸ", "Å", "Ä", "\x80", "\x9f", "\ufffd", "°", "“"]
EMAILS = ["mike", "@", "example", ".com", ".museum", "mike@example.com", "office@müller.de", "m_.j@a-b.fr", "@a--b.de"]
DATES = ["2024-04-24", "24.04.2024", "2024-02-30", "1989-12-31", "2034-06-02", "2024-04-24T10:00", "24 Apr 2024"]
OTHERS = [
    "FAC",
    "fac",
    "accounting",
    "73282932000074",
    "DE136695976",
    "de 136 695 975",
    "529900T8BM49AURSDO55",
    "www.example.com",
]
PIECES = [
    *SPACES, *NEAR_SPACES, *SIGNS, *DIGITS, *CURRENCIES, *LETTERS, *PLACEHOLDERS, *DAMAGE, *MOJIBAKE, *EMAILS, *DATES, *OTHERS,
]  # fmt: skip

texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
    st.tuples(st.sampled_from(["", *SPACES]), st.sampled_from(PIECES), st.sampled_from(["", *SPACES])).map("".join),
    st.from_regex(amount.PATTERN, fullmatch=True),
    st.text(max_size=8),
)
columns = st.lists(texts, min_size=1, max_size=30)
active = st.one_of(st.just(CODES), st.lists(st.sampled_from(CODES), min_size=1, unique=True)).map(frozenset)
thorough = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_value(values):
    """Cells that are asked in Python, as few cells are."""
    return Cells(pa.array(values, pa.string()))


@contextmanager
def asked_as(*, few, differ):
    with ExitStack() as stack:
        for module in (cells, questions, vocabulary):
            stack.enter_context(mock.patch.object(module, "FEW", few))
        for module in (questions, vocabulary):
            stack.enter_context(mock.patch.object(module, "differ", lambda _: differ))
        yield


@contextmanager
def by_column():
    """Cells are asked in Arrow, as many cells are that differ."""
    with asked_as(few=-1, differ=True):
        yield by_value


@contextmanager
def by_vocabulary():
    """Cells are asked by their distinct values, of which another block has met some."""
    with asked_as(few=0, differ=False):
        yield met_before


@contextmanager
def by_form():
    """Cells that differ are asked by their forms, of which another block has met some."""
    with asked_as(few=0, differ=False):
        yield met_before_by_form


def met_before(values):
    known = Vocabulary(1 << 20)
    Cells(pa.array(values[: len(values) // 2] * 2, pa.string()), known)
    return Cells(pa.array(values, pa.string()), known)


def met_before_by_form(values):
    known = Vocabulary(1 << 20)
    known.is_given_up = True
    Cells(pa.array(values[: len(values) // 2] * 2, pa.string()), known).ask(words.IS_BLANK)
    return Cells(pa.array(values, pa.string()), known)


def hits(check, of, values):
    """All that a check says about a column, in a form that can be compared."""
    return [
        (
            hit.rule.code,
            hit.effect,
            hit.rows.to_pylist(),
            [hit.at(position) for position in range(len(hit.rows))],
            hit.readings,
        )
        for hit in check.run(of(values))
    ]


def same_hits(check, values):
    """Whether a check says by its screen what it says without one."""
    bare = ColumnCheck(check.verdict, None)
    expected = hits(bare, by_value, values)
    for way in (by_column, by_vocabulary, by_form):
        with way() as of:
            assert hits(check, of, values) == expected
            assert hits(bare, of, values) == expected


@pytest.mark.parametrize("field", FIELDS.values(), ids=[field.name for field in FIELDS.values()])
@thorough
@given(columns, active)
@example(["k.\u00a0a."], frozenset(CODES))
@example(["\u200b\u00a0", "\x1c", "\u2060"], frozenset(CODES))
@example(["\u212a.a.", "unde\ufb01ned", "nu\u017fl"], frozenset(CODES))
def test_screen_saves_work_and_nothing_else(field, values, active):
    check = column_check(field, active, CONTEXT)
    if check is not None:
        same_hits(check, values)


def test_most_kinds_have_a_screen():
    screened = {field.kind for field in FIELDS.values() if column_check(field, frozenset(CODES), CONTEXT).screen}
    assert screened >= {"key", "text", "phone", "list", "amount", "email"}


@thorough
@given(columns)
def test_screen_of_control_characters(values):
    def judge(value):
        problem = control_character(value)
        return () if problem is None else ((RULES["F008"], problem),)

    same_hits(ColumnCheck(judge, Screen(matches(CONTROL, lambda _: True))), values)


QUESTIONS = {
    "blank": words.IS_BLANK,
    "for nothing": words.STANDS_FOR_NOTHING,
    "amount that is not plain": amount.IS_NOT_PLAIN,
    "amount that is not sure": amount.IS_NOT_SURE,
    "amount that is not certain": amount.IS_NOT_CERTAIN,
    "uncertain amount": amount.IS_UNCERTAIN,
    "undocumented amount": amount.IS_UNDOCUMENTED,
    "no certain email": identifier.IS_NO_CERTAIN_EMAIL,
    "uncertain email": identifier.IS_UNCERTAIN_EMAIL,
    "point": amount.TELL_SIGN["."],
    "comma": amount.TELL_SIGN[","],
    "day": DAY,
    "summed under": currency.SUMMED_UNDER,
    "item type": is_one_of(("FAC", "fac", "")),
    "odd": RecordCheck(read_header(["item_type", "client_code"], 1, import_type("items")), Config(frozenset())).is_odd,
    "control": matches(CONTROL, lambda value: control_character(value) is not None),
}
ODD = ["Total", "total EUR", "Summe:", "item_type", "\ufeffitem_type", '"Item_Type', "client code", "\x01", "Totaled"]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@thorough
@given(st.lists(st.one_of(texts, st.dates().map(str), st.sampled_from(ODD)), min_size=1, max_size=30))
def test_arrow_answers_what_python_answers(question, values):
    expected = by_value(values).ask(question)
    for way in (by_column, by_vocabulary, by_form):
        with way() as of:
            assert of(values).ask(question).equals(expected)
            first = pa.array([place % 2 == 0 for place in range(len(values))])
            assert of(values).only(first).ask(question).equals(expected.filter(first))


@pytest.fixture(params=[by_column, by_vocabulary, by_form, lambda: nullcontext(by_value)])
def rows_of(request):
    with request.param() as of:
        yield lambda values: Rows(pa.array(range(len(values))), lambda _: of(values), TODAY, {})


@thorough
@given(columns)
def test_filled_cells_are_those_that_are_not_blank(rows_of, values):
    assert rows_of(values).filled("any").to_pylist() == [words.stripped(value) != "" for value in values]


@thorough
@given(columns)
def test_amounts_of_columns_are_those_of_values(rows_of, values):
    values = [value for value in values if len(value) < 19]
    amounts = [amount.parse(value) if amount.is_amount(value) else None for value in values]
    assert rows_of(values).amount("any").to_pylist() == amounts


@thorough
@given(st.lists(st.one_of(texts, st.dates().map(str), st.from_regex("[0-9]{4}-[01][0-9]-[0-3][0-9]", fullmatch=True))))
def test_dates_of_columns_are_real_days(rows_of, values):
    found = rows_of(values).date("any").to_pylist()
    real = (_is_real(value) and value not in words.UNREAL_DATES for value in values)
    assert found == [date.fromisoformat(value) if good else None for value, good in zip(values, real, strict=True)]


def _is_real(value):
    try:
        return len(value) == 10 and value.isascii() and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@pytest.mark.parametrize("day", [date(2000, 1, 1), TODAY, date(2050, 1, 1)])
def test_currencies_that_are_known_without_babel_are_known_to_it(day):
    assert {code for code in currency.known_codes() if currency.is_current(code, day)} == currency.current(day)


def test_white_space_is_what_python_and_the_patterns_take_for_it():
    for character in map(chr, range(0x10000)):
        is_space = not words.stripped(character)
        assert is_space == (re.fullmatch(words.SPACE, character) is not None)
        assert is_space or not character.isspace()


@pytest.mark.parametrize("header", [["item_type"], ["Konto 1 (2024)", "client_code"], ["7", "8"]])
@thorough
@given(st.data())
def test_digits_make_no_difference_to_what_asks_for_forms(header, data):
    odd = RecordCheck(read_header(header, 1, import_type("items")), Config(frozenset())).is_odd
    values = data.draw(st.lists(st.one_of(texts, st.sampled_from([*header, *words.UNREAL_DATES])), min_size=1))
    forms = [re.sub("[1-9]", "0", value) for value in values]
    screens = [
        check.screen.question
        for field in FIELDS.values()
        if (check := column_check(field, frozenset(CODES), CONTEXT, odd)) and check.screen
    ]
    for question in {odd, *QUESTIONS.values(), *screens}:
        answers = list(zip(values, asked(question, values), asked(question, forms), strict=True))
        if question.form is Form.MAY_SAY_NO:
            assert [value for value, of_value, of_form in answers if of_value and not of_form] == []
        if question.form is Form.DECIDES:
            assert [value for value, of_value, of_form in answers if of_value is not of_form] == []


def asked(question, values):
    answers = question.of_column(pa.array(values, pa.string())).to_pylist()
    assert answers == list(map(question.of_value, values))
    return answers


def test_a_vocabulary_is_given_up_where_too_much_would_be_remembered():
    few, many = [f"{place % 500}" for place in range(1000)], [f"{place % 900}" for place in range(1000)]
    for size, expected in ((1 << 20, False), (100, True)):
        known = Vocabulary(size)
        assert Cells(pa.array(few), known).differ is expected
        assert Cells(pa.array(many), known).differ is expected
        assert Cells(pa.array([f"{place}" for place in range(20_000)]), known).differ
        for column in (few, many):
            assert Cells(pa.array(column), known).ask(words.IS_BLANK).true_count == 0


def test_a_vocabulary_grows_while_it_is_asked():
    known = Vocabulary(1 << 20)
    blocks = [[f"{max(1, (start + place) % 1500)}" for place in range(1000)] + [" "] for start in range(0, 5000, 100)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda block: Cells(pa.array(block), known).ask(words.IS_BLANK).to_pylist(), blocks))
    assert found == [[False] * 1000 + [True]] * len(blocks)
