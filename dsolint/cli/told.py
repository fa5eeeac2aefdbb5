"""Lines that say what a command did, as wide as the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping
from decimal import Decimal

import click

from dsolint.decimals import plain
from dsolint.reporters.visible import visible

_WIDEST = 120


def tell(line: str, *, err: bool = False) -> None:
    """Print a line; what is too long for it goes on below, indented."""
    indent = len(line) - len(line.lstrip())
    wrapped = textwrap.wrap(
        visible(line),
        width=min(shutil.get_terminal_size().columns, _WIDEST),
        subsequent_indent=" " * (indent + 2),
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(wrapped), err=err)


def sums(amounts: Mapping[str, Decimal]) -> str:
    """Sums by currency: EUR 1,200.00, USD 35.50."""
    return ", ".join(f"{code} {Decimal(plain(amount)):,f}".strip() for code, amount in sorted(amounts.items()))
