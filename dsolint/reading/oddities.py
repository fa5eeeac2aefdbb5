"""Find the odd records of a block, so that all the others can go the fast way."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from dsolint.reading.lines import Lines
from dsolint.reading.records import Record, records_in
from dsolint.reading.text import BOM

_MOST = 4
"""At most one line in so many may be odd: with more of them the exact way is as fast."""
_FEW = 64
"""So many records are read one by one whatever their share."""
_FEW_QUOTES = 4
"""Up to one quote in so many lines, the lines with quotes are looked for."""


class Odd(NamedTuple):
    """A record that is not one regular line, and where in the block it begins and ends, in bytes."""

    start: int
    end: int
    record: Record


def odd_records(lines: Lines, delimiter: str, first_line: int) -> list[Odd] | None:
    """The records of lines that are not one regular line.

    Each line between them holds a record, whose cells are quoted as a whole or not at all. The last record may be
    unclosed. None where it does not pay to look for them.
    """
    if lines.with_lone_cr():
        return None
    suspects = _suspects(lines, delimiter)
    if len(suspects) > _FEW and len(suspects) > len(lines) // _MOST:
        return None
    found: list[Odd] = []
    starts = lines.offsets
    after = 0
    for place in suspects:
        if place < after:
            continue
        record = next(records_in(_from(lines, place), delimiter, first_line + place))
        after = place + record.lines
        found.append(Odd(starts[place], starts[after], record))
    return found


def _from(lines: Lines, place: int) -> Iterator[str]:
    for line in lines.texts[place:]:
        yield line.as_py().decode()


def _suspects(lines: Lines, delimiter: str) -> list[int]:
    """The places of the lines that hold no record by themselves, blank ones among them, or what Arrow trips over.

    It takes a byte-order mark off whatever line comes first.
    """
    import pyarrow.compute as pc

    suspects = lines.blank()
    for mark in (b"\0", BOM):
        if mark[:1] in lines.data:  # one byte is looked for much faster than three
            suspects = pc.or_(suspects, pc.match_substring(lines.texts, mark))
    found: list[int] = pc.indices_nonzero(suspects).to_pylist()
    return sorted({*found, *_irregular(lines, delimiter)})


def _irregular(lines: Lines, delimiter: str) -> list[int]:
    """The places of the lines with quotes that do not surround a cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    quoted = pa.array(_quoted(lines), pa.int32())
    regular = pc.match_substring_regex(lines.texts.take(quoted), _regular_line(delimiter))
    found: list[int] = quoted.filter(pc.invert(regular)).to_pylist()
    return found


def _quoted(lines: Lines) -> Iterable[int]:
    """The places of the lines with quotes, or of all lines where there are many quotes."""
    import pyarrow.compute as pc

    if lines.quotes.true_count * _FEW_QUOTES > len(lines):
        return range(len(lines))
    places = pc.indices_nonzero(lines.quotes).to_pylist()
    return sorted({bisect_right(lines.offsets, place) - 1 for place in places})


@cache
def _regular_line(delimiter: str) -> str:
    separator = re.escape(delimiter)
    cell = rf'(?:"[^"\r\n]*(?:""[^"\r\n]*)*"|[^"{separator}\r\n]*)'
    return rf"\A{cell}(?:{separator}{cell})*(?:\r?\n)?\z"
