"""Text in lines and columns that fit the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from dsolint.reporters.terminal import width


def table(rows: Sequence[Sequence[str]], *, right: set[int], cut: int) -> str:
    """Columns of text, two blanks apart; the column `cut` gives way where a line would be wider than the terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    too_wide = sum(widths) + 2 * (len(widths) - 1) - width()
    widths[cut] = max(8, widths[cut] - max(0, too_wide))
    lines = []
    for row in rows:
        cells = [
            f"{_cut(cell, width):>{width}}" if place in right else f"{_cut(cell, width):<{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "".join(f"{line}\n" for line in lines)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def wrapped(text: str, indent: str) -> list[str]:
    """Text in lines, each with an indent."""
    return textwrap.wrap(
        text, width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
