"""Whether dsolint and the DuckDB script find the same in a file: a race against one who does less proves nothing."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.data import Case
from benchmarks.measure import COMPLETED
from benchmarks.page import table
from benchmarks.peers import dsolint, duckdb

UNSEEN = frozenset({"R202", "R204"})
"""What DuckDB's reader does not tell: it skips blank lines, and only some stray quotes are too much for it."""

Counts = dict[str, int]
Money = dict[tuple[str, str], Decimal]


def by_dsolint(path: Path, encoding: str = "utf-8") -> tuple[Counts, Money]:
    """How often each rule is broken, and the money by currency and by whether it goes in."""
    (file,) = _output(dsolint(path, encoding))["files"]
    amounts = {
        (fate, currency): Decimal(by_fate[fate])
        for currency, by_fate in file["forecast"]["amounts"].items()
        for fate in ("accepted", "ignored")
    }
    return file["counts"], {place: amount for place, amount in amounts.items() if amount}


def by_duckdb(path: Path, encoding: str = "utf-8") -> tuple[Counts, Money]:
    """The same by the script."""
    found = _output(duckdb(path, encoding))
    money = {(fate, name): Decimal(sum) for fate in ("accepted", "ignored") for name, sum in found[fate].items()}
    return {rule: int(count) for rule, count in found["rule"].items()}, {p: a for p, a in money.items() if a}


def comparison(path: Path, case: Case) -> str:
    """Both side by side."""
    ours, our_money = by_dsolint(path, case.encoding)
    theirs, their_money = by_duckdb(path, case.encoding)
    rows = [(rule, str(ours.get(rule, 0)), str(theirs.get(rule, 0))) for rule in sorted({*ours, *theirs})]
    rows += [
        (" ".join(place), str(our_money.get(place, 0)), str(their_money.get(place, 0)))
        for place in sorted({*our_money, *their_money})
    ]
    marked = [(*row, "" if Decimal(row[1]) == Decimal(row[2]) else _remark(row[0])) for row in rows]
    return table(("", "dsolint", "DuckDB", ""), marked) + "\n"


def _remark(what: str) -> str:
    return "not told by its reader" if what in UNSEEN else "differs"


def _output(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    if done.returncode not in COMPLETED:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
