"""Standard input kept in a private temporary file, so that it can be read more than once."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

from dsolint.errors import ReadError

STANDARD_INPUT = "-"


class _Spool:
    """What is read of a file object: its bytes, and the name that it has in reports."""

    name = STANDARD_INPUT

    def __init__(self, file: IO[bytes]) -> None:
        self.read = file.read
        self.seek = file.seek


@contextmanager
def spooled_input() -> Iterator[BinaryIO]:
    """Standard input to its end, from its beginning on; gone after the block. Raises ReadError."""
    if sys.stdin is None:
        raise ReadError("-: there is no standard input; name a file.")
    with tempfile.TemporaryFile() as file:
        try:
            shutil.copyfileobj(sys.stdin.buffer, file)
        except OSError as error:
            raise ReadError(f"-: can't be read to its end: {error.strerror or error}.") from error
        file.seek(0)
        yield cast(BinaryIO, _Spool(file))
