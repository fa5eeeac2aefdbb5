"""Look for corners where dsolint is steeper than linear. `make bench-corners` runs it.

A dimension is a row of files that grow in one way. Each file's time, less that of the start-up, is set against its bytes,
and against the first file of its dimension: work that grows with the square of something shows there.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import click

from benchmarks.data import sample
from benchmarks.figures import publish, sizes
from benchmarks.measure import run, summary
from benchmarks.peers import script
from dsolint.sampling.items import COLUMNS
from dsolint.schema import DELIMITER

STEEP = 4.0
"""A byte that costs more than this many times what it costs in the dimension's first file."""

_SMALLEST = 0.1
"""Seconds: less than this above the start-up is noise, and counts as this."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Files to check: their name on the page, and what writes them into a folder and gives back how many rows they have.

    A folder with a `schema.json` is checked by it.
    """

    name: str
    write: Callable[[Path], int]


@dataclass(frozen=True, slots=True)
class Dimension:
    """Corners that grow in one way; the first is the base."""

    title: str
    of: str
    corners: list[Corner]


FILLS: dict[str, str] = {
    "letters": "abcdefghij",
    "digits": "0123456789",
    "points": "1.",
    "commas and groups": "1 234,",
    "spaces": " ",
    "spaces and zero-width spaces": " \u200b",
    "accents": "éüß",
    "decoded wrongly": "MÃ¼",
    "quotes": '"',
    "line ends": "\n",
    "semicolons and quotes": ';"',
    "dashes": "-",
    "formula": "=+",
    "control characters": "\x01",
}
"""What long cells are filled with: one piece over and over."""

_FILLED_COLUMNS = (
    "item_type",
    "item_number",
    "item_date_due",
    "item_amount_initial_inc_tax",
    "item_currency",
    "item_order_number",
)
_ROW = dict(
    zip(
        COLUMNS,
        (
            "FAC",
            "RE-1",
            "C000001",
            "2024-04-24",
            "2024-05-24",
            "",
            "100.00",
            "119.00",
            "119.00",
            "EUR",
            "PO-1",
            "Ann Lee",
        ),
        strict=True,
    )
)


def dimensions(size: int, seed: int) -> Iterator[Dimension]:
    """All of them; `size` is how many bytes a file has about, where it does not grow."""
    rows = size // 115
    yield Dimension(
        "Share of bad rows", "share", [_sampled(f"{share:g}", rows, share) for share in (0.0, 0.001, 0.01, 0.1, 1.0)]
    )
    yield Dimension(
        "Every row breaks one rule",
        "rule",
        [_sampled("none", rows // 2, 0), *(_sampled(code, rows // 2, 1, code) for code in _codes())],
    )
    yield Dimension("Columns, by a schema", "columns", [_wide(width, size // 2) for width in (1, 10, 100, 1000, 5000)])
    yield Dimension(
        "Unknown columns of an items file",
        "columns",
        [_strange(width, size // 2) for width in (1, 10, 100, 1000, 5000)],
    )
    for column in ("item_type", "item_date_due", "item_amount_initial_inc_tax", "item_currency", "item_order_number"):
        yield Dimension(
            f"Distinct bad values of {column}",
            "values",
            [_distinct(column, count, rows) for count in (1, 100, 10_000, rows)],
        )
    for column in _FILLED_COLUMNS:
        for fill in FILLS:
            lengths = (100, 10_000, min(1_000_000, size // 2))
            yield Dimension(
                f"Length of cells of {column}: {fill}",
                "characters",
                [_long(column, fill, length, size) for length in lengths],
            )
    yield Dimension("Small files in one folder", "files", [_many(count) for count in (100, 1000, 10_000)])
    rng = Random(seed)  # noqa: S311  # nothing here is a secret
    yield Dimension(
        f"Anything, drawn with seed {seed}",
        "what",
        [_sampled("0.1 % bad", rows, 0.001), *(_drawn(rng, size) for _ in range(20))],
    )


def growth(rows: Iterable[int]) -> Dimension:
    """Rows of an ordinary delivery over some decades."""
    return Dimension("Rows", "rows", [_sampled(f"{count:,}", count, 0.001) for count in rows])


def _codes() -> list[str]:
    from dsolint.sampling.faults import faults_for

    return list(faults_for("items"))


def _sampled(name: str, rows: int, errors: float, *faults: str) -> Corner:
    def write(folder: Path) -> int:
        sample(folder / "items.csv", rows, errors, faults)
        return rows

    return Corner(name, write)


def _wide(width: int, size: int) -> Corner:
    """Columns of a schema, of all types in turn; the values fit."""
    types = {"string": "word", "integer": "12345", "number": "12.345", "date": "2024-04-24", "boolean": "true"}
    names = [f"column{place}" for place in range(width)]
    chosen = [list(types)[place % len(types)] for place in range(width)]

    def write(folder: Path) -> int:
        fields = [{"name": name, "type": type} for name, type in zip(names, chosen, strict=True)]
        Path(folder, "schema.json").write_text(json.dumps({"fields": fields}), encoding="utf-8")
        cells = [types[type] for type in chosen]
        rows = max(1, size // len(DELIMITER.join(cells)))
        _write(folder / "wide.csv", names, (cells for _ in range(rows)))
        return rows

    return Corner(f"{width:,}", write)


def _strange(width: int, size: int) -> Corner:
    """Columns that nobody knows, with names that are near to known ones, beside the usual ones."""

    def write(folder: Path) -> int:
        names = [f"item_order_numbr{place}" for place in range(width)]
        row = [*_ROW.values(), *("word" for _ in names)]
        rows = max(1, size // len(DELIMITER.join(row)))
        _write(folder / "items.csv", [*_ROW, *names], (_numbered(row, number) for number in range(rows)))
        return rows

    return Corner(f"{width:,}", write)


def _distinct(column: str, count: int, rows: int) -> Corner:
    """So many different values that are all wrong, in turn."""

    def write(folder: Path) -> int:
        _write(
            folder / "items.csv",
            list(_ROW),
            (_numbered(list((_ROW | {column: f" x{number % count}"}).values()), number) for number in range(rows)),
        )
        return rows

    return Corner(f"{count:,}", write)


def _long(column: str, fill: str, length: int, size: int) -> Corner:
    piece = FILLS[fill]

    def write(folder: Path) -> int:
        cells = list((_ROW | {column: (piece * (length // len(piece) + 1))[:length]}).values())
        rows = max(1, size // len(DELIMITER.join(cells).encode()))
        _write(folder / "items.csv", list(_ROW), (_numbered(cells, number, column) for number in range(rows)))
        return rows

    return Corner(f"{length:,}", write)


def _many(count: int) -> Corner:
    """A delivery of so many files with ten rows each."""

    def write(folder: Path) -> int:
        rows = 10
        for number in range(count):
            lines = (_numbered(list(_ROW.values()), number * rows + place) for place in range(rows))
            _write(folder / f"items_{number:05d}.csv", list(_ROW), lines)
        return rows * count

    return Corner(f"{count:,}", write)


def _drawn(rng: Random, size: int) -> Corner:
    """A file that is odd in several ways at once, as chance has it."""
    fills = {column: rng.choice(list(FILLS)) for column in rng.sample(list(_ROW), rng.randint(1, 4))}
    length = int(10 ** rng.uniform(0, 5))
    distinct = int(10 ** rng.uniform(0, 5))
    share = 10 ** rng.uniform(-3, 0)
    width = int(10 ** rng.uniform(0, 3))
    draw = Random(rng.random())  # noqa: S311  # nothing here is a secret

    def write(folder: Path) -> int:
        names = [f"item_field_perso{place}" for place in range(width)]
        usual = [*_ROW.values(), *("word" for _ in names)]
        places = {list(_ROW).index(column): (FILLS[fill] * length)[:length] for column, fill in fills.items()}
        rows = 0

        def records() -> Iterator[list[str]]:
            nonlocal rows
            written = 0
            while written < size:
                cells = _numbered(usual, rows)
                if draw.random() < share:
                    for place, value in places.items():
                        cells[place] = value + str(draw.randrange(distinct))
                rows += 1
                written += sum(map(len, cells)) + len(cells)
                yield cells

        _write(folder / "items.csv", [*_ROW, *names], records())
        return rows

    odd = ", ".join(f"{column.removeprefix('item_')} of {fill}" for column, fill in fills.items())
    return Corner(f"{width} more columns, {share:.1%} bad, {distinct:,} distinct, {length:,} long: {odd}", write)


def _numbered(cells: list[str], number: int, but: str = "") -> list[str]:
    """The record with an item number of its own."""
    place = COLUMNS.index("item_number")
    return cells if but == "item_number" else [*cells[:place], f"RE-{number:08d}", *cells[place + 1 :]]


def _write(path: Path, header: list[str], records: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=DELIMITER, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(records)


@click.command()
@click.option("--only", metavar="TEXT", default="", help="Only dimensions with this in their title.")
@click.option("--size", type=click.IntRange(1000), default=8_000_000, show_default=True, help="The bytes of a file.")
@click.option(
    "--rows",
    callback=sizes,
    default="10000,100000,1000000",
    show_default=True,
    help="The decades of the growth with rows.",
)
@click.option("--repeat", type=click.IntRange(1), default=1, show_default=True, help="How many runs of each.")
@click.option("--timeout", type=click.FloatRange(1), default=120.0, show_default=True, help="Seconds for one run.")
@click.option("--seed", type=int, default=0, show_default=True, help="For the corners that are drawn.")
@click.option("--json", "target", type=click.Path(path_type=Path), metavar="FILE", help="Also write the figures here.")
def main(only: str, size: int, rows: list[int], repeat: int, timeout: float, seed: int, target: Path | None) -> None:
    """Time dsolint over files that grow in one way each, and mark where a byte costs ever more."""
    start = _start_up()
    found = [
        _measured(dimension, start, repeat, timeout)
        for dimension in [growth(rows), *dimensions(size, seed)]
        if only.casefold() in dimension.title.casefold()
    ]
    publish({"startup_seconds": start, "dimensions": found}, target)


def _start_up() -> float:
    with tempfile.TemporaryDirectory(prefix="dsolint-corners-") as name:
        path = Path(name, "items.csv")
        _write(path, list(_ROW), [list(_ROW.values())])
        return summary([run(_command(Path(name))) for _ in range(3)]).seconds


def _measured(dimension: Dimension, start: float, repeat: int, timeout: float) -> dict[str, Any]:
    points: list[dict[str, Any]] = []
    for corner in dimension.corners:
        with tempfile.TemporaryDirectory(prefix="dsolint-corners-") as name:
            folder = Path(name)
            rows = corner.write(folder)
            size = sum(path.stat().st_size for path in folder.glob("*.csv"))
            runs = [run(_command(folder), timeout=timeout) for _ in range(repeat)]
        all_runs = summary(runs)
        seconds = all_runs.seconds
        gave_up = any(one.gave_up for one in runs)
        work = max(seconds - start, _SMALLEST)
        points.append(
            {
                "point": corner.name,
                "rows": rows,
                "bytes": size,
                "seconds": seconds,
                "peak_bytes": all_runs.peak,
                "gave_up": gave_up,
                "microseconds_per_row": work / rows * 1e6,
                "nanoseconds_per_byte": work / size * 1e9,
            }
        )
        points[-1]["times_base"] = points[-1]["nanoseconds_per_byte"] / points[0]["nanoseconds_per_byte"]
        points[-1]["steep"] = gave_up or points[-1]["times_base"] > STEEP
        mark = "  steep" if points[-1]["steep"] else ""
        click.echo(f"{dimension.title}: {corner.name}: {seconds:.2f} s{mark}", err=True)
        if gave_up:
            break
    return {"title": dimension.title, "of": dimension.of, "points": points}


def _command(folder: Path) -> list[str]:
    """The files of the folder as one delivery, by the schema in it if there is one."""
    schema = folder / "schema.json"
    options = [f"--schema={schema}"] if schema.exists() else ["--type=items"]
    return [script("dsolint"), "check", str(folder), "--format=json", *options]


if __name__ == "__main__":
    main()
