"""F: the file as a whole, before and beside its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from dsolint.fields.words import seems_decoded_wrongly, stripped
from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.phrases import Phrase
from dsolint.reading.parsing import LineEnds
from dsolint.reading.records import Record, line_ends
from dsolint.reading.text import BOM, UTF8, WIDE, BadBytes
from dsolint.rules.columns import candidates, known_cells
from dsolint.rules.rule import rule
from dsolint.schema import DELIMITER, ImportType, is_own_schema

_DELIMITERS = {
    ",": Phrase("a comma"),
    "\t": Phrase("a tab"),
    "|": Phrase("a vertical bar"),
    ";": Phrase("a semicolon"),
}


def delimiter_name(delimiter: str) -> str:
    """What people call a delimiter."""
    return _DELIMITERS.get(delimiter, repr(delimiter))


CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F]"
"""The characters of F008, in the syntax that Python's re and RE2 share."""

_CONTROL = re.compile(CONTROL)

_EXPORT = Phrase("Export the data as CSV.")
_EXPORT_TABLE = Phrase("Export the table as CSV.")
_UNPACK = Phrase("Unpack it.")
_SIGNATURES: tuple[tuple[bytes, Phrase, Phrase], ...] = (
    (
        b"PK\x03\x04",
        Phrase("a zip archive or an Excel workbook (.xlsx)"),
        Phrase("In Excel: save as CSV UTF-8. A zip of a CSV file: name it .zip."),
    ),
    (b"PK\x05\x06", Phrase("an empty zip archive"), Phrase("Export the file as CSV.")),
    (b"\x1f\x8b", Phrase("a gzip file"), Phrase("Name it .gz, or unpack it.")),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        Phrase("an old Excel workbook (.xls) or Word document"),
        Phrase("In Excel: save as CSV UTF-8."),
    ),
    (b"%PDF", Phrase("a PDF document"), Phrase("Export the data as CSV, not as a printout.")),
    (b"7z\xbc\xaf\x27\x1c", Phrase("a 7-Zip archive"), _UNPACK),
    (b"Rar!", Phrase("a RAR archive"), _UNPACK),
    (b"\x28\xb5\x2f\xfd", Phrase("a zstd archive"), _UNPACK),
    (b"BZh", Phrase("a bzip2 archive"), _UNPACK),
    (b"\xfd7zXZ\x00", Phrase("an xz archive"), _UNPACK),
    (b"SQLite format 3\x00", Phrase("an SQLite database"), _EXPORT_TABLE),
    (b"PAR1", Phrase("a Parquet file"), _EXPORT_TABLE),
    (b"\x89PNG", Phrase("an image"), _EXPORT),
    (b"\xff\xd8\xff", Phrase("an image"), _EXPORT),
)
_MARKUP = re.compile(
    rb"\s*<(?:!--|(?:!doctype html|html|\?xml|head|meta|title|style|script|body|table|center|div|p|h[1-6])\b)",
    re.IGNORECASE,
)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\{\[])")
_MOSTLY = 0.1
"""The share of NUL bytes from which a file is binary."""
_MANY = 0.05
"""The share of control characters from which bytes that are no UTF-8 are binary; a tenth of random ones are."""
_CONTROL_BYTES = frozenset(range(32)) - frozenset(b"\t\n\r\x0e\x0f\x1b")
"""Those that text has none of: some encodings shift with SO, SI and ESC."""


class FileFacts(Struct, frozen=True):
    """What is known of a file once it was read to its end."""

    type: ImportType
    encoding: str
    rows: int
    header_line: int | None
    bom: bool
    bad: BadBytes | None
    bad_lines: int
    fitting: str | None
    wide: bool
    """Whether the bytes are of two or four bytes a character, and were declared as something else."""
    line_ends: LineEnds


@rule("F001", "empty-file", Severity.ERROR, Effect.FILE, Basis.DOCUMENTED)
def empty_file(head: str, *, whole: bool) -> Problem | None:
    """A file without a byte, or with nothing but white space.

    Why: The server answers CSV_EMPTY and imports nothing. Often the export failed, and nobody saw it.
    Bad: a file of 0 bytes
    Good: a header line, and a line for each open item
    Fix: Look into the log of the export: no rows selected, no permission, no disk space.
    Source: the vendor's API page, error code CSV_EMPTY.
    """
    if not whole or stripped(head):
        return None
    return Problem("The file is empty.")


@rule("F002", "no-data-rows", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def no_data_rows(facts: FileFacts) -> Problem | None:
    """A header and no row under it.

    Why: It is not known whether the server refuses such a file (CSV_EMPTY) or takes it. In STOCK mode a taken one
        would clear every open item, so it is an error for items, and a warning for the other types.
    Bad: item_type;item_number;client_code
    Good: item_type;item_number;client_code and at least one line below
    Fix: Let the export fail when it selects no rows, and send nothing.
    Source: inferred from the vendor's API page, CSV_EMPTY and clear_items_not_modified.
    """
    if facts.rows:
        return None
    if facts.type.name == "items":
        return Problem(
            "The file has a header and no rows: the server may refuse it (CSV_EMPTY) or, in STOCK mode, clear every open item.",
            line=facts.header_line,
        )
    if not facts.type.is_import:
        return Problem("The file has a header and no rows.", severity=Severity.WARNING, line=facts.header_line)
    return Problem(
        "The file has a header and no rows: the server may refuse it (CSV_EMPTY).",
        severity=Severity.WARNING,
        line=facts.header_line,
    )


@rule("F003", "not-text", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def not_text(head: bytes, *, is_wide: bool) -> Problem | None:
    """A spreadsheet, PDF, archive, web page or other binary under the name of a text file.

    Why: The server reads CSV text alone; whatever else it is given, no line of it goes in.
    Bad: an Excel workbook renamed to items.csv
    Good: the same table saved as CSV
    Fix: Export as CSV. In Excel use Save as, CSV UTF-8. Compressed files are told by their names: .gz and .zip.
    Source: inferred from the vendor's API page, which takes CSV or TXT files.
    """
    head = head.removeprefix(BOM)
    for signature, what, remedy in _SIGNATURES:
        if head.startswith(signature) and (not signature.isalnum() or b"\0" in head):
            return _not_text(what, remedy)
    if _MARKUP.match(head):
        return _not_text(
            Phrase("a web page or XML document"),
            Phrase("Often it is an error page that was saved in place of the export."),
        )
    if _JSON.match(head):
        return _not_text("JSON", _EXPORT)
    if not is_wide and wide_encoding(head) is None and _is_binary(head):
        return _not_text(Phrase("a binary file"), _EXPORT)
    return None


def _is_binary(head: bytes) -> bool:
    if head.count(0) > _MOSTLY * len(head):
        return True
    controls = sum(map(head.count, _CONTROL_BYTES))
    return controls > _MANY * len(head) and not _decodes(head, UTF8)


def _not_text(what: str, remedy: str) -> Problem:
    return Problem("This is no CSV text but {what}. {advice}", {"what": what, "advice": remedy})


@rule("F004", "undecodable-bytes", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def undecodable_bytes(facts: FileFacts) -> Problem | None:
    """Bytes that are invalid in the encoding that was declared.

    Why: The server is told an encoding with each upload, UTF-8 unless said otherwise. Bytes that are not of it are
        refused or turn into other characters.
    Bad: M\\xfcller (Windows-1252) in a file that is sent as UTF-8
    Good: M\\xc3\\xbcller
    Fix: Export as UTF-8, or check and send the file with the encoding that it has: --encoding cp1252.
    Source: inferred from the vendor's API page, parameter encoding.
    """
    bad = facts.bad
    if bad is None:
        return None
    params = {
        "encoding": facts.encoding,
        "bytes": bad.bytes.hex(" "),
        "line": str(bad.line),
        "column": str(bad.column),
        "offset": str(bad.offset),
        "lines": str(facts.bad_lines),
    }
    if facts.wide:
        message = "The file is {fitting} and not {encoding}: it begins with {bytes} (hex). Export UTF-8, or check it with --encoding {fitting}."
        return Problem(message, {**params, "fitting": facts.fitting or ""}, line=bad.line, suggestion=facts.fitting)
    message = "Bytes that are no {encoding}: {bytes} (hex) in line {line}, column {column}, offset {offset}; lines in all: {lines}."
    if facts.fitting:
        params["fitting"] = facts.fitting
        message = "Bytes that are no {encoding}: {bytes} (hex) in line {line}, column {column}, offset {offset}; lines in all: {lines}. The file reads well as {fitting}: export UTF-8, or check it with --encoding {fitting}."
    return Problem(message, params, line=bad.line, suggestion=facts.fitting)


@rule("F005", "byte-order-mark", Severity.WARNING, Effect.VALUE, Basis.INFERRED)
def byte_order_mark(facts: FileFacts) -> Problem | None:
    """A byte-order mark (EF BB BF) at the start of the file.

    Why: A reader that does not expect it takes it for part of the first column's name, and that column is then unknown.
    Bad: \\ufeffitem_type;item_number
    Good: item_type;item_number
    Fix: Export UTF-8 without a BOM ("UTF-8" and not "UTF-8 with signature" or "CSV UTF-8").
    Source: inferred; the page does not say what the server does with one.
    """
    if not facts.bom:
        return None
    return Problem("The file begins with a byte-order mark, which can end up in the name of the first column.", line=1)


ASKED = "asked"
"""The cause of F006 under a user's own schema, for which any delimiter can be asked for."""


@rule("F006", "wrong-delimiter", Severity.ERROR, Effect.FILE, Basis.DOCUMENTED)
def wrong_delimiter(first_line: str, delimiter: str, type: ImportType | None) -> Problem | None:
    """A header that makes sense under a comma, a tab or a vertical bar, and not under the semicolon.

    Why: The server splits lines at semicolons: the whole line becomes one column, and no mandatory column is found.
    Bad: item_type,item_number,client_code
    Good: item_type;item_number;client_code
    Fix: Set the export's delimiter to the semicolon. Excel takes it from the system's regional settings.
    Source: the vendor's API page, "semicolon separated file".
    """
    types = candidates(type)
    if known_cells(_split(first_line, delimiter), types):
        return None
    for other, name in _DELIMITERS.items():
        if other != delimiter and known_cells(_split(first_line, other), types) >= 2:
            params = {"found": name, "wanted": delimiter_name(delimiter)}
            if is_own_schema(type):
                message = "The columns are separated by {found}, and {wanted} was asked for."
                return Problem(message, params, cause=ASKED)
            return Problem("The columns are separated by {found}; {wanted} is what the import takes.", params)
    return None


def split_loosely(first_line: str) -> list[str]:
    """The cells of a header under the delimiter that gives most of them; to tell a file's type in spite of F006."""
    return max((_split(first_line, d) for d in (DELIMITER, ",", "\t", "|")), key=len)


def _split(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.strip("\r\n").split(delimiter)]


@rule("F007", "unterminated-quote", Severity.ERROR, Effect.FILE, Basis.INFERRED)
def unterminated_quote(record: Record, *, overlong: bool = False) -> Problem | None:
    """A quote that opens a cell and is never closed, or a record longer than 16 MiB.

    Why: Everything after the quote becomes one cell, so all lines that follow are lost.
    Bad: FAC;"00000123;C0001
    Good: FAC;"00000123";C0001
    Fix: Write a quote inside a value as two quotes, and quote each value at both ends.
    Source: inferred from RFC 4180 and error code CSV_BAD_SYNTAX.
    """
    if overlong and '"' not in record.raw:
        return Problem("The record is longer than 16 MiB: a line end is missing, or this is no CSV.", line=record.line)
    if not overlong and record.closed:
        return None
    return Problem(
        "A quote that opens in line {line} is never closed: all that follows reads as one cell.",
        {"line": str(opening_line(record))},
        line=opening_line(record),
    )


def opening_line(record: Record) -> int:
    """The physical line in which the last, unclosed cell of a record opens."""
    last = record.line + record.lines - 1
    if record.closed or not record.cells:
        return last
    open_cell = record.cells[-1]
    return last - line_ends(open_cell) + open_cell.endswith(("\n", "\r"))


@rule("F008", "control-character", Severity.WARNING, Effect.VALUE, Basis.PRACTICE)
def control_character(value: str) -> Problem | None:
    """A control character other than tab and line ends in a cell. NUL is an error.

    Why: Nobody means them; they come from broken conversions, cut strings or binary fields, and databases refuse NUL.
    Bad: M\\x00ller
    Good: Müller
    Fix: Strip control characters in the export.
    Source: good practice for text files.
    """
    found = _CONTROL.findall(value)
    if not found:
        return None
    names = ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in found))
    return Problem(
        "The cell holds control characters: {names}.",
        {"names": names},
        severity=Severity.ERROR if "\0" in found else None,
        suggestion=_CONTROL.sub("", value),
    )


@rule("F009", "mixed-line-endings", Severity.INFO, Effect.NONE, Basis.PRACTICE)
def mixed_line_endings(facts: FileFacts) -> Problem | None:
    """Records that end now in CRLF and now in LF. A lone CR as record end is a warning.

    Why: Mixed ends show that a file was pieced together; a lone CR is taken for no line end at all by many readers.
    Bad: one line ends in CRLF and the next in LF
    Good: every line ends in LF, or every line in CRLF
    Fix: Write the file in one go, with one kind of line end.
    Source: good practice for text files.
    """
    ends = facts.line_ends
    params = {"lf": str(ends.lf), "crlf": str(ends.crlf), "cr": str(ends.cr)}
    if ends.cr:
        message = "Lines end in a lone CR ({cr} of them; {lf} in LF, {crlf} in CRLF)."
        return Problem(message, params, severity=Severity.WARNING)
    if ends.lf and ends.crlf:
        return Problem("Line ends are mixed: {lf} are LF and {crlf} are CRLF.", params)
    return None


@rule("F010", "truncated-file", Severity.ERROR, Effect.LINE, Basis.INFERRED)
def truncated_file(record: Record, width: int) -> Problem | None:
    """The last line has no line end and fewer cells than the header.

    Why: The export stopped half-way, so more than this line is probably missing. In STOCK mode the server takes all that is
        missing for paid.
    Bad: FAC;00000124;C00
    Good: FAC;00000124;C0001;2024-04-24;2024-05-24;1200
    Fix: Write the export to a temporary name, check that it is complete, then rename it.
    Source: inferred from the vendor's API page, "Column count doesn't match".
    """
    in_last_line = record.closed or opening_line(record) == record.line + record.lines - 1
    if not record.last or len(record.cells) >= width or not in_last_line:
        return None
    return Problem(
        "The file breaks off here: {found} of {defined} cells and no line end. More lines are probably missing.",
        {"found": str(len(record.cells)), "defined": str(width)},
    )


def encoding_of_bom(head: bytes) -> str | None:
    """The encoding that a byte-order mark other than UTF-8's stands for."""
    if head.startswith(tuple(WIDE["utf-32"])) and len(head) % 4 == 0:
        return "utf-32"
    return "utf-16" if head.startswith(tuple(WIDE["utf-16"])) else None


def utf16_without_bom(head: bytes) -> str | None:
    """The kind of UTF-16 that `head` looks like: ASCII with a NUL at every second byte."""
    head = head[: len(head) & ~1]
    if len(head) < 4:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.9 * half and head[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.9 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def wide_encoding(head: bytes) -> str | None:
    """The encoding of two or four bytes a character that `head` is in, if it is in one."""
    return encoding_of_bom(head) or utf16_without_bom(head)


def fitting_encoding(data: bytes, good: str, bad: Iterable[int], declared: str) -> str | None:
    """The encoding under which bytes that are not of the declared one read as text, None where none fits.

    `data` is the text around the first of them, `bad` are all that are in the file, and `good` is a character of UTF-8 in it.
    """
    data = b" ".join([data, good.encode(), *(bytes([value]) for value in sorted(bad))]) if declared == UTF8 else data
    if declared != UTF8 and _decodes(data, UTF8):
        return UTF8
    for encoding in ("iso-8859-1", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(0x7F <= ord(c) <= 0x9F for c in text):
            return None if seems_decoded_wrongly(text) else encoding
    return None


def _decodes(data: bytes, encoding: str) -> bool:
    # The sample may begin and end inside a character.
    text = data.decode(encoding, "replace").strip("\ufffd")
    return "\ufffd" not in text
