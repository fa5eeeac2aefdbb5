"""Find the odd records of a block, so that all the others can go the fast way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from dsolint.reading.records import Record, records_in
from dsolint.reading.text import BOM

_MOST = 4
"""At most one line in so many may be odd: with more of them the exact way is as fast."""
BLANK_LINE = rb"\n(?=\r?\n)"
"""The end of the line before a blank one."""
_FEW = 64
"""So many records are read one by one whatever their share."""
_FEW_QUOTES = 256
"""Up to one quote in so many bytes, the lines with quotes are looked at one by one."""


class Odd(NamedTuple):
    """A record that is not one regular line, and where in the block it begins and ends, in bytes."""

    start: int
    end: int
    record: Record


def odd_records(data: bytes, delimiter: str, first_line: int) -> list[Odd] | None:
    """The records of whole lines of text that are not one regular line.

    Each line between them holds a record, whose cells are quoted as a whole or not at all. The last record may be
    unclosed. None where it does not pay to look for them.
    """
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    suspects = _suspects(data, delimiter)
    if len(suspects) > _FEW and len(suspects) > data.count(b"\n") // _MOST:
        return None
    found: list[Odd] = []
    after = 0
    line = first_line
    for start in suspects:
        if start < after:
            continue
        line += data.count(b"\n", after, start)
        record = next(records_in(_lines(data, start), delimiter, line))
        line += record.lines
        after = start + len(record.raw.encode())
        found.append(Odd(start, after, record))
    return found


def _lines(data: bytes, start: int) -> Iterator[str]:
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end].decode()
        start = end


def _suspects(data: bytes, delimiter: str) -> list[int]:
    """Where the lines begin that hold no record by themselves, blank ones among them, or what Arrow trips over.

    It takes a byte-order mark off whatever line comes first.
    """
    quotes = data.count(b'"')
    found = _irregular_lines(data, delimiter) if quotes * _FEW_QUOTES > len(data) else _quoted_lines(data, delimiter)
    for mark in (b"\0", BOM):
        if mark[:1] in data:  # one byte is looked for much faster than three
            found += [data.rfind(b"\n", 0, match.start()) + 1 for match in re.finditer(mark, data)]
    found += [match.start() + 1 for match in re.finditer(BLANK_LINE, data)]
    if data.startswith((b"\n", b"\r\n")):
        found.append(0)
    return sorted(set(found))


def _quoted_lines(data: bytes, delimiter: str) -> list[int]:
    """Where the irregular lines with quotes begin, one by one."""
    is_regular = re.compile(_regular_line(delimiter).encode()).fullmatch
    found: list[int] = []
    place = data.find(b'"')
    while place >= 0:
        start = data.rfind(b"\n", 0, place) + 1
        end = data.find(b"\n", place) + 1 or len(data)
        if not is_regular(data, start, end):
            found.append(start)
        place = data.find(b'"', end)
    return found


def _irregular_lines(data: bytes, delimiter: str) -> list[int]:
    """Where the irregular lines begin, all at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lines = data.splitlines(keepends=True)
    texts = pa.array(lines, pa.large_binary())
    irregular = pc.invert(pc.match_substring_regex(texts, rf"\A(?:{_regular_line(delimiter)})\z"))
    ends = pc.cumulative_sum(pc.binary_length(texts))
    starts = pc.subtract(ends, pc.binary_length(texts))
    found: list[int] = starts.filter(irregular).to_pylist()
    return found


@cache
def _regular_line(delimiter: str) -> str:
    separator = re.escape(delimiter)
    cell = rf'(?:"[^"\r\n]*(?:""[^"\r\n]*)*"|[^"{separator}\r\n]*)'
    return rf"{cell}(?:{separator}{cell})*(?:\r?\n)?"
