"""Text of ours as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable


def escaped(text: str) -> str:
    """Text that has signs of Markdown in it, to be read as it stands."""
    return re.sub(r"([<*_])", r"\\\1", text)


def cell(text: str) -> str:
    """A text on one line, as a cell of a table."""
    return escaped(" ".join(text.split())).replace("|", "\\|")


def code(text: str) -> str:
    """A text as code in a cell. A vertical bar in backticks is read differently by every Markdown."""
    return f"<code>{text.replace('|', '&#124;')}</code>" if "|" in text else f"`{text}`"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """The lines of a table whose cells are Markdown already."""
    names = list(head)
    return [_row(names), _row(["---"] * len(names)).replace(" ", ""), *(_row(row) for row in rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
