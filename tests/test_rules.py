"""The cases of tests/rules/<CODE>.yml, and what every rule has to have.

A case file is a list of cases; every value in it is text. The keys of a case:

- name: what it shows, in a word or a few, with hyphens
- kind: fires, silent or messy; each file has at least one of each
- rows: lines under the usual header of `type` (items if there is none)
- csv: instead of rows, the text of the file; `encoding` is what it is written in, UTF-8 unless told
- bytes: instead of rows and csv, the file's bytes, one for each character
- type: the import type that is asked for; without it the header tells
- schema: instead of type, a user's own Table Schema as YAML text
- file: the file's name
- options: further options of `dsolint.check`
- config: the text of a dsolint.toml beside the file
- also: further files of the delivery, their text by their names
- known: a file of known customers, for the option `clients`
- before: what the account was sent before, the oldest first: each `rows` or `csv`, and the `mode`, stock unless told
- expect: all findings of the run. `code`, `line` and `column` always count (without one: there is none), the others
  where they are given, an empty one for none; `says` is what the message has to contain
- counts: by code, where `expect` has less than all findings because of max_findings
- report: what the report says of the file and of its forecast
- not_checked: rules that the report has to list as not checked
- bug: why the program does not do yet what the case wants
"""

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import chain, repeat
from pathlib import Path

import pytest
import yaml
from fixtures.ways import WAYS

import dsolint
from dsolint import engine
from dsolint.config import STOCK
from dsolint.delivery.guard import previous
from dsolint.delivery.history import History, utc_now
from dsolint.delivery.record import Outcome, SentFile, State
from dsolint.findings import Effect
from dsolint.rules import RULES
from dsolint.rules.rule import SECTIONS
from dsolint.settings import make_settings

FOLDER = Path(__file__).parent / "rules"
KEYS = set(re.findall("^- ([a-z_]+):", __doc__, re.MULTILINE)) | {"encoding"}
KINDS = {"fires", "silent", "messy"}
PLACE = ("code", "line", "column")
OPTIONS = {
    "max_findings": int,
    "today": date.fromisoformat,
    "replace_users": "true".__eq__,
    "select": str.split,
    "ignore": str.split,
}
HEADERS = {
    "items": "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency",
    "clients": "client_code;client_business_name",
    "contacts": "client_code;contact_lastname",
    "users": "client_code;user_lastname",
}
MODULES = {
    "F": "file",
    "H": "header",
    "R": "rows",
    "V": "values",
    "B": "business",
    "X": "references",
    "D": "delivery",
    "S": "values",
}
API_PAGE = {
    "items": '"item_type";"item_number";"client_code";"item_date_issue";"item_date_issue";"item_amount_initial_inc_tax";"item_currency"\n'
    '"FAC";"00000123";"C0001";"2024-04-24";"2024-05-01";"6 580,10";"USD"\n',
    "clients": '"client_business_name";"client_code";"client_id";"client_address_country"\n'
    '"My company";"C0001";"FR12345678";"France"\n',
    "contacts": '"contact_firstname";"contact_lastname";"contact_role";"client_code"\n"Mike";"Jackson";"other";"C0001"\n',
    "users": '"user_firstname";"user_lastname";"client_code"\n"John";"Roy";"C0001"\n',
}


@cache
def load(code):
    # BaseLoader leaves every value text: 2024-04-24, 00123 and no mean themselves.
    return yaml.load((FOLDER / f"{code}.yml").read_text(encoding="utf-8"), yaml.BaseLoader)


CODES = sorted(path.stem for path in FOLDER.glob("*.yml"))
CASES = [
    pytest.param(
        case,
        id=f"{code}-{case['name']}",
        marks=[pytest.mark.xfail(reason=case["bug"], strict=True)] if "bug" in case else [],
    )
    for code in CODES
    for case in load(code)
]


def content(case):
    if "bytes" in case:
        return case["bytes"].encode("latin-1")
    text = case["csv"] if "csv" in case else f"{HEADERS[case.get('type', 'items')]}\n{case['rows']}"
    return text.encode(case.get("encoding", "utf-8"))


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def run(case, folder, **options):
    path = folder / case.get("file", "file.csv")
    path.write_bytes(content(case))
    others = [write(folder, name, text) for name, text in case.get("also", {}).items()]
    options |= {name: OPTIONS.get(name, str)(value) for name, value in case.get("options", {}).items()}
    if "config" in case:
        options["config"] = write(folder, "dsolint.toml", case["config"])
    if "schema" in case:
        options["schema"] = write(folder, "schema.yaml", case["schema"])
    if "known" in case:
        options["clients"] = str(write(folder, "known.txt", case["known"]))
    if "before" in case:
        report = check_after(case["before"], [path, *others], folder, type=case.get("type"), **options).to_dict()
    else:
        report = dsolint.check([path, *others], type=case.get("type"), **options).to_dict()
    return next(file for file in report["files"] if file["path"] == str(path))


def check_after(before, paths, folder, type, **options):
    """Check after other files went in, as a history has them."""
    with History(folder / "history.sqlite3") as history:
        account = history.account("mine", url="https://account.example.com")
        for number, sent in enumerate(before):
            path = folder / f"before_{number}.csv"
            path.write_bytes(content({"type": type or "items", **sent}))
            settings = make_settings(type=type, mode=sent.get("mode", STOCK))
            (file,) = engine.check([path], settings, remember=True).files
            sending = account.begin([SentFile.of(file)], mode=settings.for_file(str(path)).mode, checked=utc_now())
            sending.note(0, State.ACCEPTED, keys=file.keys)
            sending.settle(Outcome.ACCEPTED)
        return engine.check(paths, make_settings(type=type, **options), past=lambda _: previous(account))


def text(value):
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def place(finding):
    return int(finding["line"] or 0), finding["code"], finding["column"] or ""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_case(case, way, tmp_path):
    with WAYS[way]():
        file = run(case, tmp_path)
    expected = sorted(({"line": "", "column": "", **finding} for finding in case["expect"]), key=place)
    sentences = [finding.pop("says", []) for finding in expected]
    found = sorted(file["findings"], key=place)
    keys = chain(expected, repeat(PLACE))
    assert [
        {key: text(finding[key]) for key in wanted} for finding, wanted in zip(found, keys, strict=False)
    ] == expected
    for finding in found:
        rule = RULES[finding["code"]]
        assert Effect(finding["effect"]).rank >= (rule.worst or rule.effect).rank, "the rule tells the worst"
    for finding, parts in zip(found, sentences, strict=True):
        assert [part for part in parts if part not in finding["message"]] == [], finding["message"]

    counts = Counter(finding["code"] for finding in found)
    assert {code: text(count) for code, count in file["counts"].items()} == case.get(
        "counts", {code: text(count) for code, count in counts.items()}
    )
    assert file["forecast"]["accepted"] + file["forecast"]["ignored"] == file["rows"]
    facts = file["forecast"] | file
    assert {key: text(facts[key]) for key in case.get("report", {})} == case.get("report", {})
    assert set(case.get("not_checked", [])) <= {entry["rule"] for entry in file["not_checked"]}


def test_every_rule_has_its_case_file_and_no_other_code_has_one():
    assert set(RULES) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_case_file_shows_all_sides(code):
    cases = load(code)
    names = [case["name"] for case in cases]
    assert set().union(*cases) <= KEYS
    assert {case["kind"] for case in cases} == KINDS
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    assert all(code in {finding["code"] for finding in case["expect"]} for case in cases if case["kind"] == "fires")
    assert not any(
        code in {finding["code"] for finding in case["expect"]} for case in cases if case["kind"] == "silent"
    )


@pytest.mark.parametrize("code", CODES)
def test_rule_can_be_left_out_and_can_be_alone(code, tmp_path):
    case = next(case for case in load(code) if case["kind"] == "fires" and "bug" not in case)
    without = run(case, tmp_path, ignore=[code])
    alone = run(case, tmp_path, select=[code])
    assert code not in without["counts"]
    assert set(alone["counts"]) == {code}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_is_documented(rule):
    assert rule.what.endswith(".")
    assert tuple(rule.sections) == SECTIONS
    assert all(rule.sections.values())


def test_names_are_unique_and_kebab_case():
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_agrees_with_the_catalogue(rule):
    with (FOLDER / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file, delimiter=";")}
    row = rows[rule.code]
    assert rule.name == row["name"]
    for fact in ("severity", "effect", "basis"):
        assert getattr(rule, fact) in re.findall("[a-z]+", row[fact]), fact


@pytest.mark.parametrize("code", RULES)
def test_letter_of_a_code_is_its_module(code):
    assert RULES[code].function.__module__ == f"dsolint.rules.{MODULES[code[0]]}"


def test_items_example_of_the_api_page_fails(tmp_path):
    case = {"csv": API_PAGE["items"], "type": "items"}
    file = run(case, tmp_path)
    assert [(f["code"], f["column"]) for f in file["findings"]] == [
        ("H101", "item_date_due"),
        ("H103", "item_date_issue"),
    ]


@pytest.mark.parametrize("type", ["clients", "contacts", "users"])
def test_other_examples_of_the_api_page_have_no_error(type, tmp_path):
    file = run({"csv": API_PAGE[type], "type": type}, tmp_path)
    assert "error" not in {finding["severity"] for finding in file["findings"]}
    assert (file["forecast"]["accepted"], file["forecast"]["ignored"]) == (1, 0)
