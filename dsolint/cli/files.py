"""Write a file beside its place and rename it, so that nobody ever sees half of one."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from dsolint.cli.places import real
from dsolint.errors import UsageError
from dsolint.reading.source import is_folder

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


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
    handle, part = _begun(path)
    try:
        with io.BufferedWriter(_File(handle, "w", path)) as file:
            yield cast(BinaryIO, file)
            file.flush()
            with _named(path):
                os.fsync(file.fileno())
        _put_in_place(part, path, like)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def refuse_unwritable(path: Path) -> None:
    """Raises UsageError where nothing can be written at a place, for those who must know it before they begin."""
    if _is_special(path):
        return
    handle, part = _begun(path)
    os.close(handle)
    part.unlink()


@contextmanager
def beside(place: Path | None) -> Iterator[BinaryIO]:
    """A private file, to write and read, on the disk of the place that its content is for. Raises UsageError."""
    import tempfile

    if place is None:
        with tempfile.TemporaryFile() as file:
            yield cast(BinaryIO, file)
        return
    refuse_folder(place)
    with _named(place):
        anonymous = tempfile.TemporaryFile(dir=place.parent)  # noqa: SIM115
    with anonymous, io.BufferedRandom(_File(anonymous.fileno(), "r+", place, closefd=False)) as named:
        yield cast(BinaryIO, named)


class _File(io.FileIO):
    """A file whose failures name the place that its content is for, which the system's do not."""

    def __init__(self, handle: int, mode: str, place: Path, *, closefd: bool = True) -> None:
        super().__init__(handle, mode, closefd=closefd)
        self._place = place

    def write(self, data: ReadableBuffer, /) -> int:
        with _named(self._place):
            return super().write(data)


@contextmanager
def _named(place: Path, *, denied: str = "") -> Iterator[None]:
    """What the system can't do is told of a place, with the remedy; `denied` is a hint for want of a permission. Raises UsageError."""
    try:
        yield
    except FileNotFoundError as error:
        raise UsageError(
            f"{place}: can't be written: there is no folder {real(place).parent}; make it first."
        ) from error
    except PermissionError as error:
        raise UsageError(f"{place}: can't be written: {error.strerror}{denied}.") from error
    except OSError as error:
        raise UsageError(f"{place}: can't be written: {error.strerror or error}.") from error


def refuse_folder(path: Path) -> None:
    """Raises UsageError where a folder is in the place of a file."""
    if is_folder(os.fspath(path)):
        raise UsageError(f"{path}: can't be written: it is a folder.")


def _begun(path: Path) -> tuple[int, Path]:
    """An open file beside the place that it is to take."""
    import tempfile

    refuse_folder(path)
    place = real(path)
    with _named(path):
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
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
    with _named(path), path.open("wb") as target:
        shutil.copyfileobj(whole, target)


def _put_in_place(part: Path, path: Path, like: Path | None) -> None:
    with _named(path, denied="; is it open in another program?"):
        if like is not None:
            import shutil

            shutil.copymode(like, part)
        else:
            _give_usual_permissions(part)
        part.replace(real(path))


def _give_usual_permissions(path: Path) -> None:
    """A temporary file is its owner's alone; what users asked for has the permissions of any new file."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)
