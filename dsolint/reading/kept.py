"""An input that is read more than once."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, BinaryIO, Self, cast

from dsolint.errors import ReadError
from dsolint.reading.source import Input, open_source

STDIN = "-"
Again = Callable[[], Input]
"""Gives an input, to be read from its beginning."""


class Kept:
    """A file by its path; standard input and pipes are kept in a private temporary file. A context manager.

    Raises ReadError where it can't be read.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._stack = ExitStack()
        self._copy: _Copy | None = None

    def __enter__(self) -> Self:
        if reads_once(self.path):
            import tempfile

            with ExitStack() as stack, open_source(self.path) as source:
                try:
                    file = stack.enter_context(tempfile.TemporaryFile(prefix="dsolint-"))
                    for chunk in source.chunks():
                        file.write(chunk)
                    file.flush()
                except OSError as error:
                    place = tempfile.gettempdir()
                    raise ReadError(
                        f"{self.path}: can't be kept in {place}, to be read again: {error.strerror}."
                    ) from error
                self._copy = _Copy(file, self.path)
                self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def again(self) -> Input:
        """The input, to be read from its beginning."""
        if self._copy is None:
            return self.path
        self._copy.seek(0)
        return cast(BinaryIO, self._copy)


class _Copy:
    """A copy of an input, under the input's own name."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.name = name
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def seek(self, position: int) -> None:
        self._file.seek(position)


def reads_once(path: str) -> bool:
    """Whether a path is standard input, a pipe or a device. What can't be looked at is told of when it is opened."""
    if path == STDIN:
        return True
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)
