"""What is run, each as its own process by the command line that a user would write."""

from __future__ import annotations

import datetime
import json
import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from dsolint.schema import DELIMITER

HERE = Path(__file__).parent
SCHEMA = HERE.parent / "schemas" / "items.json"
_ALL_ERRORS = str(10**9)


def script(name: str) -> str:
    """The console script of that name, from the environment that runs this."""
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        raise RuntimeError(f"{name} is not installed beside {sys.executable}.")
    return found


def dsolint(path: Path, encoding: str) -> list[str]:
    """All rules on, the default number of jobs."""
    return [script("dsolint"), "check", str(path), "--format=json", f"--encoding={encoding}"]


def frictionless(path: Path, encoding: str) -> list[str]:
    """The schema that is nearest to the file, all errors: it stops at the thousandth otherwise."""
    dialect = json.dumps({"csv": {"delimiter": DELIMITER}})
    return [
        script("frictionless"), "validate", str(path), "--trusted", "--schema", str(nearest_schema(path)),
        "--dialect", dialect, "--encoding", encoding, "--limit-errors", _ALL_ERRORS, "--json",
    ]  # fmt: skip


def duckdb(path: Path, encoding: str) -> list[str]:
    """A script of SQL with the nearest checks, on all cores."""
    today = datetime.date.today().isoformat()
    # Of the encodings with one byte for a character DuckDB has this one built in.
    known = encoding if encoding == "utf-8" else "latin-1"
    return [sys.executable, str(HERE / "duckdb_checks.py"), str(path), known, today]


PEERS: dict[str, Callable[[Path, str], list[str]]] = {
    "dsolint": dsolint,
    "frictionless": frictionless,
    "DuckDB": duckdb,
}


def nearest_schema(path: Path) -> Path:
    """The schema of items with the columns of the file alone and in their order, written beside it."""
    with path.open("rb") as file:
        header = file.readline().decode().strip().replace('"', "").split(DELIMITER)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    fields = {field["name"]: field for field in schema["fields"]}
    nearest = {"fields": [fields[name] for name in header], "missingValues": schema["missingValues"]}
    place = path.with_suffix(".schema.json")
    place.write_text(json.dumps(nearest), encoding="utf-8", newline="\n")
    return place
