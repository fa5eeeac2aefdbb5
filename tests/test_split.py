"""`dsolint split`: on files, through the command; and what holds for any file."""

import codecs
import csv
import datetime
import gzip
import io

import pytest
from fixtures.messy import items
from fixtures.repairs import GOOD, HEADER, write
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st
from process import run

from dsolint.config import Config
from dsolint.engine import check_file
from dsolint.errors import RepairError
from dsolint.fixing import split as module
from dsolint.fixing.split import REASON, split
from dsolint.reading.records import read_records
from dsolint.rules import RULES
from dsolint.schema import import_type

BAD = 'FAC;00000124;"C;""1""";24.04.2024;x;-5;EUR\n'
SHORT = "FAC;00000125;=1+1\n"
CONFIG = Config(frozenset(RULES), type=import_type("items"), today=datetime.date(2024, 11, 22))


def parted(folder, *arguments, data=None):
    return run(folder, "split", "--today", "2024-11-22", *arguments, data=data)


def rows(folder, name="items.rejected.csv", encoding="utf-8"):
    text = (folder / name).read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_rows_go_into_two_files(tmp_path):
    write(tmp_path, "items.csv", HEADER + GOOD + BAD + "\n" + SHORT + GOOD.replace("123", "126"))
    ran = parted(tmp_path, "items.csv")
    assert ran.returncode == 0, ran.err
    assert (tmp_path / "items.accepted.csv").read_text() == HEADER + GOOD + "\n" + GOOD.replace("123", "126")
    header, bad, short = rows(tmp_path)
    assert header == [REASON, *HEADER.strip().split(";")]
    assert bad[0].startswith("V303 item_date_issue 24.04.2024 is no date")
    assert ". V303 item_date_due x is no date" in bad[0]
    assert bad[1:] == ["FAC", "00000124", 'C;"1"', "24.04.2024", "x", "-5", "EUR"]
    assert short == [
        "R201 The header has 7 cells, this line 3; probably cells are missing at its end, or a line end stands in a value without quotes.",
        "FAC",
        "00000125",
        "'=1+1",
    ]
    assert ran.out.splitlines() == [
        "items.csv -> items.accepted.csv: 2 of 4 rows; EUR 2,400.00",
        "items.csv -> items.rejected.csv: 2 of 4 rows; EUR -5.00",
    ]
    assert ran.err == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "utf-16-le"])
def test_bytes_stay_as_they_are(tmp_path, encoding):
    head = HEADER.replace("\n", "\r\n")
    good = 'AVO;"1\n2";Müller € ;2024-04-24;2024-05-24;-5" ;EUR\r\n'.replace('-5" ', "-5")
    write(tmp_path, "items.csv", head + good + BAD + good.removesuffix("\r\n"), encoding)
    ran = parted(tmp_path, "items.csv", "--encoding", encoding)
    assert ran.returncode == 0, ran.err
    expected = (head + good + good.removesuffix("\r\n")).encode(encoding)
    assert (tmp_path / "items.accepted.csv").read_bytes() == expected
    assert len(rows(tmp_path, encoding=encoding)) == 2


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_stays_and_so_does_the_order(tmp_path, mark, encoding):
    write(tmp_path, "items.csv", mark + (HEADER + GOOD + SHORT).encode(encoding))
    ran = parted(tmp_path, "items.csv", "--encoding", encoding[:6])
    assert ran.returncode == 0, ran.err
    assert (tmp_path / "items.accepted.csv").read_bytes() == mark + (HEADER + GOOD).encode(encoding)
    assert (tmp_path / "items.rejected.csv").read_bytes().startswith(mark)
    assert len(rows(tmp_path, encoding=encoding)) == 2


def test_what_can_not_be_written_again_is_not_split(tmp_path):
    text = (HEADER + GOOD).replace("C0001", "日本")
    write(tmp_path, "items.csv", text, "iso2022_jp")
    data = (tmp_path / "items.csv").read_bytes().replace(b"\x1b(B;2024-04-24", b"\x1b(J\x1b(B;2024-04-24")
    write(tmp_path, "items.csv", data)
    ran = parted(tmp_path, "items.csv", "--encoding", "iso2022_jp")
    assert ran.returncode == 2
    assert "UTF-8" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["items.csv"]


def test_stock_mode_warns(tmp_path):
    write(tmp_path, "items.csv", HEADER + GOOD + BAD + SHORT)
    ran = parted(tmp_path, "items.csv", "--mode", "stock")
    assert ran.returncode == 0
    assert "would clear 2 open items" in ran.err
    assert "EUR -5.00" in ran.err
    write(tmp_path, "dsolint.toml", 'mode = "stock"\n')
    assert "would clear" in parted(tmp_path, "items.csv").err


def test_stock_mode_warns_of_more_where_the_file_breaks_off(tmp_path):
    write(tmp_path, "items.csv", HEADER + GOOD + "FAC;3;C0001")
    assert "would clear at least 1 open items" in parted(tmp_path, "items.csv", "--mode", "stock").err


def test_customers_that_are_not_known(tmp_path):
    write(tmp_path, "known.csv", "client_code;client_business_name\nC0001;One\nC0003;Three\n")
    write(
        tmp_path,
        "items.csv",
        HEADER + GOOD + GOOD.replace("C0001", "C0002") + SHORT + BAD.replace('"C;""1"""', "C0004"),
    )
    ran = parted(tmp_path, "items.csv", "--clients", "known.csv")
    assert ran.returncode == 0, ran.err
    assert (tmp_path / "items.accepted.csv").read_text() == HEADER + GOOD
    reasons = [row[0] for row in rows(tmp_path)[1:]]
    assert reasons[0] == "X501 client_code There is no customer C0002."
    assert reasons[1].startswith("R201")
    assert reasons[2].startswith("X501 client_code There is no customer C0004. V303 item_date_issue")


def test_all_of_them_are_there_however_many(tmp_path):
    write(tmp_path, "items.csv", HEADER + (GOOD + BAD) * 700)
    assert parted(tmp_path, "items.csv").returncode == 0
    assert len(rows(tmp_path)) == 701
    assert (tmp_path / "items.accepted.csv").read_text() == HEADER + GOOD * 700


def test_a_good_file_has_no_rejected_rows(tmp_path):
    write(tmp_path, "items.txt", HEADER + GOOD)
    assert parted(tmp_path, "items.txt").returncode == 0
    assert (tmp_path / "items.accepted.csv").read_text() == HEADER + GOOD
    assert rows(tmp_path) == [[REASON, *HEADER.strip().split(";")]]


def test_a_file_of_bad_rows_alone(tmp_path):
    write(tmp_path, "items.csv", HEADER + BAD)
    ran = parted(tmp_path, "items.csv")
    assert ran.returncode == 0
    assert (tmp_path / "items.accepted.csv").read_text() == HEADER


def test_elsewhere(tmp_path):
    (tmp_path / "items.csv.gz").write_bytes(gzip.compress((HEADER + GOOD + BAD).encode()))
    assert parted(tmp_path, "items.csv.gz", "--output", "a/b").returncode == 0
    assert (tmp_path / "a" / "b" / "items.accepted.csv").read_text() == HEADER + GOOD
    assert parted(tmp_path, "-", data=(HEADER + GOOD + BAD).encode()).returncode == 0
    assert (tmp_path / "stdin.accepted.csv").read_text() == HEADER + GOOD


def test_reasons_in_the_language_of_the_reader(tmp_path):
    write(tmp_path, "items.csv", HEADER + GOOD + BAD.replace("24.04.2024", ""))
    assert parted(tmp_path, "items.csv", "--lang", "de").returncode == 0
    assert "V301 item_date_issue Hier" in rows(tmp_path)[1][0] or "Pflicht" in rows(tmp_path)[1][0]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (HEADER.replace("item_type", "kind") + GOOD, 1, "item_type"),
        (HEADER, 1, "no rows"),
        ("", 1, "empty"),
        (HEADER + 'FAC;"1\n', 1, "never closed"),
        (HEADER.encode() + b"FAC;M\xfcller;C1;2024-04-24;2024-05-24;1;EUR\n", 1, "--encoding"),
        ("a;b\n1;2\n", 2, "--type"),
        (None, 2, "no such file"),
    ],
)
def test_what_is_not_split(tmp_path, text, code, says):
    if text is not None:
        write(tmp_path, "some.csv", text)
    ran = parted(tmp_path, "some.csv")
    assert ran.returncode == code
    assert says in ran.err
    assert [path.name for path in tmp_path.iterdir()] == (["some.csv"] if text is not None else [])


@pytest.mark.parametrize("options", [["--select", "V"], ["--ignore", "F004"]])
def test_bytes_that_are_no_text_are_not_split_whatever_is_selected(tmp_path, options):
    write(tmp_path, "items.csv", (HEADER + GOOD.replace("C0001", "Müller")).encode("cp1252"))
    ran = parted(tmp_path, "items.csv", *options)
    assert ran.returncode == 1
    assert "fc (hex) in line 2, column 15" in ran.err
    assert "--encoding" in ran.err


def test_the_reason_is_told_where_reports_keep_no_findings(tmp_path):
    (tmp_path / "dsolint.toml").write_text("max_findings = 0\n")
    write(tmp_path, "items.csv", HEADER)
    ran = parted(tmp_path, "items.csv")
    assert ran.returncode == 1
    assert "is not split: The file has a header and no rows" in ran.err


def test_one_file_at_a_time(tmp_path):
    write(tmp_path, "items.csv", HEADER + GOOD)
    ran = parted(tmp_path, ".")
    assert ran.returncode == 2
    assert "one file at a time is split" in ran.err


def test_the_input_is_never_overwritten(tmp_path):
    write(tmp_path, "x.accepted.csv", HEADER + GOOD)
    (tmp_path / "x.csv").symlink_to("x.accepted.csv")
    ran = parted(tmp_path, "x.csv", "--type", "items")
    assert ran.returncode == 2
    assert "overwritten" in ran.err


# Most generated headers would be refused.
WITHOUT_HEADER = frozenset(code for code in RULES if code[0] != "H")
rules = st.sampled_from([WITHOUT_HEADER, WITHOUT_HEADER - {"V303"}])


@settings(max_examples=50, deadline=None)
@given(items(), st.integers(1, 300), rules)
@example(
    b"item_type;item_number;client_code;item_date_issue;item_amount_initial_inc_tax;item_date_due;item_date_issue\n"
    b"FAC;1;C1;04/05/2024;1;2024-05-24;2024-04-24\nFAC;1;C1;2024-02-31;1;2024-05-24;04/05/2024",
    1,
    WITHOUT_HEADER,
)
@example(HEADER.encode() + b"\r;\n\nFAC;1;C0001;2024-04-24;2024-05-24;1", 1, WITHOUT_HEADER)
def test_two_files_add_up(data, block_size, rules):
    config = Config(rules, type=import_type("items"), today=datetime.date(2024, 11, 22))
    written = []
    for size in (block_size, 1 << 20):
        accepted, rejected = io.BytesIO(), io.BytesIO()
        report = split(lambda: io.BytesIO(data), config, accepted, rejected, block_size=size)
        if report.forecast.refused:
            reject()
        written.append((accepted.getvalue(), rejected.getvalue()))
    assert written[0] == written[1]
    accepted, rejected = (part.decode() for part in written[0])
    kept, gone, whole = ([*read_records(text, ";")] for text in (accepted, rejected, data.decode()))
    assert len(gone) == report.forecast.ignored + 1
    # A lone CR and an LF become one line end, where what stood between them is gone.
    in_order = iter(record.raw.rstrip("\r\n") for record in whole if record.cells)
    assert all(record.raw.rstrip("\r\n") in in_order for record in kept if record.cells)
    assert sum(bool(record.cells) for record in (*kept, *gone[1:])) == sum(bool(record.cells) for record in whole)
    in_order = iter(data.decode())
    assert all(character in in_order for character in accepted)
    again = check_file(io.BytesIO(accepted.encode()), config)
    assert again.forecast.ignored == 0 or again.forecast.refused
    assert all(record.cells[0][:1] in "FRVX" for record in gone[1:])


def test_a_file_that_changes_while_it_is_split():
    readings = iter([HEADER + GOOD + SHORT, HEADER + GOOD + SHORT + GOOD])
    with pytest.raises(RepairError, match="changed while it was split"):
        split(lambda: io.BytesIO(next(readings).encode()), CONFIG, io.BytesIO(), io.BytesIO())


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (GOOD, "", r"3 rows, EUR 3600.00 go in, and of what would be written 2 rows, EUR 2400.00"),
        ("1200", "12000", r"3 rows, EUR 3600.00 go in, and of what would be written 3 rows, EUR 14400.00"),
        (GOOD, SHORT + GOOD, r"would be written 3 rows, EUR 3600.00, with 1 left out\."),
        (GOOD, '"' + GOOD, "would be refused by themselves"),
    ],
)
def test_what_would_be_written_is_held_against_what_goes_in(monkeypatch, before, after, told):
    """A mistake of our own: a row is lost, an amount is another, a row stays that is left out, or a quote is put."""
    careful = module._parted

    def careless(block, found, delimiter):
        kept, gone = careful(block, found, delimiter)
        return kept.replace(before.encode(), after.encode(), 1), gone

    monkeypatch.setattr(module, "_parted", careless)
    with pytest.raises(RepairError, match=told):
        split(lambda: io.BytesIO((HEADER + SHORT + GOOD * 3).encode()), CONFIG, io.BytesIO(), io.BytesIO())


def test_a_column_that_a_spreadsheet_would_run_is_no_formula_in_the_rejected_rows(tmp_path):
    write(tmp_path, "items.csv", HEADER.replace("\n", ";=1+1\n") + BAD.replace("\n", ";x\n"))
    assert parted(tmp_path, "items.csv").returncode == 0
    assert rows(tmp_path)[0] == [REASON, *HEADER.strip().split(";"), "'=1+1"]
