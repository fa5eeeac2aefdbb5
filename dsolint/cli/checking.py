"""Check what a command line names: paths, or the deliveries of entities."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from dsolint.checking.previous import Past
from dsolint.cli.exits import COULD_NOT_RUN, FINDINGS, INTERRUPTED
from dsolint.cli.places import refuse_twice
from dsolint.cli.progress import Bar
from dsolint.config import Entity
from dsolint.delivery.guard import past_if_readable
from dsolint.errors import DsolintError, UsageError
from dsolint.reading.source import Input
from dsolint.report import Failure, Report
from dsolint.settings import Settings
from dsolint.version import __version__


class Job(Struct, frozen=True):
    """What is checked for one entity, or for none: paths, by its settings, against what is known of the `past`.

    What is to be sent has to `remember` its keys.
    """

    paths: tuple[Input, ...]
    settings: Settings
    past: Past = past_if_readable
    remember: bool = False

    @property
    def name(self) -> str | None:
        """The entity's."""
        return self.settings.entity.name if self.settings.entity is not None else None

    @property
    def labels(self) -> list[str]:
        return [path if isinstance(path, str) else str(getattr(path, "name", path)) for path in self.paths]

    @property
    def first(self) -> str:
        """The path whose settings hold for what is no single file's."""
        return next(iter(self.labels), ".")


def jobs_of(paths: Sequence[str], settings: Settings, entity: str | None, *, every: bool) -> list[Job]:
    """What PATH, --entity and --all ask for. Raises UsageError."""
    refuse_twice([*paths, settings.options.get("clients")])
    if every and (entity is not None or paths):
        raise UsageError("--all stands for the files of every entity: it goes with no PATH and no --entity.")
    if every:
        if not settings.entities:
            raise UsageError("--all: the configuration names no entities.")
        return _jobs([(one, one.files) for one in settings.entities.values()], settings)
    if entity is not None:
        one = settings.entity_named(entity)
        if not paths and not one.files:
            raise UsageError(_no_files(entity))
        return _jobs([(one, paths or one.files)], settings)
    if not paths:
        raise UsageError("Name a PATH: a file, a folder, or - for standard input; or an --entity, or --all of them.")
    return _jobs([(None, paths)], settings)


def _jobs(work: Sequence[tuple[Entity | None, Sequence[str]]], settings: Settings) -> list[Job]:
    """A job for each entity, or for none; what is known is known to all of them."""
    settings = settings.with_baseline([path for _, paths in work for path in paths])
    return [Job(tuple(paths), settings.for_entity(entity)) for entity, paths in work]


def _no_files(entity: str) -> str:
    return f"entity {entity}: name its files on the command line or in the configuration, as entities.{entity}.files."


def check_all(jobs: Sequence[Job]) -> list[Report]:
    """The report of each job; after Ctrl-C, of those that were begun. One of several that can't be checked stops no other."""
    reports: list[Report] = []
    with Bar([label for job in jobs for label in job.labels]) as bar:
        for job in jobs:
            reports.append(_check(job, bar, alone=len(jobs) == 1))
            if reports[-1].interrupted:
                break
    return reports


def _check(job: Job, bar: Bar, *, alone: bool) -> Report:
    from dsolint import engine

    entity = job.settings.entity
    try:
        if entity is not None and not job.paths:
            raise UsageError(_no_files(entity.name))
        notify = bar.advance if bar.shown else None
        return engine.check(job.paths, job.settings, notify=notify, past=job.past, remember=job.remember)
    except DsolintError as error:
        if alone:
            raise
        return Report(__version__, (), (Failure(entity.name if entity is not None else "", str(error)),))


def exit_code(report: Report) -> int:
    """What a check exits with."""
    if report.interrupted:
        return INTERRUPTED
    if report.failures:
        return COULD_NOT_RUN
    return 0 if report.passed else FINDINGS
