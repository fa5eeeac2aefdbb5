"""Table Schemas of a user's own: they mean to dsolint what they mean to frictionless, and no import is spoken of."""

import csv
import datetime
import io
import json
import re

import pytest
from fixtures.by_frictionless import verdict

import dsolint
from dsolint.language import LANGUAGES, language
from dsolint.reporters import render
from dsolint.reporters.html.view import page_of
from dsolint.reporters.redact import HIDDEN, redacted

TODAY = datetime.date(2024, 11, 22)
V2 = {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json"}

FIELDS = [
    ({"type": "string"}, ["a", " ", "", "x;y", 'q"', "null"]),
    ({"type": "string", "format": "email"}, ["a@b.co", "a@b", "nobody", "@", "", "a b@c.de"]),
    ({"type": "string", "format": "uri"}, ["http://a.b/c?d", "a", "http://", "", "urn:x:y"]),
    ({"type": "string", "format": "uuid"}, ["123e4567-e89b-12d3-a456-426614174000", "123", ""]),
    ({"type": "string", "format": "binary"}, ["YWJj", "a", "", "*"]),
    ({"type": "string", "constraints": {"required": True}}, ["a", "", "b"]),
    ({"type": "string", "constraints": {"minLength": 2, "maxLength": 3}}, ["a", "ab", "abc", "abcd", "", "é€"]),
    ({"type": "string", "constraints": {"pattern": "[a-c]+|x"}}, ["abc", "x", "xa", "d", "", " abc"]),
    ({"type": "string", "constraints": {"enum": ["a", "b"]}}, ["a", "b", "c", "A", " a", ""]),
    ({"type": "string", "constraints": {"enum": ["a", "b"], "required": True, "maxLength": 1}}, ["a", "c", "", "bb"]),
    ({"type": "string", "constraints": {"unique": True}}, ["a", "b", "a", "", "", "a"]),
    ({"type": "number"}, ["1", "1.5", "-1.5", "1,5", "abc", "1e3", "NaN", "INF", "", "1 000", "+1", ".5", "5.", " 1"]),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, ["1.234,5", "1,5", "1.5", "1,234.5", "", "x"]),
    ({"type": "number", "bareNumber": False}, ["€1.5", "95%", "1.5 EUR", "abc", ""]),
    ({"type": "number", "floatNumber": True}, ["1.5", "x", ""]),
    ({"type": "number", "constraints": {"minimum": 1, "maximum": "10.5"}}, ["0.9", "1", "10.5", "10.6", "", "x"]),
    ({"type": "number", "constraints": {"enum": ["1", "2.5"]}}, ["1", "1.0", "2.50", "3", "", "x"]),
    ({"type": "number", "constraints": {"unique": True}}, ["1", "1.0", "1.50", "1.5"]),
    ({"type": "integer"}, ["1", "-1", "+1", "1.0", "1e3", "a", "", " 1", "007"]),
    ({"type": "integer", "bareNumber": False}, ["€1", "95%", "1 EUR", "x", ""]),
    ({"type": "integer", "constraints": {"minimum": 2, "maximum": 5, "required": True}}, ["1", "2", "5", "6", "", "x"]),
    ({"type": "integer", "constraints": {"enum": [1, 2]}}, ["1", "2", "3", "01", "", "x"]),
    ({"type": "integer", "constraints": {"unique": True}}, ["1", "01", "2", "+1", "x", "x", "", ""]),
    ({"type": "boolean"}, ["true", "false", "True", "TRUE", "1", "0", "yes", "ja", ""]),
    ({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, ["ja", "nein", "true", ""]),
    ({"type": "boolean", "constraints": {"enum": ["true"]}}, ["true", "1", "false", "", "x"]),
    ({"type": "date"}, ["2024-04-24", "2024-4-24", "2024-02-30", "24.04.2024", "20240424", "", " 2024-04-24"]),
    ({"type": "date", "format": "%d.%m.%Y"}, ["24.04.2024", "2024-04-24", "32.01.2024", "24.4.2024", ""]),
    ({"type": "date", "format": "any"}, ["24.04.2024", "April 24, 2024", "2024-04-24", "x", ""]),
    (
        {"type": "date", "constraints": {"minimum": "2024-01-01", "maximum": "2024-12-31"}},
        ["2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01", "", "x"],
    ),
    ({"type": "date", "constraints": {"unique": True}}, ["2024-04-24", "2024-4-24", "2024-04-25"]),
    ({"type": "time"}, ["12:30:00", "12:30", "25:00:00", "12:30:00Z", "", "12:30:00.5"]),
    ({"type": "time", "format": "%H:%M"}, ["12:30", "25:00", ""]),
    (
        {"type": "time", "constraints": {"minimum": "08:00:00", "maximum": "17:00:00"}},
        ["07:59:59", "08:00:00", "17:00:01", ""],
    ),
    (
        {"type": "datetime"},
        ["2024-04-24T12:30:00Z", "2024-04-24T12:30:00", "2024-04-24 12:30:00", "2024-04-24", "x", ""],
    ),
    ({"type": "datetime", "format": "%d.%m.%Y %H:%M"}, ["24.04.2024 12:30", "2024-04-24T12:30:00Z", ""]),
    ({"type": "datetime", "format": "any"}, ["24.04.2024 12:30", "x", ""]),
    (
        {"type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}},
        ["2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z", ""],
    ),
    ({"type": "year"}, ["2024", "24", "20240", "-2024", "abc", "", "2024.0"]),
    ({"type": "year", "constraints": {"minimum": 2000, "maximum": 2024}}, ["1999", "2000", "2024", "2025", ""]),
    ({"type": "yearmonth"}, ["2024-04", "2024-4", "2024-13", "202404", "", "2024"]),
    (
        {"type": "yearmonth", "constraints": {"minimum": "2024-01", "maximum": "2024-06"}},
        ["2023-12", "2024-01", "2024-06", "2024-07", ""],
    ),
    ({"type": "duration"}, ["P1Y", "PT5M", "1 year", "P", "", "P1Y2M3DT4H5M6S"]),
    ({"type": "geopoint"}, ["90,45", "181,0", "0,91", "x", "", "90, 45", "90.5,-45.25", "1;2"]),
    ({"type": "geopoint", "format": "array"}, ["[90,45]", "[181,0]", "90,45", ""]),
    ({"type": "geopoint", "format": "object"}, ['{"lon":90,"lat":45}', '{"lon":90}', ""]),
    ({"type": "geojson"}, ['{"type":"Point","coordinates":[1,2]}', '{"a":1}', "x", ""]),
    ({"type": "object"}, ['{"a":1}', "[1]", "x", '"a"', ""]),
    ({"type": "object", "constraints": {"minLength": 1, "maxLength": 2}}, ["{}", '{"a":1}', '{"a":1,"b":2,"c":3}', ""]),
    ({"type": "array"}, ["[1,2]", '{"a":1}', "x", ""]),
    ({"type": "array", "constraints": {"minLength": 1, "maxLength": 2}}, ["[]", "[1]", "[1,2,3]", ""]),
    ({"type": "list"}, ["a,b", "a", ""]),
    ({"type": "list", "delimiter": "|", "itemType": "integer"}, ["1|2", "a|b", "1", ""]),
    ({"type": "list", "constraints": {"minLength": 2}}, ["a,b", "a", ""]),
    ({"type": "any"}, ["a", "1", ""]),
    ({"type": "any", "constraints": {"required": True, "enum": ["a", "1"]}}, ["a", "1", "b", ""]),
    ({"type": "any", "constraints": {"unique": True}}, ["a", "a", "b", "", ""]),
]

OURS = {"required": "V301", "enum": "V302"}


def codes(errors):
    """frictionless's errors on values as line and the code that dsolint has for them."""
    found = set()
    for kind, line, _, note in errors:
        if kind == "type-error":
            found.add((line, "S701"))
        elif kind == "constraint-error":
            found.add((line, OURS.get(note.split('"')[1], "S702")))
        elif kind in ("unique-error", "primary-key"):
            found.add((line, "S703"))
    return found


def both(folder, descriptor, rows):
    """What frictionless and dsolint say of the values of a file, by line."""
    path = folder / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow([field["name"] for field in descriptor["fields"]])
        writer.writerows(rows)
    return codes(verdict(path, descriptor)), own(folder, descriptor, path)


def own(folder, descriptor, path):
    schema = folder / "schema.json"
    schema.write_text(json.dumps(descriptor), encoding="utf-8")
    findings = dsolint.check(path, schema=schema, today=TODAY).files[0].findings
    return {(finding.line, finding.code) for finding in findings if finding.code[0] in "VS"}


def agree(theirs, ours):
    """The same rows are bad; one rule speaks alone where frictionless names several faults of one value."""
    assert {line for line, _ in ours} == {line for line, _ in theirs}
    assert ours - {found for found in ours if found[1] == "S703"} <= theirs


@pytest.mark.parametrize(
    ("field", "values"), FIELDS, ids=lambda value: json.dumps(value) if isinstance(value, dict) else ""
)
def test_fields_of_ones_own(tmp_path, field, values):
    descriptor = {"fields": [{"name": "id", "type": "string"}, {"name": "v", **field}]}
    theirs, ours = both(tmp_path, descriptor, [[f"r{number}", value] for number, value in enumerate(values)])
    agree(theirs, ours)


@pytest.mark.parametrize("field", [field for field, _ in FIELDS], ids=json.dumps)
def test_missing_values_of_ones_own(tmp_path, field):
    values = next(values for one, values in FIELDS if one is field)
    descriptor = {
        "fields": [{"name": "id", "type": "string"}, {"name": "v", **field}],
        "missingValues": ["", "NA", "-"],
    }
    rows = [[f"r{number}", value] for number, value in enumerate([*values, "NA", "-", "na", "NA"])]
    agree(*both(tmp_path, descriptor, rows))


@pytest.mark.parametrize(
    "field",
    [
        {"type": "integer"},
        {"type": "string", "constraints": {"enum": ["a", "1"]}},
    ],
)
def test_nothing_may_be_missing(tmp_path, field):
    descriptor = {"fields": [{"name": "id", "type": "string"}, {"name": "v", **field}], "missingValues": []}
    agree(*both(tmp_path, descriptor, [["r1", "1"], ["r2", ""]]))


PAIR = [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}, {"name": "c", "type": "string"}]


@pytest.mark.parametrize("key", [["a"], "a", ["b"], ["a", "b"]])
@pytest.mark.parametrize("missing", [[""], ["", "q"]])
def test_primary_keys(tmp_path, key, missing):
    rows = [["1", "x", "."], ["2", "y", "."], ["01", "x", "."], ["3", "y", "."], ["+1", "x", "."]]
    agree(*both(tmp_path, {"fields": PAIR, "primaryKey": key, "missingValues": missing}, rows))


@pytest.mark.parametrize("key", [["a"], ["b"], ["a", "b"]])
def test_blank_primary_keys(tmp_path, key):
    rows = [["1", "x", "."], ["", "", "."], ["", "", "."], ["2", "y", "."]]
    agree(*both(tmp_path, {"fields": PAIR, "primaryKey": key}, rows))


LETTERS = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "integer", "constraints": {"exclusiveMinimum": 1, "exclusiveMaximum": 3}}, ["2"], ["1", "3"]),
        ({"type": "integer", "missingValues": ["", "x"], "constraints": {"required": True}}, ["1"], ["", "x"]),
        ({"type": "integer", "groupChar": ","}, ["1,000", "1000", "-1,000,000"], ["1.000", ",", "1_000"]),
        ({"type": "integer", "groupChar": ",", "constraints": {"maximum": "1,000"}}, ["999", "1,000"], ["1,001"]),
        ({"type": "string", "categories": ["a", "b"]}, ["a", "b", ""], ["c", "A"]),
        ({"type": "integer", "categories": [{"value": 0, "label": "no"}, {"value": 1}]}, ["0", "01", ""], ["2", "no"]),
        ({"type": "string", "categories": ["a", "b"], "constraints": {"enum": ["a"]}}, ["a"], ["b", "c"]),
        ({"type": "date", "categories": "are not for dates"}, ["2024-01-01"], ["x"]),
        ({"type": "object", "constraints": {"jsonSchema": LETTERS}}, ['{"a": 1}', ""], ["{}", '{"a": "1"}', "[1]"]),
        ({"type": "array", "constraints": {"jsonSchema": {"items": {"type": "integer"}}}}, ["[]", "[1]"], ['["1"]']),
        ({"type": "duration", "constraints": {"minimum": "P1D"}}, ["P1D", "PT24H", "P1M", "P1Y", ""], ["PT1H", "x"]),
        ({"type": "duration", "constraints": {"exclusiveMaximum": "P1Y"}}, ["P364D", "P11M"], ["P12M", "P1Y", "P400D"]),
        ({"type": "geojson", "constraints": {"maxLength": 2}}, ['{"type": "Point", "coordinates": [1, 2]}'], ["{}"]),
        ({"type": "list", "constraints": {"enum": ["a,b", ["c"]]}}, ["a,b", "c"], ["a", "b,a"]),
        ({"type": "array", "arrayItem": {"type": "number", "constraints": {"minimum": 1}}}, ["[1]"], ["[0]", '["sNaN"]']),
        ({"type": "string", "constraints": {"enum": [1, 2]}}, ["1"], ["3"]),
        ({"type": "any", "constraints": {"enum": [1, True]}}, ["1", "true"], ["2"]),
        ({"type": "string", "constraints": {"pattern": "red|green"}}, ["red", "green"], ["redx", "xgreen"]),
        ({"type": "string", "constraints": {"pattern": "(?i)abc"}}, ["abc", "ABC"], ["abcd"]),
        ({"type": "string", "constraints": {"pattern": r"\p{Lu}\w*"}}, ["Ärger", "Öl1"], ["ärger", "1"]),
        ({"type": "string", "constraints": {"pattern": r"(.)\1"}}, ["aa"], ["ab"]),
        ({"type": "string", "constraints": {"pattern": "(?!x).*[0-9]{,2}"}}, ["a12"], ["x1"]),
        ({"type": "number"}, ["1", "NaN", "-INF", "1e3"], ["1_000", "١٢", "sNaN", "NaN1", "Infinity"]),
        ({"type": "integer"}, ["1", "+1"], ["1_000", "１"]),
        ({"type": "number", "constraints": {"minimum": 0, "enum": ["1", "NaN"]}}, ["1"], ["sNaN", "-1", "NaN"]),
        ({"type": "number", "decimalChar": ",", "example": "1,5"}, ["1,5"], ["1.5"]),
        ({"type": "string", "example": 1}, ["a"], []),
        (
            {"type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}},
            ["2024-01-01T00:00:00", "2024-01-01T01:00:00+01:00"],
            ["2023-12-31T23:59:59", "2024-01-01T00:00:00+01:00"],
        ),
        ({"type": "time", "constraints": {"maximum": "08:00:00"}}, ["08:00:00Z", "07:00:00"], ["08:00:01Z"]),
        ({"type": "datetime", "format": "any", "constraints": {"unique": True}}, ["2024-01-01"], ["1.1.2024 1:00+99:99"]),
    ],
)  # fmt: skip
def test_what_frictionless_does_not_take(tmp_path, field, good, bad):
    """It refuses these schemas though they are of the standard, passes over what they want, or fails at the values."""
    values = [*good, *bad]
    path = tmp_path / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(
            [["id", "v"], *(["r", value] for value in values)]
        )
    schema = {"fields": [{"name": "id"}, {"name": "v", **field}]}
    found = own(tmp_path, schema, path)
    assert found == own(tmp_path, {**V2, **schema}, path)
    assert [value for line, value in enumerate(values, 2) if line in dict(found)] == bad


@pytest.mark.parametrize("pattern", ["(a+)+", r"(\w+\s?)*", "^([a-zA-Z0-9]+[.-]?)+$"])
def test_no_pattern_takes_for_ever(tmp_path, pattern):
    path = tmp_path / "own.csv"
    path.write_text("v\n" + "a" * 60 + "!\n")
    assert own(tmp_path, {"fields": [{"name": "v", "constraints": {"pattern": pattern}}]}, path) == {(2, "S702")}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ({"type": "date"}, "24.04.2024", "24.04.2024 can't be read as date (YYYY-MM-DD)."),
        ({"type": "date", "format": "%d.%m.%Y"}, "x", "x can't be read as date (%d.%m.%Y)."),
        ({"type": "integer"}, "x", "x can't be read as integer."),
        ({"type": "list", "itemType": "integer"}, "x", "x can't be read as list (integer)."),
        ({"type": "integer", "constraints": {"maximum": 5}}, "7", "7 breaks a rule: maximum 5."),
        ({"type": "boolean", "constraints": {"enum": [True]}}, "0", "0 is not one of true."),
        (
            {"type": "object", "constraints": {"jsonSchema": {"minProperties": 1}}},
            "{}",
            '{} breaks a rule: jsonSchema {"minProperties": 1}.',
        ),
    ],
    ids=str,
)
def test_a_finding_tells_what_the_schema_wants(field, value, told):
    (file,) = dsolint.check(io.BytesIO(f"v\n{value}\n".encode()), schema={"fields": [{"name": "v", **field}]}).files
    assert [finding.sentence for finding in file.findings] == [told]


def test_what_the_schema_wants_is_no_data():
    fields = [{"name": "v", "type": "integer", "constraints": {"maximum": 5}}]
    report = redacted(dsolint.check(io.BytesIO(b"v\n700\nDoe\n"), schema={"fields": fields}))
    said = [finding.sentence for finding in report.files[0].findings]
    assert said == [f"{HIDDEN} breaks a rule: maximum 5.", f"{HIDDEN} can't be read as integer."]


@pytest.mark.parametrize(("missing", "bad"), [(None, ["", " "]), ([""], ["", " "]), (["-"], ["-"]), ([], [])], ids=str)
def test_what_is_missing_is_said_by_the_schema(tmp_path, missing, bad):
    values = ["x", "", " ", "-"]
    field = {"name": "v", "constraints": {"required": True}} | ({} if missing is None else {"missingValues": missing})
    path = tmp_path / "own.csv"
    path.write_text("id;v\n" + "".join(f"r;{value}\n" for value in values))
    found = own(tmp_path, {"fields": [{"name": "id"}, field]}, path)
    assert [values[line - 2] for line, _ in sorted(found)] == bad
    assert {code for _, code in found} <= {"V301"}


def test_what_dsolint_says_otherwise(tmp_path):
    required = {"fields": [{"name": "id"}, {"name": "v", "constraints": {"required": True}}]}
    theirs, ours = both(tmp_path, required, [["r1", " "], ["r2", "x"]])
    assert (theirs, ours) == (set(), {(2, "V301")}), "white space is no value"

    twice = {"fields": [{"name": "id"}, {"name": "v", "type": "array", "constraints": {"unique": True}}]}
    path = tmp_path / "own.csv"
    path.write_text("id;v\nr1;[1]\nr2;[1 ]\n")
    with pytest.raises(TypeError):
        verdict(path, twice)
    assert own(tmp_path, twice, path) == {(3, "S703")}, "frictionless can't compare lists"


def test_no_column_is_unknown_to_a_schema_of_ones_own(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a;more\n1;x\n")
    assert own(tmp_path, {"fields": [{"name": "a"}]}, path) == set()
    schema = tmp_path / "schema.json"
    assert dsolint.check(path, schema=schema).files[0].counts == {}
    schema.write_text('{"fields": [{"name": "a"}, {"name": "z", "constraints": {"required": true}}, {"name": "y"}]}')
    assert dsolint.check(path, schema=schema).files[0].counts == {"H101": 1}
    schema.write_text('{"fields": [{"name": "a"}, {"name": "z"}, {"name": "y"}], "primaryKey": ["a", "z"]}')
    assert dsolint.check(path, schema=schema).files[0].counts == {"H101": 1}


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            {"foreignKeys": [{"fields": "a", "reference": {"resource": "others", "fields": "b"}}]},
            ("X501", "foreignKeys"),
        ),
        ({"foreignKeys": [{"fields": "a", "reference": {"resource": "", "fields": "b"}}]}, ("X501", "foreignKeys")),
        ({"fieldsMatch": "exact"}, ("H102", "fieldsMatch")),
        ({"primaryKey": ["a", "c"], "uniqueKeys": [["b", "c"]]}, ("S703", "no column c")),
        ({"fields": [*PAIR, {"name": "day", "type": "date"}]}, ("S701", "no column day")),
        ({"fields": [*PAIR, *({"name": f"n{n}", "type": "date"} for n in range(5000))]}, ("S701", "n9 and …")),
        ({"foreignKeys": [], "primaryKey": "a", "uniqueKeys": ["b"]}, None),
    ],
    ids=str,
)
def test_what_a_schema_wants_and_is_not_checked_is_said(wanted, told):
    report = dsolint.check(io.BytesIO(b"a;b\n1;2\n"), schema={"fields": PAIR, **wanted})
    found = report.to_dict()["files"][0]["not_checked"]
    assert [entry["rule"] for entry in found] == ([told[0]] if told else [])
    if told is not None:
        assert told[1] in found[0]["reason"]
        for format in ("text", "html", "markdown"):
            assert told[0] in render(report, format, language("en"))


LONG = "1234567890123456789012345678901234567890"


@pytest.mark.parametrize(
    ("type", "values", "bad"),
    [
        ("integer", [f"{LONG}1", f"{LONG}2", f"{LONG}1"], [4]),
        ("number", [f"0.{LONG}1", f"0.{LONG}2", f"00.{LONG}20"], [4]),
        ("number", ["0", "-0.0", "1e3", "1000", "sNaN", "1e9999999"], [3, 5]),
        ("datetime", ["2024-01-01T12:00:00Z", "2024-01-01T13:00:00+01:00", "2024-01-01T13:00:00Z"], [3]),
        ("object", ['{"a": 1, "b": 2}', '{"b": 2, "a": 1}', '{"a": 2}'], [3]),
    ],
    ids=str,
)
def test_what_is_the_same_value(tmp_path, type, values, bad):
    """Long numbers are not rounded until they are."""
    path = tmp_path / "own.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["v"], *([value] for value in values)])
    found = own(tmp_path, {"fields": [{"name": "v", "type": type, "constraints": {"unique": True}}]}, path)
    assert sorted(line for line, code in found if code == "S703") == bad


@pytest.mark.parametrize(
    ("wanted", "bad"),
    [
        ({"primaryKey": ["a", "b"]}, [3, 4, 5, 6, 7]),
        ({"uniqueKeys": [["a", "b"]]}, [7]),
    ],
    ids=str,
)
def test_keys_with_a_gap(tmp_path, wanted, bad):
    """Each value of a primary key is required; a unique key with a gap is none, as in SQL."""
    path = tmp_path / "own.csv"
    path.write_text("a;b;c\n1;x;.\n2;;.\n2;;.\n;x;.\n;;.\n1;x;.\n")
    assert sorted(own(tmp_path, {"fields": PAIR, **wanted}, path)) == [(line, "S703") for line in bad]


@pytest.mark.parametrize(("type", "value"), [("string", "x"), ("date", "2024-04-24"), ("integer", "7"), ("any", "x")])
def test_a_repeated_value_is_told_as_it_stands_in_the_file(type, value):
    schema = {"fields": [{"name": "a", "type": type, "constraints": {"unique": True}}]}
    found = dsolint.check(io.BytesIO(f"a\n{value}\n{value}\n".encode()), schema=schema)
    assert [(finding.code, finding.value) for finding in found.files[0].findings] == [("S703", value)]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            {"primaryKey": "a"},
            ["2 rows have no complete primary key.", "One row repeats a key of a with other content"],
        ),
        ({"primaryKey": ["a", "b"]}, ["2 rows have no complete primary key."]),
        ({"uniqueKeys": [["b", "c"]]}, ["One row repeats a key of several columns with other content"]),
    ],
    ids=str,
)
def test_the_cause_of_a_missing_key_is_no_repeated_one(wanted, told):
    text = b"a;b;c\n1;x;.\n1;y;.\n;;.\n;x;.\n"
    (file,) = dsolint.check(io.BytesIO(text), schema={"fields": PAIR, **wanted}).files
    assert [diagnosis.sentence.partition(":")[0] for diagnosis in file.diagnoses] == told


OWN_FAULTS = {
    "lines left out": "a;b\n1;2024-01-01\n;x\n1;2;3\n",
    "all fine": "a;b\n1;2024-01-01\n",
    "key twice": "a;b\n1;2024-01-01\n1;2024-01-02\n",
    "not listed": "a;b;c\n1;2024-01-01;z\n2;;y\n",
    "no column": "b\n2024-01-01\n",
    "renamed column": "b;A\n2024-01-01;1\n",
    "column twice": "a;b;b\n1;2024-01-01;\n",
    "column without a name": "a;b;\n1;2024-01-01;x\n",
    "other delimiter": "a,b,c\n1,2024-01-01,y\n",
    "no header": "1;2024-01-01\n2;2024-01-01\n",
    "header again": "a;b\n1;2024-01-01\na;b\n2;2024-01-01\n",
    "no rows": "a;b\n",
    "nothing": "",
    "no text": "%PDF-1.7",
    "Excel": "sep=;\na;b\n1;2024-01-01\n",
    "blank line": "a;b\n\n1;2024-01-01\n",
    "totals": "a;c\n1;y\nTotal;9\n",
    "quotes": 'a;c\n1;y"y\n2;"y\n3;y\n4;y"\n5;"y\n',
    "cut off": "a;b;c\n1;2024-01-01;y\n2;2024",
}


@pytest.mark.parametrize("text", OWN_FAULTS.values(), ids=OWN_FAULTS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_schema_of_ones_own_is_none_of_the_import(text, code):
    """No server takes such a file, so none is spoken of, in the opened explanations of rules neither, nor of lines that go in."""
    key = {"name": "a", "type": "integer", "constraints": {"required": True, "unique": True}}
    fields = [key, {"name": "b", "type": "date"}, {"name": "c", "constraints": {"enum": ["y"]}}]
    report = dsolint.check(io.BytesIO(text.encode()), schema={"fields": fields})
    told = [re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", render(report, "html", language(code)), flags=re.DOTALL)]
    told += [render(report, format, language(code)) for format in ("text", "markdown")]
    told += [
        str(rule["help"])
        for rule in json.loads(render(report, "sarif", language(code)))["runs"][0]["tool"]["driver"]["rules"]
    ]
    named = re.compile(
        r"\bimport|serv(er|eur)|CSV_EMPTY|\bERP\b|vendor|Anbieter|fournisseur|\bSTOCK\b|\bgo(es)? in\b|left out|refused"
        r"|übernommen|ausgelassen|abgelehnt|accepté|écarté|refusé",
        re.IGNORECASE,
    )
    no_type = language(code).translate("no import type")
    assert [line for line in "\n".join(told).replace(no_type, "").splitlines() if named.search(line)] == []


def test_the_page_says_whether_files_fit_a_schema_of_ones_own(tmp_path):
    def said(path):
        report = dsolint.check(path, schema={"fields": [{"name": "a", "type": "integer"}]})
        return page_of(report, language("en")).verdict.sentence

    (tmp_path / "good.csv").write_text("a\n1\n")
    assert said(tmp_path / "good.csv") == "The file fits the schema. Nothing was found."
    (tmp_path / "odd.csv").write_text("a\n1\n", encoding="utf-8-sig")
    assert said(tmp_path / "odd.csv") == "The file fits the schema, and there is something to look at."
    assert said(tmp_path) == "All files fit the schema; 1 has something to look at."
    (tmp_path / "bad.csv").write_text("a\nx\n")
    assert said(tmp_path / "bad.csv") == "The file does not fit the schema."
    assert said(tmp_path) == "1 file does not fit the schema."
