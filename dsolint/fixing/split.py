"""Part the records of a file that go in from those that are left out. What goes in keeps its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO

from msgspec.structs import replace

from dsolint import engine
from dsolint.checking.left_out import LeftOut, left_out
from dsolint.config import MAX_FINDINGS, Config
from dsolint.decimals import plain
from dsolint.errors import RepairError
from dsolint.fields.words import would_run
from dsolint.findings import Effect
from dsolint.fixing.beginning import Beginning, read_again
from dsolint.fixing.changes import physical_lines
from dsolint.language import ENGLISH, Language
from dsolint.reading.blocks import BLOCK_SIZE, Block
from dsolint.reading.kept import Again
from dsolint.reading.records import Record, records_in
from dsolint.reading.source import open_source
from dsolint.reading.spans import parted, written
from dsolint.reading.text import BOM, UTF8, Decoder, with_order
from dsolint.report import FileReport, Forecast
from dsolint.rules.file import undecodable_bytes

REASON = "dsolint_reason"
"""The column in front of rejected rows."""


def split(
    again: Again,
    config: Config,
    accepted: BinaryIO,
    rejected: BinaryIO,
    language: Language = ENGLISH,
    *,
    block_size: int = BLOCK_SIZE,
) -> FileReport:
    """Write the file without the records that are left out, and these with their reasons in front; return its report.

    `accepted` can be read too. Of a file that would be refused nothing is written. What is written adds up to what was
    read, to the byte; else RepairError is raised.
    """
    # Bytes that are no text can't be parted, whatever is selected, and what is refused has a reason to be told.
    config = replace(config, rules=config.rules | {undecodable_bytes.code}, max_findings=MAX_FINDINGS)
    with engine.file_check(again(), config, block_size=block_size) as check:
        report = check.report()
        if report.forecast.refused or check.header is None:
            return report
        header = check.header
        config = replace(config, type=header.type)
        with open_source(again()) as source:
            text = _Encoding(config.encoding, source.peek(4))
            decoder = Decoder(config.encoding, source.label)
            beginning = read_again(source.chunks(), decoder, header, config.delimiter, block_size)
            parts = _Parts(accepted, rejected, text, config.delimiter, language)
            parts.begin(beginning)
            for block, found in left_out(beginning.rows, header, config, check.strangers()):
                parts.add(block, found)
            if source.sha256 != report.sha256:
                raise RepairError(
                    f"{report.path}: changed while it was split. Try again when it is written to its end."
                )
    if text.sha256 != report.sha256:
        raise RepairError(
            f"{report.path}: can't be written in {decoder.encoding} again to the same bytes. Turn it into UTF-8 first, with dsolint fix."
        )
    if parts.gone != report.forecast.ignored:
        raise RepairError(
            f"{report.path}: is not split: {report.forecast.ignored:,} rows are left out, and {parts.gone:,} of them were found."
        )
    _control(report, accepted, config)
    return report


def _control(report: FileReport, accepted: BinaryIO, config: Config) -> None:
    """Check what goes in by itself. Raises RepairError, with both sides, where it does not add up."""
    expected = report.forecast
    if not expected.accepted:
        return
    accepted.flush()
    accepted.seek(0)
    found = engine.check_file(accepted, config)
    if found.forecast.refused:
        raise RepairError(
            f"{report.path}: is not split: its accepted rows would be refused by themselves: {refusal(found)}"
        )
    before, after = _accepted(expected), _accepted(found.forecast)
    if before != after or found.forecast.ignored:
        raise RepairError(
            f"{report.path}: is not split: {before} go in, and of what would be written {after}, with {found.forecast.ignored:,} left out."
        )


def _accepted(forecast: Forecast) -> str:
    sums = (f", {code} {plain(amount)}" for code, amount in sorted(forecast.money.accepted.items()) if amount)
    return f"{forecast.accepted:,} rows{''.join(sums)}"


def refusal(report: FileReport) -> str:
    """Why the server would refuse a file."""
    return next(finding.sentence for finding in report.findings if finding.effect is Effect.FILE)


class _Parts:
    """The two files on their way, in the encoding of the one that they are parts of. `gone` counts the records left out."""

    def __init__(
        self, accepted: BinaryIO, rejected: BinaryIO, text: _Encoding, delimiter: str, language: Language
    ) -> None:
        self.gone = 0
        self._accepted = accepted
        self._rejected = rejected
        self._text = text
        self._delimiter = delimiter
        self._language = language
        self._end = "\n"

    def begin(self, beginning: Beginning) -> None:
        """Write what stands before the rows: once as it is, once with a column more."""
        mark = BOM if beginning.bom else b""
        head, end = parted(beginning.record.raw)
        if any(map(would_run, beginning.record.cells)):
            head = _safe(beginning.record.cells, self._delimiter)
        self._end = end or "\n"
        whole = self._text.whole(mark + beginning.before + beginning.record.raw.encode())
        self._accepted.write(self._text.mark + whole)
        self._rejected.write(self._text.mark + self._text.of(mark + f"{REASON}{self._delimiter}{head}{end}".encode()))

    def add(self, block: Block, found: list[LeftOut]) -> None:
        """Write a block of rows, of which some are left out."""
        whole = self._text.whole(block.data)
        kept, gone = _parted(block, found, self._delimiter)
        self._accepted.write(self._text.of(kept) if gone else whole)
        self._rejected.writelines(self._text.of(self._row(record, left).encode()) for record, left in gone)
        self.gone += len(gone)

    def _row(self, record: Record, left: LeftOut) -> str:
        """A row with its reasons in front: every cell is quoted, and none is run by a spreadsheet."""
        reasons = " ".join(
            " ".join(filter(None, (finding.code, finding.column, self._language.tell(finding.sentence))))
            for finding in left.reasons
        )
        return _safe([reasons, *record.cells], self._delimiter) + self._end


def _parted(block: Block, found: list[LeftOut], delimiter: str) -> tuple[bytes, list[tuple[Record, LeftOut]]]:
    """A block without the records that are left out, and these."""
    if not found:
        return block.data, []
    lines = physical_lines(block.data)
    gone: list[tuple[Record, LeftOut]] = []
    for left in found:
        first = left.line - block.first_line
        record = next(records_in((line.decode() for line in islice(lines, first, None)), delimiter, left.line))
        gone.append((record, left))
    for record, left in gone:
        first = left.line - block.first_line
        lines[first : first + record.lines] = [b""] * record.lines
    return b"".join(lines), gone


def _safe(cells: Sequence[str], delimiter: str) -> str:
    """Cells that no spreadsheet runs, all of them quoted."""
    return delimiter.join(written(f"'{cell}" if would_run(cell) else cell, delimiter, quoted=True) for cell in cells)


class _Encoding:
    """The encoding of a file, to write text in it again. `mark` are bytes in front that its decoder takes off."""

    def __init__(self, name: str, head: bytes) -> None:
        self._codec, self.mark = with_order(name, head)
        self._hash = hashlib.sha256(self.mark)

    def of(self, text: bytes) -> bytes:
        """UTF-8 in this encoding; what it lacks stands as an escape."""
        return text if self._codec == UTF8 else text.decode().encode(self._codec, "backslashreplace")

    def whole(self, text: bytes) -> bytes:
        """The next stretch of the file, in this encoding."""
        encoded = self.of(text)
        self._hash.update(encoded)
        return encoded

    @property
    def sha256(self) -> str:
        """The hash of the file as far as its stretches came."""
        return self._hash.hexdigest()
