"""Put a report where it was asked for: standard output and files."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from dsolint.cli.checking import Job
from dsolint.cli.files import written_whole
from dsolint.cli.places import real
from dsolint.cli.streams import encoded, let_go_of, say, write
from dsolint.delivery.places import history_path
from dsolint.errors import DsolintError, UsageError
from dsolint.language import Language, pick_language
from dsolint.report import Report
from dsolint.reporters import render
from dsolint.reporters.visible import visible
from dsolint.schema import SUFFIXES
from dsolint.setting_table import shown


def refuse_to_overwrite(
    outputs: Sequence[Path],
    jobs: Sequence[Job],
    options: Mapping[str, Any],
    *,
    option: str = "--output",
    may_be: str | None = None,
) -> None:
    """What an option writes never takes the place of a file that is read, or that a named folder's delivery is made of.

    It may be what the setting `may_be` names.
    """
    if not outputs:
        return
    read: list[str | Path] = [label for job in jobs for label in job.labels]
    read += [options[name] for name in ("schema", "config") if options.get(name)]
    for job in jobs:
        for name in {"clients", "baseline"} - {may_be}:
            read += filter(None, job.settings.places(name, job.labels))
        with suppress(DsolintError):  # it is told when it is needed
            read.append(history_path(job.settings.for_file(job.first).history))
    files = {real(path) for path in read}
    for output in outputs:
        place = real(output)
        in_delivery = place.parent in files and place.exists() and place.name.lower().endswith(SUFFIXES)
        if place in files or in_delivery:
            raise UsageError(f"{option}: {output} is a file that is read; write to another one.")


def print_config(jobs: Sequence[Job]) -> None:
    """What holds for each path, and where it came from."""
    for job in jobs:
        for path in job.labels:
            click.echo(visible(path))
            for name, (value, origin) in job.settings.origins(path).items():
                click.echo(f"  {name} = {shown(value, name)}  ({visible(origin)})")


def present(
    report: Report, jobs: Sequence[Job], format: str, outputs: Sequence[tuple[str, Path]], *, redact: bool
) -> None:
    """Say what failed, write the files that were asked for, and print the report."""
    for failure in report.failures:
        say(failure.message)
    if redact:
        from dsolint.reporters.redact import redacted

        report = redacted(report)
    language = language_of(jobs)
    try:
        if not report.interrupted:
            _write_outputs(report, outputs, language)
    finally:  # a disk that is full loses no report that can be printed
        if report.files or format != "text":
            try:
                _print(report, format, language)
            except BrokenPipeError:
                let_go_of(sys.stdout)
    if report.interrupted:
        say("interrupted: the report is incomplete" + (", and no --output was written." if outputs else "."))


def language_of(jobs: Sequence[Job]) -> Language:
    """The language of the one who reads what comes of these jobs: that of the first whose settings can be read."""
    for job in jobs[:-1]:
        with suppress(DsolintError):
            return pick_language(job.settings.for_file(job.first).language)
    return pick_language(jobs[-1].settings.for_file(jobs[-1].first).language)


def _print(report: Report, format: str, language: Language) -> None:
    if format == "text" and sys.stdout.isatty():
        from dsolint.reporters import text

        click.echo(text.render(report, language, colour=True), nl=False)
    elif format == "text":
        sys.stdout.write(render(report, format, language))
    else:
        write(render(report, format, language))


def _write_outputs(report: Report, outputs: Sequence[tuple[str, Path]], language: Language) -> None:
    for format, path in outputs:
        with written_whole(path) as file:
            file.write(encoded(render(report, format, language)))
