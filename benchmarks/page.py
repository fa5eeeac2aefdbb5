"""Measured figures as a page of Markdown. `python -m benchmarks.page FILE...` prints one of figures that were kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

RATIOS = (("frictionless", "dsolint"), ("dsolint", "DuckDB"))
"""Who is set against whom: the first takes so many times as long as the second."""


def page(measured: dict[str, Any]) -> str:
    """The page of a run of `benchmarks.run`, or of `benchmarks.corners`."""
    sections = {"startup": _startup, "cases": _cases, "dimensions": _dimensions}
    parts = [f"Measured on {measured['date']}.", _machine(measured["machine"])]
    parts += [make(measured[name]) for name, make in sections.items() if name in measured]
    return "\n\n".join(parts) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers, lined up for the terminal too."""
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    padded = [
        [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        for line in (lines[0], rule, *lines[1:])
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def _machine(machine: dict[str, str]) -> str:
    return table(("machine", ""), machine.items())


def _startup(commands: list[dict[str, Any]]) -> str:
    seconds = {one["command"]: one["seconds"] for one in commands}
    base = seconds.get("frictionless")
    rows = [
        (
            one["command"] + (f", {one['rows']} rows" if one["rows"] else ""),
            f"{one['seconds'] * 1000:.0f} ms",
            f"{one['seconds'] / base:.2f}" if base else "-",
            _mebibytes(one["peak_bytes"]),
            str(len(one["runs"])),
        )
        for one in commands
    ]
    return f"## Start-up\n\n{table(('command', 'median', 'of frictionless', 'peak memory', 'runs'), rows)}"


def _cases(cases: list[dict[str, Any]]) -> str:
    sizes = dict.fromkeys(case["rows"] for case in cases)
    return "\n\n".join(_size(size, [case for case in cases if case["rows"] == size]) for size in sizes)


def _size(size: int, cases: list[dict[str, Any]]) -> str:
    rows = [
        (
            case["title"],
            peer,
            f"{one['seconds']:.2f} s",
            "not measured" if one["cpu_seconds"] is None else f"{one['cpu_seconds']:.2f} s",
            f"{one['rows_per_second']:,.0f}",
            _mebibytes(one["peak_bytes"]),
            str(len(one["runs"])),
        )
        for case in cases
        for peer, one in case["peers"].items()
    ]
    times = table(("file", "", "median", "processors", "rows per second", "peak memory", "runs"), rows)
    present = [pair for pair in RATIOS if all(set(pair) <= case["peers"].keys() for case in cases)]
    if not present:
        return f"## {size:,} rows\n\n{times}"
    ratios = [(case["title"], *(f"{_ratio(case, *pair):.1f}" for pair in present)) for case in cases]
    return f"## {size:,} rows\n\n{times}\n\n{table(('file', *(' / '.join(pair) for pair in present)), ratios)}"


def _ratio(case: dict[str, Any], slow: str, fast: str) -> float:
    peers = case["peers"]
    return float(peers[slow]["seconds"] / peers[fast]["seconds"])


def _dimensions(dimensions: list[dict[str, Any]]) -> str:
    parts = []
    for dimension in dimensions:
        rows = [
            (
                point["point"],
                f"{point['bytes'] / 2**20:.1f} MiB",
                f"{point['rows']:,}",
                f"{point['seconds']:.2f} s" if not point["gave_up"] else f"over {point['seconds']:.0f} s",
                f"{point['microseconds_per_row']:.2f} µs",
                f"{point['nanoseconds_per_byte']:.1f} ns",
                f"{point['times_base']:.1f}",
                _mebibytes(point["peak_bytes"]),
                "steep" if point["steep"] else "",
            )
            for point in dimension["points"]
        ]
        header = (dimension["of"], "size", "rows", "time", "a row", "a byte", "times base", "peak memory", "")
        parts.append(f"## {dimension['title']}\n\n{table(header, rows)}")
    return "\n\n".join(parts)


def _mebibytes(size: int | None) -> str:
    return "not measured" if size is None else f"{size / 2**20:,.0f} MiB"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(page(json.loads(Path(name).read_text(encoding="utf-8"))))
