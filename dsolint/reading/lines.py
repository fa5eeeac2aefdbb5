"""Where lines end, found with Arrow: it lets other threads go on, which Python's own search through bytes does not.

Little text is searched by Python itself, which is done before Arrow is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dsolint.arrays import FEW

if TYPE_CHECKING:
    import pyarrow as pa

_STRETCH = 64 << 10
_LITTLE = 256 << 10


def are_few(data: bytes) -> bool:
    """Whether `data` is little, of few lines."""
    return is_little(data) and data.count(b"\n") + data.count(b"\r") < FEW


def is_little(data: bytes) -> bool:
    """Whether Arrow need not be imported to look through `data`."""
    return len(data) < _LITTLE


def count(data: bytes, character: bytes) -> int:
    """How often one byte stands in `data`."""
    found: int = data.count(character) if is_little(data) else _is(data, character).true_count
    return found


def count_lines(data: bytes) -> int:
    """How many physical lines end in `data`, which must not end between CR and LF."""
    return Lines(data).physical()


class Lines:
    """Text in UTF-8 as lines that end in LF; the last one may have no end. Its line ends are looked for once."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @classmethod
    def joined(cls, parts: Sequence[Lines], end: int | None = None) -> Lines:
        """Texts as one, the last of them up to `end`."""
        *whole, last = parts
        lines = cls(b"".join((*(part.data for part in whole), last.data[:end])))  # of bytes alone: that frees the lock
        if is_little(lines.data):
            return lines
        import pyarrow as pa

        lines.lf = pa.concat_arrays([*(part.lf for part in whole), last.lf[:end]])
        return lines

    def part(self, start: int, end: int | None = None) -> Lines:
        """A stretch of it, in bytes."""
        lines = Lines(self.data[start:end])
        if not is_little(self.data):
            lines.lf = self.lf[start:end]
        return lines

    @cached_property
    def lf(self) -> pa.BooleanArray:
        """Which bytes are LF."""
        return _is(self.data, b"\n")

    @cached_property
    def _cr(self) -> pa.BooleanArray | None:
        return _is(self.data, b"\r") if b"\r" in self.data else None

    def physical(self) -> int:
        """How many physical lines end in it, if it does not end between CR and LF."""
        if is_little(self.data):
            return self.count() + self.data.count(b"\r") - self.data.count(b"\r\n")
        return self.count() + self._lone_crs()

    def count(self, start: int = 0, end: int | None = None) -> int:
        """How many lines end in a stretch of it, in bytes."""
        found: int = self.data.count(b"\n", start, end) if is_little(self.data) else self.lf[start:end].true_count
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
        return self._lone_crs() > 0

    def _lone_crs(self) -> int:
        import pyarrow.compute as pc

        if self._cr is None:
            return 0
        found: int = self._cr.true_count - pc.and_(self._cr[:-1], self.lf[1:]).true_count
        return found

    def blank(self) -> Iterator[int]:
        """Where a line without any character begins, if there is no lone CR."""
        import pyarrow.compute as pc

        if self.data.startswith((b"\n", b"\r")):
            yield 0
        for character, end in ((self.lf, b"\n"), (self._cr, b"\r")):
            if character is None:
                continue
            after_lf = pc.and_(self.lf[:-1], character[1:])
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
