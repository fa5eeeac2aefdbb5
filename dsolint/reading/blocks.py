"""Cut a stream of UTF-8 into blocks at record ends, in bounded memory.

In a regular stretch the parity of quotes tells a record end from a line end inside quotes, and one RE2 pass proves
that the stretch is regular. In any other, each line is proved to be a record by itself, or else read as the exact way
reads it: where to cut is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from dsolint.reading.lines import Lines, count_lines
from dsolint.reading.oddities import Odd, odd_records
from dsolint.reading.records import MAX_RECORD, read_records, split_lines
from dsolint.reading.text import BOM

BLOCK_SIZE = 2 << 20

_CANDIDATES = 8


@dataclass(frozen=True)
class Block:
    """Whole records as UTF-8, beginning on physical line `first_line`.

    `regular` blocks hold no stray quote, lone CR, NUL, blank line or leading BOM, so Arrow reads them exactly.
    An `overlong` block is the first line of a record that has no end within the longest record allowed;
    nothing comes after it. `final` marks the block that ends with the file. `odd` are the records that keep a block from
    being regular; None where they are not known.
    """

    data: bytes
    first_line: int
    regular: bool
    final: bool = False
    overlong: bool = False
    odd: list[Odd] | None = None

    @cached_property
    def lines(self) -> int:
        """How many physical lines end in it."""
        return count_lines(self.data)


def cut(
    chunks: Iterable[bytes], delimiter: str, *, block_size: int = BLOCK_SIZE, max_record: int = MAX_RECORD
) -> Iterator[Block]:
    """Blocks of about `block_size` bytes, each ending at a record's end; at the end of input the rest as it is."""
    buffer = b""
    line = 1
    wanted = block_size
    parts: list[bytes] = []
    held = 0
    for chunk in chunks:
        parts.append(chunk)
        held += len(chunk)
        if len(buffer) + held < wanted:
            continue
        buffer = b"".join((buffer, *parts))
        parts, held = [], 0
        whole = _whole_records(buffer, line, delimiter)
        if whole.data:
            for block in _bounded(whole, delimiter, max_record):
                yield block
                if block.overlong:
                    return
            line += whole.lines
            buffer = buffer[len(whole.data) :]
            wanted = block_size
        elif len(buffer) > max_record:
            yield Block(buffer.splitlines(keepends=True)[0], line, regular=False, overlong=True)
            return
        else:
            wanted = 2 * len(buffer)
    buffer = b"".join((buffer, *parts))
    if buffer:
        yield from _cut_rest(buffer, line, delimiter, max_record)


def _cut_rest(buffer: bytes, line: int, delimiter: str, max_record: int) -> Iterator[Block]:
    if is_regular(Lines(buffer), delimiter):
        yield from _bounded(Block(buffer, line, regular=True, final=True), delimiter, max_record)
        return
    whole = _whole_records(buffer, line, delimiter)
    rest = buffer[len(whole.data) :]
    if whole.data and rest:
        for block in _bounded(whole, delimiter, max_record):
            yield block
            if block.overlong:
                return
        line += whole.lines
        yield from _bounded(
            Block(rest, line, regular=is_regular(Lines(rest), delimiter), final=True), delimiter, max_record
        )
    else:
        yield from _bounded(Block(buffer, line, regular=False, final=True), delimiter, max_record)


def _bounded(block: Block, delimiter: str, max_record: int) -> Iterator[Block]:
    """A block as it is, or what comes before its first record that is too long, and then that record's first line."""
    if len(block.data) <= max_record:
        yield block
        return
    text = block.data.decode()
    used = 0
    for record in read_records(text, delimiter, block.first_line):
        if len(record.raw.encode()) > max_record:
            before = text[:used].encode()
            if before:
                yield Block(before, block.first_line, block.regular)
            yield Block(split_lines(record.raw)[0].encode(), record.line, regular=False, overlong=True)
            return
        used += len(record.raw)
    yield block


def _whole_records(buffer: bytes, line: int, delimiter: str) -> Block:
    """The block of all whole records in `buffer`, which begins on `line`; it may be empty."""
    lines = Lines(buffer[: buffer.rfind(b"\n") + 1])
    end = _likely_end(lines)
    if end:
        whole = lines if end == len(lines.data) else Lines(buffer[:end])
        if is_regular(whole, delimiter):
            return Block(whole.data, line, regular=True)
    # The last line may go on.
    odd = odd_records(lines, delimiter, line)
    if odd is None:
        return Block(buffer[: _exact_end(buffer, delimiter)], line, regular=False)
    data = lines.data if not odd or odd[-1].record.closed else lines.data[: odd.pop().start]
    return Block(data, line, regular=False, odd=odd)


def _likely_end(lines: Lines) -> int:
    """The end of the last line that an even number of quotes stands before."""
    data = lines.data
    end = len(data)
    quotes = lines.quotes.true_count
    for _ in range(_CANDIDATES):
        if not end or quotes % 2 == 0:
            return end
        quote = data.rfind(b'"', 0, end)
        before = data.rfind(b"\n", 0, quote) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return 0


def _exact_end(buffer: bytes, delimiter: str) -> int:
    text = buffer.decode()
    # The last line may go on, and a CR at the very end may be half of a CRLF.
    whole = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
    text = text[:whole]
    end = whole
    for record in read_records(text, delimiter):
        if not record.closed:
            end -= len(record.raw)
    return len(text[:end].encode())


def is_regular(lines: Lines, delimiter: str) -> bool:
    """Whether Arrow reads lines exactly as the csv module does, and every record of them is closed."""
    data = lines.data
    if b"\0" in data or data.startswith(BOM) or lines.blank().true_count:
        return False
    if b'"' not in data:
        return not lines.with_lone_cr()
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pa.array([data], pa.large_binary())
    return bool(pc.match_substring_regex(whole, _regular_records(delimiter))[0].as_py())


@cache
def _regular_records(delimiter: str) -> str:
    separator = re.escape(delimiter)
    cell = rf'(?:"(?:[^"\r]|\r\n|"")*"|[^"{separator}\r\n]*)'
    record = rf"{cell}(?:{separator}{cell})*"
    return rf"\A(?:{record}\r?\n)*(?:{record})?\z"
