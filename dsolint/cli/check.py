"""`dsolint check`"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import click

from dsolint.cli.files import written_whole
from dsolint.cli.main import COULD_NOT_RUN, FINDINGS, INTERRUPTED, encoded, let_go_of_stdout, say, write
from dsolint.cli.progress import Bar
from dsolint.config import MAX_FINDINGS, MODES
from dsolint.errors import UsageError
from dsolint.language import LANGUAGES, Language, pick_language
from dsolint.report import Report
from dsolint.reporters import FORMATS, render
from dsolint.reporters.visible import visible
from dsolint.schema import DELIMITER, SUFFIXES, TYPES
from dsolint.settings import Settings, make_settings, shown


def _codes(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Rule codes out of repeated options, each with commas; None where there is none."""
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip()) or None


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime.date | None:
    from dsolint.fields.date import FORMAT, parse

    if value is None:
        return None
    day = parse(value)
    if day is None:
        raise click.BadParameter(f"{value!r} is no date in the form {FORMAT}.")
    return day


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


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--type", type=click.Choice(TYPES), help="The import type; told from header and name unless given.")
@click.option("--schema", metavar="FILE", help="A Table Schema of your own, in place of an import type.")
@click.option("--format", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="What to print.")
@click.option(
    "--output",
    "outputs",
    metavar="FORMAT=FILE",
    multiple=True,
    callback=_outputs,
    help="Also write this format to a file; repeatable.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    help="The language of what is for people; that of the system unless given.",
)
@click.option(
    "--select",
    metavar="CODES",
    multiple=True,
    callback=_codes,
    help="Only these rules: codes, names, or beginnings of codes (V, R2).",
)
@click.option("--ignore", metavar="CODES", multiple=True, callback=_codes, help="All but these rules.")
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    help="The mildest severity that gives exit code 1: error (the default), warning, info, or never.",
)
@click.option("--encoding", help="The encoding that the files are sent in; utf-8 unless given.")
@click.option("--delimiter", default=DELIMITER, show_default=True, help="With --schema only.")
@click.option("--mode", type=click.Choice(MODES), help="How items are imported; delta unless given.")
@click.option("--clients", metavar="FILE", help="A file of all known customers, for X501.")
@click.option(
    "--config", metavar="FILE", help="The configuration; a dsolint.toml beside or above each file unless given."
)
@click.option("--show-config", is_flag=True, help="Print what holds for each path, and where it came from.")
@click.option(
    "--max-findings",
    type=click.IntRange(0),
    help=f"Findings kept for each rule and file, {MAX_FINDINGS} unless given; counts stay exact.",
)
@click.option(
    "--today", metavar="DATE", callback=_day, help="The day to check against, YYYY-MM-DD; today unless given."
)
@click.option("--redact", is_flag=True, help="Leave values, keys and suggestions out of all formats.")
@click.option("--jobs", type=click.IntRange(1), help="How many blocks are checked at once; as many as there are cores.")
@click.option("--memory", metavar="SIZE", help="About how much memory to take, such as 1GB; 512MB unless given.")
def command(
    paths: tuple[str, ...],
    format: str,
    outputs: list[tuple[str, Path]],
    *,
    show_config: bool,
    redact: bool,
    **options: Any,
) -> int:
    """Lint files or folders by the rules of the import; - is standard input.

    A folder stands for its *.csv, *.txt, *.gz and *.zip and is one delivery.
    """
    read = [*paths, *(options[name] for name in ("schema", "clients", "config") if options.get(name))]
    _refuse_to_overwrite([path for _, path in outputs], [Path(path) for path in read])
    settings = make_settings(**options)
    if show_config:
        _show_config(paths, settings)
        return 0
    language = pick_language(settings.for_file(paths[0]).language)
    from dsolint import engine

    with Bar(paths) as bar:
        report = engine.check(paths, settings, notify=bar.advance if bar.shown else None)
    for failure in report.failures:
        say(failure.message)
    if redact:
        from dsolint.reporters.redact import redacted

        report = redacted(report)
    if not report.interrupted:
        _write_outputs(report, outputs, language)
    if report.files or format != "text":
        try:
            _print(report, format, language)
        except BrokenPipeError:
            let_go_of_stdout()
    if report.interrupted:
        say("interrupted: the report is incomplete" + (", and no --output was written." if outputs else "."))
        return INTERRUPTED
    if report.failures:
        return COULD_NOT_RUN
    return 0 if report.passed else FINDINGS


def _refuse_to_overwrite(outputs: list[Path], inputs: list[Path]) -> None:
    """An output never takes the place of a file that is read, or that a named folder's delivery is made of."""
    files = {path.resolve() for path in inputs}
    for output in outputs:
        place = output.resolve()
        in_delivery = place.parent in files and place.exists() and place.name.lower().endswith(SUFFIXES)
        if place in files or in_delivery:
            raise UsageError(f"--output: {output} is a file that is read; write to another one.")


def _show_config(paths: tuple[str, ...], settings: Settings) -> None:
    for path in paths:
        click.echo(visible(path))
        for name, (value, origin) in settings.origins(path).items():
            click.echo(f"  {name} = {shown(value)}  ({visible(origin)})")


def _print(report: Report, format: str, language: Language) -> None:
    if format == "text" and sys.stdout.isatty():
        from dsolint.reporters import text

        click.echo(text.render(report, language, colour=True), nl=False)
    elif format == "text":
        sys.stdout.write(render(report, format, language))
    else:
        write(render(report, format, language))


def _write_outputs(report: Report, outputs: list[tuple[str, Path]], language: Language) -> None:
    for format, path in outputs:
        with written_whole(path) as file:
            file.write(encoded(render(report, format, language)))
