"""Blocks: whatever the bytes are, they say what the whole file says, with true line numbers."""

import csv
import io

import pytest
from fixtures.batches import said
from fixtures.nasty import LINE, chunk_sizes, chunked, texts
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dsolint.reading import oddities
from dsolint.reading.blocks import Block, cut
from dsolint.reading.lines import Lines, count_lines
from dsolint.reading.oddities import odd_records
from dsolint.reading.parsing import LineEnds, parse, parse_exactly, parse_fast, split_header
from dsolint.reading.records import read_records
from dsolint.reading.spans import cell_texts, has_stray_quote, spans, value_of, written

pytestmark = pytest.mark.usefixtures("each_way")
thorough = settings(max_examples=400, deadline=None)
widths = st.integers(1, 4)


def lines_of(text, sizes):
    return (Lines(piece.encode()) for piece in chunked(text, sizes))


def whole(text, width):
    return said([parse_exactly(Block(text.encode(), 1, final=True), width, ";")])


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


@thorough
@given(texts, st.sampled_from(";,"))
def test_spans_say_what_the_reader_reads(text, delimiter):
    for record in read_records(text, delimiter):
        if not record.cells or not record.closed:
            continue
        found = list(spans(record.raw, delimiter))
        assert len(found) == len(record.cells)
        parts = [record.raw[span.start : span.end] for span in found]
        for cell, part, span in zip(record.cells, parts, found, strict=True):
            assert value_of(part) == cell or (span.stray and part.startswith('"'))
        assert has_stray_quote(record.raw, delimiter) == any(span.stray for span in found)
        assert cell_texts(record.raw, delimiter) == parts
        rewritten = delimiter.join(written(cell, delimiter, quoted=True) for cell in record.cells)
        assert list(map(value_of, cell_texts(rewritten, delimiter))) == record.cells
