"""The exact way: one record after the other, with Python's csv module and a line count of our own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from msgspec import Struct

MAX_RECORD = 16 << 20
"""The longest record in bytes; past it a quote is held to be never closed."""


class Record(Struct):
    """One record that asks for a look: malformed, or well-formed with something odd in it.

    `line` is the physical line where it begins and `lines` how many it covers; `number` counts the records of its
    block from 1. `raw` is its text with the line end; empty where a well-formed record came the fast way. `row` is its place in the
    columns of its batch, None where it is not among them. `closed` is False where a quote never closes.
    """

    line: int
    number: int
    cells: list[str]
    raw: str = ""
    lines: int = 1
    closed: bool = True
    row: int | None = None
    last: bool = False
    """Whether it is the file's last record and has no line end."""


def split_lines(text: str) -> list[str]:
    """The physical lines with their ends: CRLF, LF and lone CR end a line, nothing else does."""
    return io.StringIO(text, newline="").readlines()


def line_ends(text: str) -> int:
    """How many line ends there are in a text."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def read_records(text: str, delimiter: str, first_line: int = 1) -> Iterator[Record]:
    """Every record of `text`; see `records_in`."""
    return records_in(split_lines(text), delimiter, first_line)


def records_in(lines: Iterable[str], delimiter: str, first_line: int = 1) -> Iterator[Record]:
    """Every record of the physical lines, which are taken one by one, blank lines as records without cells.

    A quote opens at a cell's start alone; what follows a closing quote is added to the cell. Only the last record
    can be unclosed. Blank lines have the number of the record before them.
    """
    if csv.field_size_limit() < 2 * MAX_RECORD:
        csv.field_size_limit(2 * MAX_RECORD)
    taken: list[str] = []
    ran_out = False

    def feed() -> Iterator[str]:
        nonlocal ran_out
        for line in lines:
            taken.append(line)
            yield line
        ran_out = True

    before = number = 0
    for cells in csv.reader(feed(), delimiter=delimiter):
        number += bool(cells)
        count = len(taken)
        raw = taken[0] if count == 1 else "".join(taken)
        taken.clear()
        yield Record(first_line + before, number, cells, raw, count, closed=not ran_out)
        before += count
