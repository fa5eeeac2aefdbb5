"""`dsolint sample`"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from dsolint.cli.files import written_whole
from dsolint.cli.options import day
from dsolint.cli.streams import let_go_of, write
from dsolint.errors import UsageError
from dsolint.sampling import BASE_DATE, Truth, sample
from dsolint.schema import DELIMITER, TYPES

TRUTH_COLUMNS = ("code", "line", "column")

Write = Callable[[str], None]


@click.command("sample")
@click.argument("type", type=click.Choice(TYPES))
@click.option("--rows", type=click.IntRange(0), default=1000, show_default=True, help="How many records to write.")
@click.option(
    "--errors",
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The share of records that get one planted fault each, from 0 to 1.",
)
@click.option(
    "--fault",
    "faults",
    metavar="CODE",
    multiple=True,
    help="Plant only what this rule finds; repeatable, with --errors.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--today",
    metavar="DATE",
    callback=day,
    default=BASE_DATE.isoformat(),
    show_default=True,
    help="The day the sample is of, YYYY-MM-DD.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here; standard output unless given."
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Write where the planted faults are: {DELIMITER.join(TRUTH_COLUMNS)}.",
)
def command(
    type: str,
    rows: int,
    errors: float,
    faults: tuple[str, ...],
    seed: int,
    today: datetime.date,
    output: Path | None,
    truth: Path | None,
) -> int:
    """Write made-up data of an import TYPE, without a fault unless --errors asks for some.

    Items, contacts and users refer to customers that a clients sample with enough rows holds: C000001, C000002 and so
    on, the first 1,000 of them for up to 50,000 rows, and a fiftieth of the rows beyond.
    """
    if faults and not errors:
        raise UsageError("--fault goes with --errors SHARE, which says how many.")
    if output is not None and truth is not None and output.absolute() == truth.absolute():
        raise UsageError("--output and --truth name the same file.")
    chunks = sample(type, rows, seed=seed, errors=errors, faults=[code.upper() for code in faults], today=today)
    try:
        with ExitStack() as files:
            to_output = files.enter_context(_file(output)) if output is not None else write
            to_truth = files.enter_context(_file(truth)) if truth is not None else None
            if to_truth is not None:
                to_truth(_record(TRUTH_COLUMNS))
            for chunk in chunks:
                to_output(chunk.text)
                if to_truth is not None:
                    to_truth("".join(map(_truth, chunk.truth)))
    except BrokenPipeError:
        let_go_of(sys.stdout)
    return 0


def _truth(fault: Truth) -> str:
    return _record((fault.code, str(fault.line), fault.column or ""))


def _record(cells: tuple[str, ...]) -> str:
    return DELIMITER.join(cells) + "\n"


@contextmanager
def _file(path: Path) -> Iterator[Write]:
    """A file that is in its place once it is whole."""
    with written_whole(path) as file:

        def write(text: str) -> None:
            try:
                file.write(text.encode())
            except OSError as error:
                raise UsageError(f"{path}: can't be written: {error.strerror}.") from error

        yield write
