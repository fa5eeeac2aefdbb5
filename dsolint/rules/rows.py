"""R: the structure of one record. The first rule of `ROW_RULES` that speaks is the only one, R206 apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from operator import eq

from msgspec import Struct

from dsolint.fields import amount
from dsolint.fields.choice import folded
from dsolint.fields.memory import remember
from dsolint.fields.words import SPACE
from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.phrases import Phrase
from dsolint.reading.records import Record, line_ends, read_records, split_lines
from dsolint.reading.spans import first_stray_quote, has_stray_quote
from dsolint.reading.text import BOM
from dsolint.rules.columns import Header
from dsolint.rules.file import delimiter_name
from dsolint.rules.rule import rule
from dsolint.schema import TYPES, import_type

TOTAL_WORDS = (
    "total", "totals", "totale", "totaal", "totalt", "grand total", "sub-total", "subtotal", "sous-total", "sous total",
    "total général", "total general", "totale generale", "total geral", "summe", "gesamtsumme", "zwischensumme", "gesamt", "endsumme", "somme", "somma", "sum", "suma", "soma", "insgesamt",
)  # fmt: skip
MISCOUNTED = "Column count doesn't match (defined={defined}, found={found})"
"""What the server answers for a line with more or fewer cells than the header, on the vendor's page."""
_BOM = BOM.decode()
_ANY_TOTAL = rf"(?:{'|'.join(sorted(TOTAL_WORDS, key=len, reverse=True))})"
_TOTAL = re.compile(rf"\s*{_ANY_TOTAL}(?:\s+(?:in\s+)?[A-Z]{{3}})?\s*:?\s*(?:[0-9]+(?:\s+\w+)?\s*)?", re.IGNORECASE)


class RowContext(Struct, frozen=True):
    """What a row rule knows beside the record."""

    header: Header
    delimiter: str

    @property
    def width(self) -> int:
        return self.header.width


@rule("R201", "column-count", Severity.ERROR, Effect.LINE, Basis.DOCUMENTED)
def column_count(record: Record, context: RowContext) -> Problem | None:
    """More or fewer cells than the header has columns.

    Why: The server leaves such a line out: "Column count doesn't match (defined=8, found=10)".
    Bad: FAC;00000123;Smith; Jones and Co;2024-04-24 under a header of four columns
    Good: FAC;00000123;"Smith; Jones and Co";2024-04-24
    Fix: Quote values that hold a semicolon, and write each column in every row, empty ones too.
    Source: the vendor's API page, the example of a response.
    """
    if len(record.cells) == context.width:
        return None
    found = len(record.cells)
    reason = _why_miscounted(record.cells, context)
    return Problem(
        "The header has {defined} cells, this line {found}; probably {reason}.",
        {"defined": str(context.width), "found": str(found), "reason": reason},
        cause=str(found),
    )


def _why_miscounted(cells: Sequence[str], context: RowContext) -> Phrase:
    if len(cells) < context.width:
        return Phrase("cells are missing at its end, or a line end stands in a value without quotes")
    if not "".join(cells[context.width :]).strip():
        return Phrase("it ends in too many delimiters")
    if run_together(len(cells), context.width):
        return Phrase("the next line ran into it, for want of a line end")
    return Phrase("a value holds {delimiter} and is not in quotes", {"delimiter": delimiter_name(context.delimiter)})


def run_together(found: int, defined: int) -> bool:
    """Whether a number of cells is that of two lines without a line end between them: a cell of each became one.

    Under two columns a value that holds a delimiter is more likely.
    """
    return found == 2 * defined - 1 and defined > 2


@rule("R202", "blank-line", Severity.INFO, Effect.NONE, Basis.PRACTICE)
def blank_line() -> Problem:
    """An empty line between rows, or a line without content before the header.

    Why: It does no harm by itself, and often shows that a file was pieced together or that a line feed went astray.
    Bad: an empty line after line 7
    Good: a row on every line
    Fix: Write no empty lines.
    Source: good practice for text files.
    """
    return Problem("The line is empty.")


@rule("R203", "repeated-header", Severity.ERROR, Effect.LINE, Basis.INFERRED)
def repeated_header(record: Record, context: RowContext) -> Problem | None:
    """The header again among the rows.

    Why: Files were put end to end, each with its header. The server takes the second one for a row and leaves it out, or
        imports nonsense; where the columns of the second file differ, all its rows are wrong.
    Bad: item_type;item_number;client_code in line 500
    Good: one header, in the first line
    Fix: Leave the header out of every file but the first when files are joined.
    Source: inferred.
    """
    cells = record.cells
    if len(cells) < 2:
        return None
    header = context.header
    is_header = len(cells) == header.width and all(map(eq, map(_bare, cells), _bare_names(header.cells)))
    if is_header or (header.type.is_import and _most_are_known_names(cells)):
        return Problem("The header stands here again: files were put end to end.")
    return None


def _most_are_known_names(cells: Sequence[str]) -> bool:
    """Whether more than half of the cells are; it stops looking as soon as they can't be."""
    candidates = [cell for cell in cells if cell and not cell[0].isdigit()]  # no name begins with a digit
    unknown = len(cells) - len(candidates)
    for cell in candidates:
        if 2 * unknown >= len(cells):
            return False
        unknown += not _is_known_name(cell)
    return 2 * unknown < len(cells)


@lru_cache(maxsize=64)
def _bare_names(header: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_bare, header))


def _bare(cell: str) -> str:
    return cell.removeprefix(_BOM).strip('"')


@remember(1 << 14)
def _is_known_name(cell: str) -> bool:
    return folded(cell) in _known_names()


@cache
def _known_names() -> frozenset[str]:
    return frozenset(folded(name) for type in TYPES for name in import_type(type).fields)


def may_be_no_record(header: Header) -> str:
    """A pattern, in the syntax that Python's re and RE2 share, that some cell of every repeated header and total matches.

    Any digit stands for any other.
    """
    # The beginning of a name is enough, and a pattern has to stay small.
    first = re.sub("[0-9]", "[0-9]", re.escape(_bare(header.cells[0])[:50]))
    marks = [first] if header.width > 1 else []
    if header.type.is_import:
        marks.append("client.?code")
    header_cell = [rf'(?i:\A[{_BOM}"]*(?:{"|".join(marks)}))'] if marks else []
    return "|".join([*header_cell, rf"(?i:\A{SPACE}*{_ANY_TOTAL})"])


@rule("R204", "stray-quote", Severity.WARNING, Effect.VALUE, Basis.INFERRED, worst=Effect.LINE)
def stray_quote(record: Record, context: RowContext) -> Problem | None:
    """A quote inside an unquoted cell, or text after a closing quote. An error where the number of cells is wrong too.

    Why: Readers differ in what they make of it: the quote may be dropped, kept, or open a cell that swallows lines.
    Bad: FAC;5" pipe;C0001
    Good: FAC;"5"" pipe";C0001
    Fix: Quote values that hold a quote, and double the quotes inside.
    Source: inferred from RFC 4180.
    """
    if not record.closed or '"' not in record.raw or not has_stray_quote(record.raw, context.delimiter):
        return None
    cell = first_stray_quote(record.raw, context.delimiter)
    column = context.header.cells[cell] if cell < context.width else None
    value = record.cells[cell] if cell < len(record.cells) else None
    if len(record.cells) == context.width:
        message = "A quote stands inside an unquoted cell, or text follows a closing quote."
        return Problem(message, column=column, value=value)
    return Problem(
        "A quote stands inside an unquoted cell or before more text, "
        "and the header has {defined} cells, this line {found}.",
        {"defined": str(context.width), "found": str(len(record.cells))},
        severity=Severity.ERROR,
        effect=Effect.LINE,
        column=column,
        value=value,
    )


@rule("R205", "swallowed-lines", Severity.ERROR, Effect.LINE, Basis.INFERRED)
def swallowed_lines(record: Record, context: RowContext) -> Problem | None:
    """A quoted cell that runs over line ends and holds what look like records.

    Why: A quote was opened by mistake, and the lines up to the next quote became part of one value: they are not imported.
    Bad: FAC;"00000123;C0001 with the next quote some lines below
    Good: FAC;00000123;C0001
    Fix: Write a quote inside a value as two quotes, and quote each value at both ends.
    Source: inferred from RFC 4180.
    """
    swallowed = swallowed_records(record, context)
    if not swallowed:
        return None
    return Problem(
        "A quote opens in line {opening} and closes in line {closing}: what it holds looks like more records ({count}).",
        {
            "opening": str(record.line),
            "closing": str(record.line + record.lines - 1),
            "count": str(len(swallowed)),
        },
    )


def swallowed_records(record: Record, context: RowContext) -> list[list[str]]:
    """The cells of the lines inside a record that look like records of their own.

    With the right number of cells the record may be an honest value with line ends. Then lines wholly inside a cell count,
    and the last line where the cell's first line fills up the record that it began, and the last has the cells that would
    stand in front of it, or is a record by itself. With two columns a single such line proves nothing where it begins with
    several words. With a wrong number of cells every line after the first counts, but the last alone only where the first is
    a record too.
    """
    width, delimiter = context.width, context.delimiter
    if record.lines < 2 or not record.closed or width < 2:
        return []
    lines = split_lines(record.raw)
    if len(record.cells) != width:
        first, *others = (_by_itself(line, context) for line in lines)
        records = [cells for cells in others if cells]
        # The last line alone may be the rest of a value and the cells behind it, of which there is one too many.
        return records if first or records != others[-1:] else []
    if delimiter not in "".join(record.cells):
        return []
    found: list[list[str]] = []
    end = 0
    for position, cell in enumerate(record.cells):
        end += line_ends(cell)
        pieces = split_lines(cell)
        found += [cells for line in pieces[1:-1] if (cells := _by_itself(line, context))]
        if len(pieces) > 1 and pieces[0].count(delimiter) == width - 1 - position:
            last = pieces[-1].split(delimiter) + record.cells[position + 1 :]
            if len(last) != width:
                # Only a quote behind the closing one makes the line another record than its cells do.
                last = _by_itself(lines[end], context) if has_stray_quote(record.raw, delimiter) else []
            found += [last] if last else []
    proves_nothing = width == 2 and len(found) == 1 and " " in found[0][0]
    return [] if proves_nothing else found


def _by_itself(line: str, context: RowContext) -> list[str]:
    """The cells of a line that is a record by itself, whether its quotes are taken off or read; else none."""
    cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(context.delimiter)]
    if len(cells) != context.width:
        (record,) = read_records(line, context.delimiter)
        cells = record.cells if record.closed else []
    return cells if len(cells) == context.width else []


def torn_record(record: Record, context: RowContext) -> list[str]:
    """The cells that a record which swallowed others has in its first line."""
    torn: list[str] = []
    for cell in record.cells:
        if line_ends(cell):
            return torn + split_lines(cell)[0].rstrip("\r\n").split(context.delimiter)
        torn.append(cell)
    return torn


@rule("R206", "multi-line-cell", Severity.INFO, Effect.NONE, Basis.PRACTICE)
def multi_line_cell(record: Record, context: RowContext) -> Problem | None:
    """A line end inside a quoted cell.

    Why: It is allowed, and many readers and tools that work by lines stumble over it.
    Bad: "Main Street 5" with a line end before the 5
    Good: "Main Street 5"
    Fix: Replace line ends inside values by a space in the export.
    Source: good practice; exporters were seen to remove them.
    """
    if record.lines < 2:
        return None
    for position, cell in enumerate(record.cells):
        if "\n" in cell or "\r" in cell:
            column = context.header.cells[position] if position < context.width else None
            return Problem(
                "The value runs over {lines} lines.",
                {"lines": str(line_ends(cell) + 1)},
                column=column,
                value=cell,
            )
    return None


@rule("R207", "summary-row", Severity.ERROR, Effect.LINE, Basis.INFERRED)
def summary_row(record: Record, context: RowContext) -> Problem | None:
    """A row of totals.

    Why: It is no item; the server leaves it out at best, and at worst imports the total as an open amount.
    Bad: Total;;;;;1 234 567,00
    Good: the rows alone
    Fix: Switch sums and footers off in the export.
    Source: inferred.
    """
    first = next((cell for cell in record.cells if cell.strip()), "")
    if not _TOTAL.fullmatch(first):
        return None
    filled = [cell for cell in record.cells if cell.strip()]
    if not all(amount.is_amount(cell.strip()) or amount.readings(cell) or _is_currency(cell) for cell in filled[1:]):
        return None
    if len(record.cells) >= context.width and not _lacks_mandatory(record, context):
        return None
    return Problem("The row is a total and no record of its own.")


def _is_currency(cell: str) -> bool:
    text = cell.strip()
    return len(text) == 3 and text.isalpha() and text.isupper()


def _lacks_mandatory(record: Record, context: RowContext) -> bool:
    return any(
        column.field is not None and column.field.mandatory and not record.cells[column.position].strip()
        for column in context.header.columns
    )
