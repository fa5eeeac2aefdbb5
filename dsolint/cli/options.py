"""The options that commands have in common; those of `check` are also those of the commands that check first."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import click

from dsolint.config import MAX_FINDINGS, MODES
from dsolint.language import LANGUAGES
from dsolint.reporters import FORMATS
from dsolint.schema import DELIMITER, TYPES

Function = TypeVar("Function", bound=Callable[..., Any])

config = click.option("--config", metavar="FILE", help="The configuration; a dsolint.toml here or above unless given.")
lang = click.option("--lang", type=click.Choice(LANGUAGES), help="The language; that of the system unless given.")


def _codes(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Rule codes out of repeated options, each with commas; None where there is none."""
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip()) or None


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime.date | None:
    """A date as it has to be written."""
    from dsolint.fields.date import FORMAT, parse

    if value is None:
        return None
    found = parse(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is no date in the form {FORMAT}.")
    return found


def _outputs(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> list[tuple[str, Path]]:
    """FORMAT=FILE, each with its own file."""
    found: list[tuple[str, Path]] = []
    for value in values:
        format, equals, file = value.partition("=")
        if not equals or not file or format not in FORMATS:
            raise click.BadParameter(f"{value!r} is not FORMAT=FILE with a format out of {', '.join(FORMATS)}.")
        found.append((format, Path(file)))
    if len({path for _, path in found}) < len(found):
        raise click.BadParameter("one file is named twice.")
    return found


_OPTIONS = (
    click.option("--type", type=click.Choice(TYPES), help="The import type; told from header and name unless given."),
    click.option("--schema", metavar="FILE", help="A Table Schema of your own, in place of an import type."),
    click.option(
        "--format", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="What to print."
    ),
    click.option(
        "--output",
        "outputs",
        metavar="FORMAT=FILE",
        multiple=True,
        callback=_outputs,
        help="Also write this format to a file; repeatable.",
    ),
    click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        help="The language of what is for people; that of the system unless given.",
    ),
    click.option(
        "--select",
        metavar="CODES",
        multiple=True,
        callback=_codes,
        help="Only these rules: codes, names, or beginnings of codes (V, R2).",
    ),
    click.option("--ignore", metavar="CODES", multiple=True, callback=_codes, help="All but these rules."),
    click.option(
        "--fail-on",
        metavar="SEVERITY",
        help="The mildest severity that gives exit code 1: error (the default), warning, info, or never.",
    ),
    click.option("--encoding", help="The encoding that the files are sent in; utf-8 unless given."),
    click.option(
        "--delimiter",
        default=DELIMITER,
        show_default=True,
        callback=lambda _context, _option, given: "\t" if given == r"\t" else given,
        help=r"Between columns, \t for a tab; with --schema only.",
    ),
    click.option("--mode", type=click.Choice(MODES), help="How items are imported; delta unless given."),
    click.option("--clients", metavar="FILE", help="A file of all known customers, to look for unknown ones (X501)."),
    click.option(
        "--config", metavar="FILE", help="The configuration; a dsolint.toml beside or above each file unless given."
    ),
    click.option("--show-config", is_flag=True, help="Print what holds for each path, and where it came from."),
    click.option(
        "--max-findings",
        type=click.IntRange(0),
        help=f"Findings kept for each rule and file, {MAX_FINDINGS} unless given; counts stay exact.",
    ),
    click.option(
        "--today", metavar="DATE", callback=day, help="The day to check against, YYYY-MM-DD; today unless given."
    ),
    click.option("--entity", metavar="NAME", help="An entity of the configuration: its files, mode and thresholds."),
    click.option("--all", "every", is_flag=True, help="Every entity of the configuration, each for itself."),
    click.option("--redact", is_flag=True, help="Leave values, keys and suggestions out of all formats."),
    click.option(
        "--baseline", metavar="FILE", help="Findings that are known already: they are shown, and do not fail the run."
    ),
    click.option(
        "--jobs", type=click.IntRange(1), help="How many blocks are checked at once; as many as there are cores."
    ),
    click.option("--memory", metavar="SIZE", help="About how much memory to take, such as 1GB; 512MB unless given."),
)


def some_options(*names: str) -> Callable[[Function], Function]:
    """A command with some of the options of a check, by their names."""

    def decorate(function: Function) -> Function:
        for option in reversed(_OPTIONS):
            if _name_of(option) in names:
                function = option(function)
        return function

    return decorate


def _name_of(option: Callable[..., Any]) -> str:
    (parameter,) = option(click.Command(None)).params
    return str(parameter.name)


def check_options(*, without: Collection[str] = ()) -> Callable[[Function], Function]:
    """A command with the options of a check, but for those that make no sense to it."""
    return some_options(*(name for name in map(_name_of, _OPTIONS) if name not in without))
