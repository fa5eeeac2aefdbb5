"""What stays the same about a finding from run to run."""

import io

from fixtures.reports import finding

import dsolint
from dsolint.fingerprints import fingerprints, identity

HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
BAD = "FAC;00000123;C0001;2024-04-24;24/05/2024;1200\nFAC;00000124;C0001;2024-04-24;2024-05-24;x\n"
MORE = "FAC;00000100;C0001;2024-04-24;2024-05-24;1\n"


def known(text):
    file = dsolint.check(io.BytesIO(text.encode()), today="2024-11-22").files[0]
    return set(fingerprints(file.path, file.findings))


def test_lines_that_shift_change_nothing():
    assert known(HEADER + BAD) == known(HEADER + MORE + BAD)
    assert len(known(HEADER + BAD)) == 2


def test_another_row_is_another_finding():
    assert not known(HEADER + BAD) & known(HEADER + BAD.replace("0000012", "0000013"))


def test_a_finding_is_known_by_rule_column_and_key():
    first = finding(value="1")
    assert identity(first) == identity(finding(value="2", line=9))
    for other in (finding("V304"), finding(column="item_date_issue"), finding(key={"item_number": "1"})):
        assert identity(other) != identity(first)


def test_the_value_stands_in_for_the_key():
    assert identity(finding(key={}, value="1")) != identity(finding(key={}, value="2"))


def test_repeats_are_counted():
    blank = finding("R202", key={}, value=None, column=None)
    once, twice = fingerprints("a.csv", [blank]), fingerprints("a.csv", [blank, blank])
    assert len(set(twice)) == 2
    assert twice[0] == once[0]


def test_another_file_has_others():
    assert not set(fingerprints("a.csv", [finding()])) & set(fingerprints("b.csv", [finding()]))
