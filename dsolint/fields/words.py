"""Text that is not what it seems: placeholders, what a spreadsheet did, what was decoded wrongly, what would be run."""

from __future__ import annotations

import re

from dsolint.fields.questions import Form, matches

_SPACES = "\\s\x0b\x1c-\x1f\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
SPACE = f"[{_SPACES}]"
"""White space around a value, in the syntax that Python's re and RE2 share; zero-width ones among them."""
SURROUNDED = rf"\A{SPACE}|{SPACE}\z"

_PLACEHOLDERS = (
    r"\(?null\)?", r"<null>", r"nil", r"none", r"nan", r"undefined", r"n/a", r"n\.a\.", r"#n/a n/a", r"n/d", r"n\.c\.",
    "k\\.[ \u00a0]?a\\.", r"keine angabe", r"-+", r"\+", r"\?+", r"tbd", r"todo", r"x{3,}", r"\.+",
)  # fmt: skip
UNREAL_DATES = (
    "0000-00-00", "0001-01-01", "1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "1753-01-01", "2999-12-31", "9999-12-31",
    "9999-99-99", "00000000", "19000101", "99991231", "00/00/0000", "00.00.0000", "01.01.1900", "01/01/1900", "31.12.9999", "31/12/9999",
)  # fmt: skip
_ANY_PLACEHOLDER = "|".join((*_PLACEHOLDERS, *(re.escape(day) for day in UNREAL_DATES)))
PLACEHOLDER = rf"(?i:\A{SPACE}*(?:{_ANY_PLACEHOLDER}){SPACE}*\z)"

_ERROR_VALUES = (
    "#N/A", "#NV", "#N/D", "#REF!", "#BEZUG!", "#VALUE!", "#WERT!", "#VALEUR!", "#DIV/0!", "#NAME?", "#NOM?", "#NULL!",
    "#NUM!", "#ZAHL!", "#NOMBRE!", "#SPILL!", "#CALC!",
)  # fmt: skip
_ANY_DAMAGE = r"[+-]?[0-9](?:[.,][0-9]+)?E[+-][0-9]{2,3}|#{3,}|" + "|".join(re.escape(v) for v in _ERROR_VALUES)
DAMAGE = rf"\A{SPACE}*(?:{_ANY_DAMAGE}){SPACE}*\z"

_LEADS = "ÂÃÄÅâð"
_ANY_LEADS = "\u00c2-\u00f4"
_TRAILS = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
REPLACEMENT = "\ufffd"
MOJIBAKE = f"[{_ANY_LEADS}][{_TRAILS}]|{REPLACEMENT}"

FORMULA = r"\A[=@+\-\t\r]"

_PLACEHOLDER = re.compile(_ANY_PLACEHOLDER, re.IGNORECASE)
_DAMAGE = re.compile(_ANY_DAMAGE)
_MOJIBAKE = re.compile(MOJIBAKE)
_WESTERN_MOJIBAKE = re.compile(f"[{_LEADS}][{_TRAILS}]")
_FORMULA = re.compile(FORMULA)
_NUMBER = re.compile(r"[+-]?\s*(?:[.,]?[0-9]|\()[^=|!@+*^&\"]*")
_BETWEEN_NUMBERS = re.compile(r"[/,;]\s+(?=\+)")
ALL_SPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""What `SPACE` matches, for str.strip."""


def stripped(value: str) -> str:
    """`value` without white space around it, no-break and zero-width space among it."""
    return value.strip(ALL_SPACE)


def is_filled(value: str) -> bool:
    """Whether there is more than white space."""
    return stripped(value) != ""


def is_given(value: str) -> bool:
    """Whether there is a value: more than white space, and no placeholder."""
    return is_filled(value) and not is_placeholder(value)


def is_placeholder(value: str) -> bool:
    """Whether `value` stands where there is no value: NULL, N/A, a lone dash, a day that never was."""
    return _PLACEHOLDER.fullmatch(stripped(value)) is not None


def is_unreal_date(value: str) -> bool:
    """Whether `value` is a day that databases write for none."""
    return stripped(value) in UNREAL_DATES


def is_damaged(value: str) -> bool:
    """Whether a spreadsheet left an error or a rounded number."""
    return _DAMAGE.fullmatch(stripped(value)) is not None


def seems_decoded_wrongly(text: str) -> bool:
    """Whether text has characters that come of reading Western European UTF-8 as Windows-1252."""
    return _WESTERN_MOJIBAKE.search(text) is not None


def repaired(value: str) -> str | None:
    """Text that was decoded wrongly once, as it was meant; None where it is fine or can't be repaired."""
    if not _MOJIBAKE.search(value):
        return None
    import ftfy

    meant = ftfy.fix_encoding(value)
    return meant if meant != value and REPLACEMENT not in meant else None


def would_break(text: str, value: str) -> bool:
    """Whether `text` becomes `value` when its UTF-8 is read in the way that is mostly to blame for it."""
    import ftfy.bad_codecs  # noqa: F401  # registers Windows-1252 as browsers read it, without holes

    data = text.encode("utf-8", "replace")
    return value in (data.decode("sloppy-windows-1252"), data.decode("iso-8859-1"))


def would_run(value: str) -> bool:
    """Whether a spreadsheet would take `value` for a formula; signed numbers and phone numbers are none."""
    if not _FORMULA.match(value) or not stripped(value):
        return False
    return not all(_NUMBER.fullmatch(part) for part in _BETWEEN_NUMBERS.split(value.lstrip("\t\r")))


IS_BLANK = matches(rf"\A{SPACE}*\z", lambda value: not is_filled(value), form=Form.DECIDES)
STANDS_FOR_NOTHING = matches(
    rf"(?i:\A{SPACE}*(?:{_ANY_PLACEHOLDER})?{SPACE}*\z)", lambda value: not is_given(value), form=Form.MAY_SAY_NO
)
