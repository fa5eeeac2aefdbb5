"""What `dsolint fix` makes of a file as a whole: its line ends, its header and its encoding."""

import pytest
from fixtures.repairs import GOOD, HEADER, fixed, identity, repair, repaired, write


def test_the_whole_file(tmp_path):
    before = (
        "\ufeff\r\n"
        + HEADER.replace("\n", ";;\r\n").replace("item_type", '"Item-Type"')
        + 'FAC;1;C1;2024-04-24;2024-05-24;1;EUR;;\r\nODI;1;C1;2024-04-24;2024-05-24;1;EUR;;\nAVO;2;C1;2024-04-24;2024-05-24;-1;EUR; ;""\r'
    )
    after = (
        "\r\n"
        + HEADER.replace("\n", "\r\n").replace("item_type", '"item_type"')
        + "FAC;1;C1;2024-04-24;2024-05-24;1;EUR\r\nODI;1;C1;2024-04-24;2024-05-24;1;EUR\r\nAVO;2;C1;2024-04-24;2024-05-24;-1;EUR\r\n"
    )
    assert repaired(tmp_path, before) == after
    assert repaired(tmp_path, after) == after


def test_line_ends_inside_quotes_are_data(tmp_path):
    rows = 'FAC;"1\r2";C1;2024-04-24;2024-05-24;1;EUR\r\nFAC;"3\r\n4";C1;2024-04-24;2024-05-24;1;EUR\nshort\r\n'
    after = 'FAC;"1\r2";C1;2024-04-24;2024-05-24;1;EUR\nFAC;"3\r\n4";C1;2024-04-24;2024-05-24;1;EUR\nshort\r\n'
    assert repaired(tmp_path, HEADER + GOOD + rows) == HEADER + GOOD + after


@pytest.mark.parametrize("block_size", [1, 10_000])
def test_a_blank_line_below_a_row_that_stays_as_it_is_stays_a_line(block_size):
    """The lone CR of the one and the LF of the other would be one line end, and lines have other numbers from there on."""
    text = (HEADER + GOOD + "short\n\n\n" + GOOD).replace("\n", "\r")
    data = repair(text.encode(), block_size=block_size)[0]
    assert data.decode() == HEADER + GOOD + "short\r\r\r" + GOOD
    assert repair(data)[:2] == (data, [])


def test_a_trailing_delimiter_stays_where_a_row_lacks_it(tmp_path):
    text = (HEADER + GOOD + GOOD).replace("\n", ";\n") + GOOD
    assert repaired(tmp_path, text) == text


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-15", "utf-16", "utf-16-be"])
def test_any_encoding_becomes_utf8(tmp_path, encoding):
    text = HEADER + GOOD.replace("C0001", "Mü€ller")
    ran_text = repaired(tmp_path, text, "--encoding", encoding, encoding=encoding)
    assert ran_text == text


def test_what_is_utf8_already_is_not_turned_into_it_again(tmp_path):
    for name, text in (("items.csv", HEADER + GOOD.replace("C0001", "Ã©")), ("ascii_items.csv", HEADER + GOOD)):
        write(tmp_path, name, text)
    write(tmp_path, "dsolint.toml", 'encoding = "cp1252"\n')
    ran = fixed(tmp_path, "items.csv", "--in-place")
    assert ran.returncode == 2
    assert "is UTF-8 already" in ran.err
    assert (tmp_path / "items.csv").read_text("utf-8") == HEADER + GOOD.replace("C0001", "Ã©")
    before = identity(tmp_path / "ascii_items.csv")
    assert fixed(tmp_path, "ascii_items.csv", "--in-place").returncode == 0
    assert identity(tmp_path / "ascii_items.csv") == before


def test_that_it_is_utf8_now_is_said(tmp_path):
    write(tmp_path, "items.csv", HEADER + GOOD.replace("C0001", "Mü"), "cp1252")
    ran = fixed(tmp_path, "items.csv", "--encoding", "cp1252")
    assert "UTF-8" in ran.err
