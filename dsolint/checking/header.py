"""The header of a file: found, and judged before the rows are checked under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from dsolint.checking.notes import Notes
from dsolint.errors import UnknownTypeError
from dsolint.phrases import Phrase
from dsolint.reading.blocks import Block
from dsolint.reading.parsing import line_ends_of, records_of, split_header
from dsolint.reading.records import Record
from dsolint.reading.source import Source
from dsolint.rules import file as file_rules
from dsolint.rules import header as rules
from dsolint.rules import rows as rows_rules
from dsolint.rules.columns import Header, type_of_header, type_of_name
from dsolint.rules.rows import RowContext
from dsolint.schema import TYPES


def find_header(blocks: Iterator[Block], notes: Notes) -> tuple[Record, Block] | Phrase:
    """The record that is the header and the rest of the block it was in; why there is none, where there is none."""
    record, rest = _first_record(blocks, notes)
    if record is not None:
        sep_line = rules.sep_line(record.cells)
        notes.found("H108", sep_line, line=record.line)
        if sep_line is not None:
            record, rest = _first_record(chain([rest], blocks), notes)
            if record is None:
                return Phrase("there is no header")
    if record is None:
        notes.part.drop("R202", "")
        notes.found("F001", file_rules.empty_file("", whole=True))
        return Phrase("the file is empty")
    return record, rest


def _first_record(blocks: Iterable[Block], notes: Notes) -> tuple[Record | None, Block]:
    """The first record that is no blank line, and the rest of the block it was in."""
    for block in blocks:
        record, blank, rest = split_header(block, notes.config.delimiter)
        for line in blank:
            notes.found("R202", rows_rules.blank_line(), line=line.line)
        notes.part.line_ends += line_ends_of(line.raw for line in (blank if record is None else [*blank, record]))
        if record is not None:
            return record, rest
    return None, Block(b"", 1, final=True)


def read_ahead(blocks: list[Block], more: Iterator[Block], delimiter: str) -> Iterator[Record]:
    """The records of blocks and of what comes after them. Blocks that are read for it are added to the former."""
    for block in blocks:
        yield from records_of(block, delimiter)
    for block in more:
        blocks.append(block)
        yield from records_of(block, delimiter)


def judge_header(
    record: Record, below: Iterable[Record], source: Source, notes: Notes, *, overlong: bool
) -> Phrase | None:
    """The rules that decide whether the rows can be checked; why they can't. It tells the file's type where nobody else did.

    `below` are the records that follow, of which the first few may be asked for.

    Raises UnknownTypeError.
    """
    asked, line, delimiter = notes.type, record.line, notes.config.delimiter
    if notes.found("F007", file_rules.unterminated_quote(record, overlong=overlong and not record.closed), line=line):
        return Phrase("a quote in the header is never closed")
    if asked is None:
        type = (
            type_of_header(record.cells)
            or type_of_header(file_rules.split_loosely(record.raw))
            or type_of_name(source.name)
        )
        notes.type = notes.config.known(type) if type is not None else None
    if notes.found("F006", file_rules.wrong_delimiter(record.raw, delimiter, asked), line=line):
        return Phrase("the delimiter is wrong")
    if notes.found("H106", rules.no_header(record, below, notes.type), line=line):
        return Phrase("there is no header")
    if notes.type is None:
        reason = Phrase(
            "Neither its header nor its name tell its import type. "
            "Say which with --type ({types}), or give a schema of your own with --schema.",
            {"types": ", ".join(TYPES)},
        )
        raise UnknownTypeError(f"{source.label}: {reason}", reason)
    if asked is not None and notes.found("H107", rules.wrong_import_type(record.cells, asked), line=line):
        return Phrase("the header is that of another import type")
    return None


def judge_columns(header: Header, record: Record, notes: Notes) -> None:
    """The rules on the columns of a header, and on how it is written."""
    for rule in (rules.duplicate_column, rules.misspelt_column, rules.missing_column, rules.unknown_column):
        notes.found_all(rule.code, rule(header), line=header.line)
    context = RowContext(header, notes.config.delimiter)
    for row_rule in (rows_rules.stray_quote, rows_rules.multi_line_cell):
        notes.found(row_rule.code, row_rule(record, context), line=record.line)
    for cell in record.cells:
        notes.found("F008", file_rules.control_character(cell), line=record.line, value=cell)
