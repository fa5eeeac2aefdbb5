"""Whether a file is UTF-8 that was declared to be something else: to convert it once more would spoil it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from dsolint.reading.text import UTF8


class Utf8Watch:
    """What the bytes of a file are, as they pass."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder(UTF8)()
        self.is_utf8 = True
        self.is_ascii = True

    def over(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks."""
        for chunk in chunks:
            self._look_at(chunk)
            yield chunk
        self._look_at(b"", final=True)

    def _look_at(self, chunk: bytes, *, final: bool = False) -> None:
        self.is_ascii = self.is_ascii and chunk.isascii()
        if self.is_utf8:
            try:
                self._decoder.decode(chunk, final)
            except UnicodeDecodeError:
                self.is_utf8 = False
