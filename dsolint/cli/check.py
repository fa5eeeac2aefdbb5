"""`dsolint check`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dsolint.baseline import Baseline
from dsolint.cli.checking import check_all, exit_code, jobs_of
from dsolint.cli.files import refuse_unwritable, written_whole
from dsolint.cli.options import check_options
from dsolint.cli.printing import present, print_config, refuse_to_overwrite
from dsolint.cli.streams import encoded, say
from dsolint.report import Report, joined
from dsolint.settings import make_settings


@click.command("check")
@click.argument("paths", nargs=-1, metavar="PATH...")
@check_options()
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Record the findings as known; with --baseline, only those of it that are still there.",
)
def command(
    paths: tuple[str, ...],
    format: str,
    outputs: list[tuple[str, Path]],
    entity: str | None,
    *,
    every: bool,
    show_config: bool,
    redact: bool,
    write_baseline: Path | None,
    **options: Any,
) -> int:
    """Lint files or folders by the rules of the import; - is standard input.

    A folder stands for its *.csv, *.txt, *.gz and *.zip and is one delivery. Folders in it, and what fix and split wrote,
    are left out.
    """
    settings = make_settings(**options, with_fingerprints=write_baseline is not None)
    jobs = jobs_of(paths, settings, entity, every=every)
    written = [path for _, path in outputs]
    refuse_to_overwrite(written, jobs, options)
    if write_baseline is not None:
        refuse_to_overwrite([write_baseline], jobs, options, option="--write-baseline", may_be="baseline")
    if show_config:
        print_config(jobs)
        return 0
    for place in filter(None, [*written, write_baseline]):
        refuse_unwritable(place)
    report = joined(check_all(jobs))
    present(report, jobs, format, outputs, redact=redact)
    if write_baseline is not None:
        _record(report, jobs[0].settings.baseline, write_baseline)
    return exit_code(report)


def _record(report: Report, known: Baseline | None, path: Path) -> None:
    """Write the findings down or, where some are known, what is left of those."""
    from dsolint import baseline

    if report.interrupted or report.failures:
        say(f"{path} is not written: not all was checked.")
        return
    found = baseline.recorded(report) if known is None else baseline.shrunk(report, known)
    with written_whole(path) as file:
        file.write(encoded(found.to_json()))
    count = found.counts.total()
    say(f"{path} is written: {count:,} {'finding is' if count == 1 else 'findings are'} known from now on.")
