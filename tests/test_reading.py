"""Reading: from bytes to blocks of columns with true line numbers, whatever the bytes are."""

import codecs
import csv
import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from fixtures.batches import said
from fixtures.nasty import chunk_sizes, chunked, contents, texts
from fixtures.ways import WAYS
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dsolint import check
from dsolint.errors import ReadError, UsageError
from dsolint.reading import oddities, source
from dsolint.reading.blocks import Block, cut
from dsolint.reading.lines import Lines, count_lines
from dsolint.reading.oddities import odd_records
from dsolint.reading.parsing import LineEnds, parse, parse_exactly, parse_fast, split_header
from dsolint.reading.records import read_records
from dsolint.reading.source import open_source
from dsolint.reading.spans import cell_texts, has_stray_quote, spans, written
from dsolint.reading.text import Decoder, encoding_name

thorough = settings(max_examples=400, deadline=None)
widths = st.integers(1, 4)
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


@pytest.fixture(autouse=True, scope="module", params=WAYS)
def _way(request):
    with WAYS[request.param]():
        yield


def lines_of(text, sizes):
    return (Lines(piece.encode()) for piece in chunked(text, sizes))


def whole(text, width):
    return said([parse_exactly(Block(text.encode(), 1, final=True), width, ";")])


# Blocks


@thorough
@given(texts, chunk_sizes, st.integers(1, 80), widths)
@example("a;b\r\n1;2\r", [1], 1, 2)
@example('a\n"b\n\n"\n\nc', [3], 4, 1)
@example('a;5" pipe\n"b;\nc";1\n', [2], 5, 2)
def test_blocks_say_what_the_whole_says(text, sizes, block_size, width):
    blocks = list(cut(lines_of(text, sizes), ";", block_size=block_size))

    assert b"".join(block.data for block in blocks) == text.encode()
    assert not any(block.final for block in blocks[:-1])
    assert said(parse(block, width, ";") for block in blocks) == whole(text, width)


@thorough
@given(texts, widths)
def test_columns_in_lists_say_what_columns_of_arrow_say(text, width):
    block = Block(text.encode(), 1, final=True)
    assert said([parse_exactly(block, width, ";", in_lists=True)]) == whole(text, width)


@pytest.fixture(params=[0, 1 << 20], ids=["records with quotes", "stretches"])
def any_share_of_odd_lines(request, monkeypatch):
    monkeypatch.setattr(oddities, "_MOST", 1)
    monkeypatch.setattr(oddities, "_MANY_QUOTES", request.param)
    monkeypatch.setattr(oddities, "_STRETCH", 8)


around = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@around
@given(texts, texts, widths)
@example("a;b\n\n\n1;2\n\n", "3;4", 2)
@example('a;b\n"x\ry";5" z\n1;2\r3;4\r\n', "", 2)
@example("\ufeffa;b\n", "1;2;3\n\0;b", 2)
@example('a;"b\n\n\nc"\n\nd;e\n', '"\n\n\0";f\n', 2)
def test_around_odd_records_is_the_exact_way(any_share_of_odd_lines, text, more, width):
    """Whatever share of the lines is odd: rewritten, set aside or read by Arrow, the batch says the same."""
    block = Block((text + more).encode(), 7, final=True)
    assert said([parse(block, width, ";")]) == said([parse_exactly(block, width, ";")])


@around
@given(texts, chunk_sizes, st.integers(1, 80), widths)
def test_blocks_around_odd_records_say_what_the_whole_says(any_share_of_odd_lines, text, sizes, block_size, width):
    blocks = list(cut(lines_of(text, sizes), ";", block_size=block_size))
    assert b"".join(block.data for block in blocks) == text.encode()
    assert said(parse(block, width, ";") for block in blocks) == whole(text, width)


@thorough
@given(texts, chunk_sizes, st.integers(1, 80))
def test_each_block_knows_the_line_it_begins_on(text, sizes, block_size):
    line = 1
    for block in cut(lines_of(text, sizes), ";", block_size=block_size):
        assert block.first_line == line
        line += count_lines(block.data)


def is_regular(data):
    return odd_records(Lines(data), ";", 1) == []


@thorough
@given(texts, widths)
@example('a;"b\r\nc"\r\n1;2;3\r\n"d\r\n";e', 2)
@example('"";""\n"";\n;""\n', 2)
def test_the_fast_way_is_the_exact_way(text, width):
    data = text.encode()
    if is_regular(data):
        block = Block(data, 7, final=True)
        assert said([parse_fast(block, width, ";")]) == said([parse_exactly(block, width, ";")])


@pytest.mark.parametrize(
    ("data", "regular"),
    [
        (b"a;b\n1;2\n", True),
        (b'a;"b\n""c"""\r\n1;2', True),
        (b"", True),
        (b"a;b\n\n1;2\n", False),
        (b'a;"b\n\n\r\n"\n1;2\n', True),
        (b'a;"b\n\n"\n\n1;2\n', False),
        (b'a;"b\n\n\0"\n', False),
        (b"\na;b\n", False),
        (b'a;b\n5" pipe;2\n', False),
        (b'a;b\n"5" pipe;2\n', False),
        (b'a;b\n"5', False),
        (b"a;b\r1;2\r", False),
        (b'a;"b\rc"\n', False),
        (b"a;\0\n", False),
        ("\ufeffa;b\n".encode(), True),
    ],
)
def test_what_is_regular(data, regular):
    assert is_regular(data) is regular


@thorough
@given(texts)
def test_records_are_those_of_the_csv_module(text):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    expected = []
    before = 0
    for cells in reader:
        expected.append((before + 1, cells, reader.line_num - before))
        before = reader.line_num

    records = list(read_records(text, ";"))
    assert [(record.line, record.cells, record.lines) for record in records] == expected
    assert "".join(record.raw for record in records) == text
    assert sum(record.lines for record in records) == len(LINE.findall(text))


@thorough
@given(texts)
def test_a_record_is_unclosed_only_where_a_quote_is(text):
    records = list(read_records(text, ";"))
    assert all(record.closed for record in records[:-1])
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except csv.Error as error:
        unclosed = "unexpected end of data" in str(error)
        if unclosed:
            assert not records[-1].closed
    else:
        assert all(record.closed for record in records)


@thorough
@given(texts)
def test_the_header_is_the_first_record_with_content(text):
    record, blank, rest = split_header(Block(text.encode(), 1, final=True), ";")
    found = list(read_records(text, ";"))
    records = [(one.line, one.cells) for one in found]
    filled = [(one.line, one.cells) for one in found if not one.closed or one.raw.strip()]

    assert (record and (record.line, record.cells)) == (filled[0] if filled else None)
    assert [one.line for one in blank] == [line for line, _ in records if not filled or line < filled[0][0]]
    if record is not None:
        following = read_records(rest.data.decode(), ";", rest.first_line)
        assert [(one.line, one.cells) for one in following] == [one for one in records if one[0] > record.line]


@thorough
@given(texts, widths)
@example('"a\n";b\n\n1;"2\n3"\nx"y;"z"\n', 2)
def test_what_is_known_of_a_block_holds_after_its_header(text, width):
    for block in cut([Lines(text.encode())], ";"):
        _, _, rest = split_header(block, ";")
        assert rest.lines == count_lines(rest.data)
        assert said([parse(rest, width, ";")]) == said([parse_exactly(rest, width, ";")])


def test_lines_inside_cells_count():
    text = 'a;b\r\n"x\r\ny\rz";1\n"p\nq";"r\ns"\n\nlast;2'
    columns, lines, numbers, odds, blank, ends, records = whole(text, 2)
    assert columns == [("a", "b"), ("x\r\ny\rz", "1"), ("p\nq", "r\ns"), ("last", "2")]
    assert lines == [1, 2, 5, 9]
    assert numbers == [1, 2, 3, 4]
    assert [(line, covered) for line, _, _, covered, *_ in odds] == [(2, 3), (5, 3)]
    assert blank == [8]
    assert ends == LineEnds(lf=3, crlf=1)
    assert records == 4


def test_only_cr_and_lf_end_a_line():
    text = "a;b\n1;x\u2028y\x0bz\x85\x1c\n3;4\n"
    assert whole(text, 2)[1] == [1, 2, 3]


def cut_small(text, sizes, block_size):
    return list(cut(lines_of(text, sizes), ";", block_size=block_size, max_record=100))


@pytest.mark.parametrize("sizes", [[1], [7], [1000]])
@pytest.mark.parametrize("block_size", [1, 16, 4096])
def test_a_quote_that_never_closes_ends_the_file_at_the_cap(sizes, block_size):
    text = 'a;b\n1;2\nx;"' + "y" * 500
    blocks = cut_small(text, sizes, block_size)
    assert [block.overlong for block in blocks] == [False] * (len(blocks) - 1) + [True]
    assert blocks[-1].first_line == 3
    assert text.encode().startswith(b"".join(block.data for block in blocks))


@pytest.mark.parametrize("record", ["x;" + "y" * 120, 'x;"' + "y" * 120 + '"\n1;2\n', "x;" + "y" * 500 + "\n1;2\n"])
def test_what_is_overlong_does_not_depend_on_the_blocks(record):
    text = "a;b\n" + record
    found = {
        (size, block_size): [block.overlong for block in cut_small(text, [size], block_size)][-1]
        for size in (1, 7, 1000)
        for block_size in (1, 16, 90, 4096)
    }
    assert all(found.values()), found


def test_many_short_records_that_end_in_cr_are_no_overlong_one():
    blocks = cut_small("a;b\r" + "1;2\r" * 100, [7], 16)
    assert [block.first_line for block in blocks if block.overlong] == []


def test_an_overlong_record_is_cut_to_its_first_line():
    blocks = list(cut([Lines(b'a;b\n1;"2\n' + b"x\n" * 500)], ";", block_size=10, max_record=100))
    assert blocks[-1] == Block(b'1;"2\n', 2, overlong=True)


# Text


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


# Sources

CONTENT = b"user_lastname;client_code\nRoy;C0001\n"


def content_of(given):
    with open_source(given) as opened:
        return b"".join(opened.chunks(7))


def zipped(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def test_a_file_is_read_with_its_hash_and_size(tmp_path):
    path = tmp_path / "users.csv"
    path.write_bytes(CONTENT)
    with open_source(path) as opened:
        assert opened.peek(5) == CONTENT[:5]
        assert opened.peek(9) == CONTENT[:9]
        assert b"".join(opened.chunks(4)) == CONTENT
        assert (opened.label, opened.name) == (str(path), "users.csv")
        assert opened.bytes_read == opened.size == len(CONTENT)
        assert opened.sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("name", ["users.csv.gz", "USERS.GZ"])
def test_gzip(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(CONTENT[:10]) + gzip.compress(CONTENT[10:]))
    with open_source(path) as opened:
        assert b"".join(opened.chunks()) == CONTENT
        assert opened.name == name[:-3]
        assert opened.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_zip_with_one_file(tmp_path):
    path = zipped(tmp_path / "users.csv.ZIP", ("folder/", b""), ("folder/whatever.csv", CONTENT))
    with open_source(path) as opened:
        assert b"".join(opened.chunks(3)) == CONTENT
        assert opened.name == "users.csv"


def test_a_zip_that_finder_made(tmp_path):
    besides = (
        ("__MACOSX/", b""),
        ("__MACOSX/night/._users.csv", b"\0"),
        ("night/.DS_Store", b"\0"),
        ("._users.csv", b""),
    )
    path = zipped(tmp_path / "users.csv.zip", besides[0], ("night/users.csv", CONTENT), *besides[1:])
    assert content_of(path) == CONTENT
    with pytest.raises(ReadError, match="holds 2 files"):
        content_of(zipped(path, *besides, ("a.csv", CONTENT), ("b.csv", CONTENT)))


@pytest.mark.parametrize("members", [(), (("a.csv", CONTENT), ("b.csv", CONTENT))])
def test_a_zip_with_none_or_several(tmp_path, members):
    with pytest.raises(ReadError, match=f"holds {len(members)} files"):
        content_of(zipped(tmp_path / "x.zip", *members))


def test_a_zip_with_a_password(tmp_path):
    path = zipped(tmp_path / "x.zip", ("a.csv", CONTENT))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ReadError, match="password"):
        content_of(path)


@pytest.mark.parametrize(
    ("name", "inner"),
    [("a.zip", gzip.compress(CONTENT, mtime=0)), ("a.gz", gzip.compress(CONTENT, mtime=0)), ("b.zip", None)],
)
def test_an_archive_in_an_archive_is_not_unpacked(tmp_path, name, inner):
    path = tmp_path / name
    if inner is None:
        inner = zipped(tmp_path / "inner.zip", ("users.csv", CONTENT)).read_bytes()
    path.write_bytes(gzip.compress(inner)) if name.endswith(".gz") else zipped(path, ("inner", inner))
    assert content_of(path) == inner
    assert check(path, type="users").files[0].counts == {"F003": 1}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.gz", CONTENT),
        ("plain.zip", CONTENT),
        ("empty.gz", b""),
        ("empty.zip", b""),
        ("cut.gz", gzip.compress(CONTENT, mtime=0)[:-4]),
        ("wrong-sum.gz", gzip.compress(CONTENT, mtime=0)[:-8] + bytes(8)),
        ("trailing.gz", gzip.compress(CONTENT, mtime=0) + b"more"),
    ],
)
def test_what_only_its_name_says_is_packed(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError, match=re.escape(str(path))):
        content_of(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip(tmp_path, method):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.csv", os.urandom(5000))
    data = bytearray(path.read_bytes())
    data[40:1010] = bytes(970)
    path.write_bytes(data)
    with pytest.raises(ReadError, match=r"x\.zip"):
        content_of(path)


@pytest.mark.parametrize("suffix", ["gz", "zip"])
@pytest.mark.parametrize(
    ("limits", "said"),
    [({"MAX_UNPACKED": 10_000}, "unpacks to more than"), ({"MAX_RATIO": 5, "_RATIO_FREE": 1000}, "5 times its size")],
)
def test_bombs_are_refused(tmp_path, monkeypatch, suffix, limits, said):
    for name, limit in limits.items():
        monkeypatch.setattr(source, name, limit)
    path = tmp_path / f"bomb.{suffix}"
    if suffix == "gz":
        path.write_bytes(gzip.compress(bytes(200_000)))
    else:
        zipped(path, ("bomb.csv", bytes(200_000)))
    with pytest.raises(ReadError, match=said):
        content_of(path)


def test_what_packs_well_is_no_bomb(tmp_path):
    path = tmp_path / "well.gz"
    path.write_bytes(gzip.compress(CONTENT * 20_000))
    assert content_of(path) == CONTENT * 20_000


def test_standard_input():
    script = "import sys; from dsolint.reading.source import open_source; s = open_source('-'); print(s.label, s.endless, b''.join(s.chunks(5)))"
    ran = subprocess.run([sys.executable, "-c", script], input=CONTENT, capture_output=True, check=True)
    assert ran.stdout.decode().strip() == f"- True {CONTENT}"


def test_file_objects(tmp_path):
    assert content_of(io.BytesIO(CONTENT)) == CONTENT
    path = tmp_path / "users.csv"
    path.write_bytes(CONTENT)
    with path.open("rb") as file:
        assert content_of(file) == CONTENT
        assert not file.closed
    with path.open("rb", buffering=0) as file:
        assert content_of(file) == CONTENT
    with path.open() as file, pytest.raises(ReadError, match="binary mode"):
        open_source(file)


@pytest.mark.parametrize("suffix", ["gz", "zip"])
def test_file_objects_that_are_packed(tmp_path, suffix):
    path = tmp_path / f"users.csv.{suffix}"
    path.write_bytes(gzip.compress(CONTENT)) if suffix == "gz" else zipped(path, ("users.csv", CONTENT))
    for place in (path, str(path)):
        with open(place, "rb") as file:  # noqa: PTH123
            assert check(file).files[0].sha256 == check(path).files[0].sha256
            assert not file.closed
    with pytest.raises(ReadError, match="closed file"):
        content_of(file)


def test_a_file_object_that_is_unpacked_already(tmp_path):
    """gzip.open names it as the packed file is named, and frictionless gives us such ones."""
    path = tmp_path / "users.csv.gz"
    path.write_bytes(gzip.compress(CONTENT))
    with gzip.open(path) as file:
        assert content_of(file) == CONTENT


@pytest.mark.skipif(os.name == "nt", reason="needs a named pipe")
def test_what_is_packed_is_not_unpacked_out_of_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "users.csv.gz")
    keeper = os.open(tmp_path / "users.csv.gz", os.O_RDWR)
    with pytest.raises(ReadError, match="out of a pipe"):
        open_source(tmp_path / "users.csv.gz")
    os.close(keeper)


@pytest.mark.parametrize(
    "name", ["müller;\"x\" 'y'.csv", "-users.csv", "a\nb.csv", "\x1b[31mred.csv", "..csv", "users", "日本 語.txt"]
)
@pytest.mark.skipif(os.name == "nt", reason="Windows forbids such names")
def test_odd_names(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(CONTENT)
    with open_source(path) as opened:
        assert (opened.label, opened.name) == (str(path), name)
        assert b"".join(opened.chunks()) == CONTENT


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have names in Unicode alone")
def test_a_name_that_is_no_text(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xfcller.csv"))
    path.write_bytes(CONTENT)
    assert content_of(path) == CONTENT


@pytest.mark.parametrize("name", ["not-there.csv", "a\0b.csv", "x" * 5000, "."])
def test_what_can_not_be_opened(tmp_path, name):
    with pytest.raises(ReadError):
        content_of(tmp_path / name)


# Where cells stand


@thorough
@given(texts, st.sampled_from(";,"))
def test_spans_say_what_the_reader_reads(text, delimiter):
    for record in read_records(text, delimiter):
        if not record.cells or not record.closed:
            continue
        found = list(spans(record.raw, delimiter))
        assert len(found) == len(record.cells)
        assert [span.value(record.raw) for span in found if not (span.quoted and span.stray)] == [
            cell for cell, span in zip(record.cells, found, strict=True) if not (span.quoted and span.stray)
        ]
        assert has_stray_quote(record.raw, delimiter) == any(span.stray for span in found)
        assert cell_texts(record.raw, delimiter) == [record.raw[span.start : span.end] for span in found]
        rewritten = delimiter.join(written(cell, delimiter, quoted=True) for cell in record.cells)
        assert [span.value(rewritten) for span in spans(rewritten, delimiter)] == record.cells
