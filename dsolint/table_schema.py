"""A user's own Table Schema becomes an import type. The only door to frictionless.

frictionless says whether a descriptor is one, and what a cell holds; whether that is what the standard wants is asked here.
"""

from __future__ import annotations

import datetime
import json
import operator
import re
import warnings
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from dsolint.errors import SchemaError
from dsolint.schema import Field, ImportType, Notes, Reader

_YAML = (".yaml", ".yml")
_DEEPEST, _MOST = 100, 1_000_000
"""How deep a descriptor may be nested, and how many values it may have: aliases in YAML make billions of a few."""
_REMEMBERED = 1 << 12
"""How many cells of a column are remembered as they were read: several rules ask about each."""
_TABLE_SCHEMA_2 = "https://datapackage.org/profiles/2.0/tableschema.json"
"""The version that schemas are read as, whichever they name: it takes all that the first one does."""

_BOUNDS = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
_LENGTHS = {"minLength": operator.ge, "maxLength": operator.le}
_LACKING: Mapping[object, Container[str]] = {
    "duration": _BOUNDS,
    "geojson": _LENGTHS,
    "list": ("enum",),
    "object": ("jsonSchema",),
    "array": ("jsonSchema",),
}
"""By field type the constraints of the standard that frictionless takes for none."""
_FORMS = {
    "date": "YYYY-MM-DD",
    "time": "hh:mm:ss",
    "datetime": "YYYY-MM-DDThh:mm:ss",
    "year": "YYYY",
    "yearmonth": "YYYY-MM",
    "duration": "P1Y2M3DT4H5M6S",
    "geopoint": "lon, lat",
}
"""What the default format of a field type looks like, where that has to be known."""
_NUMERIC = ("number", "integer", "year", "yearmonth", "geopoint")
_PYTHONS_OWN = re.compile(r"\d_\d|(?![0-9])\d|snan|nan[0-9]|infinity", re.IGNORECASE)
"""What Python reads as a number and nobody else does: 1_000, digits of other scripts, numbered NaNs."""
_RUSTS_OWN = re.compile(r"&&|--|~~|\\[<>]|[*+?}]\+|\{,|\[[^\]]*\[")
"""What the regular expressions of Rust take for something else than those of Python."""
_MONTH = 30.436875 * 24 * 60 * 60
"""The seconds of a month on average."""


def load_schema(path: str | Path) -> ImportType:
    """A user's own Table Schema (JSON or YAML), validated by frictionless.

    Raises SchemaError, naming the file and what is wrong with it.
    """
    if "://" in str(path):
        raise SchemaError(f"{path}: the schema can't be read: nothing is fetched. Save it in a file.")
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeError as error:
        raise SchemaError(f"{path}: the schema can't be read: {error}. Save it as UTF-8.") from error
    except OSError as error:
        raise SchemaError(f"{path}: the schema can't be read: {error.strerror or error}.") from error
    try:
        return parse_schema(_parse(text, Path(path)), str(path))
    except RecursionError as error:
        raise SchemaError(f"{path}: {_TOO_DEEP}") from error


_TOO_DEEP = "the schema can't be read: it is nested too deep."


def _parse(text: str, path: Path) -> object:
    if path.suffix.lower() in _YAML:
        import yaml

        try:
            return yaml.safe_load(text)
        except (yaml.YAMLError, ValueError) as error:
            raise SchemaError(f"{path}: the schema is no YAML: {error}.") from error
    try:
        return json.loads(text)
    except ValueError as error:
        hint = "" if text.lstrip()[:1] in ("", "{", "[") else f" If it is YAML, let its name end in {_YAML[0]}."
        raise SchemaError(f"{path}: the schema is no JSON: {error}.{hint}") from error


def parse_schema(descriptor: object, origin: str = "the schema") -> ImportType:
    """An import type from a Table Schema descriptor. Raises SchemaError where it is none."""
    import frictionless

    if isinstance(descriptor, dict) and "resources" in descriptor:
        raise SchemaError(f"{origin}: this is a Data Package; give the schema of one of its resources.")
    given = _listed(descriptor, "fields") if isinstance(descriptor, dict) else []
    if not isinstance(descriptor, dict) or not given or any(not isinstance(one, dict) for one in given):
        # frictionless would fetch a field that is a text from the file or the address that it names
        raise SchemaError(f"{origin}: a Table Schema is an object with a list `fields` of objects.")
    _refuse_endless(descriptor, origin)
    known = [_known_to_frictionless(one) for one in given]
    place = ""
    try:
        for number, one in enumerate(known, 1):
            place = f"field {one.get('name', number)!r}: "
            frictionless.Field.from_descriptor(one, datapackage_version="v2")
        place = ""
        schema = frictionless.Schema.from_descriptor({**descriptor, "$schema": _TABLE_SCHEMA_2, "fields": known})
    except frictionless.FrictionlessException as exception:
        reasons = "; ".join(error.note for error in exception.reasons or [exception.error])
        raise SchemaError(f"{origin}: no valid Table Schema: {place}{reasons}.") from exception
    except (AttributeError, TypeError, ValueError) as error:
        raise SchemaError(f"{origin}: no valid Table Schema: {place}{error}.") from error
    fields = [
        _own_field(source, one, schema.missing_values, origin) for source, one in zip(schema.fields, given, strict=True)
    ]
    return ImportType(
        name=None,
        fields={f.name: f for f in fields},
        primary_key=tuple(schema.primary_key),
        unique_keys=tuple(_unique_keys(descriptor, {f.name for f in fields}, origin)),
        descriptor=descriptor,
    )


def _refuse_endless(descriptor: object, origin: str) -> None:
    """Raise SchemaError where a descriptor is nested without end, or too much to be looked at."""
    waiting = [(descriptor, 0)]
    for seen in count():
        if not waiting:
            return
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            raise SchemaError(f"{origin}: {_TOO_DEEP}")
        if seen > _MOST:
            raise SchemaError(f"{origin}: the schema can't be read: it has more than {_MOST} values.")
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting.extend((part, depth + 1) for part in parts)


def _known_to_frictionless(given: Mapping[str, Any]) -> dict[str, Any]:
    """A field without what frictionless refuses though it is of the standard.

    That is some constraints, and an example, which it reads as if the field had no properties.
    """
    known = {name: value for name, value in given.items() if name != "example"}
    constraints = given.get("constraints")
    if isinstance(constraints, dict):
        lacking = _LACKING.get(str(given.get("type")), ())
        known["constraints"] = {name: wanted for name, wanted in constraints.items() if name not in lacking}
    return known


def _unique_keys(descriptor: Mapping[str, Any], columns: Container[str], origin: str) -> Iterator[tuple[str, ...]]:
    """The keys of Table Schema 2's `uniqueKeys`, which frictionless passes over."""
    for key in _listed(descriptor, "uniqueKeys"):
        names = key if isinstance(key, list) else [key]
        if not names or any(not isinstance(name, str) or name not in columns for name in names):
            raise SchemaError(f"{origin}: uniqueKeys takes lists of the schema's fields, and not {key!r}.")
        yield tuple(names)


def _listed(descriptor: Mapping[str, Any], name: str) -> list[Any]:
    """A property that is a list; empty where it is none."""
    found = descriptor.get(name)
    return found if isinstance(found, list) else []


def _own_field(source: Any, given: Mapping[str, Any], missing_values: Sequence[str], origin: str) -> Field:
    """A field as frictionless has it and as it was given."""
    import frictionless

    constraints = given.get("constraints", {})
    missing = tuple(source.missing_values if source.has_defined("missing_values") else missing_values)
    place = f"{origin}: field {source.name!r}"
    source.constraints = {}
    try:
        allowed = _allowed(given)
        is_free = source.type in ("string", "any") and source.format == "default" and not constraints and not allowed
        read = None if is_free else _reader(source, given, missing, place)
    except frictionless.FrictionlessException as exception:
        raise SchemaError(f"{place}: {exception.error.note}.") from exception
    except (re.error, ArithmeticError, TypeError, ValueError) as error:
        raise SchemaError(f"{place}: {error}.") from error
    return Field(
        name=source.name,
        kind="standard",
        mandatory=bool(constraints.get("required", False)),
        enum=tuple(map(_written, allowed)),
        unique=bool(constraints.get("unique", False)),
        titles={"en": source.title} if source.title else {},
        read=read,
        missing_values=missing,
    )


def _allowed(given: Mapping[str, Any]) -> list[Any]:
    """The values of `enum`, or else of `categories`, which strings and integers may have."""
    enum = given.get("constraints", {}).get("enum")
    if enum is None and given.get("type", "string") in ("string", "integer"):
        categories = given.get("categories", [])
        if not isinstance(categories, list) or any(isinstance(one, dict) and "value" not in one for one in categories):
            raise ValueError("its categories are no list of values, or of objects with a `value`")
        return [one["value"] if isinstance(one, dict) else one for one in categories]
    if enum is not None and not isinstance(enum, list):
        raise ValueError("its enum is no list")
    return enum or []


class _Constraint(NamedTuple):
    """What the standard wants of a cell that is not missing, and how it is told to users."""

    name: str
    wanted: Any
    holds: Callable[[Any], bool]

    @property
    def told(self) -> str:
        return f"{self.name} {_written(self.wanted)}"


def _reader(source: Any, given: Mapping[str, Any], missing: Container[str], place: str) -> Reader:
    """What a cell of a field holds, and what is wrong with it."""
    read_cell = source.create_cell_reader()
    form = _form(source)
    group = given.get("groupChar", "") if source.type == "integer" else ""  # frictionless knows it of numbers alone
    if not isinstance(group, str):
        raise ValueError(f"its groupChar, {_written(group)}, is no text")
    if source.type == "list" and not source.delimiter:
        raise ValueError("its delimiter is empty")
    is_numeric = source.type in _NUMERIC
    constraints = list(_constraints(source, given, group, place))

    @lru_cache(_REMEMBERED)
    def read(value: str) -> tuple[object, Notes]:
        text = value if value in missing else _ungrouped(value, group)
        try:
            cell, notes = read_cell(text)
        except (ArithmeticError, TypeError):  # frictionless compares the items of its `arrayItem`
            return None, {"type": form}
        if notes and "type" not in notes:
            return cell, {"arrayItem": "; ".join(notes.values())}
        if notes or (cell is not None and is_numeric and _PYTHONS_OWN.search(text)) or not _is_in_a_real_zone(cell):
            return None, {"type": form}
        if cell is None:
            return None, {}
        return cell, {one.name: one.told for one in constraints if not one.holds(cell)}

    return read


def _is_in_a_real_zone(cell: object) -> bool:
    """Whether a time can be compared: dateutil reads zones that are days away."""
    if isinstance(cell, datetime.datetime | datetime.time):
        try:
            cell.utcoffset()
        except ValueError:
            return False
    return True


def _ungrouped(value: str, group: str) -> str:
    return (value.replace(group, "") or value) if group else value


def _form(source: Any) -> str:
    """What the cells of a field have to look like."""
    if source.type == "list":
        return f"list ({source.item_type})"
    shape = _FORMS.get(source.type) if source.format == "default" else source.format
    return f"{source.type} ({shape})" if shape else str(source.type)


def _constraints(source: Any, given: Mapping[str, Any], group: str, place: str) -> Iterator[_Constraint]:
    """Raises ValueError where a constraint can't be read, or another exception of those that read it."""
    read_value = source.create_value_reader()

    def meant(wanted: object) -> Any:
        """A constraint's value, which stands as JSON has it or as a text that its field reads."""
        text = _ungrouped(_written(wanted), group)
        if source.type in _NUMERIC and _PYTHONS_OWN.search(text):
            return None
        if source.type == "any" or isinstance(wanted, str):
            return read_value(text)
        found = read_value(wanted)
        return read_value(text) if found is None else found

    allowed = _allowed(given)
    if allowed:
        meanings = [cell for cell in map(meant, allowed) if cell is not None]
        yield _Constraint("enum", allowed, lambda cell: cell in meanings)
    for name, wanted in given.get("constraints", {}).items():
        if name in _BOUNDS:
            bound = meant(wanted)
            if bound is None or bound != bound or not _is_in_a_real_zone(bound):
                raise ValueError(f"its {name}, {_written(wanted)}, is no {source.type}")
            yield _Constraint(name, wanted, _within(bound, _BOUNDS[name]))
        elif name in _LENGTHS:
            if not isinstance(wanted, int):
                raise ValueError(f"its {name}, {_written(wanted)}, is no integer")
            yield _Constraint(name, wanted, _of_length(wanted, _LENGTHS[name]))
        elif name == "pattern":
            yield _Constraint(name, wanted, _matches(wanted))
        elif name == "jsonSchema":
            yield _Constraint(name, wanted, _fits(wanted, place))


def _within(bound: Any, compare: Callable[[Any, Any], bool]) -> Callable[[Any], bool]:
    def holds(cell: Any) -> bool:
        if cell != cell:
            return False  # NaN, which decimals refuse to compare
        if isinstance(cell, datetime.datetime | datetime.time) and (cell.utcoffset() is None) != (
            bound.utcoffset() is None
        ):
            return compare(cell.replace(tzinfo=None), bound.replace(tzinfo=None))  # by the clock: one has no zone
        return compare(_comparable(cell), _comparable(bound))

    return holds


def _comparable(cell: Any) -> Any:
    """A duration by its length, as months have none of their own; all else as it is."""
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds()
    if hasattr(cell, "tdelta"):  # isodate's duration
        return float(cell.years * 12 + cell.months) * _MONTH + cell.tdelta.total_seconds()
    return cell


def _of_length(wanted: int, compare: Callable[[int, int], bool]) -> Callable[[Any], bool]:
    return lambda cell: compare(len(cell), wanted)


def _matches(pattern: str) -> Callable[[Any], bool]:
    """Whether a pattern matches a text in whole: by Rust, which never takes long, or by Python where that knows more."""
    from pydantic_core import SchemaError as PatternError
    from pydantic_core import SchemaValidator, core_schema

    if not _RUSTS_OWN.search(pattern):
        try:
            SchemaValidator(core_schema.str_schema(pattern=pattern))
            return SchemaValidator(core_schema.str_schema(pattern=rf"\A(?:{pattern})\z")).isinstance_python
        except PatternError:
            pass
    try:
        with warnings.catch_warnings(action="ignore"):
            whole = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"its pattern can't be read: {error}") from error
    return lambda text: whole.fullmatch(text) is not None


def _fits(wanted: Any, place: str) -> Callable[[Any], bool]:
    """Whether a cell is what a JSON Schema describes; nothing is fetched that it refers to."""
    import jsonschema
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        validator = jsonschema.validators.validator_for(wanted, default=jsonschema.Draft202012Validator)
        validator.check_schema(wanted)
    except jsonschema.SchemaError as error:
        raise ValueError(f"its jsonSchema is none: {error.message}") from error
    except AttributeError as error:  # a `$schema` that is no text
        raise ValueError(f"its jsonSchema is none: {error}") from error
    validate = validator(wanted, registry=Registry())

    def holds(cell: Any) -> bool:
        try:
            return validate.is_valid(cell)
        except (Unresolvable, RecursionError, re.error) as error:
            raise SchemaError(f"{place}: its jsonSchema can't be asked: {error}.") from error

    return holds


def _written(value: object) -> str:
    """A value of a schema as it would stand in a file."""
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, bool | list | dict | None)
        else str(value)
    )
