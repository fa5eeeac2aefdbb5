"""`dsolint check`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dsolint.cli.checking import check_all, exit_code, jobs_of
from dsolint.cli.options import check_options
from dsolint.cli.printing import present, print_config, refuse_to_overwrite
from dsolint.report import joined
from dsolint.settings import make_settings


@click.command("check")
@click.argument("paths", nargs=-1, metavar="PATH...")
@check_options
def command(
    paths: tuple[str, ...],
    format: str,
    outputs: list[tuple[str, Path]],
    entity: str | None,
    *,
    every: bool,
    show_config: bool,
    redact: bool,
    **options: Any,
) -> int:
    """Lint files or folders by the rules of the import; - is standard input.

    A folder stands for its *.csv, *.txt, *.gz and *.zip and is one delivery.
    """
    jobs = jobs_of(paths, make_settings(**options), entity, every=every)
    refuse_to_overwrite([path for _, path in outputs], jobs, options)
    if show_config:
        print_config(jobs)
        return 0
    report = joined(check_all(jobs))
    present(report, jobs, format, outputs, redact=redact)
    return exit_code(report)
