"""What may not repeat in a delivery, and what has to be known: the keys and the customers of its rows."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import reduce
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from dsolint import arrays
from dsolint.arrays import Array, few
from dsolint.checking.money import Amounts
from dsolint.fields.rows import Rows
from dsolint.rules import AnyRule
from dsolint.rules.business import duplicate_item, duplicate_key
from dsolint.rules.columns import CLIENT, Header
from dsolint.rules.values import not_unique
from dsolint.schema import Field

APART = "\x1f"
"""Between texts that are joined into one, in which it hardly ever stands: so that "a" and "bc" are not "ab" and "c"."""


class KeyRows(Struct, frozen=True):
    """Rows of a block that have a key, in the columns `keys`. `content` is all their text."""

    lines: Array[int]
    records: Array[int]
    keys: list[Array[Any]]
    content: Array[str]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def size(self) -> int:
        """How many bytes their text and keys take; those of few rows do not count."""
        columns = (self.content, *self.keys)
        return sum(column.nbytes for column in columns if not isinstance(column, few.Array))

    def only(self, mask: Array[bool]) -> KeyRows:
        """Some of them; mostly all, which need no copy."""
        if mask.true_count == len(self):
            return self
        keys = [key.filter(mask) for key in self.keys]
        return KeyRows(self.lines.filter(mask), self.records.filter(mask), keys, self.content.filter(mask))


class References(Struct, frozen=True):
    """Rows of a block that name a customer, or are one; `ignored` are those left out. Items have open amounts and currencies."""

    lines: Array[int]
    records: Array[int]
    codes: Array[str]
    ignored: Array[bool]
    money: Amounts | None = None

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def columns(self) -> list[Array[Any]]:
        return [self.lines, self.records, self.codes, self.ignored, *(self.money or ())]

    def only(self, mask: Array[bool]) -> References:
        """Some of them."""
        if mask.true_count == len(self):
            return self
        lines, records, codes, ignored, *money = (column.filter(mask) for column in self.columns)
        return References(lines, records, codes, ignored, Amounts(*money) if money else None)


class Customers(Struct, frozen=True):
    """Customers that a file names, by its number, and whether their own lines go in."""

    codes: Array[str]
    accepted: Array[bool]
    file: int

    def __len__(self) -> int:
        return len(self.codes)


class Repeat(NamedTuple):
    """A row whose key stands in an earlier line already; `equal` tells whether the two rows are the same."""

    line: int
    record: int
    first_line: int
    equal: bool
    values: tuple[str, ...]


class Kind(NamedTuple):
    """Why a row's customer is not known: it is like one that is, or its own line was left out, or neither."""

    near: bool
    left_out: bool


class Unknown(NamedTuple):
    """A row whose customer is not known: the one it may mean, and whether the customer's own line was left out."""

    line: int
    record: int
    code: str
    near: str | None
    left_out: bool

    @property
    def kind(self) -> Kind:
        return Kind(self.near is not None, self.left_out)


class Strangers(Protocol):
    """Rows whose customers are not known or do not go in."""

    def __iter__(self) -> Iterator[Unknown]:
        """All of them, in file order."""
        ...

    def counts(self) -> dict[Kind, int]:
        """How many there are of a kind."""
        ...

    def lowest(self, kind: Kind, limit: int) -> list[Unknown]:
        """Those of a kind in the lowest lines."""
        ...

    def newly_left_out(self, kind: Kind, *, with_money: bool) -> tuple[int, int, dict[str, Decimal]]:
        """Those of a kind that are not left out already: how many, and, for items, how many amounts of them can't be read,
        and the sums of the others by currency.
        """
        ...

    def lines_newly_left_out(self, kind: Kind) -> list[int]:
        """Their lines."""
        ...


class KeySpec(Struct, frozen=True):
    """What may not repeat: the rule, the column that a finding names, and how a block's rows get their keys.

    `keys` gives the key's columns and a mask of the rows that have one.
    """

    rule: AnyRule
    column: str | None
    names: tuple[str, ...]
    keys: Callable[[Rows], tuple[list[Array[Any]], Array[bool]]]
    width: int = 1
    """How many columns the key has."""
    required: bool = False
    """Whether a row without a key is a finding too."""


def key_specs(header: Header, active: frozenset[str]) -> list[KeySpec]:
    """What may not repeat in a file with this header."""
    found = _own_constraints(header) if not header.type.is_import else []
    if header.type.name == "items":
        found += _item_keys(header)
    unique = [f.name for f in header.type.fields.values() if f.unique and header.type.is_import]
    found += [_single(name) for name in unique if header.column(name) is not None]
    if header.type.name == "users" and header.column(CLIENT) is not None:
        found.append(KeySpec(duplicate_key, CLIENT, (CLIENT,), user_keys, width=2))
    return [spec for spec in found if spec.rule.code in active]


def _single(name: str) -> KeySpec:
    def keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
        return [rows.text(name)], rows.given(name)

    return KeySpec(duplicate_key, name, (name,), keys)


def _item_keys(header: Header) -> list[KeySpec]:
    """Item numbers by year, of rows that no unique key tells apart: one blank key and one filled tell apart too."""
    if header.column("item_number") is None or header.column("item_date_issue") is None:
        return []

    def keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
        issued = rows.date("item_date_issue")
        has_key = arrays.and_(rows.given("item_number"), arrays.is_valid(issued))
        return [rows.text("item_number"), arrays.year(issued)], arrays.and_not(has_key, rows.given("item_unique_key"))

    return [KeySpec(duplicate_item, "item_number", ("item_number",), keys, width=2)]


def user_keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
    """A user of a customer by the staff number, else by email, else by both names."""

    names = arrays.binary_join_element_wise(rows.text("user_lastname"), rows.text("user_firstname"), APART)
    email, number = rows.text("user_email"), rows.text("user_matricule")
    identity = arrays.if_else(
        rows.given("user_matricule"),
        arrays.binary_join_element_wise("number", number, APART),
        arrays.if_else(
            rows.given("user_email"),
            arrays.binary_join_element_wise("email", email, APART),
            arrays.binary_join_element_wise("names", names, APART),
        ),
    )
    return [rows.text(CLIENT), identity], arrays.and_(rows.given(CLIENT), rows.filled("user_lastname"))


def _own_constraints(header: Header) -> list[KeySpec]:
    """The uniqueness constraints of a user's schema that the file has all columns of."""
    there = (names for names in header.type.constrained if all(header.column(name) is not None for name in names))
    return [_own_constraint(names, header) for names in there]


def _own_constraint(names: tuple[str, ...], header: Header) -> KeySpec:
    fields = [header.type.fields[name] for name in names]

    def keys(rows: Rows) -> tuple[list[Array[Any]], Array[bool]]:
        columns = [_canonical(rows.text(field.name), field) for field in fields]
        return columns, reduce(arrays.and_, map(arrays.is_valid, columns))

    column = names[0] if len(names) == 1 else None
    required = names == header.type.primary_key
    return KeySpec(not_unique, column, names, keys, width=len(names), required=required)


def _canonical(column: Array[str], field: Field) -> Array[str]:
    """The cells so that equal ones are equal text, null where the schema says that a value is missing."""
    if field.read is None:
        return arrays.if_else(arrays.is_in(column, field.missing_values), None, column)
    encoded = column.dictionary_encode()
    cells: list[str | None] = []
    for value in encoded.dictionary.to_pylist():
        cell, notes = field.read(value)
        cells.append(value if "type" in notes else None if cell is None else _as_text(cell))
    return arrays.array(cells, "string", like=column).take(encoded.indices)


_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _as_text(cell: object) -> str:
    """Equal cells as equal text: 1, 1.0 and 01 are one number."""
    if isinstance(cell, float | Decimal):
        number = Decimal(str(cell))
        return str(number.normalize(_EXACT)) if number else "0"
    if isinstance(cell, datetime.datetime) and cell.utcoffset() is not None:
        return str(cell - _EPOCH)
    if isinstance(cell, dict):
        return json.dumps(cell, sort_keys=True)
    return str(cell)
