"""The second reading of a file that was checked: what stands before its rows, and that repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import Struct

from dsolint.fixing.changes import Change, Stretch, physical_lines
from dsolint.fixing.plan import Plan
from dsolint.reading.blocks import Block, cut
from dsolint.reading.parsing import split_header
from dsolint.reading.records import Record
from dsolint.reading.spans import cell_texts, parted, written
from dsolint.reading.text import BOM, Decoder
from dsolint.rules.columns import Header
from dsolint.rules.file import byte_order_mark
from dsolint.rules.header import misspelt_column, unnamed_column


class Beginning(Struct, frozen=True):
    """A file up to its rows: whether it has a byte-order mark, what stands before the header, and the header itself."""

    bom: bool
    before: bytes
    record: Record
    rows: Iterator[Block]


def read_again(chunks: Iterable[bytes], decoder: Decoder, header: Header, delimiter: str, block_size: int) -> Beginning:
    """Read a file up to its rows. The header is where the check found it."""
    blocks = cut(decoder.decode(chunks), delimiter, block_size=block_size)
    before = b""
    for block in blocks:
        rest = block
        while rest.data:
            whole = rest.data
            record, _, rest = split_header(rest, delimiter)
            raw = record.raw.encode() if record is not None else b""
            before += whole[: len(whole) - len(rest.data) - len(raw)]
            if record is not None and record.line == header.line:
                return Beginning(decoder.bom, before, record, chain([rest] if rest.data else [], blocks))
            before += raw
    raise AssertionError("the header is in the file")


def repaired(beginning: Beginning, header: Header, plan: Plan, delimiter: str) -> Stretch:
    """What stands before the rows, as it was and as it is."""
    mark = BOM if beginning.bom else b""
    before = physical_lines(mark + beginning.before + beginning.record.raw.encode())
    changes = [Change(byte_order_mark.code, 1, None, BOM.decode(), "")] if mark and plan.drops_bom else []
    text, end = parted(beginning.record.raw)
    texts = cell_texts(text, delimiter)
    for position, name in plan.names.items():
        changes.append(Change(misspelt_column.code, header.line, header.cells[position], header.cells[position], name))
        texts[position] = written(name, delimiter, quoted=texts[position].startswith('"'))
    if plan.trailing:
        changes.append(Change(unnamed_column.code, header.line, None, delimiter * plan.trailing, ""))
    ended = plan.ended(delimiter.join(texts) + end, delimiter)
    above = [plan.with_end(line.decode()).encode() for line in physical_lines(beginning.before)]
    after = [*above, *[b""] * (beginning.record.lines - 1), ended.encode()]
    after[0] = (b"" if plan.drops_bom else mark) + after[0]
    return Stretch(1, before, after, tuple(changes))
