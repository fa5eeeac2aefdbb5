"""Find the odd records of a block, so that all the others can go the fast way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from dsolint.reading.records import Record, records_in
from dsolint.reading.text import BOM

_MOST = 4
"""At most one line in so many may be odd: with more of them the exact way is as fast."""


def odd_records(lines: Sequence[bytes], delimiter: str, first_line: int) -> list[tuple[int, Record]] | None:
    """The records of a block's physical lines that are not one regular line, each with the place of its first line.

    Lines between them hold a record each, whose cells are quoted as a whole or not at all. The last record may be
    unclosed. None where it does not pay to look for them.
    """
    suspects = _suspects(lines, delimiter)
    if len(suspects) > len(lines) // _MOST:
        return None
    found: list[tuple[int, Record]] = []
    after = 0
    for place in suspects:
        if place < after:
            continue
        record = next(records_in(_decoded(lines, place), delimiter, first_line + place))
        found.append((place, record))
        after = place + record.lines
    return found


def _decoded(lines: Sequence[bytes], start: int) -> Iterator[str]:
    for place in range(start, len(lines)):
        yield lines[place].decode()


def _suspects(lines: Sequence[bytes], delimiter: str) -> list[int]:
    """The places of the lines that hold no record by themselves, blank ones among them, or what Arrow trips over.

    It takes a byte-order mark off whatever line comes first.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(lines, pa.large_binary())
    whole = pc.match_substring_regex(texts, _regular_line(delimiter))
    odd = pc.or_(pc.is_in(texts, pa.array([b"\n", b"\r\n"], pa.large_binary())), pc.starts_with(texts, BOM))
    suspects: list[int] = pc.indices_nonzero(pc.or_(pc.invert(whole), odd)).to_pylist()
    return suspects


@cache
def _regular_line(delimiter: str) -> str:
    separator = re.escape(delimiter)
    cell = rf'(?:"(?:[^"\r\n\x00]|"")*"|[^"{separator}\r\n\x00]*)'
    return rf"\A{cell}(?:{separator}{cell})*(?:\r?\n)?\z"
