"""Write a file beside its place and rename it, so that nobody ever sees half of one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from dsolint.cli.places import real
from dsolint.errors import UsageError


@contextmanager
def written_whole(path: Path, *, like: Path | None = None) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` once it is whole.

    It has the permissions of the file `like`, or of any new file. A link stays, and what it leads to is written; so does
    a device or a pipe, which takes the bytes instead. Raises UsageError where it can't be written.
    """
    if _is_special(path):
        import tempfile

        with tempfile.TemporaryFile() as whole:
            yield cast(BinaryIO, whole)
            _pour(whole, path)
        return
    path = real(path)
    handle, part = _begun(path)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(part, path, like)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def refuse_unwritable(path: Path) -> None:
    """Raises UsageError where nothing can be written at a place, for those who must know it before they begin."""
    if path.is_dir():
        raise UsageError(f"{path}: can't be written: it is a folder.")
    if _is_special(path):
        return
    handle, part = _begun(real(path))
    os.close(handle)
    part.unlink()


def _begun(path: Path) -> tuple[int, Path]:
    """An open file beside the place that it is to take."""
    import tempfile

    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror}.") from error
    return handle, Path(name)


def _is_special(path: Path) -> bool:
    """Whether a path is there and is neither a file nor a folder: /dev/null, /dev/stdout, a named pipe."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _pour(whole: IO[bytes], path: Path) -> None:
    import shutil

    whole.seek(0)
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(whole, target)
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror}.") from error


def _put_in_place(part: Path, path: Path, like: Path | None) -> None:
    try:
        if like is not None:
            import shutil

            shutil.copymode(like, part)
        else:
            _give_usual_permissions(part)
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror}; is it open in another program?") from error


def _give_usual_permissions(path: Path) -> None:
    """A temporary file is its owner's alone; what users asked for has the permissions of any new file."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)
