"""What both benchmarks take and give: sizes as an option, and figures that are kept and printed."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import click

from benchmarks.machine import machine
from benchmarks.page import page


def sizes(_context: click.Context, _option: click.Parameter, value: str) -> list[int]:
    """Numbers of rows, with commas between them."""
    try:
        rows = [int(number) for number in value.split(",")]
    except ValueError:
        rows = []
    if not rows or min(rows) < 1:
        raise click.BadParameter(f"{value!r} is no list of numbers such as 10000,1000000.")
    return rows


def publish(figures: dict[str, Any], target: Path | None) -> None:
    """Print the page, and keep the figures in a file if there is one to be."""
    measured = {"date": datetime.date.today().isoformat(), "machine": machine(), **figures}
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8", newline="\n")
    click.echo(page(measured), nl=False)
