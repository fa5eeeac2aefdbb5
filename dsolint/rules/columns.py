"""Which column a header cell names: exactly, misspelt, or by a word that people use for it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from dsolint.fields.choice import folded
from dsolint.schema import TYPES, Field, ImportType, import_type, is_own_schema

CLIENT = "client_code"
"""The customer's number: the one column that all import types have, which tells none of them."""


class Column(Struct, frozen=True):
    """One header cell: its place from 0, its name as the file has it, and the field it stands for, if any."""

    position: int
    name: str
    field: Field | None
    misspelt: bool = False


class Header(Struct, frozen=True):
    """The header of a file, read as one of an import type."""

    line: int
    cells: tuple[str, ...]
    columns: tuple[Column, ...]
    type: ImportType
    places: Mapping[str, int]
    """Where the first column of each field is, from 0."""

    @property
    def width(self) -> int:
        return len(self.cells)

    @property
    def trailing_unnamed(self) -> tuple[Column, ...]:
        """The columns without a name after the last one that has one; none where no column has one."""
        named = [column.position for column in self.columns if column.name.strip()]
        return self.columns[named[-1] + 1 :] if named else ()

    def has_exactly(self, field: str) -> bool:
        """Whether a column has the very name of `field`."""
        return field in self.cells

    def column(self, field: str) -> Column | None:
        """The first column that stands for `field`."""
        place = self.places.get(field)
        return None if place is None else self.columns[place]


def read_header(cells: Sequence[str], line: int, type: ImportType) -> Header:
    """Match each cell with a field of `type`."""
    names = _by_folded_name(type)
    columns = tuple(_column(i, cell, type, names) for i, cell in enumerate(cells))
    places = {c.field.name: c.position for c in reversed(columns) if c.field is not None}
    return Header(line, tuple(cells), columns, type, places)


def _column(position: int, cell: str, type: ImportType, names: Mapping[str, Field]) -> Column:
    exact = type.field(cell)
    if exact is not None:
        return Column(position, cell, exact)
    meant = names.get(folded(cell)) or type.field(_in_usual_form(cell))
    return Column(position, cell, meant, misspelt=meant is not None)


def _in_usual_form(cell: str) -> str:
    """A name in small letters with underscores, as all documented ones are."""
    return re.sub(r"[\s\-]+", "_", cell.strip().strip("\"'").lower())


def _by_folded_name(type: ImportType) -> dict[str, Field]:
    return {folded(name): field for name, field in type.fields.items() if folded(name)}


def probable_field(cell: str, type: ImportType) -> Field | None:
    """The field that a header cell probably means: by name, by a title in any language, by a synonym, by spelling."""
    if not type.is_import:
        names = _by_folded_name(type)
        close = difflib.get_close_matches(folded(cell), names, n=1, cutoff=0.8)
        return names[close[0]] if close else None
    return _probable_import_field(cell, type.name or "")


@lru_cache(maxsize=4096)
def _probable_import_field(cell: str, type_name: str) -> Field | None:
    type = import_type(type_name)
    words = _words(type_name)
    text = folded(cell)
    if not text:
        return None
    found = words.get(text) or words.get(text.removeprefix(folded(type_name).removesuffix("s")))
    if found is None and len(text) >= 4:
        close = difflib.get_close_matches(text, words, n=1, cutoff=0.85)
        found = words[close[0]] if close else None
    return type.fields[found] if found else None


@lru_cache
def _words(type_name: str) -> dict[str, str]:
    """Every folded word for a column of the type: synonyms first, then titles, then the names themselves."""
    words: dict[str, str] = {}
    fields = import_type(type_name).fields.values()
    for field in fields:
        words |= {folded(alias): field.name for alias in field.aliases}
    for field in fields:
        words |= {folded(title): field.name for title in field.titles.values()}
    for field in fields:
        words |= {folded(field.name): field.name, folded(field.name.partition("_")[2]): field.name}
    return words


def candidates(asked: ImportType | None) -> list[ImportType]:
    """The types that a header may be of: the user's own schema where one was asked for, else any import type."""
    return [asked] if is_own_schema(asked) else [import_type(name) for name in TYPES]


def type_of_header(cells: Iterable[str]) -> ImportType | None:
    """The import type that most of the header's columns belong to; None where none is ahead."""
    cells = list(cells)
    counts = {name: own_columns(cells, import_type(name)) for name in TYPES}
    best = max(counts.values())
    ahead = [name for name, count in counts.items() if count == best]
    return import_type(ahead[0]) if best and len(ahead) == 1 else None


def own_columns(cells: Iterable[str], type: ImportType) -> int:
    """How many cells name a column that only this import type has, a slip in the spelling allowed."""
    names = _by_folded_name(type).keys() - {folded(CLIENT)}
    return sum(folded(cell) in names for cell in cells)


def named_cells(cells: Iterable[str], types: Iterable[ImportType]) -> int:
    """How many cells are the very names of columns of any of `types`, a slip in the spelling allowed."""
    known = [(type, _by_folded_name(type)) for type in types]
    return sum(any(_column(0, cell, type, names).field is not None for type, names in known) for cell in cells)


def known_cells(cells: Iterable[str], types: Iterable[ImportType]) -> int:
    """How many cells make sense as column names of any of `types`."""
    known = [(type, _by_folded_name(type)) for type in types]
    return sum(any(_makes_sense(cell, type, names) for type, names in known) for cell in cells)


def _makes_sense(cell: str, type: ImportType, names: Mapping[str, Field]) -> bool:
    if type.field(cell) is not None or folded(cell) in names:
        return True
    return type.is_import and folded(cell) in _words(type.name or "")


def type_of_name(name: str) -> ImportType | None:
    """The import type that a file's name begins with, as in `items_20241122.txt`, else the first of its words that is one."""
    found = re.search(rf"(?:\A|[_-])({'|'.join(TYPES)})", name.lower())
    return import_type(found[1]) if found is not None else None
