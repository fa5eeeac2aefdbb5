"""Open a file, unpack it, and give its bytes with their hash."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Self

from dsolint.errors import ReadError

if TYPE_CHECKING:
    import gzip

CHUNK = 1 << 20
MAX_UNPACKED = 32 << 30
"""The most bytes an archive may unpack to."""
MAX_RATIO = 250
"""The most an archive may grow: far beyond what open items reach, far below a bomb's."""
_RATIO_FREE = 64 << 20
"""Unpacked bytes below which the ratio is not looked at: small files may repeat themselves."""

Input = str | os.PathLike[str] | BinaryIO
_UNREADABLE = (OSError, EOFError, ValueError, zlib.error, NotImplementedError)


class Source:
    """An input file as a stream of unpacked bytes. A context manager.

    `label` is the path as it was given, `name` the file's own name without folders and packing suffix.
    Raises ReadError, naming the file and the remedy, where it can't be opened, read or unpacked.
    """

    def __init__(self, given: Input) -> None:
        self.label, self.name = _label(given)
        self.size: int | None = None
        self.bytes_read = 0
        self._hash = hashlib.sha256()
        self._stack = ExitStack()
        self._unreadable: tuple[type[Exception], ...] = _UNREADABLE
        self._packed: IO[bytes] | None = None
        self._pushed_back = b""
        try:
            self._stream = self._open(given)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; one that was given open stays open."""
        self._stack.close()

    @property
    def sha256(self) -> str:
        """The hash of the unpacked bytes read so far."""
        return self._hash.hexdigest()

    @property
    def position(self) -> int:
        """How far the file is read, in bytes as it lies on disk."""
        return self.bytes_read if self._packed is None else self._packed.tell()

    @property
    def endless(self) -> bool:
        """Whether the input might never end: a pipe or device, of which no size is known."""
        return self.size is None

    def peek(self, size: int) -> bytes:
        """The first `size` bytes, which `chunks` gives again."""
        while len(self._pushed_back) < size and (more := self._read(size - len(self._pushed_back))):
            self._pushed_back += more
        return self._pushed_back[:size]

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """The bytes to the end, in chunks of at most `size`."""
        if self._pushed_back:
            first, self._pushed_back = self._pushed_back, b""
            yield first
        while chunk := self._read(size):
            yield chunk

    def _read(self, size: int) -> bytes:
        try:
            chunk = self._stream.read(size)
        except self._unreadable as error:
            raise ReadError(
                f"{self.label}: can't be read to its end: {_reason(error)}. Write the file again."
            ) from error
        self.bytes_read += len(chunk)
        self._hash.update(chunk)
        if self._packed is not None:
            self._refuse_bombs(self._packed.tell())
        return chunk

    def _refuse_bombs(self, packed: int) -> None:
        too_large = self.bytes_read > MAX_UNPACKED
        if too_large or self.bytes_read > max(_RATIO_FREE, packed * MAX_RATIO):
            limit = f"{MAX_UNPACKED >> 30} GiB" if too_large else f"{MAX_RATIO} times its size"
            raise ReadError(
                f"{self.label}: unpacks to more than {limit}, which no export does. Unpack it by hand if it is to be checked all the same."
            )

    def _open(self, given: Input) -> IO[bytes] | gzip.GzipFile:
        if not isinstance(given, str | os.PathLike):
            return self._unpacked(given) if is_packed(self.label) and _is_still_packed(given) else given
        if self.label == "-":
            if sys.stdin is None:
                raise ReadError("-: there is no standard input; name a file.")
            return sys.stdin.buffer
        path = Path(given)
        try:
            opened = self._stack.enter_context(path.open("rb"))
        except FileNotFoundError as error:
            if path.is_symlink():
                raise ReadError(f"{self.label}: is a link to {path.readlink()}, which is not there.") from error
            raise ReadError(f"{self.label}: there is no such file or folder.") from error
        except PermissionError as error:
            raise ReadError(
                f"{self.label}: no permission to read it; it may also be open in another program."
            ) from error
        except (OSError, ValueError) as error:
            raise ReadError(f"{self.label}: can't be opened: {_reason(error)}.") from error
        status = os.fstat(opened.fileno())
        if stat.S_ISREG(status.st_mode):
            self.size = status.st_size
        return self._unpacked(opened)

    def _unpacked(self, opened: IO[bytes]) -> IO[bytes] | gzip.GzipFile:
        """A stream by what its name says that it is packed with."""
        if not is_packed(self.label):
            return opened
        try:
            seekable = opened.seekable()
        except ValueError as error:
            raise ReadError(f"{self.label}: can't be opened: {_reason(error)}.") from error
        if not seekable:
            raise ReadError(
                f"{self.label}: is packed, and can't be unpacked out of a pipe. Write it to a file, or unpack it before the pipe."
            )
        return self._unpack_zip(opened) if self.label.lower().endswith(".zip") else self._unpack_gzip(opened)

    def _unpack_gzip(self, opened: IO[bytes]) -> gzip.GzipFile:
        import gzip

        begin = opened.tell()
        if opened.read(2) != b"\x1f\x8b":
            raise ReadError(f"{self.label}: is named .gz and is no gzip file. Name it by what it holds.")
        opened.seek(begin)
        self._packed = opened
        unpacked = gzip.GzipFile(fileobj=opened, mode="rb")
        self._stack.callback(unpacked.close)
        return unpacked

    def _unpack_zip(self, opened: IO[bytes]) -> IO[bytes]:
        import zipfile

        self._unreadable += (zipfile.BadZipFile, _lzma_error())
        try:
            archive = self._stack.enter_context(zipfile.ZipFile(opened))
        except (zipfile.BadZipFile, OSError) as error:
            raise ReadError(f"{self.label}: is named .zip and can't be read as one: {_reason(error)}.") from error
        members = [
            member for member in archive.infolist() if not member.is_dir() and not _is_of_finder(member.filename)
        ]
        if len(members) != 1:
            raise ReadError(f"{self.label}: holds {len(members)} files; pack exactly one file into each zip.")
        try:
            member = self._stack.enter_context(archive.open(members[0]))
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile, OSError) as error:
            raise ReadError(
                f"{self.label}: {_reason(error)}. Pack it as an ordinary zip without a password."
            ) from error
        self._packed = opened
        return member


def _is_of_finder(member: str) -> bool:
    """Whether a member of a zip is what macOS puts beside the files that users pack."""
    *folders, name = member.split("/")
    return "__MACOSX" in folders or name.startswith("._") or name == ".DS_Store"


def _label(given: Input) -> tuple[str, str]:
    name = given if isinstance(given, str | os.PathLike) else getattr(given, "name", None)
    label = os.fspath(name) if isinstance(name, str | os.PathLike) else "<stream>"
    return label, unpacked_name(label)


def unpacked_name(path: str) -> str:
    """A file's own name without folders and packing suffix."""
    file = Path(path)
    return file.stem if is_packed(path) else file.name


def _is_still_packed(given: BinaryIO) -> bool:
    """Whether a file object gives packed bytes: gzip.open gives unpacked ones, under the packed file's name."""
    try:
        begin = given.tell()
        head = given.read(4)
        given.seek(begin)
    except (OSError, ValueError, AttributeError):
        return True
    return head[:2] == b"\x1f\x8b" or head == b"PK\x03\x04"


def _lzma_error() -> type[Exception]:
    try:
        from lzma import LZMAError
    except ImportError:  # a Python that was built without it can't open such an archive
        return ReadError
    return LZMAError


def is_folder(path: str) -> bool:
    """Whether a path is a folder. What can't be looked at is told of when it is opened: Path.is_dir would raise."""
    return os.path.isdir(path)  # noqa: PTH112


def is_packed(path: str) -> bool:
    """Whether a file is packed, by its name."""
    return Path(path).suffix.lower() in (".gz", ".zip")


def _reason(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.rstrip(".") or type(error).__name__


def open_source(given: Input) -> Source:
    """Open a path (`-` for standard input) or a binary file object. Raises ReadError."""
    if isinstance(given, io.TextIOBase):
        raise ReadError("A text stream can't be checked: its bytes are gone. Open the file in binary mode.")
    return Source(given)
