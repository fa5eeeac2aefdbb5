"""The library: the same report as the command's, as an object."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from inspect import signature
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from dsolint import engine, report
from dsolint.errors import DsolintError, UsageError
from dsolint.reading.source import Input
from dsolint.schema import DELIMITER
from dsolint.settings import make_settings

if TYPE_CHECKING:
    import pyarrow

    from dsolint.language import Language


_OPTION = re.compile(r"(?<!\S)--([a-z-]+)")


class Report(report.Report, frozen=True):
    """The report of a check, which also shows itself and gives its findings as a table."""

    def table(self) -> pyarrow.Table:
        """The findings that were kept, a row each: what pandas, Polars and DuckDB take as it is."""
        from dsolint.reporters.table import table

        return table(self)

    def __repr__(self) -> str:
        counts = ", ".join(f"{severity}={count}" for severity, count in self.counts.items())
        return f"<dsolint.Report: passed={self.passed}, files={len(self.files)}, {counts}>"

    def __str__(self) -> str:
        """The report as text."""
        from dsolint.reporters import text

        return text.render(self, self._language)

    def _repr_html_(self) -> str:
        """The HTML report in a frame of its own, closed off from the notebook."""
        from dsolint.reporters.html import framed

        return framed(self, self._language)

    @property
    def _language(self) -> Language:
        from dsolint.language import pick_language

        return pick_language(next((file.config.language for file in self.files if file.config is not None), None))


def check(
    path: Input | Iterable[Input],
    *,
    type: str | None = None,
    schema: str | PathLike[str] | Mapping[str, Any] | None = None,
    encoding: str | None = None,
    delimiter: str = DELIMITER,
    select: str | Iterable[str] | None = None,
    ignore: str | Iterable[str] | None = None,
    fail_on: str | None = None,
    today: datetime.date | str | None = None,
    mode: str | None = None,
    clients: str | PathLike[str] | None = None,
    config: str | PathLike[str] | None = None,
    max_findings: int | None = None,
    jobs: int | None = None,
    memory: str | int | None = None,
    baseline: str | PathLike[str] | None = None,
) -> Report:
    """Check files, folders or binary file objects, with the options of `dsolint check`.

    What is not given here comes from a dsolint.toml beside or above each file, or has its default.
    Raises a DsolintError where a file can't be read or its type can't be told, and for options that can't be followed.
    Nothing is printed. There is no history to hold a delivery against, so the rules D are not checked.
    """
    with _naming_arguments():
        settings = make_settings(
            config=Path(config) if config is not None else None,
            schema=Path(schema) if isinstance(schema, str | PathLike) else schema,
            delimiter=delimiter,
            today=today,
            jobs=jobs,
            memory=memory,
            baseline=None if baseline is None else str(baseline),
            type=type,
            encoding=encoding,
            select=_codes(select),
            ignore=_codes(ignore),
            fail_on=fail_on,
            mode=mode,
            clients=None if clients is None else str(clients),
            max_findings=max_findings,
        )
        paths = _paths(path)
        labels = [str(one) if isinstance(one, str | PathLike) else "." for one in paths]
        found = engine.check(paths, settings.with_baseline(labels))
        if found.interrupted:
            raise KeyboardInterrupt
        if found.failures:
            failure = found.failures[0]
            raise failure.error(failure.message)
    return Report(found.version, found.deliveries, baseline=found.baseline)


@contextmanager
def _naming_arguments() -> Iterator[None]:
    """Failures speak of options as the command has them: here they are arguments, `jobs=` and not `--jobs`."""
    try:
        yield
    except DsolintError as error:
        error.args = tuple(_OPTION.sub(_as_argument, str(line)) for line in error.args)
        raise


def _as_argument(option: re.Match[str]) -> str:
    name = option[1].replace("-", "_")
    return f"{name}=" if name in signature(check).parameters else option[0]


def _codes(given: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """Rule codes; in one string they are separated by commas, as on the command line."""
    if isinstance(given, str):
        given = [code.strip() for code in given.split(",") if code.strip()]
    return None if given is None else tuple(given)


def _paths(path: Input | Iterable[Input]) -> list[Input]:
    if isinstance(path, str | PathLike):
        return [path]
    if hasattr(path, "read"):
        return [cast(BinaryIO, path)]
    if isinstance(path, bytes) or not isinstance(path, Iterable):
        raise UsageError(f"A path is a str, a Path or a binary file object, and not {type(path).__name__}.")
    paths = list(path)
    if not paths:
        raise UsageError("There is no path among those given: a check of nothing would pass.")
    return paths
