"""The files that are measured: `dsolint sample items`, and what is derived from it. Each is made once and kept."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import run
from benchmarks.peers import script
from dsolint.sampling.items import COLUMNS
from dsolint.schema import DELIMITER

Records = Iterable[list[str]]

_FEW = 0.001
"""The share of bad rows in an ordinary delivery."""
_ORIGINAL = "few"
"""The case whose records the others change."""
_ORDER_NUMBER = COLUMNS.index("item_order_number")
_IN_CP1252 = str.maketrans({"\u202f": "\u00a0"})
_BARE = str.maketrans({'"': "'", DELIMITER: ",", "\n": " "})


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of file: the share of its rows with a planted fault, and what is done to the sample's records."""

    title: str
    errors: float = _FEW
    change: Callable[[Records], Records] | None = None
    quoting: int = csv.QUOTE_MINIMAL
    encoding: str = "utf-8"


def _without_quotes(records: Records) -> Iterator[list[str]]:
    for cells in records:
        yield [cell.translate(_BARE) for cell in cells]


def _in_cp1252(records: Records) -> Iterator[list[str]]:
    for cells in records:
        yield [cell.translate(_IN_CP1252) for cell in cells]


def _with_line_ends(records: Records) -> Iterator[list[str]]:
    for number, cells in enumerate(records):
        if number % 10 == 1 and len(cells) > _ORDER_NUMBER and cells[_ORDER_NUMBER].startswith("PO-"):
            cells[_ORDER_NUMBER] += "\nII"
        yield cells


CASES = {
    "few": Case("0.1 % of the rows bad"),
    "clean": Case("clean", errors=0),
    "all": Case("every row bad", errors=1),
    "quoted": Case("0.1 % bad, every cell quoted", change=iter, quoting=csv.QUOTE_ALL),
    "unquoted": Case("0.1 % bad, no quote at all", change=_without_quotes, quoting=csv.QUOTE_NONE),
    "cp1252": Case("0.1 % bad, Windows-1252", change=_in_cp1252, encoding="cp1252"),
    "line-ends": Case("0.1 % bad, a line end in about every tenth row", change=_with_line_ends),
}
"""The cases by name. Where a case changes the sample, its records are written anew, and stray quotes (R204) are gone."""


def made(folder: Path, name: str, rows: int) -> Path:
    """The file of a case, made unless it is there."""
    path = folder / f"items-{rows}-{name}.csv"
    case = CASES[name]
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    if case.change is None:
        sample(part, rows, case.errors)
    else:
        # What is in Windows-1252 alone becomes a question mark: DuckDB reads no more than ISO-8859-1.
        encoding = "iso-8859-1" if case.encoding == "cp1252" else case.encoding
        with (
            made(folder, _ORIGINAL, rows).open(encoding="utf-8", newline="") as source,
            part.open("w", encoding=encoding, errors="replace", newline="") as target,
        ):
            writer = csv.writer(target, delimiter=DELIMITER, quoting=case.quoting, lineterminator="\n")  # type: ignore[arg-type]
            writer.writerows(case.change(csv.reader(source, delimiter=DELIMITER)))
    part.replace(path)
    return path


def sample(path: Path, rows: int, errors: float, faults: Iterable[str] = ()) -> None:
    """Write `dsolint sample items`."""
    only = [f"--fault={code}" for code in faults]
    run([script("dsolint"), "sample", "items", f"--rows={rows}", f"--errors={errors}", *only, f"--output={path}"])
