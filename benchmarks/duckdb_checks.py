"""Run duckdb_checks.sql over FILE ENCODING TODAY and print what it counts as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Print the rules with their counts, and the open amounts by currency."""
    database = duckdb.connect()
    for name, value in zip(("file", "encoding", "today"), sys.argv[1:], strict=True):
        database.execute(f"SET VARIABLE {name} = $1", [value])
    found: dict[str, dict[str, str]] = {"rule": {}, "accepted": {}, "ignored": {}}
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for what, name, value in database.execute(script).fetchall():
        found[what][name] = value
    json.dump(found, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
