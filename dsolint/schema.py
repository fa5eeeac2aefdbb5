"""What may stand in a file, and the Table Schema descriptors that say so of the four import types."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.errors import UsageError

KINDS = ("text", "amount", "date", "flag", "currency", "email", "phone", "url", "list", "key")
"""The kinds that a column of one's own may have."""
TYPES = ("items", "clients", "contacts", "users")
ORDER = ("clients", "contacts", "users", "items")
"""The same as they are sent: customers before what refers to them, and items last, since in STOCK mode they clear."""
DELIMITER = ";"
SUFFIXES = (".csv", ".txt", ".gz", ".zip")
"""How the names of a delivery's files end."""
NAMESPACE = "dsolint"
"""The property under which a descriptor says what Table Schema can't."""

_CUSTOM_FIELD = re.compile(r"(item|client|contact|user)_field_perso[0-9]+")
"""Fields that customers set up in the product; seen in public exporters."""

Descriptor = dict[str, Any]
Notes = Mapping[str, str]
Reader = Callable[[str], tuple[object, Notes]]


class Field(Struct, frozen=True):
    """One column of an import type.

    `kind` says which value rules apply; the kind "standard" is a user's own Table Schema field, and `read` then
    gives what a cell holds, and a note by the name of each constraint (or "type") that it breaks;
    `read` is None where every value is fine.
    `inferred` marks a kind that the vendor's page does not state.
    """

    name: str
    kind: str = "text"
    mandatory: bool = False
    inferred: bool = False
    enum: tuple[str, ...] = ()
    mapped: tuple[str, ...] = ()
    """Values outside `enum` that the product maps to it."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What people call the values of `enum`, the vendor's page among them."""
    unique: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    example: str = ""
    read: Reader | None = None
    missing_values: tuple[str, ...] = ("",)

    @property
    def is_key(self) -> bool:
        return self.kind == "key"

    @property
    def is_documented_key(self) -> bool:
        """A key whose kind is not merely inferred: what is wrong with it is an error."""
        return self.is_key and not self.inferred


class ImportType(Struct, frozen=True):
    """What may stand in a file: one of the four import types, or a user's own schema (`name` is None)."""

    name: str | None
    fields: Mapping[str, Field]
    titles: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    """The columns by which people know a row, such as the item's number."""
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    descriptor: Mapping[str, Any] = field(default_factory=dict)

    @property
    def mandatory(self) -> tuple[str, ...]:
        """The columns that a file must have; those of a primary key are, too."""
        return tuple(f.name for f in self.fields.values() if f.mandatory or f.name in self.primary_key)

    @property
    def constrained(self) -> tuple[tuple[str, ...], ...]:
        """The columns, alone or together, whose values a user's own schema wants to differ."""
        alone = [(f.name,) for f in self.fields.values() if f.unique]
        return tuple(dict.fromkeys([*alone, *self.unique_keys, *([self.primary_key] if self.primary_key else [])]))

    @property
    def is_import(self) -> bool:
        return self.name is not None

    def field(self, name: str) -> Field | None:
        """The field of that very name; a customer's own field of the product is text."""
        known = self.fields.get(name)
        if known is None and self.is_import and _CUSTOM_FIELD.fullmatch(name):
            return Field(name)
        return known


def is_own_schema(type: ImportType | None) -> TypeGuard[ImportType]:
    """Whether it is a schema of a user's own: neither an import type nor unknown."""
    return type is not None and not type.is_import


def folder() -> Path:
    """Where the bundled descriptors are: in the package as installed, beside it in a checkout."""
    inside = Path(__file__).parent / "schemas"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "schemas"


@cache
def descriptor_text(name: str) -> str:
    """The bundled descriptor of import type `name`, as it stands on disk."""
    if name not in TYPES:
        raise UsageError(f"There is no import type {name!r}: it is one of {', '.join(TYPES)}.")
    return (folder() / f"{name}.json").read_text(encoding="utf-8")


@cache
def import_type(name: str) -> ImportType:
    """The bundled import type `name`. Raises UsageError for another name."""
    descriptor = json.loads(descriptor_text(name))
    return ImportType(
        name=name,
        fields={d["name"]: _bundled_field(d) for d in descriptor["fields"]},
        titles={"en": descriptor["title"], **descriptor[NAMESPACE]["title"]},
        key=tuple(descriptor[NAMESPACE]["key"]),
        descriptor=descriptor,
    )


def _bundled_field(descriptor: Descriptor) -> Field:
    own = descriptor[NAMESPACE]
    constraints = descriptor.get("constraints", {})
    return Field(
        name=descriptor["name"],
        kind=own["kind"],
        mandatory=constraints.get("required", False),
        inferred=own.get("inferred", False),
        enum=tuple(constraints.get("enum", ())),
        labels={label: value for value, labels in own.get("labels", {}).items() for label in labels},
        unique=constraints.get("unique", False),
        titles={"en": descriptor["title"], **own["title"]},
        aliases=tuple(own.get("aliases", ())),
        example=descriptor["example"],
    )


def with_columns(type: ImportType, columns: Mapping[str, str]) -> ImportType:
    """An import type that knows further columns, by their kinds. Nobody documents their values: kinds are inferred."""
    more = {name: Field(name, kind, inferred=True) for name, kind in columns.items() if name not in type.fields}
    return replace(type, fields={**type.fields, **more})


def csv_template(name: str) -> str:
    """A header line with every column of type `name`, and one filled example row."""
    fields = import_type(name).fields.values()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([f.name for f in fields])
    writer.writerow([f.example for f in fields])
    return text.getvalue()


def data_package() -> Descriptor:
    """A Data Package of the four types, tied together by foreign keys on the customer number.

    The keys stand here and not in the schemas: Table Schema allows a foreign key to another resource in a package
    alone, so a schema with one could not be used for a single file.
    """
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/data-package.json",
        "name": "dsolint-delivery",
        "title": "A delivery to the import API",
        "resources": [_resource(name) for name in ORDER],
    }


def _resource(name: str) -> Descriptor:
    schema: Descriptor = json.loads(descriptor_text(name))
    references = schema[NAMESPACE].get("references", {})
    if references:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [column]}}
            for column, other in references.items()
        ]
    return {
        "name": name,
        "path": f"{name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"csv": {"delimiter": DELIMITER, "quoteChar": '"'}},
        "schema": schema,
    }
