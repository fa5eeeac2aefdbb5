"""H: the header line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from dsolint.fields import amount, date
from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.reading.records import Record
from dsolint.rules.columns import (
    Header,
    candidates,
    known_cells,
    named_cells,
    own_columns,
    probable_field,
    type_of_header,
)
from dsolint.rules.file import split_loosely
from dsolint.rules.rule import rule
from dsolint.schema import DELIMITER, ImportType

_SEP_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_GUESSED = 1000
"""The columns of which a guess is made what they were meant to be: nobody misspells more of them by hand."""
_TITLE = 20
"""The lines under the first among which a header is looked for: titles of lists are shorter."""
_CODE = re.compile(r"[A-Z]{0,4}[-_]?[0-9]{3,}")


@rule("H101", "missing-column", Severity.ERROR, Effect.FILE, Basis.DOCUMENTED)
def missing_column(header: Header) -> Iterator[Problem]:
    """A mandatory column is absent from the header.

    Why: Without its mandatory columns no line of the file can be imported.
    Bad: item_type;item_number;client_code;item_date_issue;item_amount_initial_inc_tax
    Good: item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax
    Fix: Add the column to the export, or give the column that holds it its documented name.
    Source: the vendor's API page, "Spalten obligatorisch" of each type.
    """
    missing = [name for name in header.type.mandatory if header.column(name) is None]
    unknown = [column.name for column in header.columns[:_GUESSED] if column.field is None and column.name.strip()]
    for name in missing:
        meant = next((cell for cell in unknown if _means(cell, name, header.type)), None)
        if meant is None and len(missing) == len(unknown) == 1:
            meant = unknown[0]
        if meant is None:
            yield Problem("The mandatory column {column} is missing.", {"column": name}, column=name)
        else:
            yield Problem(
                "The mandatory column {column} is missing; the column {meant} is probably it.",
                {"column": name, "meant": meant},
                column=name,
                suggestion=meant,
            )


def _means(cell: str, name: str, type: ImportType) -> bool:
    field = probable_field(cell, type)
    return field is not None and field.name == name


@rule("H102", "unknown-column", Severity.WARNING, Effect.VALUE, Basis.INFERRED)
def unknown_column(header: Header) -> Iterator[Problem]:
    """A column that the import does not know.

    Why: It is not known what the server does with it; its values are probably lost. A known column may have been meant.
    Bad: customer_name
    Good: client_business_name
    Fix: Rename the column to the one that was meant, or leave it out. Fields that were set up in the product
        (item_field_perso1) are known, and so are columns declared in the configuration.
    Source: inferred from the column lists of the vendor's API page.
    """
    if not header.type.is_import:
        return
    present = {column.field.name for column in header.columns if column.field is not None}
    missing = [field for field in header.type.fields.values() if field.mandatory and field.name not in present]
    unknown = [column for column in header.columns if column.field is None and column.name.strip()]
    for column in header.columns:
        if column.field is not None or not column.name.strip():
            continue
        meant = probable_field(column.name, header.type) if column.position < _GUESSED else None
        if meant is None and len(missing) == len(unknown) == 1:
            meant = missing[0]
        params = {"column": column.name}
        if meant is None or meant.name in present:
            yield Problem("The import does not know the column {column}.", params, column=column.name)
        else:
            yield Problem(
                "The import does not know the column {column}; did you mean {meant}?",
                {**params, "meant": meant.name},
                column=column.name,
                suggestion=meant.name,
            )


@rule("H103", "duplicate-column", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def duplicate_column(header: Header) -> Iterator[Problem]:
    """The same column twice.

    Why: Which of the two the server takes is not known, and often the second was meant to be another column.
    Bad: item_date_issue;item_date_issue
    Good: item_date_issue;item_date_due
    Fix: Leave one out, or give it the name that was meant.
    Source: inferred; the page's own items example has this fault.
    """
    seen: dict[str, int] = {}
    for column in header.columns:
        if not column.name.strip():
            continue
        name = column.field.name if column.field is not None else column.name
        first = seen.setdefault(name, column.position)
        if first != column.position:
            yield Problem(
                "The column {column} stands twice in the header: as number {first} and as number {second}.",
                {"column": column.name, "first": str(first + 1), "second": str(column.position + 1)},
                column=column.name,
            )


TRAILING_DELIMITER = "trailing-delimiter"
UNNAMED = "unnamed"


@rule("H104", "unnamed-column", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def unnamed_column(header: Header, *, trailing_are_empty: bool) -> Iterator[Problem]:
    """A column without a name. Where the header ends in the delimiter and no row has a value behind it, it is one
    warning without effect.

    Why: The server can't tell what the column holds. A trailing delimiter alone makes an empty column more; such files
        have been seen in production.
    Bad: item_type;;client_code
    Good: item_type;item_number;client_code
    Fix: Name the column or leave it out; do not end lines with a delimiter.
    Source: inferred; seen in public exporters.
    """
    trailing = header.trailing_unnamed if trailing_are_empty else ()
    if trailing:
        yield Problem(
            "Trailing delimiter: the header ends in it, which makes an empty column {number}.",
            {"number": str(trailing[0].position + 1)},
            severity=Severity.WARNING,
            effect=Effect.NONE,
            cause=TRAILING_DELIMITER,
        )
    for column in header.columns:
        if not column.name.strip() and column not in trailing:
            yield Problem("Column {number} has no name.", {"number": str(column.position + 1)}, cause=UNNAMED)


@rule("H105", "misspelt-column", Severity.WARNING, Effect.VALUE, Basis.INFERRED, worst=Effect.FILE)
def misspelt_column(header: Header) -> Iterator[Problem]:
    """A column's name that is right but for case, accents, spaces or signs. An error for a mandatory column.

    Why: The server probably compares names to the letter: the column is then unknown, and a mandatory one missing.
    Bad: Item-Type
    Good: item_type
    Fix: Write the name as documented: small letters and underscores.
    Source: inferred from the vendor's API page.
    """
    named = Counter(column.field.name for column in header.columns if column.field is not None)
    for column in header.columns:
        if not column.misspelt or column.field is None or header.has_exactly(column.field.name):
            continue
        mandatory = column.field.mandatory
        yield Problem(
            "The column {column} must be written {name}.",
            {"column": column.name, "name": column.field.name},
            severity=Severity.ERROR if mandatory else None,
            effect=Effect.FILE if mandatory else None,
            column=column.name,
            suggestion=column.field.name,
            certain=named[column.field.name] == 1,
        )


@rule("H106", "no-header", Severity.ERROR, Effect.FILE, Basis.DOCUMENTED)
def no_header(first: Record, below: Iterable[Record], type: ImportType | None) -> Problem | None:
    """The first line holds data or a title, and not the names of columns.

    Why: The server takes the first line for the names of the columns and then knows none of them.
    Bad: FAC;00000123;C0001;2024-04-24 as the first line
    Good: item_type;item_number;client_code;item_date_issue as the first line
    Fix: Let the export write the header line, and nothing above it.
    Source: the vendor's API page, the examples of all types.
    """
    types = candidates(type)
    cells = _loose_cells(first)
    if named_cells(cells, types) or 2 * known_cells(cells, types) >= len(cells):
        return None
    is_blank = not any(cell.strip() for cell in cells)
    for record in () if is_blank else islice(below, _TITLE):
        names = _loose_cells(record)
        if len(names) > 1 and 2 * named_cells(names, types) > len(names):
            message = "The first line is no header: the names of the columns stand in line {line}."
            return Problem(message, {"line": str(record.line)})
    # Where nothing tells the type, the file may be a note with a number in it.
    if sum(_looks_like_data(cell.strip()) for cell in cells) < (1 if type is not None else 2):
        return None
    return Problem("The first line holds data: the header with the names of the columns is missing.")


def _loose_cells(record: Record) -> Sequence[str]:
    return record.cells if len(record.cells) != 1 else split_loosely(record.raw)


def _looks_like_data(cell: str) -> bool:
    if not cell:
        return False
    is_date = date.is_date(cell) or bool(date.readings(cell)[1])
    return is_date or amount.is_amount(cell) or bool(_CODE.fullmatch(cell)) or "@" in cell


@rule("H107", "wrong-import-type", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def wrong_import_type(cells: Sequence[str], type: ImportType) -> Problem | None:
    """The header belongs to another import type than the one that was asked for.

    Why: Sent to the wrong address, no line of the file can be imported.
    Bad: client_code;client_business_name checked as items
    Good: the same file checked as clients
    Fix: Ask for the right type, or look whether two exports were mixed up.
    Source: inferred from the column lists of the vendor's API page.
    """
    if not type.is_import or own_columns(cells, type):
        return None
    other = type_of_header(cells)
    if other is None or other.name == type.name:
        return None
    return Problem(
        "The header is that of {found}, and {asked} was asked for.",
        {"found": other.name or "", "asked": type.name or ""},
        suggestion=other.name,
    )


@rule("H108", "sep-line", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def sep_line(cells: Sequence[str]) -> Problem | None:
    """A first line `sep=;`, which tells Excel the delimiter.

    Why: The server takes the first line for the header, and finds no column in it.
    Bad: sep=; before the header
    Good: the header as the first line
    Fix: Switch the line off in the export; it is for Excel alone.
    Source: inferred; seen in public exporters.
    """
    line = DELIMITER.join(cells)
    if not _SEP_LINE.fullmatch(line.strip(" ")):
        return None
    return Problem(
        "The first line is {line}, which is for Excel alone and would be taken for the header.", {"line": line}
    )
