"""Pictures as numbers: bars of shares, and a strip of the file. The templates draw them.

Lengths along a bar or strip are in percent, since pages are of any width; heights are in pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from dsolint.findings import Severity
from dsolint.parts import Places

STRIP_HEIGHT = 44
_LEAST = 5
"""How high a bar of the strip is at least, so that one finding among many is seen."""
_BARS = 96
_FILLED = Decimal("0.86")
"""How much of its place a bar fills."""


class Part(Struct, frozen=True):
    """One part of a bar: what it stands for, where it begins and how long it is, in percent."""

    kind: str
    start: str
    length: str


class Mark(Struct, frozen=True):
    """The findings of one severity in a bar of the strip; those of a bar stand on one another, the worst below."""

    kind: str
    first_line: int
    last_line: int
    count: int
    start: str
    length: str
    top: int
    height: int


class Strip(Struct, frozen=True):
    """Where in a file its findings are, and the lines of its highest bar."""

    marks: tuple[Mark, ...]
    fullest: tuple[int, int]
    height: int = STRIP_HEIGHT


def shares(parts: Sequence[tuple[str, Decimal | int]]) -> tuple[Part, ...]:
    """A bar of parts that make a whole; none where they don't, since credits and invoices have no common length."""
    total = sum((Decimal(size) for _, size in parts), Decimal(0))
    if not total or any(Decimal(size) * total < 0 for _, size in parts):
        return ()
    found: list[Part] = []
    start = Decimal(0)
    for kind, size in parts:
        length = 100 * Decimal(size) / total
        if length:
            found.append(Part(kind, _percent(start), _percent(length)))
        start += length
    return tuple(found)


def strip(places: Mapping[Severity, Places], last_line: int) -> Strip | None:
    """The strip of a file; None where no finding has a place."""
    shift, stretches = _together(places)
    if not stretches:
        return None
    last_line = max(last_line, max(stretches) << shift)
    width = -(-last_line // (_BARS << shift)) << shift
    bars: dict[int, Counter[Severity]] = {}
    for stretch, counts in stretches.items():
        bars.setdefault((stretch << shift) // width, Counter()).update(counts)
    fullest = max(sorted(bars), key=lambda number: bars[number].total())
    length = Decimal(100) / (last_line // width + 1)
    marks = (
        mark
        for number, bar in sorted(bars.items())
        for mark in _marks(bar, _lines(number, width), number * length, length, bars[fullest].total())
    )
    return Strip(tuple(marks), _lines(fullest, width))


def _together(places: Mapping[Severity, Places]) -> tuple[int, dict[int, Counter[Severity]]]:
    """The findings of all severities by stretches of `1 << shift` lines, as wide as the widest: shift and stretches."""
    shift = max(each.shift for each in places.values())
    stretches: dict[int, Counter[Severity]] = {}
    for severity, each in places.items():
        for stretch, count in each.stretches.items():
            stretches.setdefault(stretch >> (shift - each.shift), Counter())[severity] += count
    return shift, stretches


def _lines(bar: int, width: int) -> tuple[int, int]:
    """The first and the last line of a bar."""
    return max(1, bar * width), (bar + 1) * width - 1


def _marks(
    bar: Mapping[Severity, int], lines: tuple[int, int], start: Decimal, length: Decimal, most: int
) -> Iterator[Mark]:
    """The marks of a bar, against `most` findings in the highest one."""
    bottom = STRIP_HEIGHT
    for severity in Severity:
        if severity not in bar:
            continue
        top = max(0, bottom - max(_LEAST, STRIP_HEIGHT * bar[severity] // most))
        yield Mark(
            kind=severity.value,
            first_line=lines[0],
            last_line=lines[1],
            count=bar[severity],
            start=_percent(start),
            length=_percent(length * _FILLED),
            top=top,
            height=bottom - top,
        )
        bottom = top


def _percent(length: Decimal) -> str:
    return f"{length:.2f}%"
