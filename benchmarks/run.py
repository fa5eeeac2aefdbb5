"""Time dsolint, frictionless and a DuckDB script over the same files, in turn. `make bench` runs it."""

from __future__ import annotations

import compileall
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

import dsolint
from benchmarks.data import CASES, made
from benchmarks.figures import publish, sizes
from benchmarks.measure import Summary, alternating
from benchmarks.peers import PEERS, script
from benchmarks.verify import comparison

DATA = Path(tempfile.gettempdir(), "dsolint-benchmarks")
_STARTUP_ROWS = 200
_STARTUP_ROUNDS = 4
"""How many times as many rounds as for the rest: these runs are short."""


@click.command()
@click.option("--rows", callback=sizes, default="10000,1000000", show_default=True, help="The sizes of the files.")
@click.option("--case", "cases", type=click.Choice(list(CASES)), multiple=True, help="Only this case; repeatable.")
@click.option("--peer", "peers", type=click.Choice(list(PEERS)), multiple=True, help="Only this one; repeatable.")
@click.option("--repeat", type=click.IntRange(1), default=5, show_default=True, help="How many rounds.")
@click.option(
    "--patience",
    metavar="SECONDS",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help="A peer that took longer than this over a file, all its runs together, sits out the rounds that follow.",
)
@click.option("--quick", is_flag=True, help="10,000 rows, one round.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    default=DATA,
    show_default=True,
    help="Where the files are kept; they are made once.",
)
@click.option("--json", "target", type=click.Path(path_type=Path), metavar="FILE", help="Also write the figures here.")
@click.option("--verify", is_flag=True, help="Measure nothing; show what dsolint and DuckDB count, side by side.")
def main(
    rows: list[int],
    cases: tuple[str, ...],
    peers: tuple[str, ...],
    repeat: int,
    patience: float,
    data: Path,
    target: Path | None,
    *,
    quick: bool,
    verify: bool,
) -> None:
    """Time dsolint, frictionless and DuckDB over files of items, and print a page of Markdown."""
    if quick:
        rows, repeat = [10_000], 1
    if verify:
        for size in rows:
            for name in cases or CASES:
                click.echo(f"{CASES[name].title}, {size:,} rows\n\n{comparison(made(data, name, size), CASES[name])}")
        return
    compileall.compile_dir(Path(dsolint.__file__).parent, quiet=1)  # as an installed package is
    chosen = list(peers or PEERS)
    try:
        figures = {
            "startup": _startup(data, chosen, repeat),
            "cases": [_case(data, name, size, chosen, repeat, patience) for size in rows for name in cases or CASES],
        }
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error
    publish(figures, target)


def _case(data: Path, name: str, rows: int, peers: list[str], repeat: int, patience: float) -> dict[str, Any]:
    case = CASES[name]
    path = made(data, name, rows)
    _say(f"{rows:,} rows, {case.title}")
    commands = {peer: PEERS[peer](path, case.encoding) for peer in peers}
    found = alternating(commands, repeat, patience, _say)
    return {
        "case": name,
        "title": case.title,
        "rows": rows,
        "bytes": path.stat().st_size,
        "peers": {peer: {**_figures(one), "rows_per_second": rows / one.seconds} for peer, one in found.items()},
    }


def _startup(data: Path, peers: list[str], repeat: int) -> list[dict[str, Any]]:
    """What it takes to check a small file, and to do nothing at all."""
    path = made(data, "few", _STARTUP_ROWS)
    _say(f"start-up, {_STARTUP_ROWS} rows")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "dsolint --version": [script("dsolint"), "--version"],
        **{peer: PEERS[peer](path, "utf-8") for peer in peers},
    }
    found = alternating(commands, repeat * _STARTUP_ROUNDS, float("inf"), lambda _: None)
    return [
        {"command": command, "rows": _STARTUP_ROWS if command in PEERS else 0, **_figures(one)}
        for command, one in found.items()
    ]


def _figures(one: Summary) -> dict[str, Any]:
    return {"seconds": one.seconds, "runs": one.runs, "cpu_seconds": one.cpu, "peak_bytes": one.peak}


def _say(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
