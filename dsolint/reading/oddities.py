"""Find the odd records of a block, so that all the others can go the fast way."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from dsolint.reading.lines import Lines, places
from dsolint.reading.records import Record, records_in

_MOST = 4
"""At most one line in so many may be odd: with more of them the exact way is as fast."""
_FEW = 64
"""So many records are read one by one whatever their share."""
_MANY_QUOTES = 150
"""From one quote in so many bytes on, RE2 proves stretches at once."""
_STRETCH = 4 << 10
_SAMPLES = 16


class Odd(NamedTuple):
    """A record that Arrow does not read as it is, and where in the block it begins and ends, in bytes."""

    start: int
    end: int
    record: Record


def odd_records(lines: Lines, delimiter: str, first_line: int) -> list[Odd] | None:
    """The records that keep Arrow from reading lines exactly as the csv module does.

    All others are regular: closed, not blank, without a stray quote or NUL. The last record may be unclosed.
    None where it does not pay to look for them.
    """
    if lines.with_lone_cr():
        return None
    data = lines.data
    proven = _regular_stretches(lines, delimiter) if _has_many_quotes(data) else {}
    quoted = _regular_record(delimiter)
    # Whatever covers one of these is looked at; at the last one all is done.
    marks = iter((*sorted({*lines.blank(), *places(data, b"\0")}), len(data)))
    mark = next(marks)
    most = max(_FEW, lines.count() // _MOST)
    found: list[Odd] = []
    line, counted = first_line, 0
    after = 0
    while True:
        while (end := proven.get(after, len(data) + 1)) <= mark:
            after = end
        place = data.find(b'"', after, mark)
        if place >= 0:
            regular = quoted.match(data, place - 1 if place else 0)
            # A blank line within quotes is none; a NUL is odd everywhere.
            if regular and ((end := regular.end()) <= mark or data.find(b"\0", mark, end) < 0):
                after = end
                while mark < after:
                    mark = next(marks)
                continue
        elif mark == len(data):
            return found
        start = lines.start_of(mark if place < 0 else place, after)
        line += lines.count(counted, start)
        record = next(records_in(lines.texts(start), delimiter, line))
        after = counted = start + len(record.raw.encode())
        line += record.lines
        found.append(Odd(start, after, record))
        if len(found) > most:
            return None
        while mark < after:
            mark = next(marks)


def _has_many_quotes(data: bytes) -> bool:
    """Told from samples: either way is right, one is faster."""
    size = min(_STRETCH, len(data) // _SAMPLES + 1)
    sampled = sum(data.count(b'"', place, place + size) for place in range(0, len(data), len(data) // _SAMPLES + 1))
    return sampled * _MANY_QUOTES > size * _SAMPLES


def _regular_stretches(lines: Lines, delimiter: str) -> dict[int, int]:
    """Where stretches of regular records begin, or could within quotes, and where they end."""
    import pyarrow as pa
    import pyarrow.compute as pc

    data = lines.data
    starts = [0]
    while (start := starts[-1]) < len(data):
        starts.append(lines.end_of(start + _STRETCH))
    texts = pa.Array.from_buffers(
        pa.binary(), len(starts) - 1, [None, pa.array(starts, pa.int32()).buffers()[1], pa.py_buffer(data)]
    )
    regular = pc.match_substring_regex(texts, _regular_records(delimiter)).to_pylist()
    return {start: end for (start, end), proven in zip(pairwise(starts), regular, strict=True) if proven}


@cache
def _regular_record(delimiter: str) -> re.Pattern[bytes]:
    """A record from before its first quote on, in text without lone CRs."""
    separator = re.escape(delimiter)
    quoted = r'"[^"]*+(?:""[^"]*+)*+"'
    cell = rf'(?:{quoted}|[^"{separator}\r\n]*+)'
    return re.compile(rf"[{separator}\n]?{quoted}(?:{separator}{cell})*+(?:\r?\n|\Z)".encode())


@cache
def _regular_records(delimiter: str) -> str:
    separator = re.escape(delimiter)
    cell = rf'(?:"(?:[^"\r]|\r\n|"")*"|[^"{separator}\r\n]*)'
    record = rf"{cell}(?:{separator}{cell})*"
    return rf"\A(?:{record}\r?\n)*(?:{record})?\z"
