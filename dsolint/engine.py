"""The whole way from paths to a report. The only one who knows it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

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
from dsolint.schema import SUFFIXES, import_type
from dsolint.settings import Settings
from dsolint.version import __version__

OWN_FILES = (".fixed.", ".accepted.", ".rejected.")
"""dsolint's own output, which is no part of a delivery."""


@dataclass(slots=True)
class _Folder:
    """A delivery before it is checked: its files, and which of them were named themselves."""

    label: str
    members: list[Input] = field(default_factory=list)
    named: set[int] = field(default_factory=set)


def check(paths: Iterable[Input], settings: Settings) -> Report:
    """Check files and folders. A file that can't be read is a failure in the report; the others are checked all the same."""
    deliveries: list[Delivery] = []
    failures: list[Failure] = []
    for folder in _folders(paths, failures):
        delivery, failed = _check_delivery(folder, settings)
        deliveries.append(delivery)
        failures += failed
    return Report(__version__, tuple(deliveries), tuple(failures))


def _check_delivery(folder: _Folder, settings: Settings) -> tuple[Delivery, list[Failure]]:
    checks: list[FileCheck] = []
    skipped: list[Skipped] = []
    failures: list[Failure] = []
    common = settings.for_file(folder.label)
    alone = len(folder.members) == 1 and common.clients is None
    with KeyStore() as store:
        if common.clients is not None:
            _read_known_customers(common.clients, common, store)
        for number, member in enumerate(folder.members):
            label = os.fspath(member) if isinstance(member, str | os.PathLike) else "<stream>"
            try:
                check = FileCheck(member, settings.for_file(label), store, number, alone=alone)
                check.read()
                checks.append(check)
            except UnknownTypeError as error:
                if number in folder.named:
                    failures.append(Failure(label, str(error)))
                else:
                    skipped.append(Skipped(label, error.reason))
            except ReadError as error:
                failures.append(Failure(label, str(error)))
        for check in checks:
            check.judge_references()
    if not checks and not failures:
        message = f"{folder.label}: nothing in it could be checked; name the files with --type."
        failures.append(Failure(folder.label, message))
    return Delivery(folder.label, tuple(_report(check) for check in checks), tuple(skipped)), failures


def _report(check: FileCheck) -> FileReport:
    return replace(check.report(), rules=check.config.rules)


def check_file(path: Input, config: Config, *, block_size: int = BLOCK_SIZE) -> FileReport:
    """Check one file by itself. Raises ReadError or UnknownTypeError."""
    with KeyStore() as store:
        check = FileCheck(path, config, store, 0, alone=True, block_size=block_size)
        check.read()
        check.judge_references()
        return _report(check)


def _read_known_customers(path: Path, config: Config, store: KeyStore) -> None:
    """Take the customers of `--clients`: a customers file, whose rows all count whatever else is wrong with them."""
    known = replace(config, type=import_type("clients"), rules=frozenset(), clients=None, encoding=config.encoding)
    FileCheck(path, known, store, -1, alone=False).read()


def _folders(paths: Iterable[Input], failures: list[Failure]) -> Iterable[_Folder]:
    """The files by their folder, however folders and files are written; each file once."""
    folders: dict[Path | None, _Folder] = {}
    places: dict[Path, tuple[_Folder, int]] = {}
    for path in paths:
        if not isinstance(path, str | os.PathLike) or os.fspath(path) == "-":
            _add(folders.setdefault(Path.cwd(), _Folder(".")), path, named=True)
            continue
        label = os.fspath(path)
        if not label:
            failures.append(Failure(label, "An empty path names no file."))
        elif Path(path).is_dir():
            _add_folder(Path(path), label, folders, places, failures)
        else:
            folder = folders.setdefault(Path(path).parent.resolve(), _Folder(str(Path(path).parent)))
            _add_once(folder, path, places, named=True)
    return folders.values()


def _add_folder(
    path: Path,
    label: str,
    folders: dict[Path | None, _Folder],
    places: dict[Path, tuple[_Folder, int]],
    failures: list[Failure],
) -> None:
    try:
        members = _members(path)
    except OSError as error:
        failures.append(Failure(label, f"{label}: the folder can't be read: {error.strerror}."))
        return
    if not members:
        failures.append(Failure(label, f"{label}: there is no file in it that ends in {', '.join(SUFFIXES)}."))
        return
    folder = folders.setdefault(path.resolve(), _Folder(label))
    for name in members:
        _add_once(folder, str(Path(label) / name), places, named=False)


def _add_once(folder: _Folder, path: Input, places: dict[Path, tuple[_Folder, int]], *, named: bool) -> None:
    place = Path(os.fspath(cast(str, path))).resolve()
    if place not in places:
        places[place] = (folder, len(folder.members))
        _add(folder, path, named=named)
    elif named:
        known, number = places[place]
        known.named.add(number)


def _add(folder: _Folder, path: Input, *, named: bool) -> None:
    if named:
        folder.named.add(len(folder.members))
    folder.members.append(path)


def _members(folder: Path) -> list[str]:
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return [
        name
        for name in names
        if name.lower().endswith(SUFFIXES) and not name.startswith(".") and not any(mark in name for mark in OWN_FILES)
    ]
