"""Decoding: from bytes of any encoding to text, whatever the bytes are, and whichever chunks they come in."""

import codecs
import re
from contextlib import suppress

import pytest
from fixtures.nasty import LINE, chunk_sizes, chunked, contents, texts
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsolint.errors import UsageError
from dsolint.reading.lines import count_lines
from dsolint.reading.text import Decoder, encoding_name

pytestmark = pytest.mark.usefixtures("each_way")
thorough = settings(max_examples=400, deadline=None)


def _mark(error):
    return "\udcff" * (error.end - error.start), error.end


codecs.register_error("test.mark", _mark)


def decoded(decoder, data, sizes):
    return [lines.data for lines in decoder.decode(chunked(data, sizes))]


def expected_of(data, encoding):
    """What the decoder has to say, from decoding all bytes at once."""
    text = data.decode(encoding, "test.mark").removeprefix("\ufeff")
    good = text.replace("\udcff", "\ufffd").encode()
    bad_lines = sum("\udcff" in line for line in LINE.findall(text))
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding).removeprefix("\ufeff")
        line = count_lines(before.encode()) + 1
        column = len(re.split(r"[\r\n]", before)[-1]) + 1
        return good, bad_lines, (error.start, line, column)
    return good, bad_lines, None


@st.composite
def encoded(draw):
    """Bytes of mostly one encoding, and that encoding."""
    encoding = draw(st.sampled_from(["utf-8", "cp1252", "utf-16", "shift_jis", "iso-8859-1"]))
    if encoding == "utf-8":
        return draw(contents), encoding
    data = draw(texts).encode(encoding, "replace")
    after_bom = 2 if encoding == "utf-16" else 0
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(after_bom, len(data)))
        data = data[:place] + draw(st.binary(max_size=3)) + data[place:]
    return data, encoding


@thorough
@given(encoded(), chunk_sizes)
@example(("a;\u20ac\r\nb".encode("utf-16")[:-1], "utf-16"), [1])
@example((b"a\r\n\x81", "shift_jis"), [3])
@example((b"\xef\xbb\xbfa\n\xe2\x82\n\xff\xff\r\xc3", "utf-8"), [2])
def test_decoding_is_the_same_for_any_chunks(content, sizes):
    data, encoding = content
    decoder = Decoder(encoding)
    pieces = decoded(decoder, data, sizes)
    text, bad_lines, place = expected_of(data, encoding)

    assert b"".join(pieces) == text
    for piece in pieces:
        piece.decode()  # no piece ends within a character
    assert decoder.bad_lines == bad_lines
    if place is None:
        assert decoder.bad is None
    else:
        assert decoder.bad is not None
        bom = decoder.bom and decoder.bad.line == 1
        assert (decoder.bad.offset, decoder.bad.line, decoder.bad.column - bom) == place
        assert data[place[0] :].startswith(decoder.bad.bytes)


@pytest.mark.parametrize(
    ("data", "bom", "text"),
    [
        (b"\xef\xbb\xbfa;b", True, b"a;b"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", True, b"\xef\xbb\xbfa"),
        (b"a\xef\xbb\xbf", False, b"a\xef\xbb\xbf"),
        (b"\xef\xbb\xbf", True, b""),
        (b"\xef\xbb", False, "\ufffd\ufffd".encode()),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_a_byte_order_mark_is_taken_off_at_the_start_alone(data, bom, text, size):
    decoder = Decoder("utf-8")
    assert b"".join(decoded(decoder, data, [size])) == text
    assert decoder.bom is bom


@thorough
@given(texts, chunk_sizes)
@example("", [1])
@example("a", [1])
@example("a;b", [1000])
def test_utf_16_without_a_byte_order_mark(text, sizes):
    """Little-endian, as Python on most machines and Windows have it."""
    if not text.startswith("\ufeff"):
        decoder = Decoder("utf-16")
        assert b"".join(decoded(decoder, text.encode("utf-16-le"), sizes)) == text.encode()
        assert decoder.bad is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_bad_bytes_without_a_byte_order_mark(encoding, size):
    data = "a;b\nc".encode(f"{encoding}-le") + b"\x00\xd8\x00\x00\x00"
    decoder = Decoder(encoding)
    assert b"".join(decoded(decoder, data, [size])).decode().startswith("a;b\nc\ufffd")
    assert decoder.bad is not None
    assert (decoder.bad.line, decoder.bad.column, decoder.bad.offset) == (2, 2, len("a;b\nc".encode(f"{encoding}-le")))


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined", "utf-32"])
def test_codecs_that_fail_in_their_own_ways(name):
    with suppress(UsageError):
        list(Decoder(name).decode([b"a;b\xff\xfe\n-_\x81"]))


@pytest.mark.parametrize("name", ["UTF-8", "utf8", "utf-8-sig", "U8"])
def test_utf_8_has_one_name(name):
    assert encoding_name(name) == "utf-8"


@pytest.mark.parametrize("name", ["no-such", "base64", "rot13", "hex", "", "utf-8\0"])
def test_what_is_no_encoding_of_text(name):
    with pytest.raises(UsageError, match="encoding"):
        encoding_name(name)
