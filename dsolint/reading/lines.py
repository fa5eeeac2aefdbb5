"""Where lines end, found with Arrow: it lets other threads go on, which Python's own search through bytes does not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_STRETCH = 64 << 10


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
    """Text in UTF-8 as lines that end in LF; the last one may have no end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._lf = _is(data, b"\n")

    @cached_property
    def _cr(self) -> pa.BooleanArray | None:
        return _is(self.data, b"\r") if b"\r" in self.data else None

    def count(self, start: int = 0, end: int | None = None) -> int:
        """How many lines end in a stretch of it, in bytes."""
        found: int = self._lf[start:end].true_count
        return found

    def start_of(self, place: int, after: int) -> int:
        """Where the line begins that a byte stands in, if not before another line that begins at `after`."""
        return self.data.rfind(b"\n", after, place) + 1 or after

    def end_of(self, place: int) -> int:
        """Where the line ends that a byte stands in."""
        return self.data.find(b"\n", place) + 1 or len(self.data)

    def texts(self, start: int) -> Iterator[str]:
        """The lines with their ends, from the one that begins at `start`."""
        while start < len(self.data):
            end = self.end_of(start)
            yield self.data[start:end].decode()
            start = end

    def with_lone_cr(self) -> bool:
        """Whether a CR stands anywhere but before an LF."""
        import pyarrow.compute as pc

        if self._cr is None:
            return False
        return bool(pc.and_(self._cr[:-1], self._lf[1:]).true_count != self._cr.true_count)

    def blank(self) -> Iterator[int]:
        """Where a line without any character begins, if there is no lone CR."""
        import pyarrow.compute as pc

        if self.data.startswith((b"\n", b"\r")):
            yield 0
        for character, end in ((self._lf, b"\n"), (self._cr, b"\r")):
            if character is None:
                continue
            after_lf = pc.and_(self._lf[:-1], character[1:])
            # Python takes much longer to find none than Arrow.
            if after_lf.true_count:
                for start in range(0, len(after_lf), _STRETCH):
                    if after_lf[start : start + _STRETCH].true_count:
                        for place in places(self.data, b"\n" + end, start, start + _STRETCH + 1):
                            yield place + 1


def places(data: bytes, mark: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Where a mark stands in `data`."""
    place = data.find(mark, start, end)
    while place >= 0:
        yield place
        place = data.find(mark, place + 1, end)


def _is(data: bytes, character: bytes) -> pa.BooleanArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    characters = pa.Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)])
    return pc.equal(characters, pa.scalar(character[0], pa.uint8()))
