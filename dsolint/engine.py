"""The whole way from paths to a report. The only one who knows it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from dsolint.baseline import held_against
from dsolint.checking.files import FileCheck
from dsolint.checking.key_store import KeyStore
from dsolint.checking.previous import Past, no_past
from dsolint.checking.run import Notify, Run
from dsolint.checking.settling import refusal
from dsolint.config import Config
from dsolint.errors import ReadError, UnknownTypeError
from dsolint.folders import Folder, Gathered
from dsolint.phrases import Phrase
from dsolint.reading.blocks import BLOCK_SIZE
from dsolint.reading.source import Input
from dsolint.report import Delivery, Failure, FileReport, Report, Skipped
from dsolint.rules.columns import CLIENT
from dsolint.rules.file import unterminated_quote
from dsolint.rules.rows import column_count, swallowed_lines
from dsolint.schema import import_type
from dsolint.settings import Settings
from dsolint.version import __version__

T = TypeVar("T")
_FINDS_CUSTOMERS = frozenset({unterminated_quote.code, column_count.code, swallowed_lines.code})
"""The rules by which customers are found in records that are no regular rows."""


def check(
    paths: Iterable[Input],
    settings: Settings,
    *,
    notify: Notify | None = None,
    past: Past = no_past,
    remember: bool = False,
) -> Report:
    """Check files and folders. A file that can't be read is a failure in the report; the others are checked all the same.

    `past` knows what was sent before. The report of a file that an account is to remember has its keys with `remember`.
    After Ctrl-C the report holds what was found so far, and is marked as `interrupted`.
    """
    gathered = Gathered(paths)
    deliveries: list[Delivery] = []
    failures = list(gathered.failures)
    with Run(settings.jobs, notify) as run:
        for folder in gathered.folders:
            delivery = _DeliveryCheck(folder, settings, run, past, remember=remember)
            with KeyStore(settings.memory) as store:
                delivery.read(store)
                if not run.stopped:
                    delivery.hold_together()
            deliveries.append(delivery.report())
            failures += delivery.failures
        report = Report(__version__, tuple(deliveries), tuple(failures), interrupted=run.stopped)
    return report if settings.baseline is None else held_against(report, settings.baseline)


class _DeliveryCheck:
    """A delivery on its way: its files are read side by side, then held against one another, and reported.

    What came of a file stands under its number: a check, or why there is none.
    """

    def __init__(self, folder: Folder, settings: Settings, run: Run, past: Past, *, remember: bool) -> None:
        self._folder = folder
        self._settings = settings
        self._run = run
        self._remember = remember
        self._common = settings.for_file(folder.label)
        self._previous = past(self._common)
        self._alone = len(folder.members) == 1 and self._common.clients is None
        self._labels = [os.fspath(one) if isinstance(one, str | os.PathLike) else "<stream>" for one in folder.members]
        self._begun: dict[int, FileCheck] = {}
        self._checks: dict[int, FileCheck] = {}
        self._skipped: dict[int, Skipped] = {}
        self._failures: dict[int, Failure] = {}

    def read(self, store: KeyStore) -> None:
        """Read all files, as far as the run is not stopped."""
        run = self._run
        if self._common.clients is not None and not run.stopped:
            run.side_by_side([partial(_read_known_customers, self._common.clients, self._common, store, run)])
        run.side_by_side([partial(self._read, number, store) for number in range(len(self._labels))])
        for number in self._begun.keys() - self._known():
            self._begun[number].abandon()
            self._checks[number] = self._begun[number]
        if run.stopped:
            reason = Phrase("the check was interrupted before it came to this file")
            for number in set(range(len(self._labels))) - self._known():
                self._skipped[number] = Skipped(self._labels[number], reason)
        elif not self._checks and not self._failures:
            message = f"{self._folder.label}: nothing in it could be checked; name the files with --type."
            self._failures[0] = Failure(self._folder.label, message)

    def _known(self) -> set[int]:
        """The files of which it is known what came."""
        return {*self._checks, *self._skipped, *self._failures}

    def _read(self, number: int, store: KeyStore) -> None:
        label = self._labels[number]
        try:
            check = FileCheck(
                self._folder.members[number],
                self._settings.for_file(label),
                store,
                number,
                self._run,
                alone=self._alone,
                previous=self._previous,
                remember=self._remember,
            )
            self._begun[number] = check
            check.read()
            self._checks[number] = check
        except UnknownTypeError as error:
            if number in self._folder.named:
                self._failures[number] = Failure(label, str(error), UnknownTypeError)
            else:
                self._skipped[number] = Skipped(label, error.reason)
        except ReadError as error:
            self._failures[number] = Failure(label, str(error))

    def hold_together(self) -> None:
        """Hold the files against one another, and against what their account was sent before."""
        checks = _in_order(self._checks)
        for check in checks:
            check.declare_customers()
        for check in checks:
            check.judge_references()
            check.judge_delivery()

    @property
    def failures(self) -> list[Failure]:
        """The files that could not be checked."""
        return _in_order(self._failures)

    def report(self) -> Delivery:
        """What was found."""
        entity = self._settings.entity
        return Delivery(
            self._folder.label,
            tuple(check.report() for check in _in_order(self._checks)),
            tuple(_in_order(self._skipped)),
            entity.name if entity is not None else None,
            complete=not self._failures and not self._run.stopped,
        )


def _in_order(by_number: Mapping[int, T]) -> list[T]:
    return [by_number[number] for number in sorted(by_number)]


def check_file(path: Input, config: Config, *, block_size: int = BLOCK_SIZE) -> FileReport:
    """Check one file by itself. Raises ReadError or UnknownTypeError."""
    with file_check(path, config, block_size=block_size) as check:
        return check.report()


@contextmanager
def file_check(path: Input, config: Config, *, block_size: int = BLOCK_SIZE) -> Iterator[FileCheck]:
    """The check of one file, which is held against the customers of `--clients` alone. Raises ReadError or UnknownTypeError."""
    with KeyStore(config.memory) as store, Run(config.jobs) as run:
        if config.clients is not None:
            _read_known_customers(config.clients, config, store, run)
        check = FileCheck(path, config, store, 0, run, alone=config.clients is None, block_size=block_size)
        check.read()
        check.declare_customers()
        check.judge_references()
        yield check


def _read_known_customers(path: Path, config: Config, store: KeyStore, run: Run) -> None:
    """Take the customers of `--clients`: a customers file, whose rows all count whatever else is wrong with them.

    Raises ReadError for a file that has no customers in it, or loses some in a quote that is never closed.
    """
    known = replace(config, type=import_type("clients"), rules=_FINDS_CUSTOMERS, clients=None)
    check = FileCheck(path, known, store, -1, run, alone=False)
    check.read()
    another = "Name another one with --clients."
    if check.header is None or check.header.column(CLIENT) is None:
        raise ReadError(f"{path}: is no file of customers: it has no column {CLIENT}. {another}")
    lost = refusal(check.part, ())
    if lost is not None:
        raise ReadError(f"{path}: {lost.sentence}")
    if not store.has_customers and not run.stopped:
        raise ReadError(f"{path}: names no customer. {another}")
    check.declare_customers()
