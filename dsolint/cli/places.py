"""Where a command writes what it makes out of a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dsolint.errors import UsageError
from dsolint.reading.kept import STDIN, Kept, reads_once
from dsolint.reading.source import open_source, unpacked_name


def place_of(path: str, mark: str, folder: Path | None) -> Path:
    """NAME.MARK.csv for a file, beside it or in a folder; what comes out of a pipe has the name stdin."""
    if reads_once(path):
        return (folder or Path()) / f"stdin.{mark}.csv"
    return (folder or Path(path).parent) / f"{Path(unpacked_name(path)).stem}.{mark}.csv"


def real(path: str | Path) -> Path:
    """The place that a path leads to, so that two names of it are equal; links that lead in a circle are their own."""
    return Path(os.path.realpath(path))


def refuse_twice(paths: Iterable[str | None]) -> None:
    """Standard input and pipes are read once: the second to name one would find it empty. Raises UsageError."""
    read: set[Path] = set()
    for path in paths:
        if path is None or not reads_once(path):
            continue
        place = real("/dev/stdin" if path == STDIN else path)
        if place in read:
            what = "standard input" if path == STDIN else path
            raise UsageError(f"{what} is named twice, and can be read only once; name files, or write it to one first.")
        read.add(place)


def make_folder(folder: Path | None) -> None:
    """Make the folder of --output, where there is none. Raises UsageError."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--output: {folder}: can't be made: {error.strerror}.") from error


@contextmanager
def readable(path: str) -> Iterator[Kept]:
    """An input to read more than once. What can't be read is told of before it matters where it would be written."""
    with Kept(path) as kept:
        open_source(kept.again()).close()
        yield kept
