"""Check one file of a delivery: from bytes to its report."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dsolint.checking import guard, held
from dsolint.checking.blocks import BlockChecker, Outcome
from dsolint.checking.diagnoses import diagnose
from dsolint.checking.file_keys import CLIENTS, FileKeys
from dsolint.checking.finding import make_finding
from dsolint.checking.forecast import forecast
from dsolint.checking.guard import Now
from dsolint.checking.key_store import KeyStore
from dsolint.checking.keys import CLIENT
from dsolint.checking.previous import NOTHING_BEFORE, Previous
from dsolint.checking.run import InterruptedCheckError, Run
from dsolint.config import Config
from dsolint.errors import UnknownTypeError
from dsolint.findings import Finding, Problem
from dsolint.parts import Part, refusal, settle
from dsolint.phrases import Number, Phrase
from dsolint.reading.blocks import BLOCK_SIZE, Block, cut
from dsolint.reading.parsing import line_ends_of, split_header
from dsolint.reading.records import Record
from dsolint.reading.source import Input, open_source
from dsolint.reading.text import BadBytes, Decoder
from dsolint.report import Clears, FileReport, NotChecked, lacks_columns
from dsolint.rules import RULES
from dsolint.rules import file as file_rules
from dsolint.rules import header as header_rules
from dsolint.rules import rows as rows_rules
from dsolint.rules.columns import Header, read_header, type_of_header, type_of_name
from dsolint.rules.file import FileFacts
from dsolint.rules.references import unknown_customer
from dsolint.rules.rows import RowContext
from dsolint.rules.values import REPLACED, not_unique
from dsolint.schema import TYPES, ImportType

if TYPE_CHECKING:
    import pyarrow as pa

_HEAD = 64 << 10


class FileCheck:
    """One file of a delivery on its way from bytes to its report: read, hold against the others, report."""

    def __init__(
        self,
        path: Input,
        config: Config,
        store: KeyStore,
        number: int,
        run: Run,
        *,
        alone: bool,
        block_size: int = BLOCK_SIZE,
        previous: Previous | Phrase = NOTHING_BEFORE,
        remember: bool = False,
    ) -> None:
        self.path = path
        self.config = config
        self.type = config.known(config.type) if config.type is not None else None
        self.header: Header | None = None
        self.checker: BlockChecker | None = None
        """The rules under the header, with a memory of the values that they were asked about."""
        self.ended_by: str | None = None
        """Why nothing more was checked, where a root cause in file or header left nothing else to say."""
        self._run = run
        self._alone = alone
        self._block_size = block_size
        self._part = Part(max(1, config.max_findings), config.looked_for)
        self._keys = FileKeys(store, number, config, self._part)
        self._cells: tuple[str, ...] = ()
        self._ran: set[str] = set()
        self._not_checked: list[NotChecked] = []
        self._label = ""
        self._encoding = ""
        self._bytes: int | None = None
        self._sha256: str | None = None
        self._read_to_end = True
        self._undecodable = False
        self._has_references = False
        self._complete = True
        self._has_rows = False
        self._previous = previous
        self._remember = remember
        self._held: list[pa.Table] | None = None
        self._clears: Clears | None = None

    def read(self) -> None:
        """Read the file to its end and check all that it takes no other file for."""
        with open_source(self.path) as source:
            self._source = source
            self._label = source.label
            decoder = Decoder(self.config.encoding, source.label)
            self._encoding = decoder.encoding
            try:
                self._read(decoder)
            except InterruptedCheckError:
                self.abandon()
            whole = self._read_to_end and self._complete
            self._bytes = source.bytes_read if whole else source.size
            self._sha256 = source.sha256 if whole else None
            self._undecodable = decoder.bad is not None
            if self.type is None:
                self.type = type_of_name(source.name)

    def abandon(self) -> None:
        """Leave it at what was found so far."""
        self._complete = False
        reason = Phrase("the check was interrupted after {rows} rows", {"rows": Number(self._part.rows)})
        self._not_checked.clear()
        self._note_not_checked(reason, RULES)

    def _read(self, decoder: Decoder) -> None:
        self.ended_by = reason = self._check(decoder)
        if reason is not None:
            self._note_not_checked(reason, (code for code in RULES if code not in self._ran))
        if self._read_to_end:
            deque(self._chunks(), maxlen=0)

    def _chunks(self) -> Iterator[bytes]:
        """The rest of the file, with word to the run of how far it is read."""
        before = 0
        for chunk in self._source.chunks():
            position = self._source.position
            self._run.advance(bytes=position - before)
            before = position
            yield chunk

    @property
    def part(self) -> Part:
        """All that was counted, before the columns decide what they can."""
        return self._part

    def declare_customers(self) -> None:
        """Where this is a customers file: say so to the other files, and whether it is refused."""
        if self.type is not None and self.type.name == CLIENTS:
            self._keys.declare_customers(self._label, refused=refusal(self._part, self._cells) is not None)

    def judge_references(self) -> None:
        """X501: hold the customers that the rows name against those that are known."""
        if self._has_references and unknown_customer.code in self.config.rules:
            is_items = self.type is not None and self.type.name == "items"
            reason = self._keys.judge_customers(with_money=is_items, with_lines=bool(self._held))
            if reason is not None:
                self._note_not_checked(reason, [unknown_customer.code])

    def strangers(self) -> Iterator[Finding]:
        """X501 for every row that is left out for it, in file order, once the references are judged."""
        if self._has_references and unknown_customer.code in self.config.rules:
            yield from self._keys.strangers()

    def judge_delivery(self) -> None:
        """D: hold the file against what its account was sent before."""
        if not self._has_rows or self.type is None or not guard.concerned(self.type, self.config):
            return
        refused = refusal(self._part, self._cells)
        now = Now(
            self.type, self._part, self._sha256, self._keys_that_go_in(), refused.code if refused is not None else None
        )
        judgement = guard.judge(now, self._previous, self.config)
        for code, reason in judgement.not_checked:
            self._note_not_checked(reason, [code])
        for code, problem in judgement.problems:
            self._found(code, problem)
        self._clears = judgement.clears

    def _keys_that_go_in(self) -> pa.Table | None:
        """What the account will hold of the file; None where that was not collected."""
        if self._held is None or self.type is None:
            return None
        return held.joined(self._held, self._keys.newly_left_out, items=self.type.name == "items")

    def report(self) -> FileReport:
        """What was found."""
        settled = settle(self._part, self._cells, self.config.severity)
        return FileReport(
            path=self._label,
            type=self.type.name if self.type is not None else None,
            encoding=self._encoding,
            bytes=self._bytes,
            sha256=self._sha256,
            rows=self._part.rows,
            columns=self._cells,
            counts=settled.counts,
            severities=settled.severities,
            effects=settled.effects,
            findings=settled.capped(self.config.max_findings),
            diagnoses=diagnose(self._part, self._cells, self.type or _NO_TYPE, undecodable=self._undecodable),
            forecast=forecast(self._part, settled, self.type, self.config, self._clears),
            not_checked=tuple(self._not_checked),
            fail_on=self.config.fail_on,
            complete=self._complete,
            config=self.config,
            spread=settled.spread,
            seen=settled.seen,
            keys=self._keys_that_go_in() if self._remember else None,
        )

    def _check(self, decoder: Decoder) -> str | None:
        """Check everything; return why nothing more was checked, where a root cause leaves nothing else to say."""
        head = self._source.peek(_HEAD)
        text = head.decode(decoder.encoding, "replace")
        if self._found("F001", file_rules.empty_file(text, whole=len(head) < _HEAD)):
            return Phrase("the file is empty")
        if self._found("F003", file_rules.not_text(head, is_wide=decoder.is_wide)):
            self._read_to_end = not self._source.endless
            return Phrase("the file is no CSV text")
        wide = None if decoder.is_wide else file_rules.wide_encoding(head)
        if wide is not None and self._found("F004", file_rules.undecodable_bytes(self._facts(decoder, head, wide))):
            return Phrase(
                "the file is {found} and was read as {declared}", {"found": wide, "declared": decoder.encoding}
            )
        blocks = cut(decoder.decode(self._chunks()), self.config.delimiter, block_size=self._block_size)
        record, rest = self._first_record(blocks)
        if record is not None and self._found("H108", header_rules.sep_line(record.cells), line=record.line):
            record, rest = self._first_record(chain([rest], blocks))
            if record is None:
                return Phrase("there is no header")
        if record is None:
            self._part.drop("R202", "")
            self._found("F001", file_rules.empty_file("", whole=True))
            return Phrase("the file is empty")
        reason = self._judge_header(record, overlong=rest.overlong)
        self._check_rows(record, chain([rest], blocks), count_only=reason is not None)
        if reason is None:
            self._judge_file(decoder, record)
        return reason

    def _first_record(self, blocks: Iterable[Block]) -> tuple[Record | None, Block]:
        """The first record that is no blank line, and the rest of the block it was in."""
        rest = Block(b"", 1, final=True)
        for block in blocks:
            record, blank, rest = split_header(block, self.config.delimiter)
            for line in blank:
                self._found("R202", rows_rules.blank_line(), line=line.line)
            self._part.line_ends += line_ends_of(line.raw for line in (blank if record is None else [*blank, record]))
            if record is not None:
                break
        else:
            return None, rest
        return record, rest

    def _judge_header(self, record: Record, *, overlong: bool) -> str | None:
        """The rules on the header; the reason where the rows can't be checked under it."""
        self._cells = tuple(record.cells)
        asked, line = self.type, record.line
        if self._found(
            "F007", file_rules.unterminated_quote(record, overlong=overlong and not record.closed), line=line
        ):
            return Phrase("a quote in the header is never closed")
        if asked is None:
            self.type = (
                type_of_header(record.cells)
                or type_of_header(file_rules.split_loosely(record.raw))
                or type_of_name(self._source.name)
            )
            if self.type is not None:
                self.type = self.config.known(self.type)
        if self._found("F006", file_rules.wrong_delimiter(record.raw, self.config.delimiter, asked), line=line):
            return Phrase("the delimiter is wrong")
        if self._found("H106", header_rules.no_header(record.raw, record.cells, asked), line=line):
            return Phrase("there is no header")
        if self.type is None:
            reason = Phrase(
                "Neither its header nor its name tell its import type. "
                "Say which with --type ({types}), or give a schema of your own with --schema.",
                {"types": ", ".join(TYPES)},
            )
            raise UnknownTypeError(f"{self._source.label}: {reason}", reason)
        if asked is not None and self._found("H107", header_rules.wrong_import_type(record.cells, asked), line=line):
            return Phrase("the header is that of another import type")
        return None

    def _check_rows(self, record: Record, blocks: Iterable[Block], *, count_only: bool) -> None:
        self.header = header = read_header(record.cells, record.line, self.type or _NO_TYPE)
        if not count_only:
            self._judge_columns(header, record)
        config = replace(self.config, rules=frozenset()) if count_only else self.config
        refers = header.type.name is not None and not self._alone and not count_only
        if not count_only and self._compares(header.type):
            self._held = []
        self.checker = checker = BlockChecker(
            header, config, with_references=refers, with_held=self._held is not None, sated=self._part.full
        )
        for outcome in self._outcomes(checker, blocks):
            if self._held is not None and outcome.held is not None:
                self._held.append(outcome.held if self._remember else outcome.held.select(["line", "key"]))
            self._keys.keep(outcome, header.type)
            self._part.merge(outcome.part)
            self._run.advance(rows=outcome.part.rows)
        self._keys.judge_repeats(checker.specs)
        if count_only:
            return
        self._has_rows = True
        self._has_references = header.type.name in unknown_customer.types and header.column(CLIENT) is not None
        empty = not self._part.trailing_filled and (self._part.well_formed > 0 or not self._part.rows)
        for problem in header_rules.unnamed_column(header, trailing_are_empty=empty):
            self._found("H104", problem, line=header.line)
        for rule in checker.lacking:
            lacking = min(([n for n in names if header.column(n) is None] for names in rule.needs), key=len)
            self._note_not_checked(lacks_columns(lacking), [rule.code])
        if not header.type.is_import:
            self._note_not_asked(header)

    def _note_not_asked(self, header: Header) -> None:
        """Say what a user's own schema wants and nobody looks at."""
        wanted = dict.fromkeys(chain.from_iterable(header.type.constrained))
        lacking = [name for name in wanted if header.column(name) is None]
        if lacking:
            self._note_not_checked(lacks_columns(lacking), [not_unique.code])
        if header.type.descriptor.get("foreignKeys"):
            self._note_not_checked(Phrase("foreignKeys of a schema are not looked up"), [unknown_customer.code])
        if "fieldsMatch" in header.type.descriptor:
            reason = Phrase("fieldsMatch of a schema is not asked: a file may have other columns")
            self._note_not_checked(reason, [header_rules.unknown_column.code])

    def _compares(self, type: ImportType) -> bool:
        """Whether the keys of what goes in are needed: to hold them against those before, or to remember them."""
        if self._remember:
            return type.name in held.TYPES
        if "D602" not in guard.concerned(type, self.config):
            return False
        return isinstance(self._previous, Previous) and type.name in self._previous.held

    def _judge_columns(self, header: Header, record: Record) -> None:
        for rule in (
            header_rules.duplicate_column,
            header_rules.misspelt_column,
            header_rules.missing_column,
            header_rules.unknown_column,
        ):
            self._ran.add(rule.code)
            for problem in rule(header):
                self._found(rule.code, problem, line=header.line)
        context = RowContext(header, self.config.delimiter)
        for row_rule in (rows_rules.stray_quote, rows_rules.multi_line_cell):
            self._found(row_rule.code, row_rule(record, context), line=record.line)
        for cell in record.cells:
            self._found("F008", file_rules.control_character(cell), line=record.line, value=cell)

    def _outcomes(self, checker: BlockChecker, blocks: Iterable[Block]) -> Iterator[Outcome]:
        """What each block yields, in the order of the file; several are checked at once."""
        blocks = iter(blocks)
        first = next(blocks, None)
        if first is None:
            return
        all_blocks = chain([first], blocks)
        if self._run.jobs == 1 or first.final:
            yield from map(checker.check, all_blocks)
        else:
            yield from self._run.in_order(checker.check, all_blocks)

    def _judge_file(self, decoder: Decoder, record: Record) -> None:
        facts = self._facts(decoder, record=record)
        for rule in (
            file_rules.no_data_rows,
            file_rules.undecodable_bytes,
            file_rules.byte_order_mark,
            file_rules.mixed_line_endings,
        ):
            self._found(rule.code, rule(facts))
        if decoder.bad is not None and "F004" in self.config.rules:
            self._part.drop("V310", REPLACED)
        line = next(
            (s.finding.line for k, t in self._part.tallies.items() if k.code == "F007" for s in t.samples), None
        )
        if line is not None:
            self._note_not_checked(
                Phrase("nothing after line {line} can be read", {"line": str(line)}),
                (code for code in RULES if code[0] in "RVS"),
            )

    def _facts(
        self, decoder: Decoder, head: bytes = b"", wide: str | None = None, record: Record | None = None
    ) -> FileFacts:
        bad = BadBytes(1, 1, 0, head[:2]) if wide is not None else decoder.bad
        fitting = wide or (
            file_rules.fitting_encoding(decoder.bad_sample, decoder.good, decoder.bad_values, decoder.encoding)
            if bad is not None
            else None
        )
        return FileFacts(
            type=self.type or _NO_TYPE,
            encoding=decoder.encoding,
            rows=self._part.rows,
            header_line=record.line if record is not None else None,
            bom=decoder.bom,
            bad=bad,
            bad_lines=decoder.bad_lines,
            fitting=fitting,
            wide=wide is not None,
            line_ends=self._part.line_ends,
        )

    def _found(self, code: str, problem: Problem | None, *, line: int | None = None, value: str | None = None) -> bool:
        """Note that a rule ran, and its finding where it has one; tell whether it has."""
        self._ran.add(code)
        if problem is None or code not in self.config.rules:
            return False
        self._part.add(make_finding(RULES[code], problem, line=line, value=value), cause=problem.cause)
        return True

    def _note_not_checked(self, reason: str, codes: Iterable[str]) -> None:
        own_schema = self.type is not None and not self.type.is_import
        for code in codes:
            concerns = own_schema or not code.startswith("S")
            if code.startswith("D"):
                concerns = code in guard.concerned(self.type, self.config)
            if concerns and code in self.config.rules:
                self._not_checked.append(NotChecked(code, reason))


_NO_TYPE = ImportType(None, {})
