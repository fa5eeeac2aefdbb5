"""Cut a stream of UTF-8 into blocks at record ends, in bounded memory.

Each line is proved to be a record by itself, or else read as the exact way reads it: where to cut is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from dsolint.reading.lines import Lines, are_few, count_lines
from dsolint.reading.oddities import Odd, odd_records
from dsolint.reading.records import MAX_RECORD, read_records, split_lines

BLOCK_SIZE = 2 << 20


class Block(Struct, frozen=True, dict=True):
    """Whole records as UTF-8, beginning on physical line `first_line`.

    An `overlong` block is the first line of a record that has no end within the longest record allowed;
    nothing comes after it. `final` marks the block that ends with the file. `odd` are the records that keep Arrow from
    reading the block exactly, and `counted` how many physical lines end in it; None where that is not known.
    """

    data: bytes
    first_line: int
    final: bool = False
    overlong: bool = False
    odd: list[Odd] | None = None
    counted: int | None = None

    @cached_property
    def lines(self) -> int:
        """How many physical lines end in it."""
        return count_lines(self.data) if self.counted is None else self.counted

    def after(self, start: int, line: int) -> Block:
        """What is left of it from the record on that begins at byte `start`, on physical line `line`."""
        data = self.data[start:]
        odd = None
        if self.odd is not None:
            odd = [Odd(o.start - start, o.end - start, o.record) for o in self.odd if o.start >= start]
        counted = self.lines - (line - self.first_line) if data else 0
        return Block(data, line, self.final, self.overlong, odd, counted)


def cut(
    chunks: Iterable[Lines], delimiter: str, *, block_size: int = BLOCK_SIZE, max_record: int = MAX_RECORD
) -> Iterator[Block]:
    """Blocks of about `block_size` bytes, each ending at a record's end; at the end of input the rest as it is."""
    parts: list[Lines] = []
    held = 0
    line = 1
    wanted = block_size
    for chunk in chunks:
        parts.append(chunk)
        held += len(chunk.data)
        if held < wanted:
            continue
        end = chunk.data.rfind(b"\n") + 1 or len(chunk.data)
        buffer = Lines.joined(parts, end)
        whole = _whole_records(buffer, line, delimiter)
        if whole.data:
            for block in _bounded(whole, delimiter, max_record):
                yield block
                if block.overlong:
                    return
            line += whole.lines
            wanted = block_size
        elif held > max_record:
            yield Block(buffer.data.splitlines(keepends=True)[0], line, overlong=True)
            return
        else:
            wanted = 2 * held
        parts = [buffer.part(len(whole.data)), chunk.part(end)]
        held -= len(whole.data)
    if held:
        yield from _bounded(_last(Lines.joined(parts), line, delimiter), delimiter, max_record)


def _last(lines: Lines, line: int, delimiter: str) -> Block:
    """The rest of a file, which begins on `line`, as a block."""
    if are_few(lines.data):
        return Block(lines.data, line, final=True)
    odd = odd_records(lines, delimiter, line)
    return Block(lines.data, line, final=True, odd=odd, counted=None if odd is None else lines.count())


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
                yield Block(before, block.first_line)
            yield Block(split_lines(record.raw)[0].encode(), record.line, overlong=True)
            return
        used += len(record.raw)
    yield block


def _whole_records(buffer: Lines, line: int, delimiter: str) -> Block:
    """The block of all whole records in `buffer`, which begins on `line`; it may be empty."""
    end = buffer.data.rfind(b"\n") + 1
    lines = buffer if end == len(buffer.data) else buffer.part(0, end)
    odd = odd_records(lines, delimiter, line) if end else None  # the lines may end in CR alone
    if odd is None:
        return Block(buffer.data[: _exact_end(buffer.data, delimiter)], line)
    if odd and not odd[-1].record.closed:  # it may go on
        end = odd.pop().start
        return Block(lines.data[:end], line, odd=odd, counted=lines.count(0, end))
    return Block(lines.data, line, odd=odd, counted=lines.count())


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
