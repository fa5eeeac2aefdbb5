"""Pictures as numbers: bars of shares, and a strip of the file. The templates draw them.

Lengths along a bar or strip are in percent, since pages are of any width; heights are in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    shift = max(each.shift for each in places.values())
    counts: dict[int, dict[Severity, int]] = {}
    for severity, each in places.items():
        for stretch, count in each.stretches.items():
            wide = counts.setdefault(stretch >> (shift - each.shift), {})
            wide[severity] = wide.get(severity, 0) + count
    if not counts:
        return None
    last_line = max(last_line, max(counts) << shift)
    width = -(-last_line // (_BARS << shift)) << shift
    bars: dict[int, dict[Severity, int]] = {}
    for stretch, by_severity in counts.items():
        bar = bars.setdefault((stretch << shift) // width, {})
        for severity, count in by_severity.items():
            bar[severity] = bar.get(severity, 0) + count
    fullest = max(sorted(bars), key=lambda number: sum(bars[number].values()))
    most = sum(bars[fullest].values())
    length = Decimal(100) / (last_line // width + 1)
    marks: list[Mark] = []
    for number, bar in sorted(bars.items()):
        bottom = STRIP_HEIGHT
        for severity in Severity:
            if severity not in bar:
                continue
            top = max(0, bottom - max(_LEAST, STRIP_HEIGHT * bar[severity] // most))
            marks.append(
                Mark(
                    kind=severity.value,
                    first_line=max(1, number * width),
                    last_line=(number + 1) * width - 1,
                    count=bar[severity],
                    start=_percent(number * length),
                    length=_percent(length * _FILLED),
                    top=top,
                    height=bottom - top,
                )
            )
            bottom = top
    return Strip(tuple(marks), (max(1, fullest * width), (fullest + 1) * width - 1))


def _percent(length: Decimal) -> str:
    return f"{length:.2f}%"
