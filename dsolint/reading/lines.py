"""Where lines end, found with Arrow: it lets other threads go on, which Python's own search through bytes does not."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def count(data: bytes, character: bytes) -> int:
    """How often one byte stands in `data`."""
    found: int = _is(data, character).true_count
    return found


def count_lines(data: bytes) -> int:
    """How many physical lines end in `data`, which must not end between CR and LF."""
    ends = count(data, b"\n")
    if b"\r" in data:
        ends += count(data, b"\r") - data.count(b"\r\n")
    return ends


class Lines:
    """Text in UTF-8 as lines that end in LF; the last one may have no end.

    `texts` are the lines with their ends, `offsets` where they begin, and the text's end.
    """

    def __init__(self, data: bytes) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        after = pc.add(pc.indices_nonzero(_is(data, b"\n")).cast(pa.int32()), pa.scalar(1, pa.int32()))
        rest = [] if not data or data.endswith(b"\n") else [len(data)]
        starts = pa.concat_arrays([pa.array([0], pa.int32()), after, pa.array(rest, pa.int32())])
        buffer = starts.buffers()[1]
        self.data = data
        self.offsets = memoryview(buffer).cast("i")
        self.texts = pa.Array.from_buffers(pa.binary(), len(starts) - 1, [None, buffer, pa.py_buffer(data)])

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def quotes(self) -> pa.BooleanArray:
        """Which bytes are quotes."""
        return _is(self.data, b'"')

    def blank(self) -> pa.BooleanArray:
        """Where a line has no character."""
        import pyarrow as pa
        import pyarrow.compute as pc

        blank = pc.equal(self.texts, pa.scalar(b"\n"))
        return pc.or_(blank, pc.equal(self.texts, pa.scalar(b"\r\n"))) if b"\r" in self.data else blank

    def with_lone_cr(self) -> bool:
        """Whether a CR stands anywhere but before an LF."""
        import pyarrow.compute as pc

        return b"\r" in self.data and count(self.data, b"\r") != pc.ends_with(self.texts, b"\r\n").true_count


def _is(data: bytes, character: bytes) -> pa.BooleanArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    characters = pa.Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)])
    return pc.equal(characters, pa.scalar(character[0], pa.uint8()))
