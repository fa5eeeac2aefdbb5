"""What a repair did: changes, and stretches of a file before and after."""

from __future__ import annotations

from msgspec import Struct


class Change(Struct, frozen=True):
    """One change by a rule, in the record that begins on a physical line; `line` is None for one of the whole file."""

    rule: str
    line: int | None
    column: str | None
    before: str
    after: str


class Stretch(Struct, frozen=True):
    """Whole records as physical lines, from line `first_line`, as they were and as they are: as many before as after.

    A record of several lines that changed stands after in its last line, and its other lines are empty. `after` is
    `before` itself where nothing changed.
    """

    first_line: int
    before: list[bytes]
    after: list[bytes]
    changes: tuple[Change, ...] = ()

    @property
    def changes_ends(self) -> bool:
        """Whether a line ends in another way than it did."""
        pairs = zip(self.before, self.after, strict=True)
        return any(new and _end(new) != _end(old) for old, new in pairs)


def _end(line: bytes) -> bytes:
    return line[len(line.rstrip(b"\r\n")) :]


def physical_lines(data: bytes) -> list[bytes]:
    """The physical lines of UTF-8 with their ends."""
    return data.splitlines(keepends=True)
