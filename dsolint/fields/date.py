"""Dates: YYYY-MM-DD is documented; what another form seems to be, and which day it means, is told here."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from functools import cache, reduce
from typing import TYPE_CHECKING

from dsolint.fields import words
from dsolint.fields.questions import Question, remembered
from dsolint.phrases import DateForm, Phrase

if TYPE_CHECKING:
    import pyarrow as pa
    from dateutil.parser import parserinfo

FORMAT = DateForm("YYYY-MM-DD")
CERTAIN_ORDERS = frozenset({"YMD", "name"})
"""The orders in which nobody mixes up day and month: a date in one tells nothing about the others in its column."""
DAY_NUMBER = Phrase("the day number of a spreadsheet")
PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
REAL = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEAR}-02-29"
)
"""Real days in the documented form, in the syntax that Python's re and RE2 share; the year 0000 is among them."""

_EARLIEST, _LATEST = 1900, 2199
_DATE = re.compile(PATTERN)
_TIME = re.compile(
    r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})|[AaPp][Mm])?$"
)
_THREE_NUMBERS = re.compile(r"([0-9]{1,4})([./\- ])([0-9]{1,2})\2([0-9]{1,4})\.?")
_COMPACT = re.compile("[0-9]{8}")
_DAY_NUMBER = re.compile("[2-7][0-9]{4}")
_WITH_MONTH_NAME = re.compile(
    r"[0-9]{1,4}[.,\s/\-]*[^\W\d_]{3,10}[.,\s/\-]*[0-9]{1,4}|[^\W\d_]{3,10}[.,\s]*[0-9]{1,2}[.,\s]+[0-9]{4}"
)
_MONTHS = [
    ("jan", "january", "januar", "jän", "jänner", "janv", "janvier"),
    ("feb", "february", "februar", "fév", "févr", "février", "fev", "fevrier"),
    ("mar", "march", "mär", "märz", "mrz", "maerz", "mars"),
    ("apr", "april", "avr", "avril"),
    ("may", "mai"),
    ("jun", "june", "juni", "juin"),
    ("jul", "july", "juli", "juil", "juillet"),
    ("aug", "august", "aoû", "août", "aout"),
    ("sep", "sept", "september", "septembre"),
    ("oct", "october", "okt", "oktober", "octobre"),
    ("nov", "november", "novembre"),
    ("dec", "december", "dez", "dezember", "déc", "décembre", "decembre"),
]
_NO_DAY = datetime.datetime(1, 1, 1)  # noqa: DTZ001  # what dateutil fills in; a year 1 shows that it did
_MONTH_WORD = re.compile(r"[^\W\d_]+")
_FIRST = re.compile(r"\b1er\b", re.IGNORECASE)
_EXCEL_EPOCH = datetime.date(1899, 12, 30)


def is_date(value: str) -> bool:
    """Whether `value` is a real day written YYYY-MM-DD."""
    return parse(value) is not None


def parse(value: str) -> datetime.date | None:
    """The day of a documented date, None for anything else."""
    if not _DATE.fullmatch(value):
        return None
    return _day(int(value[:4]), int(value[5:7]), int(value[8:]))


@remembered
def _real_day(value: str) -> datetime.date | None:
    return None if value in words.UNREAL_DATES else parse(value)


def _real_days(cells: pa.StringArray) -> pa.Date32Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    good = pc.match_substring_regex(cells, rf"\A(?:{REAL})\z")
    no_days = pc.or_(pc.is_in(cells, pa.array(words.UNREAL_DATES)), pc.starts_with(cells, "0000"))
    return pc.if_else(pc.and_not(good, no_days), cells, pa.scalar(None, pa.string())).cast(pa.date32())


DAY = Question("date32", _real_day, _real_days)
"""The day of a documented date, None for anything else and for days that databases write for none."""


def readings(value: str) -> tuple[str, dict[str, str]]:
    """What an undocumented `value` seems to be, and the day it means by the order of day, month and year supposed.

    The first is a pattern such as DD/MM/YYYY, or empty where it is no date at all. A value whose order is certain
    has one reading.
    """
    text = _TIME.sub("", value.strip())
    timed = text != value.strip()
    if is_date(text):
        shape: str = _with_time(FORMAT) if timed else Phrase("{shape} with white space around it", {"shape": FORMAT})
        return shape, {"YMD": text}
    written, days = _numeric(text)
    if days:
        forms: Iterable[str] = dict.fromkeys(_pattern(written, order) for order in days)
        shape = reduce(_either, forms)
        return _with_time(shape) if timed else shape, {order: day.isoformat() for order, day in days.items()}
    if _DAY_NUMBER.fullmatch(text):
        day = _EXCEL_EPOCH + datetime.timedelta(days=int(text))
        return DAY_NUMBER, {"YMD": day.isoformat()}
    named = _with_month_name(text)
    if named is not None:
        shape = _named_pattern(text)
        return _with_time(shape) if timed else shape, {"name": named.isoformat()}
    return "", {}


def has_zone(value: str) -> bool:
    """Whether a time with its zone follows the date: it may be the evening of another day elsewhere."""
    time = _TIME.search(value.strip())
    return time is not None and time["zone"] is not None


def _with_time(shape: str) -> Phrase:
    return Phrase("{shape} with a time", {"shape": shape})


def _either(shape: str, other: str) -> Phrase:
    return Phrase("{shape} or {other}", {"shape": shape, "other": other})


def _numeric(text: str) -> tuple[tuple[str, int, int], dict[str, datetime.date]]:
    """How three numbers are written, and the day they are in each possible order.

    They are written with a separator, so many digits for the year, and so many for month and day.
    """
    splits: dict[str, tuple[str, str, str]] = {}
    written = ("", 4, 2)
    if _COMPACT.fullmatch(text):
        splits["YMD"] = (text[:4], text[4:6], text[6:])
        splits["DMY"] = (text[4:], text[2:4], text[:2])
        splits["MDY"] = (text[4:], text[:2], text[2:4])
    elif match := _THREE_NUMBERS.fullmatch(text):
        first, separator, second, third = match.groups()
        written = (separator, max(len(first), len(third)), min(len(first), len(second), len(third)))
        if len(first) == 4 or (len(first) == 2 and len(third) == 2 and separator != "."):
            splits["YMD"] = (first, second, third)
        if len(third) in (2, 4) and len(first) <= 2:
            splits["DMY"] = (third, second, first)
            splits["MDY"] = (third, first, second)
    days: dict[str, datetime.date] = {}
    for order, (year, month, number) in splits.items():
        day = _day(_full_year(year), int(month), int(number))
        if day is not None and _EARLIEST <= day.year <= _LATEST:
            days[order] = day
    return written, days


def _pattern(written: tuple[str, int, int], order: str) -> DateForm:
    separator, year, others = written
    # Only next to the documented form does a missing zero make the difference.
    digits = others if order == "YMD" and separator == "-" else 2
    names = {"Y": "Y" * max(year, 2), "M": "M" * digits, "D": "D" * digits}
    return DateForm(separator.join(names[part] for part in order))


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) != 2 else year + (2000 if year < 69 else 1900)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _with_month_name(text: str) -> datetime.date | None:
    text = _FIRST.sub("1", text)
    if not _WITH_MONTH_NAME.fullmatch(text):
        return None
    from dateutil import parser

    try:
        found = parser.parse(text, parserinfo=_month_names(), default=_NO_DAY, dayfirst=True)
    except (ValueError, OverflowError):
        return None
    return found.date() if found.year > 1 else None


def _named_pattern(text: str) -> DateForm:
    """How a date with the month's name is written: DD-MON-YY."""
    written = _MONTH_WORD.sub("MON", _FIRST.sub("1", text))
    written = re.sub("[0-9]{4}", "YYYY", written)
    written = re.sub("[0-9]{1,2}", "DD", written, count=1)
    return DateForm(re.sub("[0-9]{2}", "YY", written))


@cache
def _month_names() -> parserinfo:
    """dateutil's words with German and French month names, and a fixed century for two digits."""
    from dateutil.parser import parserinfo

    class MonthNames(parserinfo):
        MONTHS = _MONTHS  # type: ignore[assignment]  # dateutil takes any number of names, its stub two or three

        def convertyear(self, year: int, century_specified: bool = False) -> int:  # noqa: FBT001, FBT002
            return year if century_specified or year >= 100 else _full_year(f"{year:02}")

    return MonthNames()
