"""A block becomes columns: the fast way with Arrow, the exact way with the csv module, both with the same result.

A block that is regular but for some odd records goes the fast way too: those are read the exact way, and written anew or
set aside.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Self

from msgspec import Struct, field

from dsolint import arrays
from dsolint.arrays import Array, few
from dsolint.reading.blocks import Block
from dsolint.reading.lines import Lines, are_few, count
from dsolint.reading.oddities import Odd, odd_records
from dsolint.reading.records import Record, read_records, records_in, split_lines
from dsolint.reading.spans import has_stray_quote, parted
from dsolint.reading.text import BOM

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv as pv


class LineEnds(Struct, frozen=True):
    """How many records end in LF, CRLF and a lone CR. Line ends inside quotes are no record's end."""

    lf: int = 0
    crlf: int = 0
    cr: int = 0

    @classmethod
    def of(cls, ends: Iterable[str]) -> Self:
        """Line ends as they are written, counted; an empty one is none."""
        counts = Counter(ends)
        return cls(counts["\n"], counts["\r\n"], counts["\r"])

    def __add__(self, other: LineEnds) -> LineEnds:
        return LineEnds(self.lf + other.lf, self.crlf + other.crlf, self.cr + other.cr)


class Batch(Struct):
    """What a block holds.

    `columns` are arrays of text by position, of the records with as many cells as the header; `lines` and `numbers`
    are their physical lines and their record numbers in the block, from 1. `odd` are the records to look at, those
    with another number of cells among them, in file order. `blank` are the physical lines without a character.
    """

    columns: list[Array[str]]
    lines: Array[int]
    numbers: Array[int]
    records: int
    odd: list[Record] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    line_ends: LineEnds = field(default_factory=LineEnds)

    @property
    def rows(self) -> int:
        """How many records are in the columns."""
        return len(self.numbers)


def cells_of(columns: Sequence[Array[str]], rows: Sequence[int]) -> list[list[str]]:
    """The cells of some rows of columns."""
    places = arrays.array(rows, "int64", like=columns[0])
    return [list(cells) for cells in zip(*(column.take(places).to_pylist() for column in columns), strict=True)]


def parse(block: Block, width: int, delimiter: str, *, like: Batch | None = None) -> Batch:
    """The columns of a block for a header of `width` cells, of the same kind as those of another batch."""
    if are_few(block.data) if like is None else isinstance(like.numbers, few.Array):
        return parse_exactly(block, width, delimiter, in_lists=True)
    odd = block.odd if block.odd is not None else odd_records(Lines(block.data), delimiter, block.first_line)
    if odd is None:
        return parse_exactly(block, width, delimiter)
    return _parse_around(block, odd, width, delimiter) if odd else parse_fast(block, width, delimiter)


def _parse_around(block: Block, odd: list[Odd], width: int, delimiter: str) -> Batch:
    """The fast way for all records but the odd ones: those that fit are written anew, the others set aside."""
    regular: list[bytes] = []
    lines: list[int] = []
    after = gone = 0
    for start, end, record in odd:
        regular.append(block.data[after:start])
        after = end
        record.last = not _line_end(record.raw)
        lines.append(record.line - gone)
        if _fits(record, width):
            regular.append(_rewritten(record, delimiter))
        else:
            gone += record.lines - record.last
    regular.append(block.data[after:])
    batch = parse_fast(Block(b"".join(regular), block.first_line, counted=block.lines - gone), width, delimiter)
    kept: dict[int, Record] = {}
    aside: list[tuple[int, Record]] = []
    for (_, _, record), before in zip(odd, _records_before(batch, lines, block.first_line), strict=True):
        if _fits(record, width):
            kept[before + 1] = record
        else:
            aside.append((before, record))
    _keep(batch, kept, delimiter)
    return _with_aside(batch, aside) if aside else batch


def _fits(record: Record, width: int) -> bool:
    return len(record.cells) == width and record.closed


def _records_before(batch: Batch, lines: Iterable[int], first_line: int) -> Iterator[int]:
    """How many records of a batch stand before each of some lines, which come in order."""
    several = [record for record in batch.odd if record.lines > 1]
    passed = inside = 0
    for line in lines:
        while passed < len(several) and several[passed].line < line:
            inside += several[passed].lines - 1
            passed += 1
        yield line - first_line - inside


def _rewritten(record: Record, delimiter: str) -> bytes:
    """A well-formed record as a regular one with the same cells and the same line end."""
    cells = f'"{delimiter}"'.join([cell.replace('"', '""') for cell in record.cells])
    return f'"{cells}"{parted(record.raw)[1]}'.encode()


def _keep(batch: Batch, kept: dict[int, Record], delimiter: str) -> None:
    """Put records that were written anew, by their numbers, in their places among the odd ones of a batch."""
    malformed = [record.number for record in batch.odd if record.row is None]
    found = [record for record in batch.odd if record.number not in kept]
    rows = [number - 1 - bisect_left(malformed, number) for number in kept]
    for (number, record), row, line in zip(kept.items(), rows, _taken(batch.lines, rows), strict=True):
        record.number, record.row, record.line = number, row, line
        if record.lines > 1 or has_stray_quote(record.raw, delimiter):
            found.append(record)
    batch.odd = sorted(found, key=lambda record: record.number)


def _with_aside(batch: Batch, aside: list[tuple[int, Record]]) -> Batch:
    """A batch with records in it that were set aside, each with the number of records before it in the batch."""
    import pyarrow.compute as pc

    batch.blank += [record.line for _, record in aside if not record.cells]
    batch.line_ends += line_ends_of(record.raw for _, record in aside)
    more_numbers = _sums(batch.records + 1, ((before, bool(record.cells)) for before, record in aside))
    more_lines = _sums(batch.records + 1, ((before, record.lines) for before, record in aside))
    odd = [record.number - 1 for record in batch.odd]
    for record, numbers, lines in zip(batch.odd, _taken(more_numbers, odd), _taken(more_lines, odd), strict=True):
        record.number += numbers
        record.line += lines
    before = pc.subtract(batch.numbers, 1)
    batch.numbers = pc.add(batch.numbers, more_numbers.take(before))
    batch.lines = pc.add(batch.lines, more_lines.take(before))
    more = 0
    for number, record in aside:
        more += bool(record.cells)
        record.number = number + more
    batch.records += more
    batch.odd = sorted((*batch.odd, *(record for _, record in aside if record.cells)), key=lambda record: record.number)
    return batch


def _taken(numbers: pa.Int64Array, places: list[int]) -> list[int]:
    import pyarrow as pa

    found: list[int] = numbers.take(pa.array(places, pa.int64())).to_pylist()
    return found


def _sums(length: int, more: Iterable[tuple[int, int]]) -> pa.Int64Array:
    """For each of so many places: how much comes at it and before it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = array("q", bytes(8 * length))
    for place, number in more:
        found[place] += number
    return pc.cumulative_sum(pa.Array.from_buffers(pa.int64(), length, [None, pa.py_buffer(found)]))


def parse_exactly(block: Block, width: int, delimiter: str, *, in_lists: bool = False) -> Batch:
    """The exact way, for any block; the columns may be lists, which pays where there are few rows."""
    text = block.data.decode()
    rows: list[list[str]] = []
    lines: list[int] = []
    numbers: list[int] = []
    odd: list[Record] = []
    blank: list[int] = []
    ends: list[str] = []
    number = 0
    for record in read_records(text, delimiter, block.first_line):
        end = _line_end(record.raw)
        ends.append(end)
        if not record.cells:
            blank.append(record.line)
            continue
        number = record.number
        record.last = not end
        fits = _fits(record, width)
        if fits:
            record.row = len(rows)
            rows.append(record.cells)
            lines.append(record.line)
            numbers.append(record.number)
        if not fits or record.lines > 1 or ('"' in record.raw and has_stray_quote(record.raw, delimiter)):
            odd.append(record)
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    like: Array[int] = few.Array(()) if in_lists else _empty()
    return Batch(
        [arrays.array(column, "string", like=like) for column in columns],
        arrays.array(lines, "int64", like=like),
        arrays.array(numbers, "int64", like=like),
        number,
        odd,
        blank,
        LineEnds.of(ends),
    )


def line_ends_of(records: Iterable[str]) -> LineEnds:
    """The line ends of records' texts, counted."""
    return LineEnds.of(map(_line_end, records))


def _line_end(raw: str) -> str:
    if raw.endswith("\n"):
        return "\r\n" if raw.endswith("\r\n") else "\n"
    return "\r" if raw.endswith("\r") else ""


def parse_fast(block: Block, width: int, delimiter: str) -> Batch:
    """The fast way, for a regular block."""
    import pyarrow.compute as pc

    data = block.data
    if not data:
        return parse_exactly(block, width, delimiter)
    table, malformed = _read(data, width, delimiter)
    records = table.num_rows + len(malformed)
    ends_open = not data.endswith((b"\n", b"\r"))
    batch = Batch([_one_chunk(column) for column in table.columns], _empty(), _empty(), records)
    bad = _malformed_records(malformed, delimiter, records, ends_open=ends_open)
    batch.numbers = _numbers_without(records, [record.number for record in bad])
    if block.lines + ends_open == records:
        offset = block.first_line - 1
        batch.lines = pc.add(batch.numbers, offset)
        for record in bad:
            record.line = record.number + offset
        batch.odd = bad
    else:
        _place_lines(batch, bad, block.first_line, ends_open=ends_open)
    crlf = 0
    if b"\r" in data:  # no lone one, as the block is regular
        crlf = count(data, b"\r") - sum("".join(record.cells).count("\r") for record in batch.odd)
    batch.line_ends = LineEnds(records - ends_open - crlf, crlf)
    return batch


def _read(data: bytes, width: int, delimiter: str) -> tuple[pa.Table, list[pv.InvalidRow]]:
    """What Arrow reads: the rows with as many cells as the header, as columns of text, and the others."""
    import pyarrow as pa
    import pyarrow.csv as pv

    if data.startswith(BOM):
        data = BOM + data  # Arrow takes one off
    malformed: list[pv.InvalidRow] = []

    def keep(row: pv.InvalidRow) -> str:
        malformed.append(row)
        return "skip"

    names = [str(position) for position in range(width)]
    quoted = b'"' in data
    table = pv.read_csv(
        pa.BufferReader(data),
        read_options=pv.ReadOptions(column_names=names, block_size=len(data) + 64, use_threads=False),
        parse_options=pv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if quoted else False,
            newlines_in_values=quoted,
            ignore_empty_lines=False,
            invalid_row_handler=keep,
        ),
        convert_options=pv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return table, malformed


def _one_chunk(column: pa.ChunkedArray) -> pa.StringArray:
    import pyarrow as pa

    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def _empty() -> pa.Int64Array:
    import pyarrow as pa

    return pa.array([], pa.int64())


def _numbers_without(records: int, left_out: Iterable[int]) -> pa.Int64Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = pa.arange(1, records + 1)
    gone = pa.array(left_out, pa.int64())
    return numbers.filter(pc.invert(pc.is_in(numbers, gone))) if len(gone) else numbers


def _malformed_records(rows: list[pv.InvalidRow], delimiter: str, records: int, *, ends_open: bool) -> list[Record]:
    found: list[Record] = []
    for row in rows:
        last = ends_open and row.number == records
        # Arrow leaves out the line end; what kind it was makes no difference to the rules.
        text = row.text if last else row.text + "\n"
        (record,) = read_records(text, delimiter)
        record.number = row.number
        record.last = last
        found.append(record)
    return found


def _place_lines(batch: Batch, malformed: list[Record], first_line: int, *, ends_open: bool) -> None:
    """Give each record of a block with line ends inside quotes its line."""
    import pyarrow.compute as pc

    inside = _line_ends_in_rows(batch.columns)
    rows = sorted(inside)
    batch.odd = [*malformed]
    for row, number, cells in zip(rows, _taken(batch.numbers, rows), cells_of(batch.columns, rows), strict=True):
        last = ends_open and number == batch.records
        batch.odd.append(Record(0, number, cells, lines=1 + inside[row], row=row, last=last))
    batch.odd.sort(key=lambda record: record.number)
    more = _sums(batch.records + 1, ((record.number, record.lines - 1) for record in batch.odd))
    before = pc.subtract(batch.numbers, 1)
    batch.lines = pc.add(pc.add(before, first_line), more.take(before))
    line = first_line - 1
    for record in batch.odd:
        record.line = line + record.number
        line += record.lines - 1


def _line_ends_in_rows(columns: list[pa.StringArray]) -> Counter[int]:
    """How many LF the cells of each row hold, rows from 0; those with none are left out."""
    import pyarrow.compute as pc

    found: Counter[int] = Counter()
    for column in columns:
        characters = column.buffers()[2]
        if characters is not None and b"\n" in characters.to_pybytes():
            counts = pc.count_substring(column, "\n")
            rows = pc.indices_nonzero(counts)
            found.update(dict(zip(rows.to_pylist(), counts.take(rows).to_pylist(), strict=True)))
    return found


def records_of(block: Block, delimiter: str) -> Iterator[Record]:
    """The records of a block, read no further than they are taken."""
    lines = chain.from_iterable(map(split_lines, Lines(block.data).texts(0)))
    return records_in(lines, delimiter, block.first_line)


def split_header(block: Block, delimiter: str) -> tuple[Record | None, list[Record], Block]:
    """The first record of a block that has content, the blank ones before it, and the block after it."""
    blank: list[Record] = []
    used = 0
    for record in records_of(block, delimiter):
        used += len(record.raw.encode())
        if record.closed and not record.raw.strip():
            blank.append(record)
            continue
        record.last = not _line_end(record.raw)
        return record, blank, block.after(used, record.line + record.lines)
    return None, blank, Block(b"", block.first_line + len(blank), block.final)
