"""Where the cells stand in the text of a record, and how a cell is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple


class Span(NamedTuple):
    """The place of a cell in its record's text, quotes included.

    It is `stray` where a quote in it is neither at the cell's ends nor doubled.
    """

    start: int
    end: int
    stray: bool


def spans(raw: str, delimiter: str) -> Iterator[Span]:
    """The cells of one record, in their order. A quote opens at a cell's start alone."""
    start = 0
    text = raw.rstrip("\r\n")
    while True:
        quoted = text.startswith('"', start)
        closed = _closing_quote(text, start + 1) + 1 if quoted else start
        after = text.find(delimiter, closed)
        end = len(text) if after < 0 else after
        yield Span(start, end, closed < end if quoted else '"' in text[start:end])
        if after < 0:
            return
        start = after + 1


def _closing_quote(text: str, position: int) -> int:
    """Where the quoted cell whose content begins at `position` closes; the end of the text where it does not."""
    while True:
        quote = text.find('"', position)
        if quote < 0:
            return len(text)
        if not text.startswith('""', quote):
            return quote
        position = quote + 2


def first_stray_quote(raw: str, delimiter: str) -> int:
    """The position, from 0, of the first cell of one record with a quote that is neither at the cell's ends nor doubled.

    Raises StopIteration where there is none.
    """
    return next(position for position, span in enumerate(spans(raw, delimiter)) if span.stray)


def has_stray_quote(raw: str, delimiter: str) -> bool:
    """Whether any cell of one closed record has such a quote; a fast look."""
    return _tidy_record(delimiter).fullmatch(raw.rstrip("\r\n")) is None


def parted(raw: str) -> tuple[str, str]:
    """The text of a closed record, and its line end."""
    text = raw.rstrip("\r\n")
    return text, raw[len(text) :]


def cell_texts(raw: str, delimiter: str) -> list[str]:
    """The cells of one closed record as they are written: joined by the delimiter they are the record again."""
    text = raw.rstrip("\r\n")
    if '"' not in text:
        return text.split(delimiter)
    if has_stray_quote(text, delimiter):
        return [text[span.start : span.end] for span in spans(text, delimiter)]
    return _tidy_cell(delimiter).findall(text)


@cache
def _tidy_cell(delimiter: str) -> re.Pattern[str]:
    separator = re.escape(delimiter)
    return re.compile(rf'(?:\A|{separator})("[^"]*(?:""[^"]*)*"|[^"{separator}]*)')


@cache
def _tidy_record(delimiter: str) -> re.Pattern[str]:
    separator = re.escape(delimiter)
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{separator}]*)'
    return re.compile(rf"{cell}(?:{separator}{cell})*")


def value_of(text: str) -> str:
    """What a cell of a tidy record says, by how it is written."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def written(value: str, delimiter: str, *, quoted: bool) -> str:
    """A cell's text: quoted where it was, and where the value asks for it."""
    if quoted or delimiter in value or '"' in value or "\n" in value or "\r" in value:
        return '"' + value.replace('"', '""') + '"'
    return value
