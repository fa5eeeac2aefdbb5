"""`dsolint sample`: clean data has no finding, and every planted fault has exactly one."""

import csv
import datetime
import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dsolint
from dsolint.cli.main import main
from dsolint.errors import UsageError
from dsolint.findings import Severity
from dsolint.rules import RULES
from dsolint.sampling import BASE_DATE, Chunk, sample
from dsolint.sampling.faults import FAULTS, faults_for
from dsolint.sampling.numbers import VAT_NUMBERS, lei, siren, siret
from dsolint.sampling.people import generator
from dsolint.sampling.table import CUSTOMERS, PER_CUSTOMER, customer_of, customers_for
from dsolint.schema import TYPES, import_type

PLANTABLE = [(type, code) for type in TYPES for code in faults_for(type)]


def written(chunks: list[Chunk], path: Path) -> Path:
    path.write_bytes("".join(chunk.text for chunk in chunks).encode())
    return path


def found_in(path: Path, type: str, today: datetime.date | None = None) -> list[tuple[str, int | None, str | None]]:
    report = dsolint.check(path, type=type, today=today, max_findings=100_000)
    return [(f.code, f.line, f.column) for file in report.files for f in file.findings]


def text_of(type: str, rows: int, **options) -> str:
    return "".join(chunk.text for chunk in sample(type, rows, **options))


def records_of(type: str, rows: int, **options) -> list[dict[str, str]]:
    return list(csv.DictReader(text_of(type, rows, **options).splitlines(), delimiter=";"))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["dsolint", "sample", *map(str, arguments)])
    with pytest.raises(SystemExit) as exit:
        main()
    return exit.value.code


@pytest.mark.parametrize("type", TYPES)
def test_a_seed_decides_every_byte(type):
    options = {"seed": 7, "errors": 0.1}
    assert list(sample(type, 500, **options)) == list(sample(type, 500, **options))
    assert text_of(type, 500, seed=7) != text_of(type, 500, seed=8)


def test_the_hash_seed_decides_nothing():
    def bytes_of(hash_seed: str) -> bytes:
        command = [sys.executable, "-m", "dsolint", "sample", "clients", "--rows", "200", "--errors", "0.3"]
        return subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, check=True
        ).stdout

    assert bytes_of("1") == bytes_of("2")


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("today", [None, BASE_DATE])
def test_clean_data_has_no_finding(type, seed, today, tmp_path):
    path = written(list(sample(type, 2000, seed=seed)), tmp_path / f"{type}.csv")
    assert found_in(path, type, today) == []


def test_a_delivery_of_all_types_has_no_finding(tmp_path):
    for type in TYPES:
        written(list(sample(type, 3000 if type == "items" else 1000)), tmp_path / f"{type}.csv")
    report = dsolint.check(tmp_path)
    assert sum(report.counts.values()) == 0
    assert len(report.files) == len(TYPES)


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_planted_fault_is_found_and_nothing_else(type, seed, tmp_path):
    chunks = list(sample(type, 2000, seed=seed, errors=0.05))
    planted = [fault for chunk in chunks for fault in chunk.truth]
    assert 50 <= len(planted) <= 150
    found = found_in(written(chunks, tmp_path / f"{type}.csv"), type)
    assert sorted(found, key=repr) == sorted(map(tuple, planted), key=repr)


@pytest.mark.parametrize(("type", "code"), PLANTABLE, ids=["-".join(pair) for pair in PLANTABLE])
def test_each_fault_by_itself(type, code, tmp_path):
    chunks = list(sample(type, 1000, seed=5, errors=0.2, faults=[code]))
    planted = [fault for chunk in chunks for fault in chunk.truth]
    assert planted
    assert {fault.code for fault in planted} == {code}
    found = found_in(written(chunks, tmp_path / f"{type}.csv"), type)
    assert sorted(found, key=repr) == sorted(map(tuple, planted), key=repr)


@pytest.mark.parametrize("type", TYPES)
def test_a_file_of_faults_alone(type, tmp_path):
    chunks = list(sample(type, 300, seed=9, errors=1))
    planted = [fault for chunk in chunks for fault in chunk.truth]
    assert len(planted) == 300
    found = found_in(written(chunks, tmp_path / f"{type}.csv"), type)
    assert sorted(found, key=repr) == sorted(map(tuple, planted), key=repr)


def test_the_truth_is_in_the_order_of_the_file_and_counts_physical_lines():
    chunks = list(sample("items", 400, seed=3, errors=0.2, faults=["R202", "R206", "R201"]))
    lines = "".join(chunk.text for chunk in chunks).split("\n")
    planted = [fault for chunk in chunks for fault in chunk.truth]
    assert [fault.line for fault in planted] == sorted(fault.line for fault in planted)
    assert all(lines[fault.line - 1] == "" for fault in planted if fault.code == "R202")
    assert all(lines[fault.line - 1].count('"') % 2 for fault in planted if fault.code == "R206")


def test_the_bytes_are_the_same_on_every_platform_and_python():
    """Where words or the order of draws change on purpose, the digest changes with them."""
    digest = hashlib.sha256()
    for type in TYPES:
        digest.update(text_of(type, 300, seed=1, errors=0.2, faults=["R201", "V301"]).encode())
    assert digest.hexdigest() == "c1a2b16d771948fa0e60374b7b6d8848f2680eafc5ab492ab361b3183bf3723d"


def test_records_without_a_fault_are_those_of_the_clean_file():
    clean = text_of("items", 500, seed=4).splitlines()
    lines = text_of("items", 500, seed=4, errors=0.1, faults=["V301"]).splitlines()
    assert len(lines) == len(clean)
    assert 0 < sum(a != b for a, b in zip(clean, lines, strict=True)) < 100


def test_every_code_is_one_of_the_rules():
    assert set(FAULTS) <= set(RULES)
    assert all(set(fault.types) <= set(TYPES) for fault in FAULTS.values())


def test_no_chunk_holds_the_whole_file():
    chunks = list(sample("users", 25_000))
    assert len(chunks) > 3
    assert sum(chunk.text.count("\n") for chunk in chunks) == 25_001


def test_only_the_header_where_no_rows_are_asked_for():
    assert text_of("items", 0, errors=1) == text_of("items", 0)
    assert text_of("items", 0).count("\n") == 1


def test_items_show_what_the_import_takes():
    records = records_of("items", 4000)
    assert {record["item_type"] for record in records} == set(import_type("items").fields["item_type"].enum)
    assert len({record["item_number"] for record in records}) == 4000
    assert len({record["item_currency"] for record in records}) >= 5
    grosses = [record["item_amount_initial_inc_tax"] for record in records]
    for mark in (" ", "\u00a0", "\u202f"):
        assert any(mark in amount for amount in grosses)
    assert sum({"." in amount for amount in grosses} | {"," in amount for amount in grosses}) == 1
    for sign in (".", ","):
        assert any(sign in text_of("items", 100, seed=seed).partition("\n")[2] for seed in range(4))
    assert any(record["item_date_payment"] for record in records)
    for record in records:
        negative = record["item_amount_initial_inc_tax"].startswith("-")
        assert record["item_type"] == "ODI" or negative == (record["item_type"] in ("AVO", "RGL"))


@pytest.mark.parametrize("type", TYPES)
def test_most_values_are_bare_and_some_are_quoted(type):
    lines = text_of(type, 1000).splitlines()
    assert 0 < sum('"' in line for line in lines) < 500


@pytest.mark.parametrize("type", ["items", "contacts", "users"])
def test_customers_are_those_of_the_clients_sample(type):
    known = {record["client_code"] for record in records_of("clients", 200)}
    assert {record["client_code"] for record in records_of(type, 200)} <= known


@pytest.mark.parametrize("rows", [1, 999, 1000, 1001, 50_000, 50_001, 123_457])
def test_no_customer_has_more_records_than_there_are_people(rows):
    customers = [customer_of(number, rows) for number in range(1, rows + 1)]
    assert set(customers) == set(range(1, customers_for(rows) + 1))
    assert max(len(list(group)) for _, group in itertools.groupby(customers)) <= PER_CUSTOMER
    assert customers_for(rows) <= max(CUSTOMERS, rows)


@pytest.mark.parametrize("country", VAT_NUMBERS)
def test_vat_numbers_pass_the_check_of_their_country(country):
    util = pytest.importorskip("stdnum.util")
    rng = generator("vat", country)
    check = util.get_cc_module(country.lower(), "vat")
    assert all(check.is_valid(VAT_NUMBERS[country](rng)) for _ in range(500))


def test_other_numbers_pass_their_checks():
    pytest.importorskip("stdnum")
    import stdnum.fr.siren
    import stdnum.fr.siret
    import stdnum.lei

    rng = generator("numbers")
    for _ in range(500):
        company = siren(rng)
        assert stdnum.fr.siren.is_valid(company)
        assert stdnum.fr.siret.is_valid(siret(company, rng))
        assert stdnum.lei.is_valid(lei(rng))


def test_the_command_writes_a_file_and_its_truth(tmp_path, monkeypatch):
    output, truth = tmp_path / "clients.csv", tmp_path / "truth.csv"
    arguments = ["--rows", "300", "--errors", "0.1", "--seed", "2", "--output", output, "--truth", truth]
    assert run(monkeypatch, "clients", *arguments) == 0
    chunks = list(sample("clients", 300, seed=2, errors=0.1))
    assert output.read_bytes() == "".join(chunk.text for chunk in chunks).encode()
    rows = [row.split(";") for row in truth.read_text().splitlines()]
    assert rows[0] == ["code", "line", "column"]
    assert rows[1:] == [[f.code, str(f.line), f.column or ""] for chunk in chunks for f in chunk.truth]
    found = found_in(output, "clients")
    assert sorted((code, str(line), column or "") for code, line, column in found) == sorted(map(tuple, rows[1:]))


def test_the_command_prints_bytes(monkeypatch, capfdbinary):
    assert run(monkeypatch, "items", "--rows", "50", "--today", "2023-02-28") == 0
    expected = text_of("items", 50, today=datetime.date(2023, 2, 28))
    assert capfdbinary.readouterr().out == expected.encode()


def test_a_reader_that_goes_away_is_no_failure():
    command = [sys.executable, "-m", "dsolint", "sample", "items", "--rows", "50000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["items", "--errors", "2"], "0<=x<=1"),
        (["items", "--errors", "nan"], "from 0 to 1"),
        (["invoices"], "invoices"),
        (["items", "--errors", "0.1", "--fault", "V999"], "There is no rule 'V999'"),
        (["items", "--errors", "0.1", "--fault", "H101"], "no fault can be planted for 'H101'"),
        (["items", "--errors", "0.1", "--fault", "V306"], "no fault can be planted for 'V306'"),
        (["items", "--fault", "V301"], "--errors"),
        (["items", "--rows", "-1"], "-1"),
        (["items", "--today", "30.06.2024"], "YYYY-MM-DD"),
        (["items", "--today", "1900-01-01"], "1900-01-01"),
        (["items", "--output", "same.csv", "--truth", "same.csv"], "same file"),
        (["items", "--output", "no/such/folder/items.csv"], "can't be written"),
    ],
)
def test_bad_usage(arguments, message, monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *arguments) == 2
    captured = capfd.readouterr()
    assert message in captured.err
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_the_library_refuses_what_it_does_not_know():
    with pytest.raises(UsageError, match="no import type"):
        sample("invoices", 1)
    with pytest.raises(UsageError, match="-1 rows"):
        sample("items", -1)


def test_faults_of_every_severity_can_be_planted():
    severities = {RULES[code].severity for _, code in PLANTABLE}
    assert severities == set(Severity)
