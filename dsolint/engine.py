"""The whole way from paths to a report. The only one who knows it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dsolint.checking.files import FileCheck
from dsolint.checking.keys import KeyStore
from dsolint.config import Config
from dsolint.errors import ReadError, UnknownTypeError
from dsolint.reading.blocks import BLOCK_SIZE
from dsolint.reading.source import Input
from dsolint.report import (
    Delivery,
    Failure,
    FileReport,
    Report,
    Skipped,
)
from dsolint.schema import import_type
from dsolint.settings import Settings
from dsolint.version import __version__

SUFFIXES = (".csv", ".txt", ".gz", ".zip")
"""What a named folder stands for."""
OWN_FILES = (".fixed.", ".accepted.", ".rejected.")
"""dsolint's own output, which is no part of a delivery."""


def check(paths: Iterable[Input], settings: Settings) -> Report:
    """Check files and folders.

    A file that can't be read is a failure in the report; the others are checked all the same.
    Raises ReadError where there is nothing to check at all.
    """
    deliveries: list[Delivery] = []
    failures: list[Failure] = []
    for folder, members, named in _deliveries(paths, failures):
        delivery, failed = _check_delivery(folder, members, settings, named=named)
        deliveries.append(delivery)
        failures += failed
    return Report(__version__, tuple(deliveries), tuple(failures))


def _check_delivery(
    folder: str, members: Sequence[Input], settings: Settings, *, named: bool
) -> tuple[Delivery, list[Failure]]:
    checks: list[FileCheck] = []
    skipped: list[Skipped] = []
    failures: list[Failure] = []
    common = settings.for_file(folder)
    with KeyStore() as store:
        if common.clients is not None:
            _read_known_customers(common.clients, common, store)
        for number, member in enumerate(members):
            label = os.fspath(member) if isinstance(member, str | os.PathLike) else "<stream>"
            config = settings.for_file(label)
            try:
                check = FileCheck(member, config, store, number, alone=len(members) == 1 and common.clients is None)
                check.read()
                checks.append(check)
            except UnknownTypeError as error:
                if named:
                    failures.append(Failure(label, str(error)))
                else:
                    skipped.append(Skipped(label, str(error)))
            except ReadError as error:
                failures.append(Failure(label, str(error)))
        for check in checks:
            check.judge_references()
    if not named and not checks and not failures:
        failures.append(Failure(folder, f"{folder}: nothing in it could be checked; name the files with --type."))
    return Delivery(folder, tuple(check.report() for check in checks), tuple(skipped)), failures


def check_file(path: Input, config: Config, *, block_size: int = BLOCK_SIZE) -> FileReport:
    """Check one file by itself. Raises ReadError or UnknownTypeError."""
    with KeyStore() as store:
        check = FileCheck(path, config, store, 0, alone=True, block_size=block_size)
        check.read()
        check.judge_references()
        return check.report()


def _read_known_customers(path: Path, config: Config, store: KeyStore) -> None:
    """Take the customers of `--clients`: a customers file, whose rows all count whatever else is wrong with them."""
    known = replace(config, type=import_type("clients"), rules=frozenset(), clients=None, encoding=config.encoding)
    FileCheck(path, known, store, -1, alone=False).read()


def _deliveries(paths: Iterable[Input], failures: list[Failure]) -> Iterator[tuple[str, Sequence[Input], bool]]:
    """The files by their folder; whether they were named themselves comes last."""
    named: dict[str, list[Input]] = {}
    for path in paths:
        if isinstance(path, str | os.PathLike) and os.fspath(path) != "-" and Path(path).is_dir():
            label = os.fspath(path)
            try:
                members = _members(Path(path))
            except OSError as error:
                failures.append(Failure(label, f"{label}: the folder can't be read: {error.strerror}."))
                continue
            if members:
                yield label, [str(Path(label) / name) for name in members], False
            else:
                failures.append(Failure(label, f"{label}: there is no file in it that ends in {', '.join(SUFFIXES)}."))
        else:
            named.setdefault(_folder(path), []).append(path)
    for folder, files in named.items():
        yield folder, files, True


def _folder(path: Input) -> str:
    if not isinstance(path, str | os.PathLike):
        return "."
    return str(Path(path).parent)


def _members(folder: Path) -> list[str]:
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return [
        name
        for name in names
        if name.lower().endswith(SUFFIXES) and not name.startswith(".") and not any(mark in name for mark in OWN_FILES)
    ]
