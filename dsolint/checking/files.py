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
from dsolint.checking.forecast import forecast
from dsolint.checking.guard import Now
from dsolint.checking.header import find_header, judge_columns, judge_header, read_ahead
from dsolint.checking.key_store import KeyStore
from dsolint.checking.notes import Notes
from dsolint.checking.previous import NOTHING_BEFORE, Previous
from dsolint.checking.run import InterruptedCheckError, Run
from dsolint.checking.settling import refusal, settle
from dsolint.checking.whole import NO_TEXT, NO_TYPE, judge_end, judge_head
from dsolint.config import Config
from dsolint.findings import Finding
from dsolint.parts import Part
from dsolint.phrases import Number, Phrase
from dsolint.reading.blocks import BLOCK_SIZE, Block, cut
from dsolint.reading.records import Record
from dsolint.reading.source import Input, open_source
from dsolint.reading.text import Decoder
from dsolint.report import Clears, FileReport, lacks_columns
from dsolint.rules import RULES
from dsolint.rules.columns import CLIENT, Header, read_header, type_of_name
from dsolint.rules.header import unknown_column, unnamed_column
from dsolint.rules.references import unknown_customer
from dsolint.rules.values import not_unique, wrong_type
from dsolint.schema import ImportType

if TYPE_CHECKING:
    import pyarrow as pa


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
        self.header: Header | None = None
        self.checker: BlockChecker | None = None
        """The rules under the header, with a memory of the values that they were asked about."""
        self.ended_by: str | None = None
        """Why nothing more was checked, where a root cause in file or header left nothing else to say."""
        self.part = Part(max(1, config.max_findings), config.looked_for)
        """All that was counted, before the columns decide what they can."""
        self._notes = Notes(config, self.part)
        self._keys = FileKeys(store, number, config, self.part)
        self._run = run
        self._alone = alone
        self._block_size = block_size
        self._cells: tuple[str, ...] = ()
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

    @property
    def type(self) -> ImportType | None:
        """The import type, as far as it is known."""
        return self._notes.type

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
                self._notes.type = type_of_name(source.name)

    def abandon(self) -> None:
        """Leave it at what was found so far."""
        self._complete = False
        reason = Phrase("the check was interrupted after {rows} rows", {"rows": Number(self.part.rows)})
        self._notes.not_checked.clear()
        self._notes.unchecked(reason, RULES)

    def _read(self, decoder: Decoder) -> None:
        self.ended_by = reason = self._check(decoder)
        if reason is not None:
            self._notes.rest_unchecked(reason)
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

    def declare_customers(self) -> None:
        """Where this is a customers file: say so to the other files, and whether it is refused."""
        if self.type is not None and self.type.name == CLIENTS:
            refused = refusal(self.part, self._cells) is not None
            self._keys.declare_customers(self._label, refused=refused, was_checked=self._has_rows)

    def judge_references(self) -> None:
        """X501: hold the customers that the rows name against those that are known."""
        if self._has_references and unknown_customer.code in self.config.rules:
            is_items = self.type is not None and self.type.name == "items"
            reason = self._keys.judge_customers(with_money=is_items, with_lines=bool(self._held))
            if reason is not None:
                self._notes.unchecked(reason, [unknown_customer.code])

    def strangers(self) -> Iterator[Finding]:
        """X501 for every row that is left out for it, in file order, once the references are judged."""
        if self._has_references and unknown_customer.code in self.config.rules:
            yield from self._keys.strangers()

    def judge_delivery(self) -> None:
        """D: hold the file against what its account was sent before."""
        if not self._has_rows or self.type is None or not guard.concerned(self.type, self.config):
            return
        refused = refusal(self.part, self._cells)
        now = Now(
            self.type, self.part, self._sha256, self._keys_that_go_in(), refused.code if refused is not None else None
        )
        judgement = guard.judge(now, self._previous, self.config)
        for code, reason in judgement.not_checked:
            self._notes.unchecked(reason, [code])
        for code, problem in judgement.problems:
            self._notes.found(code, problem)
        self._clears = judgement.clears

    def _keys_that_go_in(self) -> pa.Table | None:
        """What the account will hold of the file; None where that was not collected."""
        if self._held is None or self.type is None:
            return None
        return held.joined(self._held, self._keys.newly_left_out, items=self.type.name == "items")

    def report(self) -> FileReport:
        """What was found."""
        settled = settle(self.part, self._cells, self.config.severity)
        return FileReport(
            path=self._label,
            type=self.type.name if self.type is not None else None,
            encoding=self._encoding,
            bytes=self._bytes,
            sha256=self._sha256,
            rows=self.part.rows,
            columns=self._cells,
            counts=settled.counts,
            severities=settled.severities,
            effects=settled.effects,
            findings=settled.capped(self.config.max_findings),
            diagnoses=diagnose(self.part, self._cells, self.type or NO_TYPE, undecodable=self._undecodable),
            forecast=forecast(self.part, settled, self.type, self.config, self._clears),
            not_checked=tuple(self._notes.not_checked),
            fail_on=self.config.fail_on,
            complete=self._complete,
            config=self.config,
            spread=settled.spread,
            seen=settled.seen,
            keys=self._keys_that_go_in() if self._remember else None,
        )

    def _check(self, decoder: Decoder) -> Phrase | None:
        """Check everything; return why nothing more was checked, where a root cause leaves nothing else to say."""
        reason = judge_head(self._source, decoder, self._notes)
        if reason is not None:
            self._read_to_end = reason is not NO_TEXT or not self._source.endless
            return reason
        blocks = cut(decoder.decode(self._chunks()), self.config.delimiter, block_size=self._block_size)
        found = find_header(blocks, self._notes)
        if isinstance(found, Phrase):
            return found
        record, rest = found
        self._cells = tuple(record.cells)
        read = [rest]
        below = read_ahead(read, blocks, self.config.delimiter)
        reason = judge_header(record, below, self._source, self._notes, overlong=rest.overlong)
        self.header = read_header(record.cells, record.line, self.type or NO_TYPE)
        if reason is not None:
            self._count_rows(self.header, chain(read, blocks))
            return reason
        self._check_rows(self.header, record, chain(read, blocks))
        judge_end(decoder, self._notes, record.line)
        return None

    def _count_rows(self, header: Header, blocks: Iterable[Block]) -> None:
        """Count the rows under a header by which none can be judged."""
        self.checker = BlockChecker(header, replace(self.config, rules=frozenset()))
        self._take_in(self.checker, blocks, header)

    def _check_rows(self, header: Header, record: Record, blocks: Iterable[Block]) -> None:
        judge_columns(header, record, self._notes)
        refers = header.type.is_import and not self._alone
        if self._compares(header.type):
            self._held = []
        self.checker = checker = BlockChecker(
            header, self.config, with_references=refers, with_held=self._held is not None, sated=self.part.full
        )
        self._take_in(checker, blocks, header)
        self._keys.judge_repeats(checker.specs)
        self._has_rows = True
        self._has_references = header.type.name in unknown_customer.types and header.column(CLIENT) is not None
        empty = not self.part.trailing_filled and (self.part.well_formed > 0 or not self.part.rows)
        unnamed = unnamed_column(header, trailing_are_empty=empty)
        self._notes.found_all(unnamed_column.code, unnamed, line=header.line)
        for rule in checker.lacking:
            lacking = min(([n for n in names if header.column(n) is None] for names in rule.needs), key=len)
            self._notes.unchecked(lacks_columns(lacking), [rule.code])
        if not header.type.is_import:
            self._note_not_asked(header)

    def _take_in(self, checker: BlockChecker, blocks: Iterable[Block], header: Header) -> None:
        """Take in what the blocks yield, in the order of the file."""
        for outcome in self._outcomes(checker, blocks):
            if self._held is not None and outcome.held is not None:
                self._held.append(outcome.held if self._remember else outcome.held.select(["line", "key"]))
            self._keys.keep(outcome, header.type)
            self.part.merge(outcome.part)
            self._run.advance(rows=outcome.part.rows)

    def _note_not_asked(self, header: Header) -> None:
        """Say what a user's own schema wants and nobody looks at."""
        wanted = dict.fromkeys(chain.from_iterable(header.type.constrained))
        lacking = [name for name in wanted if header.column(name) is None]
        if lacking:
            self._notes.unchecked(lacks_columns(lacking), [not_unique.code])
        mandatory = header.type.mandatory  # whose absence is a finding
        absent = [f.name for f in header.type.fields.values() if f.read and f.name not in mandatory]
        absent = [name for name in absent if header.column(name) is None]
        if absent:
            self._notes.unchecked(lacks_columns(absent), [wrong_type.code])
        if header.type.descriptor.get("foreignKeys"):
            self._notes.unchecked(Phrase("foreignKeys of a schema are not looked up"), [unknown_customer.code])
        if "fieldsMatch" in header.type.descriptor:
            reason = Phrase("fieldsMatch of a schema is not asked: a file may have other columns")
            self._notes.unchecked(reason, [unknown_column.code])

    def _compares(self, type: ImportType) -> bool:
        """Whether the keys of what goes in are needed: to hold them against those before, or to remember them."""
        if self._remember:
            return type.name in held.TYPES
        if "D602" not in guard.concerned(type, self.config):
            return False
        return isinstance(self._previous, Previous) and type.name in self._previous.held

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
