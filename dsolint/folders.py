"""Which files paths stand for, by their folders: the files of a folder are a delivery."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

from msgspec import Struct, field

from dsolint.reading.source import Input, is_folder
from dsolint.report import Failure
from dsolint.schema import SUFFIXES

OWN_FILES = r"(?i)\.(fixed|accepted|rejected)\.[^/]*$"
"""A pattern for the paths of dsolint's own output, which is no part of a delivery."""


class Folder(Struct):
    """A delivery before it is checked: its files, and the numbers of those that were named themselves."""

    label: str
    members: list[Input] = field(default_factory=list)
    named: set[int] = field(default_factory=set)

    def add(self, path: Input, *, named: bool) -> None:
        if named:
            self.named.add(len(self.members))
        self.members.append(path)


class Gathered:
    """The files that paths stand for, each once, however folders and files are written; `failures` are what names none."""

    def __init__(self, paths: Iterable[Input]) -> None:
        self.failures: list[Failure] = []
        self._folders: dict[Path, Folder] = {}
        self._numbers: dict[Path, tuple[Folder, int]] = {}
        """Where each file is, by the place that its path leads to."""
        for path in paths:
            self._add(path)

    @property
    def folders(self) -> Collection[Folder]:
        return self._folders.values()

    def _add(self, path: Input) -> None:
        if not isinstance(path, str | os.PathLike) or os.fspath(path) == "-":
            folder = self._folder(Path.cwd(), ".")
            if path not in folder.members:
                folder.add(path, named=True)
            return
        label = os.fspath(path)
        if not label or "\0" in label:
            self.failures.append(Failure(label, f"{label!r} names no file."))
        elif is_folder(label):
            self._add_folder(Path(path), label)
        else:
            parent = Path(path).parent
            self._add_once(self._folder(Path(os.path.realpath(parent)), str(parent)), path, named=True)

    def _add_folder(self, path: Path, label: str) -> None:
        try:
            members = _members(path)
        except OSError as error:
            self.failures.append(Failure(label, f"{label}: the folder can't be read: {error.strerror}."))
            return
        if not members:
            ends = ", ".join(SUFFIXES)
            note = "folders in it and what fix and split wrote do not count"
            self.failures.append(Failure(label, f"{label}: there is no file in it that ends in {ends}; {note}."))
            return
        folder = self._folder(Path(os.path.realpath(path)), label)
        for name in members:
            self._add_once(folder, str(Path(label) / name), named=False)

    def _folder(self, place: Path, label: str) -> Folder:
        return self._folders.setdefault(place, Folder(label))

    def _add_once(self, folder: Folder, path: str | os.PathLike[str], *, named: bool) -> None:
        place = Path(os.path.realpath(path))
        if place not in self._numbers:
            self._numbers[place] = (folder, len(folder.members))
            folder.add(path, named=named)
        elif named:
            known, number = self._numbers[place]
            known.named.add(number)


def files_of(paths: Iterable[Input]) -> tuple[list[tuple[Input, bool]], list[Failure]]:
    """The files that paths stand for, each once, and whether it was named itself; and what can't be read of them."""
    gathered = Gathered(paths)
    files = [
        (member, number in folder.named) for folder in gathered.folders for number, member in enumerate(folder.members)
    ]
    return files, gathered.failures


def _members(folder: Path) -> list[str]:
    return [
        name
        for name in sorted(entry.name for entry in folder.iterdir())
        if name.lower().endswith(SUFFIXES)
        and not name.startswith(".")
        and not re.search(OWN_FILES, name)
        and _may_be_file(folder / name)
    ]


def _may_be_file(path: Path) -> bool:
    """Whether a path is a file. So is what can't be looked at, such as a link that leads nowhere: that is told of when it is opened."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True
