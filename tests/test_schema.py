"""The schemas say what the vendor's page says, and mean to frictionless what they mean to dsolint."""

import csv
import datetime
import io
import json
import re
from pathlib import Path

import frictionless
import pytest
from fixtures.by_frictionless import verdict

import dsolint
from dsolint.schema import TYPES, csv_template, data_package, descriptor_text, import_type

FIXTURES = Path(__file__).parent / "fixtures"
SCHEMAS = Path(__file__).parent.parent / "schemas"
TODAY = datetime.date(2024, 11, 22)


# The vendor's page


def page():
    """For each import type the columns of the page: name, whether mandatory, label, and what it says of the values."""
    types, columns = {}, []
    for line in (FIXTURES / "import-api-columns.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            columns = types[line.strip("[]")] = []
        elif line.startswith(" "):
            columns[-1][3].append(line.strip())
        elif line and not line.startswith("#"):
            name, star, label = re.fullmatch(r"(\S+) (\* )?(.+)", line).groups()
            columns.append((name, bool(star), label, []))
    return types


PAGE = page()


def test_the_page_is_whole():
    assert {type: len(columns) for type, columns in PAGE.items()} == {
        "items": 19,
        "clients": 46,
        "contacts": 12,
        "users": 5,
    }


@pytest.mark.parametrize("type", TYPES)
def test_columns_are_those_of_the_page(type):
    found = [(f.name, f.mandatory, f.titles["de"]) for f in import_type(type).fields.values()]
    assert sorted(found) == sorted((name, mandatory, label) for name, mandatory, label, _ in PAGE[type])


@pytest.mark.parametrize("type", TYPES)
def test_values_are_those_of_the_page(type):
    for name, _, _, told in PAGE[type]:
        field = import_type(type).fields[name]
        values = told[0].partition("Possible values: ")[2].partition(" (")[0] if told else ""
        listed = [line.removeprefix("• ").partition(":")[0] for line in told if ":" in line and line.startswith("•")]
        expected = [value for value in values.split(", ") if value] or listed
        assert sorted(field.enum) == sorted(expected), name
        assert (field.kind == "date" and not field.inferred) == ("Datumsformat: YYYY-MM-DD" in told), name


@pytest.mark.parametrize("amount", ["1200", "1 200,00", "1200.00123"])
def test_the_amounts_of_the_page_are_good(amount):
    assert f"• {amount}" in next(told for name, _, _, told in PAGE["items"] if name == "item_amount_initial_inc_tax")
    for name in ("item_amount_initial_inc_tax", "item_amount_remaining"):
        field = next(one for one in json.loads(descriptor_text("items"))["fields"] if one["name"] == name)
        assert re.fullmatch(field["constraints"]["pattern"], amount)


@pytest.mark.parametrize("type", TYPES)
def test_kinds(type):
    """`?` marks those that the page does not state; every other column is text."""
    table = json.loads((FIXTURES / "kinds.json").read_text("utf-8"))[type]
    kinds = {name: kind for kind, names in table.items() for name in names}
    for field in import_type(type).fields.values():
        assert field.kind + "?" * field.inferred == kinds.pop(field.name, "text"), field.name
    assert not kinds


@pytest.mark.parametrize("type", TYPES)
def test_every_column_has_a_title_in_every_language(type):
    for field in import_type(type).fields.values():
        assert set(field.titles) == {"en", "de", "fr"}
        assert all(title.strip() for title in field.titles.values())
        assert field.example or not field.mandatory


# frictionless


@pytest.mark.parametrize("type", TYPES)
def test_schemas_are_table_schemas(type):
    assert not list(frictionless.Schema.metadata_validate(json.loads(descriptor_text(type))))


def test_the_package_is_a_data_package():
    assert not list(frictionless.Package.metadata_validate(data_package()))
    package = frictionless.Package.from_descriptor(data_package())
    assert sorted(package.resource_names) == sorted(TYPES)
    for type in ("contacts", "items", "users"):
        keys = package.get_resource(type).schema.foreign_keys
        assert keys == [{"fields": ["client_code"], "reference": {"resource": "clients", "fields": ["client_code"]}}]


def test_the_package_on_disk_is_fresh():
    fresh = json.dumps(data_package(), indent=2, ensure_ascii=False) + "\n"
    assert (SCHEMAS / "datapackage.json").read_text("utf-8") == fresh, "dsolint schema > schemas/datapackage.json"


COLUMNS = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_unique_key"
ROW = "FAC;00000123;C0001;2024-04-24;2024-05-24;1200;k1"

# What is wrong with the second row, what frictionless calls it, and what dsolint does.
AGREED = [
    ("AVO;2;C0001;2024-04-24;2024-05-24;-1 200,00;k2", None, None),
    ("INV;2;C0001;2024-04-24;2024-05-24;1200;k2", "constraint-error", "V302"),
    (";2;C0001;2024-04-24;2024-05-24;1200;k2", "constraint-error", "V301"),
    ("FAC;;C0001;2024-04-24;2024-05-24;1200;k2", "constraint-error", "V301"),
    ("FAC;2;C0001;2024-02-30;2024-05-24;1200;k2", "type-error", "V303"),
    ("FAC;2;C0001;24/04/2024;2024-05-24;1200;k2", "type-error", "V303"),
    ("FAC;2;C0001; 2024-04-24;2024-05-24;1200;k2", "type-error", "V303"),
    ("FAC;2;C0001;2024-04-24;2024-05-24;abc;k2", "constraint-error", "V304"),
    ("FAC;2;C0001;2024-04-24;2024-05-24;1.200,00;k2", "constraint-error", "V304"),
    ("FAC;2;C0001;2024-04-24;2024-05-24;١٢;k2", "constraint-error", "V304"),
    ("FAC;2;C0001;2024-04-24;2024-05-24;1200;k1", "unique-error", "B406"),
    ("FAC;2;C0001;2024-04-24;2024-05-24;1200;k2;x", "extra-cell", "R201"),
    ("FAC;2;C0001;2024-04-24;2024-05-24;1200", "missing-cell", "R201"),
    ("", "blank-row", "R202"),
]
DIFFERENT = [
    ("FAC;2;C0001;2024-4-24;2024-05-24;1200;k2", None, "V303", "its %m takes one digit, the page's MM two"),
    ("FAC;2;C0001;２０２４-04-24;2024-05-24;1200;k2", None, "V303", "its digits are those of any script"),
    ('FAC;2;C0001;2024-04-24;2024-05-24;"1200\n";k2', None, "V304", "its patterns end before a last line end too"),
    ("FAC; ;C0001;2024-04-24;2024-05-24;1200;k2", None, "V301", "white space is a value to Table Schema"),
    (";;;;;;", "blank-row", "V301", "a line of delimiters is a row to the import"),
    ("FAC;2;C0001;2024-04-24;2024-05-24;1.200;k2", None, "V305", "Table Schema can't say it"),
    ("FAC;2;C0001;2024-04-24;2024-03-24;1200;k2", None, "B401", "Table Schema can't say it"),
]
HEADERS = [
    (COLUMNS.replace("item_type;", ""), ROW.partition(";")[2], "missing-label", "H101"),
    (COLUMNS.replace("item_type", "Item Type"), ROW, "missing-label", "H105"),
    (COLUMNS.replace("item_unique_key", "item_number"), ROW, "error", "H103"),
    (COLUMNS.replace("item_unique_key", "remark"), ROW, None, "H102"),
    (COLUMNS.replace("item_unique_key", ""), ROW, None, "H104"),
    (";".join(reversed(COLUMNS.split(";"))), ";".join(reversed(ROW.split(";"))), None, None),
]


def check_items(path, header, *rows):
    path.write_text("".join(f"{row}\n" for row in (header, *rows)), encoding="utf-8", newline="")
    theirs = verdict(path, json.loads(descriptor_text("items")))
    ours = dsolint.check(path, type="items", today=TODAY).files[0].counts
    return {kind for kind, *_ in theirs}, set(ours)


@pytest.mark.parametrize(("row", "theirs", "ours"), AGREED)
def test_rows_on_which_both_agree(tmp_path, row, theirs, ours):
    assert check_items(tmp_path / "items.csv", COLUMNS, ROW, row) == ({theirs} - {None}, {ours} - {None})


@pytest.mark.parametrize(("row", "theirs", "ours", "why"), DIFFERENT)
def test_rows_on_which_both_differ(tmp_path, row, theirs, ours, why):
    found = check_items(tmp_path / "items.csv", COLUMNS, ROW, row)
    assert found[0] == {theirs} - {None}, why
    assert ours in found[1], why


@pytest.mark.parametrize(("header", "row", "theirs", "ours"), HEADERS)
def test_headers(tmp_path, header, row, theirs, ours):
    assert check_items(tmp_path / "items.csv", header, row) == ({theirs} - {None}, {ours} - {None})


# Templates


@pytest.mark.parametrize("type", TYPES)
def test_templates_lint_clean(type):
    template = csv_template(type)
    header, row = csv.reader(io.StringIO(template), delimiter=";")
    assert header == list(import_type(type).fields)
    assert len(row) == len(header)
    for asked in (type, None):
        report = dsolint.check(io.BytesIO(template.encode()), type=asked, today=TODAY)
        assert report.files[0].counts == {}
        assert report.files[0].type == type
