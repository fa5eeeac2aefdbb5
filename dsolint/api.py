"""The library: the same report as the command's, as an object."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import BinaryIO, cast

from dsolint import engine
from dsolint.config import MAX_FINDINGS, MODES, Config
from dsolint.errors import ReadError, UsageError
from dsolint.findings import Severity
from dsolint.reading.source import Input
from dsolint.reading.text import encoding_name
from dsolint.report import Report
from dsolint.rules import selected
from dsolint.schema import DELIMITER, ImportType, import_type, load_schema

NEVER = "never"


def check(
    path: Input | Iterable[Input],
    *,
    type: str | None = None,
    schema: str | PathLike[str] | None = None,
    encoding: str = "utf-8",
    delimiter: str = DELIMITER,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str = "error",
    today: datetime.date | None = None,
    mode: str = "delta",
    max_findings: int = MAX_FINDINGS,
    jobs: int | None = None,
) -> Report:
    """Check files, folders or binary file objects, with the options of `dsolint check`.

    Raises a DsolintError where a file can't be read or its type can't be told, and for options that can't be followed.
    Nothing is printed.
    """
    config = configure(
        type=type,
        schema=schema,
        encoding=encoding,
        delimiter=delimiter,
        select=select,
        ignore=ignore,
        fail_on=fail_on,
        today=today,
        mode=mode,
        max_findings=max_findings,
        jobs=jobs,
    )
    report = engine.check(_paths(path), config)
    if report.failures:
        raise ReadError(report.failures[0].message)
    return report


def _paths(path: Input | Iterable[Input]) -> list[Input]:
    if isinstance(path, str | PathLike):
        return [path]
    return [cast(BinaryIO, path)] if hasattr(path, "read") else list(path)


def configure(
    *,
    type: str | None,
    schema: str | PathLike[str] | None,
    encoding: str,
    delimiter: str,
    select: Iterable[str],
    ignore: Iterable[str],
    fail_on: str,
    today: datetime.date | None,
    mode: str,
    max_findings: int,
    jobs: int | None,
) -> Config:
    """The settings of a run from its options. Raises UsageError or SchemaError, naming the option and the remedy."""
    if delimiter != DELIMITER and schema is None:
        raise UsageError("--delimiter goes with --schema only: the import's delimiter is the semicolon.")
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise UsageError(
            f"--delimiter takes one ASCII character that is no quote and no line end, and not {delimiter!r}."
        )
    if mode not in MODES:
        raise UsageError(f"--mode takes {' or '.join(MODES)}, and not {mode!r}.")
    if fail_on not in (NEVER, *Severity):
        raise UsageError(f"--fail-on takes {', '.join(Severity)} or {NEVER}, and not {fail_on!r}.")
    if max_findings < 0 or (jobs is not None and jobs < 1):
        raise UsageError("--max-findings takes 0 or more, and --jobs 1 or more.")
    return Config(
        rules=selected(select, ignore),
        type=_asked_type(type, schema),
        encoding=encoding_name(encoding),
        delimiter=delimiter,
        fail_on=None if fail_on == NEVER else Severity(fail_on),
        max_findings=max_findings,
        today=today or datetime.date.today(),
        mode=mode,
        jobs=jobs,
    )


def _asked_type(type: str | None, schema: str | PathLike[str] | None) -> ImportType | None:
    if schema is None:
        return import_type(type) if type is not None else None
    if type is not None:
        raise UsageError("--type and --schema exclude one another: a schema of your own stands in place of a type.")
    return load_schema(Path(schema))
