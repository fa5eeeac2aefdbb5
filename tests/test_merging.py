"""A report is the same for one block or a thousand, one thread or four."""

import copy
import datetime
import io
from collections import Counter

import pytest
from fixtures.messy import items
from fixtures.nasty import contents
from fixtures.ways import in_arrow
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import asdict, replace

from dsolint import engine, parts
from dsolint.checking import columns, whole
from dsolint.checking.blocks import BlockChecker
from dsolint.checking.settling import settle
from dsolint.config import Config
from dsolint.findings import Effect, Finding, Severity
from dsolint.fingerprints import ANY
from dsolint.parts import STRETCHES, Part, Places, Sample
from dsolint.reading.blocks import cut
from dsolint.reading.lines import Lines
from dsolint.rules import RULES
from dsolint.rules.columns import read_header
from dsolint.schema import import_type
from dsolint.table_schema import parse_schema

thorough = settings(max_examples=100, deadline=None)
block_sizes = st.integers(1, 300)
jobs = st.integers(1, 4)
limits = st.integers(0, 5)


class _Half(Struct, frozen=True):
    """Holds every other fingerprint, as a baseline does."""

    def __contains__(self, fingerprint):
        return fingerprint[0] < "8"


looked_for = st.sampled_from([None, ANY, _Half()])

TODAY = datetime.date(2024, 11, 22)
TYPES = {
    "users": import_type("users"),
    "items": import_type("items"),
    "own": parse_schema(
        {
            "fields": [
                {"name": "a", "type": "string", "constraints": {"required": True, "unique": True}},
                {"name": "bc", "type": "integer", "constraints": {"maximum": 100}},
                {"name": "", "type": "any"},
            ],
            "primaryKey": ["a", "bc"],
        }
    ),
}


def config(type, limit, jobs=1, looked_for=None):
    asked = Config(rules=frozenset(RULES), type=TYPES[type], today=TODAY, mode="stock", max_findings=limit, jobs=jobs)
    return replace(asked, looked_for=looked_for)


class Dripping(io.BytesIO):
    """A file that gives few bytes at a time, so that small files too make many blocks."""

    def __init__(self, data, most):
        super().__init__(data)
        self.most = most

    def read(self, size=-1):
        return super().read(min(size, self.most))


@pytest.fixture(autouse=True, scope="module")
def _small_head():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "_HEAD", 16)
        yield


def report(data, type, block_size, jobs, limit, *, most=64, looked_for=None):
    file = Dripping(data, most)
    found = engine.check_file(file, config(type, limit, jobs, looked_for), block_size=block_size)
    if looked_for is ANY:
        assert _by_code(found.seen) == found.counts
    return found.to_dict() | {"spread": found.spread, "seen": found.seen}


def as_one(data, type, limit, *, most, looked_for):
    """The report of one block whose columns are no lists, though it has few rows."""
    with in_arrow():
        return report(data, type, 1 << 20, 1, limit, most=most, looked_for=looked_for)


def _by_code(seen):
    counts = Counter()
    for kind, count in seen.items():
        counts[kind.code] += count
    return counts


EQUALLY_OFTEN = (
    b"item_type;item_number;client_code;item_unique_key;item_amount_initial_inc_tax;item_date_due;"
    b"item_amount_remaining_inc_tax;item_currency;item_date_issue;remark;item_currency\n"
    b"FAC;1;C0001;;1200;2024-05-24;;EUR;2024-04-24;\n"
    b"FAC;1;C0001;;1200;2024-05-24;;EUR;2024-04-24;;EUR\n"
    b"FAC;1;C0001;;abc;2024-05-24;;EUR;2024-02-31;;eur\n"
    b"FAC;1;C0001;;1200;2024-05-24;;eur;2024-02-31;;EUR"
)
"""Values in the wrong columns, with two kinds of findings of which there are as many."""


@thorough
@example(EQUALLY_OFTEN, 1, 1, 0, None)
@given(items(), block_sizes, jobs, limits, looked_for)
def test_items_in_blocks(data, block_size, jobs, limit, looked_for):
    in_blocks = report(data, "items", block_size, jobs, limit, most=block_size, looked_for=looked_for)
    assert in_blocks == as_one(data, "items", limit, most=block_size, looked_for=looked_for)


@pytest.fixture(params=[1, 2])
def few_causes(request, monkeypatch):
    for module in (parts, columns):
        monkeypatch.setattr(module, "MOST_CAUSES", request.param)


MANY_TYPES = (
    "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
    + "".join(
        f"{type};1;C0001;2024-04-24;2024-05-24;1200\n" for type in ("X1", "X2", "FACT", "X1", "X3", "FAC", "X2", "X4")
    )
).encode()


@settings(thorough, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(MANY_TYPES, 50, 1, 2, None)
@example(MANY_TYPES, 100, 2, 1, ANY)
@given(items(), block_sizes, jobs, limits, looked_for)
def test_many_causes_in_blocks(few_causes, data, block_size, jobs, limit, looked_for):
    in_blocks = report(data, "items", block_size, jobs, limit, most=block_size, looked_for=looked_for)
    assert in_blocks == as_one(data, "items", limit, most=block_size, looked_for=looked_for)


def test_values_of_another_column_are_told_as_such():
    rows = "".join(f"INV{number};1;C0001;2024-04-24;2024-05-24;1200\n" for number in range(101))
    found = engine.check_file(io.BytesIO(MANY_TYPES.partition(b"\n")[0] + b"\n" + rows.encode()), config("items", 3))
    told = next(diagnosis for diagnosis in found.diagnoses if diagnosis.code == "V302")
    assert told.count == found.counts["V302"] == 101
    assert told.sentence.endswith("more than 100 different ones: INV0, INV1, INV2.")
    few = MANY_TYPES.partition(b"\n")[0] + b"\n" + rows.partition("INV100;")[0].encode()
    (told,) = (d for d in engine.check_file(io.BytesIO(few), config("items", 3)).diagnoses if d.code == "V302")
    assert "types of the ERP's own" in told.sentence


def test_many_numbers_of_cells_are_told_together():
    head = MANY_TYPES.partition(b"\n")[0] + b"\n"
    rows = b"".join(b"FAC" + b";" * (number + 6) + b"\n" for number in range(101))
    found = engine.check_file(io.BytesIO(head + rows), config("items", 3))
    (told,) = (diagnosis for diagnosis in found.diagnoses if diagnosis.code == "R201")
    assert told.count == 101
    assert "differs from row to row" in told.sentence


@thorough
@given(
    contents,
    st.sampled_from(["items", "own"]),
    st.sampled_from([b"", b"a;bc\n"]),
    block_sizes,
    jobs,
    limits,
    looked_for,
)
@example(b';\n";\n;\n";', "items", b"", 1, 1, 0, None)
@example(b"Open items\nitem_number;client_code\n1;C1\n", "items", b"", 1, 1, 0, None)
def test_anything_in_blocks(data, type, header, block_size, jobs, limit, looked_for):
    data = header + data
    in_blocks = report(data, type, block_size, jobs, limit, most=block_size, looked_for=looked_for)
    assert in_blocks == as_one(data, type, limit, most=block_size, looked_for=looked_for)


@thorough
@given(items(), limits)
def test_counting_fingerprints_changes_nothing_else(data, limit):
    plain, counted = (report(data, "items", 1 << 20, 1, limit, looked_for=asked) for asked in (None, ANY))
    for found in (plain, counted):
        found.pop("spread"), found.pop("seen")
    assert counted == plain


@thorough
@given(items(), st.data())
def test_merging_is_associative(data, draws):
    header, _, rows = data.decode().partition("\n")
    asked = config("items", draws.draw(limits), looked_for=draws.draw(looked_for))
    columns = header.rstrip("\r").split(";")
    checker = BlockChecker(read_header(columns, 1, asked.type), asked)
    parts = [checker.check(block).part for block in cut([Lines(rows.encode())], ";", block_size=40)]
    if not parts:
        return
    place = draws.draw(st.integers(0, len(parts)))

    left = copy.deepcopy(parts)
    one_by_one = left[0]
    for part in left[1:]:
        one_by_one.merge(part)

    first, second = copy.deepcopy(parts[:place]), copy.deepcopy(parts[place:])
    halves = []
    for half in (first, second):
        if half:
            for part in half[1:]:
                half[0].merge(part)
            halves.append(half[0])
    if len(halves) == 2:
        halves[0].merge(halves[1])
    assert asdict(settle(halves[0], columns, {})) == asdict(settle(one_by_one, columns, {}))
    assert halves[0] == one_by_one


def test_the_same_report_from_many_blocks_and_threads():
    rows = [f"FAC;{n};C1;2024-04-24;2024-05-{n % 40:02};{n}" for n in range(20_000)]
    header = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax"
    data = "\n".join([header, *rows]).encode()
    reports = [report(data, "items", block_size, jobs, 100) for block_size, jobs in [(1 << 24, 1), (5000, 4), (999, 2)]]
    assert reports[0]["counts"]["V303"] == 4500
    assert reports[1:] == reports[:1] * 2


USERS = "user_lastname;client_code;user_email\n"
ITEMS = "item_type;item_number;client_code;item_date_due;item_amount_initial_inc_tax;item_date_issue"


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("users", USERS + "a\x07;C1;\nb\x07;C2\n"),
        ("users", USERS + "a\x07;C1\nb\x07;C2;\n"),
        ("users", USERS + "\ufeffa;C1;\nb;C2;\n"),
        ("users", USERS + "\ufeff"),
        ("users", USERS + "\ufeff" + USERS + "a;C1;\n"),
        ("items", f"{ITEMS}\nFAC;1;C1;2024-05-24;1200;\n;2;C1;2024-05-24;1200;2024-04-24\n"),
    ],
    ids=[
        "control, then short",
        "short, then control",
        "BOM in the first row",
        "BOM alone",
        "BOM and header",
        "tie",
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_samples_are_the_lowest_lines_for_any_blocks(type, text, limit):
    data = text.encode()
    reports = [report(data, type, block_size, 1, limit, most=block_size) for block_size in (1, 20, 1 << 20)]
    assert reports[1:] == reports[:1] * 2
    lines = [finding["line"] for finding in reports[0]["findings"]]
    assert lines == sorted(lines)
    assert all(finding["line"] == 2 for finding in reports[0]["findings"] if finding["code"] == "F008" and limit == 1)


@pytest.mark.parametrize(
    ("twice", "rows"),
    [
        (
            "item_date_issue",
            "FAC;1;C1;2024-05-24;1200;2024-04-24;04/05/2024\nFAC;2;C1;2024-05-24;1200;24/04/2024;04/05/2024\n",
        ),
        ("item_type", "FAC;1;C1;2024-05-24;1200;2024-04-24;INV\nCM;2;C1;2024-05-24;1200;2024-04-24;FAC\n"),
    ],
)
def test_columns_of_one_name_have_an_order(twice, rows):
    data = f"{ITEMS};{twice}\n{rows}".encode()
    assert report(data, "items", 1, 1, 100, most=1) == report(data, "items", 1 << 20, 1, 100, most=1)


# Where in the file


@given(st.lists(st.lists(st.integers(1, 1 << 40))))
def test_places_are_the_same_for_any_cut(parts):
    lines = [line for part in parts for line in part]
    at_once = Places()
    at_once.add(lines)
    merged = Places()
    for part in parts:
        places = Places()
        places.add(part)
        merged.merge(places)
    assert merged == at_once
    assert sum(merged.stretches.values()) == len(lines)
    assert all(stretch < STRETCHES for stretch in merged.stretches)
    assert merged.shift == 0 or max(lines) >> merged.shift >= STRETCHES // 2


def test_findings_are_placed_by_column_severity_and_line():
    part = Part(2)
    for line in (3, 5000):
        part.add(Finding("V303", "bad-date", Severity.ERROR, Effect.LINE, "", line=line, column="item_date_due"))
    empty = Finding("F009", "mixed-line-endings", Severity.INFO, Effect.NONE, "")
    part.add(empty)
    part.add_all([Sample(replace(empty, line=7), {})], 3, cause="", lines=[7, 8, 9])
    part.add_all([Sample(replace(empty, line=7), {})], 3, cause="")
    spread = settle(part, (), {"F009": Severity.WARNING}).spread
    assert spread.columns == {"item_date_due": 2, None: 7}
    assert spread.places[Severity.ERROR] == Places(5, {0: 1, 156: 1})
    assert spread.places[Severity.WARNING] == Places(0, {7: 2, 8: 1, 9: 1}, unplaced=2)
    assert spread.unplaced == 2
