"""The documents of a user's own schemas: JSON or YAML, and what is said of those that are no Table Schema."""

import io
import json

import pytest

import dsolint
from dsolint.table_schema import load_schema, parse_schema


def test_a_schema_may_be_yaml(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("fields:\n  - name: a\n    type: integer\n")
    assert list(load_schema(path).fields) == ["a"]


@pytest.mark.parametrize(
    "descriptor",
    [
        [], 1, None, "text", {}, {"fields": 1}, {"fields": {"a": 1}}, {"fields": ["a"]}, {"fields": [3]},
        {"fields": [{"type": "integer"}]},
        {"fields": [{"name": 1}]},
        {"fields": [{"name": "a", "type": "no-such"}]},
        {"fields": [{"name": "a"}, {"name": "a"}]},
        {"fields": [{"name": "a"}], "primaryKey": ["b"]},
        {"fields": [{"name": "a"}], "uniqueKeys": [["b"]]},
        {"fields": [{"name": "a"}], "uniqueKeys": [3]},
        {"fields": [{"name": "a"}], "foreignKeys": 3},
        {"fields": [{"name": "a"}], "missingValues": "x"},
        {"fields": [{"name": "a", "constraints": []}]},
        {"fields": [{"name": "a", "constraints": {"required": "yes"}}]},
        {"fields": [{"name": "a", "constraints": {"minLength": "x"}}]},
        {"fields": [{"name": "a", "constraints": {"maximum": 1}}]},
        {"fields": [{"name": "a", "constraints": {"pattern": "("}}]},
        {"fields": [{"name": "a", "type": "integer", "constraints": {"minimum": "x"}}]},
        {"fields": [{"name": "a", "format": "wkt"}]},
        {"fields": []},
        {"resources": [{"schema": {"fields": [{"name": "a"}]}}]},
        {"fields": [{"name": ["a"]}]},
        {"fields": [{"name": "a", "type": ["integer"]}]},
        {"fields": [{"name": "a", "type": "number", "constraints": {"minimum": "NaN"}}]},
        {"fields": [{"name": "a", "type": "number", "constraints": {"minimum": "sNaN"}}]},
        {"fields": [{"name": "a", "type": "integer", "groupChar": 1}]},
        {"fields": [{"name": "a", "type": "list", "delimiter": ""}]},
        {"fields": [{"name": "a", "type": "list", "constraints": {"enum": "a"}}]},
        {"fields": [{"name": "a", "type": "duration", "constraints": {"minimum": 1}}]},
        {"fields": [{"name": "a", "type": "geojson", "constraints": {"minLength": "1"}}]},
        {"fields": [{"name": "a", "categories": "a"}]},
        {"fields": [{"name": "a", "categories": [{"label": "a"}]}]},
        {"fields": [{"name": "a", "type": "object", "constraints": {"jsonSchema": {"type": "no-such"}}}]},
        {"fields": [{"name": "a", "type": "object", "constraints": {"jsonSchema": {"$schema": 1}}}]},
        {"fields": [{"name": "a", "constraints": {"pattern": "a)|(?:b"}}]},
        {"fields": [{"name": "a", "type": "array", "arrayItem": {"type": "string", "constraints": {"pattern": "("}}}]},
        {"fields": [{"name": "a", "constraints": {"pattern": "(" * 2000 + "a" + ")" * 2000}}]},
        {"fields": [{"name": "a", "constraints": {"enum": [json.loads("[" * 500 + "]" * 500)]}}]},
    ],
    ids=lambda value: str(value)[:80],
)  # fmt: skip
def test_a_schema_that_is_none(tmp_path, descriptor):
    path = tmp_path / "own.json"
    path.write_text(json.dumps(descriptor))
    with pytest.raises(dsolint.SchemaError, match=r"own\.json"):
        dsolint.check(io.BytesIO(b"a;b\n1;2\n"), schema=path)


def test_a_schema_fetches_nothing(tmp_path):
    (tmp_path / "field.json").write_text('{"name": "a"}')
    with pytest.raises(dsolint.SchemaError, match="of objects"):
        parse_schema({"fields": [str(tmp_path / "field.json")]})


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"\x00", b'{"fields": [}', pytest.param(b"[" * 100_000 + b"]" * 100_000, id="deep")]
)
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_schema_that_is_no_document(tmp_path, content, suffix):
    path = tmp_path / f"own.{suffix}"
    path.write_bytes(content)
    with pytest.raises(dsolint.SchemaError, match="own"):
        load_schema(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fields: [{name: a, title: 2024-13-45}]", "no YAML: month must be in 1..12"),
        ("fields: &cycle [{name: a, x: *cycle}]", "nested too deep"),
        (
            "x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
            + "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]\n" for n in range(1, 10))
            + "fields: [{name: a, constraints: {enum: *x9}}]",
            "more than 1000000 values",
        ),
    ],
    ids=["date", "cycle", "bomb"],
)
def test_a_schema_in_yaml_that_is_none(tmp_path, text, told):
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(dsolint.SchemaError, match=told):
        load_schema(path)


def test_a_schema_in_yaml_by_another_name_is_told_how_to_be_read(tmp_path):
    path = tmp_path / "own.json"
    path.write_text("fields:\n  - name: a\n")
    with pytest.raises(dsolint.SchemaError, match=r"let its name end in \.yaml"):
        load_schema(path)


def test_a_bad_property_is_told_with_its_field():
    fields = [{"name": "a"}, {"name": "b", "constraints": {"required": "yes"}}]
    with pytest.raises(dsolint.SchemaError, match="field 'b': 'yes' is not of type 'boolean'"):
        parse_schema({"fields": fields})


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/a.json", "#/no-such", "#"])
def test_a_json_schema_that_can_not_be_asked(reference):
    """It refers to what is not fetched, to nothing, or to itself."""
    field = {"name": "a", "type": "object", "constraints": {"jsonSchema": {"$ref": reference}}}
    with pytest.raises(dsolint.SchemaError, match="field 'a': its jsonSchema can't be asked"):
        dsolint.check(io.BytesIO(b"a\n{}\n"), schema={"fields": [field]})


def test_a_schema_at_an_address_is_not_fetched():
    with pytest.raises(dsolint.SchemaError, match="Save it in a file"):
        load_schema("https://schema.example/own.json")


def test_a_schema_that_is_not_there(tmp_path):
    with pytest.raises(dsolint.SchemaError, match="not-there"):
        load_schema(tmp_path / "not-there.json")


def test_parse_schema_takes_a_descriptor():
    assert parse_schema({"fields": [{"name": "a", "constraints": {"required": True}}]}).mandatory == ("a",)
