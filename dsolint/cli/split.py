"""`dsolint split`"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from dsolint.cli.exits import FINDINGS
from dsolint.cli.files import beside, written_whole
from dsolint.cli.options import some_options
from dsolint.cli.places import make_folder, place_of, readable, real, refuse_twice
from dsolint.cli.streams import say
from dsolint.cli.told import sums, tell
from dsolint.errors import UsageError
from dsolint.fixing.split import refusal, split
from dsolint.language import language
from dsolint.reading.source import is_folder
from dsolint.settings import make_settings


@click.command("split")
@click.argument("path", metavar="PATH")
@click.option(
    "--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write into this folder, which is made."
)
@some_options("type", "language", "select", "ignore", "encoding", "mode", "clients", "config", "today")
def command(path: str, folder: Path | None, **options: Any) -> int:
    """Write the rows that go in and those that are left out into two files.

    NAME.accepted.csv is the file without the lines that are left out, byte for byte. NAME.rejected.csv has those lines, with
    the reasons in front in a column dsolint_reason. A file that would be refused as a whole is not split: exit code 1.
    """
    if is_folder(path):
        raise UsageError(f"{path}: is a folder, and one file at a time is split; name it.")
    refuse_twice([path, options["clients"]])
    config = make_settings(**options).for_file(path)
    accepted, rejected = (place_of(path, mark, folder) for mark in ("accepted", "rejected"))
    if real(path) in (real(accepted), real(rejected)):
        raise UsageError(f"{path}: would be overwritten; name another folder with --output.")
    make_folder(folder)
    with readable(path) as file, beside(accepted) as kept, beside(rejected) as gone:
        report = split(file.again, config, kept, gone, language(config.language or "en"))
        if report.forecast.refused:
            say(f"{path}: is not split: {refusal(report)}")
            return FINDINGS
        with written_whole(accepted) as first, written_whole(rejected) as second:
            for source, target in ((kept, first), (gone, second)):
                source.seek(0)
                shutil.copyfileobj(source, target)
    forecast = report.forecast
    money = forecast.money
    for place, rows, amounts in (
        (accepted, forecast.accepted, money.accepted),
        (rejected, forecast.ignored, money.ignored),
    ):
        tell(f"{path} -> {place}: {rows:,} of {report.rows:,} rows{_sums(amounts)}")
    if forecast.cleared_by_mistake:
        at_least = "at least " if report.breaks_off else ""
        say(
            f"in STOCK mode, sending {accepted.name} alone would clear {at_least}{forecast.cleared_by_mistake:,} open items that "
            f"are not in it{_sums(money.ignored)}. Mend the rejected rows in the ERP and send all."
        )
    if forecast.removed_by_mistake:
        say(
            f"with --replace-users, sending {accepted.name} alone may remove {forecast.removed_by_mistake:,} associations that are "
            "not in it. Mend the rejected rows in the ERP and send all."
        )
    return 0


def _sums(amounts: Mapping[str, Decimal]) -> str:
    """Open amounts by currency, to end a line with; nothing where there are none."""
    return f"; {sums(amounts)}" if amounts else ""
