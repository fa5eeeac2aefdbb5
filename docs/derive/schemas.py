"""Pages on our JSON documents, out of their JSON Schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dsolint
from derive.markdown import cell, table

Schema = Mapping[str, Any]
PACKAGE = Path(dsolint.__file__).parent
DOCUMENTS = {
    "report.md": PACKAGE / "reporters" / "report.schema.json",
    "receipt.md": PACKAGE / "delivery" / "receipt.schema.json",
    "history.md": PACKAGE / "delivery" / "history.schema.json",
}


def pages() -> dict[str, str]:
    """A page for each document, by its name."""
    return {name: page(path) for name, path in DOCUMENTS.items()}


def page(path: Path) -> str:
    """The keys of a document and of the objects in it. The schema itself ships with the package."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    place = path.relative_to(PACKAGE.parent).as_posix()
    lines = [
        f"# {schema['title']}",
        "",
        schema["description"],
        f"Its JSON Schema ships with the package as `{place}`, and every document is tested against it.",
        "",
        *_content(schema),
    ]
    objects_first = sorted(schema["$defs"].items(), key=lambda entry: "properties" not in entry[1])
    for name, part in objects_first:
        lines += [f"## {name}", ""]
        lines += [part["description"], ""] if "description" in part else []
        lines += _content(part)
    return "\n".join(lines)


def _content(schema: Schema) -> list[str]:
    """A table of an object's keys, or what else a value is."""
    if "properties" not in schema:
        return [_type(schema), ""]
    always = schema.get("required", ())
    rows = [
        (f"`{name}`", _type(part), "yes" if name in always else "no", cell(part.get("description", "")))
        for name, part in schema["properties"].items()
    ]
    return [*table(("key", "value", "always", "meaning"), rows), ""]


def _type(schema: Schema) -> str:
    """What a value may be, in words; what is defined elsewhere is a link."""
    if "$ref" in schema:
        document, _, pointer = schema["$ref"].partition("#")
        name = pointer.rpartition("/")[2]
        return f"[{name}]({_page_of(document)}#{name})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(_type(part) for part in schema[several])
    kinds = schema.get("type", "any")
    return " or ".join(_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _page_of(document: str) -> str:
    """The page on a document of ours, by its URN (urn:dsolint:NAME:VERSION); nothing for the document itself."""
    return f"{document.split(':')[2]}.md" if document else ""


def _kind(kind: str, schema: Schema) -> str:
    if kind == "array" and "items" in schema:
        return f"list of {_type(schema['items'])}"
    if kind == "object" and "properties" in schema:
        return "object of " + ", ".join(f"`{name}`: {_type(part)}" for name, part in schema["properties"].items())
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_type(schema['additionalProperties'])} by {_named(schema)}"
    return kind


def _named(schema: Schema) -> str:
    return _type(schema["propertyNames"]) if "propertyNames" in schema else "name"
