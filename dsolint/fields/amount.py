"""Amounts: 1200, 1 200,00 and 1200.00123 are documented; everything else is told apart here."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING

from dsolint import arrays
from dsolint.arrays import Array, few
from dsolint.fields import words
from dsolint.fields.cells import Cells
from dsolint.fields.currency import SYMBOLS, known_codes
from dsolint.fields.questions import Form, Question, holds, is_not, matches, replaced
from dsolint.phrases import Phrase

if TYPE_CHECKING:
    import pyarrow as pa

SPACES = " \u00a0\u202f"
PATTERN = rf"[+-]?([0-9]+|[0-9]{{1,3}}([{SPACES}][0-9]{{3}})+)([.,][0-9]+)?"
"""What the import reads, in the syntax that Python's re and RE2 share. Source: the vendor's API page."""

THOUSANDS_OR_DECIMALS = r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}"
"""Documented forms that many people write for thousands."""

_GROUPED = rf"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+"
_SURE = (
    rf"(?:[0-9]+|{_GROUPED})(?:[.,](?:[0-9]{{1,2}}|[0-9]{{4,}}))?"
    rf"|(?:[0-9]{{4,}}|{_GROUPED})[.,][0-9]{{3}}"
)
CERTAIN = rf"[+-]?(?:{_SURE}|0[0-9]*[.,][0-9]{{3}})"
"""The documented forms without THOUSANDS_OR_DECIMALS: there is nothing to say about them."""

_PLAIN = "[+-]?[0-9]{1,18}(?:[.,][0-9]{1,2})?"
"""The form that most amounts have."""

IS_NOT_PLAIN = is_not(_PLAIN, form=Form.DECIDES)
IS_NOT_SURE = is_not(rf"[+-]?(?:{_SURE})", implies=IS_NOT_PLAIN, form=Form.DECIDES)
IS_NOT_CERTAIN = is_not(CERTAIN, implies=IS_NOT_SURE)
IS_UNCERTAIN = is_not(rf"(?:{CERTAIN})?", implies=IS_NOT_CERTAIN)
IS_UNDOCUMENTED = is_not(rf"(?:{PATTERN})?", implies=IS_UNCERTAIN, form=Form.DECIDES)
"""An empty cell is not plain, not sure and not certain, and neither uncertain nor undocumented."""

_SURELY_SHORT = 18
"""Up to so many characters an amount has no more than 18 digits before the decimal sign."""

DECIMAL_SIGNS = (".", ",")


_DOCUMENTED = re.compile(PATTERN)
_AMBIGUOUS = re.compile(THOUSANDS_OR_DECIMALS)
_HUGE = re.compile(r"\A[+-]?[0-9]{19}")
_CURRENCY = (
    "(?i)"
    + "|".join(re.escape(s) for s in sorted(SYMBOLS, key=len, reverse=True) if len(s) < 4)
    + r"|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])"
)
_NUMBER = re.compile(r"[0-9]+(?:[.,'’" + SPACES + r"][0-9]+)*[.,]?")
_DROP_SPACES = str.maketrans("", "", SPACES)


def is_amount(value: str) -> bool:
    """Whether `value` has a documented form."""
    return _DOCUMENTED.fullmatch(value) is not None


def parse(value: str) -> Decimal:
    """The amount that the import reads from a documented form. Raises ValueError for another."""
    if not is_amount(value):
        raise ValueError(value)
    return Decimal(value.translate(_DROP_SPACES).replace(",", "."))


def parse_column(cells: Cells) -> Array[Decimal]:
    """A column's amounts as exact decimals, null where a value has no documented form.

    Amounts of more than 18 digits before the decimal sign, or 30 characters, are null too: no currency has them.
    """
    if isinstance(cells.plain, few.Array):
        return few.Array(map(summed, cells.plain.to_pylist()))
    import pyarrow as pa
    import pyarrow.compute as pc

    none = pa.scalar(None, pa.string())
    odd = cells.ask(IS_NOT_PLAIN)
    cells.narrow((words.IS_BLANK,), odd)
    amounts = _decimals(pc.if_else(odd, none, cells.plain))
    if odd.true_count:
        others = pc.if_else(cells.ask(IS_UNDOCUMENTED), none, cells.plain).filter(odd)
        parsed = _decimals(_without_spaces(others))
        amounts = pc.replace_with_mask(amounts.cast(parsed.type), odd, parsed)
    return amounts


def summed(value: str) -> Decimal | None:
    """The amount that a value adds to a sum; None where it has no documented form, or more digits than any currency."""
    digits = value.translate(_DROP_SPACES)
    return None if not is_amount(value) or len(digits) > 30 or _HUGE.match(digits) else parse(value)


def to_arrow(amounts: Array[Decimal]) -> pa.Array:
    """A column's amounts for those that take no lists."""
    return _decimals(arrays.to_arrow(amounts.cast("string"), "string")) if isinstance(amounts, few.Array) else amounts


def _without_spaces(texts: pa.StringArray) -> pa.StringArray:
    """Documented amounts as digits, with a decimal sign; null where there is none, or an amount that is too large."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for space in SPACES:
        if holds(texts, space):
            texts = pc.replace_substring(texts, space, "")
    lengths = pc.binary_length(texts)
    none = pa.scalar(None, pa.string())
    if (pc.max(lengths).as_py() or 0) > _SURELY_SHORT:
        huge = pc.or_(pc.greater(lengths, 30), pc.match_substring_regex(texts, _HUGE.pattern))
        texts = pc.if_else(huge, none, texts)
    return pc.if_else(pc.equal(lengths, 0), none, texts)


def _decimals(texts: pa.StringArray) -> pa.Array:
    """Digits with a point or a comma as decimals."""
    import pyarrow as pa

    texts = replaced(texts, ",", ".")
    try:
        return texts.cast(pa.decimal128(38, 10))
    except pa.ArrowInvalid:
        return texts.cast(pa.decimal256(76, 30))


def tells_sign(value: str, sign: str) -> bool:
    """Whether a value is an amount in a documented form that makes sense under this decimal sign alone."""
    return is_amount(value) and decimal_signs(value) == {sign}


def _telling(sign: str) -> Question:
    whole = rf"(?:[0-9]+|{_GROUPED})"
    long = rf"(?:0[0-9]*|[0-9]{{4,}}|{_GROUPED})"
    pattern = rf"\A[+-]?(?:{whole}[{sign}](?:[0-9]{{1,2}}|[0-9]{{4,}})|{long}[{sign}][0-9]{{3}})\z"
    return matches(pattern, partial(tells_sign, sign=sign), form=Form.MAY_SAY_NO)


TELL_SIGN = {sign: _telling(sign) for sign in DECIMAL_SIGNS}
"""By decimal sign: which cells tell that it is theirs."""


def decimal_signs(value: str) -> frozenset[str]:
    """The decimal signs under which a documented `value` makes sense: one, or both where it tells nothing."""
    if "." in value:
        sign = "."
    elif "," in value:
        sign = ","
    else:
        return frozenset(DECIMAL_SIGNS)
    return frozenset(DECIMAL_SIGNS) if _AMBIGUOUS.fullmatch(value) else frozenset(sign)


def thousands_or_decimals(value: str) -> dict[str, str | None]:
    """For `1.200` and its like: by decimal sign what the writer meant, None where it is what the import reads too.

    Empty for every other value.
    """
    if not _AMBIGUOUS.fullmatch(value):
        return {}
    sign = "." if "." in value else ","
    other = "," if sign == "." else "."
    return {sign: None, other: value.replace(sign, "")}


def readings(value: str) -> dict[str, str]:
    """What an undocumented `value` may mean, as an amount in a documented form by the decimal sign it supposes.

    Knows SAP's trailing minus, brackets, currency signs and codes, and thousands marks. Empty where it is no amount.
    """
    text, negative = _unsigned(re.sub(_CURRENCY, _without_currency, value).strip())
    if text[:1] in DECIMAL_SIGNS:
        text = f"0{text}"
    if not _NUMBER.fullmatch(text):
        return {}
    found: dict[str, str] = {}
    for sign in DECIMAL_SIGNS:
        plain = _plain(text, sign)
        if plain is not None:
            found[sign] = f"-{plain}" if negative else plain
    return found


def currencies(value: str) -> set[str | None]:
    """The currencies that a value itself names; None for a symbol that several of them have."""
    words = (match.group().upper() for match in re.finditer(_CURRENCY, value))
    return {SYMBOLS.get(word, word) for word in words if word in SYMBOLS or word in known_codes()}


def _without_currency(match: re.Match[str]) -> str:
    """Nothing in place of a currency's symbol or code, and any other word as it stands."""
    word = match.group().upper()
    return "" if word in SYMBOLS or word in known_codes() else match.group()


def _unsigned(text: str) -> tuple[str, bool]:
    text = text.replace("−", "-").replace("–", "-").strip(SPACES)
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(SPACES), True
    if text.endswith(("-", "+")):
        return text[:-1].strip(SPACES), text.endswith("-")
    if text.startswith(("-", "+")):
        return text[1:].strip(SPACES), text.startswith("-")
    return text, False


def _plain(text: str, decimal_sign: str) -> str | None:
    """`text` as digits with a decimal point, if it can be read with that decimal sign."""
    whole, _, fraction = text.partition(decimal_sign)
    if fraction and not fraction.isdigit():
        return None
    groups = re.split(r"[^0-9]", whole)
    marks = {c for c in whole if not c.isdigit()}
    if len(marks) > 1:
        return None
    if len(groups) > 1 and (len(groups[0]) > 3 or groups[0] == "0" or any(len(g) != 3 for g in groups[1:])):
        return None
    digits = "".join(groups)
    try:
        Decimal(digits)
    except InvalidOperation:
        return None
    return f"{digits}.{fraction}" if fraction else digits


_TRAILING_MINUS = Phrase("a trailing minus")
_BRACKETS = Phrase("brackets for the minus")
CURRENCY_SIGN = Phrase("a currency sign")
_THOUSANDS_MARKS = Phrase("thousands marks")


def form(value: str) -> Phrase:
    """How an undocumented amount is written, in a word or two: what many values of a column have in common."""
    text = value.strip()
    if text.endswith("-"):
        return _TRAILING_MINUS
    if text.startswith("("):
        return _BRACKETS
    if re.search(_CURRENCY, text):
        return CURRENCY_SIGN
    return _THOUSANDS_MARKS
