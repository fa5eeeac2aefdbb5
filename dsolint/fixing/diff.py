"""A repair as a unified diff, written as it comes: what it holds back is bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from dsolint.fixing.changes import Stretch, physical_lines

_CONTEXT = 3
_LONGEST = 1000
"""A hunk of more lines is closed, and another one begins right after it."""


class Diff:
    """The hunks of one file, from its stretches in their order. Lines are without their LF; what else they hold is theirs."""

    def __init__(self) -> None:
        self._old = self._new = 1
        self._before: deque[bytes] = deque(maxlen=_CONTEXT)
        self._hunk: list[str] = []
        self._same = 0
        """How many lines at the hunk's end did not change."""

    def add(self, stretch: Stretch) -> Iterator[str]:
        """The lines of the hunks that are closed with this stretch."""
        group: list[bytes] = []
        for old, new in zip(stretch.before, stretch.after, strict=True):
            if old == new and not group:
                yield from self._keep(old)
                continue
            group.append(old)
            if new:
                yield from self._change(group, physical_lines(new))
                group = []
        if group:
            yield from self._change(group, [])

    def close(self) -> Iterator[str]:
        """The lines of the last hunk."""
        if not self._hunk:
            return
        old = sum(line[0] in " -" for line in self._hunk)
        new = sum(line[0] in " +" for line in self._hunk)
        yield f"@@ -{self._old - old},{old} +{self._new - new},{new} @@"
        yield from self._hunk
        self._hunk.clear()
        self._same = 0

    def _keep(self, line: bytes) -> Iterator[str]:
        self._old += 1
        self._new += 1
        if not self._hunk:
            self._before.append(line)
            return
        self._hunk += _shown(" ", [line])
        self._same += 1
        if self._same == _CONTEXT:
            yield from self.close()

    def _change(self, old: list[bytes], new: list[bytes]) -> Iterator[str]:
        self._hunk += [*_shown(" ", self._before), *_shown("-", old), *_shown("+", new)]
        self._before.clear()
        self._old += len(old)
        self._new += len(new)
        self._same = 0
        if len(self._hunk) > _LONGEST:
            yield from self.close()


def _shown(sign: str, lines: Iterable[bytes]) -> Iterator[str]:
    for line in lines:
        yield sign + line.decode().removesuffix("\n")
        if not line.endswith((b"\n", b"\r")):
            yield "\\ No newline at end of file"
