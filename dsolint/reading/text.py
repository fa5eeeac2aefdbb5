"""Decode a stream of bytes into UTF-8, noting what does not decode."""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Iterable, Iterator

from msgspec import Struct

from dsolint.errors import ReadError, UsageError
from dsolint.reading.lines import Lines, is_little

UTF8 = "utf-8"
BOM = "\ufeff".encode()
REPLACEMENT = "\ufffd"
WIDE = {
    "utf-16": {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"},
    "utf-32": {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be"},
}
"""The encodings of two and of four bytes a character: their byte-order marks, and how they are called with that order."""

_ESCAPED = re.compile("[\udc00-\udcff]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_NOT_OF_FILES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_ERROR_HANDLER = "dsolint.escape"
_SAMPLE = 4096


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Stand a lone surrogate for each byte that does not decode: no decoder yields one for good bytes."""
    assert isinstance(error, UnicodeDecodeError)
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_ERROR_HANDLER, _escape)


class BadBytes(Struct, frozen=True):
    """The first bytes that do not decode: line and column (in characters) from 1, offset in the file from 0."""

    line: int
    column: int
    offset: int
    bytes: bytes


def encoding_name(name: str) -> str:
    """`name` in lower case, where Python has a text codec of that name. Raises UsageError where it has none."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise UsageError(f"There is no encoding {name!r}; try utf-8, iso-8859-1, cp1252 or utf-16.") from error
    if not getattr(codec, "_is_text_encoding", True) or codec.incrementaldecoder is None or codec.name in _NOT_OF_FILES:
        raise UsageError(f"{name!r} is no encoding of text; try utf-8, iso-8859-1, cp1252 or utf-16.")
    if codec.name in (UTF8, "utf-8-sig"):
        return UTF8
    return name.lower()


def with_order(encoding: str, head: bytes) -> tuple[str, bytes]:
    """An encoding with the order of its bytes, and the mark at the start of a file that tells it. Without a mark it is the
    order that Windows takes for granted.
    """
    codec = codecs.lookup(encoding).name
    for mark, ordered in WIDE.get(codec, {}).items():
        if head.startswith(mark):
            return ordered, mark
    return f"{codec}-le" if codec in WIDE else codec, b""


class Decoder:
    """Turns chunks of bytes into chunks of valid UTF-8, with U+FFFD for what does not decode.

    A byte-order mark at the start is taken off and noted in `bom`; any later one is data. After the last chunk,
    `bad` is the first place that does not decode, and `bad_lines` the number of lines with such a place;
    `bad_sample` are the bytes around the first, `bad_values` all that were met. `good` is the first character beyond ASCII
    that is UTF-8, where that was declared.
    """

    def __init__(self, encoding: str, label: str = "") -> None:
        self._label = label
        self.encoding = encoding_name(encoding)
        self.bom = False
        self.bad: BadBytes | None = None
        self.bad_lines = 0
        self.bad_sample = b""
        self.bad_values: set[int] = set()
        self.good = ""
        self._is_utf8 = self.encoding == UTF8
        self._decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        self._fed = 0
        self._pending = b""
        self._line = 1
        self._begun = b""
        self._last_bad_line = 0
        self._after_cr = False

    @property
    def is_wide(self) -> bool:
        """Whether the declared encoding has two or four bytes a character."""
        return codecs.lookup(self.encoding).name.startswith(tuple(WIDE))

    def decode(self, chunks: Iterable[bytes]) -> Iterator[Lines]:
        """The chunks as UTF-8. A chunk's text may begin anywhere but inside a character."""
        first = True
        for chunk in self._with_known_order(chunks):
            text = self._decode(chunk, final=False)
            if first and text.data:
                first = False
                self.bom = text.data.startswith(BOM)
                if self.bom:
                    text = text.part(len(BOM))
            if text.data:
                yield text
        text = self._decode(b"", final=True)
        if text.data:
            yield text

    def _with_known_order(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, once the decoder knows the order of their bytes."""
        if codecs.lookup(self.encoding).name not in WIDE:
            yield from chunks
            return
        chunks = iter(chunks)
        start = b""
        for chunk in chunks:
            start += chunk
            if len(start) >= 4:
                break
        codec, mark = with_order(self.encoding, start)
        if not mark:
            self._decoder = codecs.getincrementaldecoder(codec)("strict")
        yield start
        yield from chunks

    def _decode(self, chunk: bytes, *, final: bool) -> Lines:
        self._fed += len(chunk)
        if self._is_utf8 and not final:
            whole, begun = _split(self._pending + chunk)
            if _is_utf8(whole):
                self._pending = begun
                self._decoder.setstate((begun, 0))
                self._note_good(whole)
                return self._advanced(whole)
        state = self._decoder.getstate()
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            return self._decode_leniently(chunk, state, error, final=final)
        except UnicodeError as error:
            raise ReadError(
                f"{self._label}: the bytes can't be read as {self.encoding} at all: {error}. Name another --encoding."
            ) from error
        if self._is_utf8:
            data = self._pending + chunk
            self._pending = self._decoder.getstate()[0]
            encoded = data[: len(data) - len(self._pending)]
        else:
            encoded = text.encode(UTF8, "replace")
        return self._advanced(encoded)

    def _decode_leniently(
        self, chunk: bytes, state: tuple[bytes, int], error: UnicodeDecodeError, *, final: bool
    ) -> Lines:
        offset = self._fed - len(error.object) + error.start
        self._decoder.setstate(state)
        self._decoder.errors = _ERROR_HANDLER
        text = self._decoder.decode(chunk, final)
        self._decoder.errors = "strict"
        if self._is_utf8:
            self._pending = self._decoder.getstate()[0]
            self._note_good(_ESCAPED.sub("", text).encode())
        if self.bad is None:
            self.bad_sample = error.object[max(0, error.start - _SAMPLE) : error.start + _SAMPLE]
        self._note_bad(text, offset, error.object[error.start : error.end])
        return Lines(_ESCAPED.sub(REPLACEMENT, text).encode(UTF8, "replace"))

    def _note_good(self, whole: bytes) -> None:
        if self.good or whole.isascii():
            return
        if found := _BEYOND_ASCII.search(whole, len(BOM) if whole.startswith(BOM) else 0):
            self.good = whole[found.start() : found.start() + 4].decode(errors="ignore")[0]

    def _note_bad(self, text: str, offset: int, bad: bytes) -> None:
        start = 0
        for match in _ESCAPED.finditer(text):
            self.bad_values.add(ord(match.group()) - 0xDC00)
            self._advanced(text[start : match.start()].encode(UTF8, "replace"))
            start = match.start()
            if self.bad is None:
                self.bad = BadBytes(self._line, len(self._begun.decode()) + 1, offset, bad)
            if self._line != self._last_bad_line:
                self._last_bad_line = self._line
                self.bad_lines += 1
        self._advanced(text[start:].encode(UTF8, "replace"))

    def _advanced(self, encoded: bytes) -> Lines:
        """Move behind a stretch of text, which is returned: count its lines, and keep the line that it begins."""
        lines = Lines(encoded)
        if not encoded:
            return lines
        if self._after_cr and encoded.startswith(b"\n"):
            self._line -= 1
        self._line += lines.physical()
        self._after_cr = encoded.endswith(b"\r")
        last = max(encoded.rfind(b"\n"), encoded.rfind(b"\r"))
        if self.bad is None:
            self._begun = encoded[last + 1 :] if last >= 0 else self._begun + encoded
        return lines


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Bytes of UTF-8 up to the end of a character, and the beginning of one that goes on."""
    for begun in range(1, min(4, len(data) + 1)):
        lead = data[-begun]
        if lead >= 0xC0:
            length = 2 + (lead >= 0xE0) + (lead >= 0xF0)
            return (data[:-begun], data[-begun:]) if begun < length else (data, b"")
        if lead < 0x80:
            break
    return data, b""


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8. Arrow tells in an eighth of the time that it takes to decode them."""
    if is_little(data):
        try:
            data.decode()
        except UnicodeDecodeError:
            return False
        return True
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = pa.py_buffer(array("i", (0, len(data))))
    try:
        # Only what computes lets other threads go on.
        pc.cast(pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(data)]), pa.string())
    except pa.ArrowInvalid:
        return False
    return True
