"""The whole way from paths to a report. The only one who knows it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from dsolint.checking.blocks import BlockChecker, Outcome, make_finding
from dsolint.checking.forecast import forecast
from dsolint.checking.keys import KeyStore
from dsolint.config import Config
from dsolint.errors import ReadError, UnknownTypeError
from dsolint.findings import Problem
from dsolint.reading.blocks import BLOCK_SIZE, Block, cut
from dsolint.reading.parsing import LineEnds, add_to, line_end_of, split_header
from dsolint.reading.records import Record
from dsolint.reading.source import Input, Source, open_source
from dsolint.reading.text import BadBytes, Decoder
from dsolint.report import Delivery, Failure, FileReport, NotChecked, Part, Report, Sample, Skipped, settle
from dsolint.rules import RULES
from dsolint.rules import file as file_rules
from dsolint.rules import header as header_rules
from dsolint.rules import rows as rows_rules
from dsolint.rules.columns import Header, read_header, type_of_header, type_of_name
from dsolint.rules.file import FileFacts
from dsolint.rules.rows import RowContext
from dsolint.schema import TYPES, ImportType
from dsolint.version import __version__

SUFFIXES = (".csv", ".txt", ".gz", ".zip")
"""What a named folder stands for."""
OWN_FILES = (".fixed.", ".accepted.", ".rejected.")
"""dsolint's own output, which is no part of a delivery."""

_HEAD = 64 << 10


def check(paths: Iterable[Input], config: Config) -> Report:
    """Check files and folders.

    A file that can't be read is a failure in the report; the others are checked all the same.
    Raises ReadError where there is nothing to check at all.
    """
    deliveries: list[Delivery] = []
    failures: list[Failure] = []
    for folder, members, named in _deliveries(paths, failures):
        checked: list[FileReport] = []
        skipped: list[Skipped] = []
        for member in members:
            try:
                checked.append(check_file(member, config))
            except UnknownTypeError as error:
                label = os.fspath(member) if isinstance(member, str | os.PathLike) else "<stream>"
                if named:
                    failures.append(Failure(label, str(error)))
                else:
                    skipped.append(Skipped(label, str(error)))
            except ReadError as error:
                label = os.fspath(member) if isinstance(member, str | os.PathLike) else "<stream>"
                failures.append(Failure(label, str(error)))
        if not named and not checked and not failures:
            failures.append(Failure(folder, f"{folder}: nothing in it could be checked; name the files with --type."))
        deliveries.append(Delivery(folder, tuple(checked), tuple(skipped)))
    return Report(__version__, tuple(deliveries), config.fail_on, tuple(failures))


def _deliveries(paths: Iterable[Input], failures: list[Failure]) -> Iterator[tuple[str, Sequence[Input], bool]]:
    """The files by their folder; whether they were named themselves comes last."""
    named: dict[str, list[Input]] = {}
    for path in paths:
        if isinstance(path, str | os.PathLike) and os.fspath(path) != "-" and Path(path).is_dir():
            label = os.fspath(path)
            try:
                members = _members(Path(path))
            except OSError as error:
                failures.append(Failure(label, f"{label}: the folder can't be read: {error.strerror}."))
                continue
            if members:
                yield label, [str(Path(label) / name) for name in members], False
            else:
                failures.append(Failure(label, f"{label}: there is no file in it that ends in {', '.join(SUFFIXES)}."))
        else:
            named.setdefault(_folder(path), []).append(path)
    for folder, files in named.items():
        yield folder, files, True


def _folder(path: Input) -> str:
    if not isinstance(path, str | os.PathLike):
        return "."
    return str(Path(path).parent)


def _members(folder: Path) -> list[str]:
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return [
        name
        for name in names
        if name.lower().endswith(SUFFIXES) and not name.startswith(".") and not any(mark in name for mark in OWN_FILES)
    ]


def check_file(path: Input, config: Config, *, block_size: int = BLOCK_SIZE) -> FileReport:
    """Check one file. Raises ReadError or UnknownTypeError."""
    with open_source(path) as source:
        return _FileCheck(source, config, block_size).run()


@dataclass(slots=True)
class _FileCheck:
    """One file on its way from bytes to its report."""

    source: Source
    config: Config
    block_size: int
    part: Part = field(init=False)
    type: ImportType | None = field(init=False)
    cells: tuple[str, ...] = ()
    ran: set[str] = field(default_factory=set)
    not_checked: list[NotChecked] = field(default_factory=list)
    read_to_end: bool = True

    def __post_init__(self) -> None:
        self.part = Part(max(1, self.config.max_findings))
        self.type = self.config.type

    def run(self) -> FileReport:
        decoder = Decoder(self.config.encoding)
        reason = self._check(decoder)
        if reason is not None:
            self._not_checked(reason, (code for code in RULES if code not in self.ran))
        if self.read_to_end:
            deque(self.source.chunks(), maxlen=0)
        settled = settle(self.part, self.cells)
        return FileReport(
            path=self.source.label,
            type=self.type.name if self.type is not None else None,
            encoding=decoder.encoding,
            bytes=self.source.bytes_read if self.read_to_end else self.source.size,
            sha256=self.source.sha256 if self.read_to_end else None,
            rows=self.part.rows,
            columns=self.cells,
            counts=settled.counts,
            severities=settled.severities,
            findings=settled.capped(self.config.max_findings),
            forecast=forecast(self.part, settled, self.type, self.config.rules),
            not_checked=tuple(self.not_checked),
        )

    def _check(self, decoder: Decoder) -> str | None:
        """Check everything; return why nothing more was checked, where a root cause leaves nothing else to say."""
        head = self.source.peek(_HEAD)
        if self._found("F001", file_rules.empty_file(head, whole=len(head) < _HEAD)):
            return "the file is empty"
        if self._found("F003", file_rules.not_text(head)):
            self.read_to_end = not self.source.endless
            return "the file is no CSV text"
        wide = None if decoder.is_wide else file_rules.wide_encoding(head)
        if wide is not None and self._found("F004", file_rules.undecodable_bytes(self._facts(decoder, head, wide))):
            return f"the file is {wide} and was read as {decoder.encoding}"
        blocks = cut(decoder.decode(self.source.chunks()), self.config.delimiter, block_size=self.block_size)
        record, rest = self._first_record(blocks)
        if record is not None and self._found("H108", header_rules.sep_line(record.cells), line=record.line):
            record, rest = self._first_record(chain([rest], blocks))
        if record is None:
            if not self.part.tallies or "H108" not in {key.code for key in self.part.tallies}:
                self._found("F001", file_rules.empty_file(b"", whole=True))
            return "the file is empty"
        reason = self._judge_header(record, overlong=rest.overlong)
        self._check_rows(record, chain([rest], blocks), count_only=reason is not None)
        if reason is None:
            self._judge_file(decoder, record)
        return reason

    def _first_record(self, blocks: Iterable[Block]) -> tuple[Record | None, Block]:
        """The first record that is no blank line, and the rest of the block it was in."""
        rest = Block(b"", 1, regular=True, final=True)
        for block in blocks:
            record, blank, rest = split_header(block, self.config.delimiter)
            for line in blank:
                self._found("R202", rows_rules.blank_line(), line=line)
            if record is not None:
                break
        else:
            return None, rest
        return record, rest

    def _judge_header(self, record: Record, *, overlong: bool) -> str | None:
        """The rules on the header; the reason where the rows can't be checked under it."""
        self.cells = tuple(record.cells)
        asked, line = self.config.type, record.line
        if self._found(
            "F007", file_rules.unterminated_quote(record, overlong=overlong and not record.closed), line=line
        ):
            return "a quote in the header is never closed"
        if asked is None:
            self.type = (
                type_of_header(record.cells)
                or type_of_header(file_rules.split_loosely(record.raw))
                or type_of_name(self.source.name)
            )
        if self._found("F006", file_rules.wrong_delimiter(record.raw, self.config.delimiter, asked), line=line):
            return "the delimiter is wrong"
        if self._found("H106", header_rules.no_header(record.cells, asked), line=line):
            return "there is no header"
        if self.type is None:
            raise UnknownTypeError(
                f"{self.source.label}: neither its header nor its name tell its import type. "
                f"Say which with --type ({', '.join(TYPES)}), or give a schema of your own with --schema."
            )
        if asked is not None and self._found("H107", header_rules.wrong_import_type(record.cells, asked), line=line):
            return "the header is that of another import type"
        return None

    def _check_rows(self, record: Record, blocks: Iterable[Block], *, count_only: bool) -> None:
        header = read_header(record.cells, record.line, self.type or _NO_TYPE)
        if not count_only:
            self._judge_columns(header, record)
        config = replace(self.config, rules=frozenset()) if count_only else self.config
        checker = BlockChecker(header, config)
        with KeyStore() as keys:
            for outcome in self._outcomes(checker, blocks):
                for rows in outcome.keys:
                    keys.insert(rows.constraint, rows.columns, rows.lines, add_to(rows.numbers, self.part.rows))
                self.part.merge(outcome.part)
            self._judge_keys(checker, keys)
        if not count_only:
            empty = not self.part.last_column_filled and (self.part.well_formed > 0 or not self.part.rows)
            for problem in header_rules.unnamed_column(header, last_column_is_empty=empty):
                self._found("H104", problem, line=header.line)

    def _judge_columns(self, header: Header, record: Record) -> None:
        for rule in (
            header_rules.duplicate_column,
            header_rules.misspelt_column,
            header_rules.missing_column,
            header_rules.unknown_column,
        ):
            self.ran.add(rule.code)
            for problem in rule(header):
                self._found(rule.code, problem, line=header.line)
        context = RowContext(header, self.config.delimiter)
        for row_rule in (rows_rules.stray_quote, rows_rules.multi_line_cell):
            self._found(row_rule.code, row_rule(record, context), line=record.line)
        for cell in record.cells:
            self._found("F008", file_rules.control_character(cell), line=record.line, value=cell)

    def _outcomes(self, checker: BlockChecker, blocks: Iterable[Block]) -> Iterator[Outcome]:
        """What each block yields, in the order of the file; several are checked at once."""
        jobs = self.config.jobs or os.cpu_count() or 1
        blocks = iter(blocks)
        first = next(blocks, None)
        if first is None:
            return
        if jobs == 1 or first.final:
            yield from map(checker.check, chain([first], blocks))
            return
        with ThreadPoolExecutor(jobs) as pool:
            pending: deque[Future[Outcome]] = deque()
            try:
                for block in chain([first], blocks):
                    pending.append(pool.submit(checker.check, block))
                    if len(pending) > jobs:
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _judge_keys(self, checker: BlockChecker, keys: KeyStore) -> None:
        rule = RULES["S703"]
        for number, columns in enumerate(checker.constraints):
            names = tuple(column.name for column in columns)
            count, repeats = keys.repeats(number, self.part.limit)
            samples = [
                Sample(
                    make_finding(
                        rule,
                        rule(repeat.first_line, names),
                        line=repeat.line,
                        record=repeat.record,
                        column=names[0] if len(names) == 1 else None,
                        value="; ".join(value or "" for value in repeat.values),
                    ),
                    {},
                )
                for repeat in repeats
            ]
            if samples:
                self.part.add_all(samples, count, cause="")

    def _judge_file(self, decoder: Decoder, record: Record) -> None:
        facts = self._facts(decoder, record=record)
        for rule in (
            file_rules.no_data_rows,
            file_rules.undecodable_bytes,
            file_rules.byte_order_mark,
            file_rules.mixed_line_endings,
        ):
            self._found(rule.code, rule(facts))
        line = next((s.finding.line for k, t in self.part.tallies.items() if k.code == "F007" for s in t.samples), None)
        if line is not None:
            self._not_checked(
                f"the lines after {line} are inside a quote that is never closed",
                (code for code in RULES if code[0] in "RVS"),
            )

    def _facts(
        self, decoder: Decoder, head: bytes = b"", wide: str | None = None, record: Record | None = None
    ) -> FileFacts:
        bad = BadBytes(1, 1, 0, head[:2]) if wide is not None else decoder.bad
        fitting = wide or (file_rules.fitting_encoding(decoder.bad_sample) if bad is not None else None)
        return FileFacts(
            type=self.type or _NO_TYPE,
            encoding=decoder.encoding,
            rows=self.part.rows,
            header_line=record.line if record is not None else None,
            bom=decoder.bom,
            bad=bad,
            bad_lines=decoder.bad_lines,
            fitting=fitting,
            wide=wide is not None,
            line_ends=self.part.line_ends + (line_end_of(record.raw) if record is not None else LineEnds()),
        )

    def _found(self, code: str, problem: Problem | None, *, line: int | None = None, value: str | None = None) -> bool:
        """Note that a rule ran, and its finding where it has one; tell whether it has."""
        self.ran.add(code)
        if problem is None or code not in self.config.rules:
            return False
        self.part.add(make_finding(RULES[code], problem, line=line, value=value), cause=problem.cause)
        return True

    def _not_checked(self, reason: str, codes: Iterable[str]) -> None:
        own_schema = self.type is not None and not self.type.is_import
        for code in codes:
            concerns = own_schema or not code.startswith("S")
            if concerns and code in self.config.rules:
                self.not_checked.append(NotChecked(code, reason))


_NO_TYPE = ImportType(None, {})
