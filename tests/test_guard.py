"""The guard: what a delivery would take away from its account, told before it is sent."""

import datetime
import json
import os
import re
from decimal import Decimal
from pathlib import Path

import jsonschema
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import dsolint
from dsolint import engine
from dsolint.checking.files import FileCheck
from dsolint.checking.key_store import KeyStore
from dsolint.checking.previous import Held, Previous
from dsolint.checking.run import Run
from dsolint.cli.main import group
from dsolint.delivery import gate, holdings
from dsolint.delivery.history import History, utc_now
from dsolint.delivery.record import Outcome, SentFile, State
from dsolint.settings import make_settings

HEADER = (
    "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency;"
    "item_unique_key;item_amount_remaining_inc_tax\n"
)
SINCE = datetime.datetime(2024, 11, 21, 2, 0, tzinfo=datetime.UTC)
SCHEMA = json.loads((Path(dsolint.__file__).parent / "reporters" / "report.schema.json").read_text("utf-8"))


def item(number, amount="100", currency="EUR", year=2024, key="", remaining=""):
    return f"ODI;{number};C0001;{year}-01-02;{year}-02-02;{amount};{currency};{key};{remaining}\n"


# What would be cleared, beside a naive account of it

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.sampled_from(["1", "2", "3", " 1"]),
            "year": st.sampled_from([2023, 2024]),
            "key": st.sampled_from(["", "", "K1", "K2"]),
            "amount": st.sampled_from(["10", "-10", "0", "0.001", "1 200,50", "99999999999999999999.5", "x"]),
            "remaining": st.sampled_from(["", "", "0", "7.25"]),
            "currency": st.sampled_from(["EUR", "USD", ""]),
        }
    ),
    max_size=8,
)


def read(amount):
    try:
        return Decimal(amount.replace(" ", "").replace(",", "."))
    except ArithmeticError:
        return None


def held_after(before, rows):
    """What an account holds: amount and currency by key; the last of several rows counts, and balances of zero do not."""
    held = dict(before)
    for row in rows:
        if read(row["amount"]) is not None:  # else the line is left out
            key = row["key"] or (row["number"], row["year"])
            amount = read(row["remaining"]) if row["remaining"] else read(row["amount"])
            held[key] = (amount if abs(amount) < 10**18 else None, row["currency"])
    return {key: entry for key, entry in held.items() if entry[0] != 0}


def checked(rows, block_size, previous=None, mode="stock"):
    """The report of a file with these rows, which are cut into blocks; a stream stands for it."""
    text = HEADER + "".join(item(**row) for row in rows)
    config = make_settings(mode=mode, type="items", jobs=1).for_file("-")
    options = {"previous": previous} if previous is not None else {}
    with KeyStore() as store, Run(1) as run:
        source = Path(checked.folder) / "items.csv"
        source.write_text(text)
        check = FileCheck(
            str(source), config, store, 0, run, alone=True, block_size=block_size, remember=True, **options
        )
        check.read()
        check.judge_references()
        check.judge_delivery()
        return check.report()


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    checked.folder = tmp_path_factory.mktemp("guard")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(ROWS, st.sampled_from(["stock", "delta"])), min_size=1, max_size=3),
    ROWS,
    st.sampled_from([50, 1 << 20]),
)
def test_what_would_be_cleared_is_what_a_naive_account_says(before, rows, block_size):
    held, model = None, {}
    for sent, mode in before:
        keys = checked(sent, block_size, mode=mode).keys
        held = holdings.unpacked(holdings.packed(holdings.after(held if mode == "delta" else None, keys)))
        model = held_after(model if mode == "delta" else {}, sent)
    now = {row["key"] or (row["number"], row["year"]) for row in rows if read(row["amount"]) is not None}
    gone = {key: entry for key, entry in model.items() if key not in now}
    sums = {}
    for amount, currency in gone.values():
        if amount is not None:
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    report = checked(rows, block_size, Previous(None, None, {"items": Held(SINCE, lambda: held)}))
    clears = report.forecast.clears
    assert (clears.since, clears.count, clears.amounts) == (SINCE, len(gone), sums)
    weights = {
        currency: (
            sum((abs(a) for a, c in gone.values() if a is not None and c == currency), Decimal(0)),
            sum((abs(a) for a, c in model.values() if a is not None and c == currency), Decimal(0)),
        )
        for currency in ("EUR", "USD", "")
    }
    too_much = len(gone) * 5 > len(model) or any(lost * 5 > all for lost, all in weights.values())
    assert ("D602" in report.counts) == too_much


def test_a_million_keys(tmp_path):
    rows = 1_000_000
    numbers = pa.array(range(rows), pa.int64()).cast(pa.string())
    amounts = pa.array([Decimal(n * 7919 % 1_000_003).scaleb(-2) for n in range(rows)], pa.decimal128(38, 10))
    keys = pa.table({"key": numbers, "amount": amounts, "currency": pa.array(["EUR"] * rows)})
    path = tmp_path / "history.sqlite3"
    with History(path) as history:
        account = history.account("mine", url="https://account.example.com")
        for _ in range(2):  # the second takes the place of the first
            send(account, "items", keys, rows=rows)
    with History(path) as history:
        held = history.account("mine", url="https://account.example.com").holdings("items")
    assert held.sort_by("amount").num_rows == rows - 1  # one amount is zero
    assert held["key"].combine_chunks().equals(numbers.filter(pa.compute.not_equal(amounts, 0)))
    assert path.stat().st_size < 20 * rows  # an account's last keys alone; the file grows by them twice at most


# A check with a history


def send(account, type, keys, mode="stock", rows=1):
    file = SentFile(f"{type}.csv", type, "0" * 64, 1, rows, rows, 0)
    sending = account.begin([file], mode=mode, checked=utc_now(), replaces_users=True)
    sending.note(0, State.ACCEPTED, keys=keys)
    sending.settle(Outcome.ACCEPTED)


def sent(history, text, entity=None, url="https://account.example.com", mode="stock", state=State.ACCEPTED):
    """Put a file into the history, as one that went in unless it is said otherwise."""
    path = Path("sent.csv")
    path.write_text(text)
    (file,) = engine.check([str(path)], make_settings(type="items", mode=mode), remember=True).files
    path.unlink()
    account = history.account(f"{entity} {url}", url=url, entity=entity)
    sending = account.begin([SentFile.of(file)], mode=mode, checked=utc_now())
    sending.note(0, state, keys=file.keys)
    sending.settle(Outcome.ACCEPTED if state is State.ACCEPTED else Outcome.UNKNOWN)


@pytest.fixture
def history(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DSOLINT_HISTORY", str(tmp_path / "history.sqlite3"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "80")
    with History(tmp_path / "history.sqlite3") as history:
        yield history


ONE = HEADER + item(1)


def check(*options, text=ONE):
    Path("items.csv").write_text(text)
    arguments = ["check", "--mode", "stock", "--lang", "en", *options]
    if "--entity" not in options:
        arguments.append("items.csv")
    result = CliRunner().invoke(group, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, " ".join(result.stdout.split()), result.stdout


def upload(*options, text=ONE):
    """An upload in STOCK mode to entity north, whose server nobody reaches."""
    Path("items.csv").write_text(text)
    Path("dsolint.toml").write_text('entities.north.url = "https://account.example.com"\n')
    arguments = ["upload", "--mode", "stock", "--entity", "north", *options, "items.csv"]
    environment = {"DSOLINT_USER": "me", "DSOLINT_PASSWORD": "secret"}
    result = CliRunner(env=environment).invoke(group, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception


def report(*options, **given):
    document = json.loads(check("--format", "json", *options, **given)[2])
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    (file,) = document["files"]
    return file


def not_checked(file):
    return {entry["rule"]: entry["reason"] for entry in file["not_checked"]}


TWENTY = HEADER + "".join(item(n, amount="1000.50") for n in range(20))


def test_the_forecast_always_says_what_would_be_cleared(history):
    sent(history, TWENTY)
    code, told, _ = check(text=TWENTY.replace(item(3, amount="1000.50"), ""))
    assert code == 0
    assert re.search(
        r"STOCK mode would clear 1 of the items open after the delivery of [-0-9: ]+: 1,000.50 EUR\.", told
    )
    assert "would clear none of the items" in check(text=TWENTY)[1]
    clears = report(text=TWENTY.replace(item(3, amount="1000.50"), ""))["forecast"]["clears"]
    assert clears["items"] == 1
    assert clears["amounts"] == {"EUR": "1000.50"}
    assert datetime.datetime.fromisoformat(clears["since"]).tzinfo is not None


def test_a_delivery_in_doubt_counts_until_another_went_in(history):
    sent(history, ONE)
    sent(history, TWENTY, state=State.UNKNOWN)
    assert "D601" in report()["counts"]
    sent(history, ONE)
    assert "D601" not in report()["counts"]


def test_a_first_delivery_in_doubt_counts_too(history):
    """The nights before it there was nothing, or nothing that went in."""
    sent(history, TWENTY, state=State.UNKNOWN)
    file = report()
    assert {"D601", "D602", "D604"} <= {*file["counts"]}
    assert {*not_checked(file)} & {"D601", "D602", "D603", "D604"} == {"D603"}


def test_of_an_entity_with_two_addresses_the_one_that_is_set_counts(history):
    sent(history, TWENTY, "north", "https://test.example.com")
    sent(history, ONE, "north")
    Path("dsolint.toml").write_text(
        'entities.north = { url = "https://account.example.com", files = ["items.csv"] }\n', encoding="utf-8"
    )
    assert "would clear none of the items" in check("--entity", "north")[1]


def test_a_file_that_was_not_checked_to_its_end_is_not_sent(history):
    Path("items.csv").write_text(ONE)
    (file,) = dsolint.check("items.csv").files
    assert gate.stopping([file], force=False) is None
    stopped = gate.stopping([file, replace(file, complete=False)], force=True)
    assert "Everything has to pass before anything is sent" in str(stopped)


def test_partial_imports_clear_nothing(history):
    sent(history, TWENTY)
    file = report("--mode", "delta", text=TWENTY.replace(item(3, amount="1000.50"), ""))
    assert "clears" not in file["forecast"]
    assert not {"D601", "D602", "D604"} & {*file["counts"], *not_checked(file)}


def test_people_are_told_in_their_languages(history):
    sent(history, TWENTY)
    german = check("--lang", "de")[1]
    assert "Der STOCK-Modus würde 19 offene Posten ausgleichen" in german
    assert "19.009,50 EUR (95 %)" in german
    assert "19\u00a0009,50" in check("--lang", "fr")[2].replace("\u202f", "\u00a0")
    page = check("--format", "html")[1]
    assert "far more than usual would be cleared" in page
    assert "19 of the items open after the delivery" in page
    assert "19 of the items open after the delivery" in check("--format", "markdown")[1].replace("`", "")


def test_redacted_reports_keep_counts_and_sums(history):
    sent(history, TWENTY + item(77, currency="Smith"))
    code, told, _ = check("--redact")
    assert code == 1
    assert "19,009.50 EUR (95%)" in told
    assert "Smith" not in told
    assert report("--redact")["forecast"]["clears"]["amounts"]["EUR"] == "19009.50"
    assert "Smith" not in check("--redact", "--format", "json")[1]


def test_without_a_history_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DSOLINT_HISTORY", str(tmp_path / "none" / "history.sqlite3"))
    file = report()
    assert {"D601", "D602", "D603", "D604"} <= {*not_checked(file)}
    assert "clears" not in file["forecast"]
    assert not (tmp_path / "none").exists()


def overwritten(path):
    """Make the tables of a history unreadable, and leave its beginning as it is."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def newer(path):
    with History(path) as history:
        history.database.rows("PRAGMA user_version = 99")


def with_holdings_cut_short(path):
    """What is damaged within a value is read by SQLite like any other."""
    with History(path) as history:
        history.database.rows("UPDATE holdings SET content = substr(content, 1, length(content) - 100)")


UNREADABLE = {
    "no database": (lambda path: path.write_text("a text of some length" * 20), "is no history"),
    "overwritten": (overwritten, "the history is damaged"),
    "newer": (newer, "written by a newer dsolint"),
    "holdings": (with_holdings_cut_short, "the history is damaged"),
}


@pytest.mark.parametrize("how", UNREADABLE)
def test_a_history_that_can_not_be_read_stops_no_check(history, how):
    """A file is checked all the same, and what was not asked is said; an upload refuses."""
    sent(history, TWENTY, "north")
    history.database.close()
    harm, words = UNREADABLE[how]
    harm(history.path)
    before = history.path.read_bytes()
    code, told, _ = check(text=TWENTY)
    assert code == 0
    assert "the history can't be read: " in told
    rules = {"D602"} if how == "holdings" else {"D601", "D602", "D603", "D604"}
    file = report(text=TWENTY)
    assert {code for code, reason in not_checked(file).items() if words in reason} == rules
    assert "clears" not in file["forecast"]
    assert check(text=ONE.replace("2024-02-02", "02/02/2024"))[0] == 1
    with pytest.raises(dsolint.DsolintError, match=words):
        upload("--dry-run", text=TWENTY)
    with pytest.raises(dsolint.DsolintError, match=words):
        upload(text=TWENTY)
    assert history.path.read_bytes() == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everywhere")
def test_a_history_behind_a_door_that_is_shut(history, tmp_path, monkeypatch):
    history.database.close()
    shut = tmp_path / "shut"
    shut.mkdir()
    history.path.rename(shut / "history.sqlite3")
    monkeypatch.setenv("DSOLINT_HISTORY", str(shut / "history.sqlite3"))
    shut.chmod(0)
    try:
        assert "the history can't be opened: Permission denied" in not_checked(report())["D602"]
        with pytest.raises(dsolint.DsolintError, match="Permission denied"):
            upload()
    finally:
        shut.chmod(0o700)


def test_one_account_is_the_one_that_is_meant(history):
    sent(history, TWENTY, "north")
    assert report()["forecast"]["clears"]["items"] == 19


def test_of_several_accounts_one_has_to_be_named(history, monkeypatch):
    sent(history, TWENTY, "north")
    sent(history, HEADER + item(1), "south", url="https://south.example.com")
    assert "several accounts" in not_checked(report())["D602"]
    Path("dsolint.toml").write_text('entities.north.files = ["items.csv"]\nentities.south.files = ["items.csv"]\n')
    assert report("--entity", "north")["forecast"]["clears"]["items"] == 19
    assert report("--entity", "south")["forecast"]["clears"]["items"] == 0
    monkeypatch.setenv("DSOLINT_URL", "https://south.example.com/api/")
    assert report()["forecast"]["clears"]["items"] == 0
    monkeypatch.delenv("DSOLINT_URL")
    Path("dsolint.toml").write_text('url = "https://nobody.example.com"\n')
    assert "no earlier delivery" in not_checked(report())["D602"]


def test_thresholds_of_an_entity_hold(history):
    sent(history, TWENTY, "north")
    Path("dsolint.toml").write_text(
        'ignore = ["D601", "D604"]\nentities.north = { files = ["items.csv"], thresholds = { mass_clearing = 95 } }\n'
    )
    assert report("--entity", "north")["counts"] == {}


def test_the_configuration_says_where_the_history_is(history, tmp_path, monkeypatch):
    sent(history, TWENTY)
    monkeypatch.delenv("DSOLINT_HISTORY")
    Path("deep").mkdir()
    Path("deep/dsolint.toml").write_text('history = "../history.sqlite3"\n')
    Path("deep/items.csv").write_text(HEADER + item(1))
    result = CliRunner().invoke(group, ["check", "--mode", "stock", "--format", "json", "deep"], standalone_mode=False)
    (file,) = json.loads(result.stdout)["files"]
    assert file["forecast"]["clears"]["items"] == 19


def test_users_are_remembered_by_hashes_alone(history):
    text = "client_code;user_lastname;user_email\nC0001;Roy;roy@example.com\nC0001;Doe;\n"
    Path("users.csv").write_text(text)
    (file,) = engine.check(["users.csv"], make_settings(), remember=True).files
    keys = file.keys["key"].to_pylist()
    assert len(set(keys)) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


def test_severity_and_selection_hold_for_the_guard_too(history):
    sent(history, TWENTY)
    assert check()[0] == 1
    assert check("--ignore", "D6")[0] == 0
    Path("dsolint.toml").write_text('severity = { D601 = "info", D602 = "warning" }\n')
    assert check()[0] == 0
    assert check("--fail-on", "warning")[0] == 1
