"""Judge the structure of a block's records: those with something odd in them, and those that seem to be none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from decimal import Decimal
from itertools import starmap
from typing import NamedTuple

from msgspec import Struct, field

from dsolint.checking import money
from dsolint.checking.finding import make_finding
from dsolint.checking.table import Table
from dsolint.config import Config
from dsolint.decimals import add_amounts
from dsolint.fields.questions import Form, matches
from dsolint.findings import Effect, Problem, Severity
from dsolint.parts import Part, Sample
from dsolint.reading.blocks import Block
from dsolint.reading.parsing import Batch
from dsolint.reading.records import Record, read_records
from dsolint.reading.spans import has_stray_quote
from dsolint.rules import ROW_RULES, RULES, AnyRule
from dsolint.rules.columns import CLIENT, Header
from dsolint.rules.file import CONTROL, control_character, truncated_file, unterminated_quote
from dsolint.rules.rows import (
    RowContext,
    may_be_no_record,
    multi_line_cell,
    repeated_header,
    summary_row,
    swallowed_lines,
    swallowed_records,
    torn_record,
)

_NO_ITEMS = (repeated_header, summary_row)


class _Kind(NamedTuple):
    code: str
    column: str | None
    severity: Severity | None
    effect: Effect | None
    cause: str


class _Found(Struct):
    """The records with one kind of problem, and the open amounts that are lost with them."""

    records: list[tuple[Record, Problem]] = field(default_factory=list)
    cost: dict[str, Decimal] = field(default_factory=dict)

    def add(self, record: Record, problem: Problem, cost: Mapping[str, Decimal]) -> None:
        self.records.append((record, problem))
        add_amounts(self.cost, cost.items())


class RecordCheck:
    """The rules on a record's structure under one header."""

    def __init__(self, header: Header, config: Config, *, with_customers: bool = False) -> None:
        self._header = header
        self._with_customers = with_customers
        self._active = config.rules
        self._context = RowContext(header, config.delimiter)
        rules = [rule for rule in ROW_RULES if rule.code in config.rules]
        self._rules = [rule for rule in rules if rule not in _NO_ITEMS]
        self._no_items = [rule for rule in rules if rule in _NO_ITEMS]
        pattern = f"{CONTROL}|{may_be_no_record(header)}"
        search = re.compile(pattern).search
        self._is_odd_cell = lambda cell: search(cell) is not None
        self.is_odd = matches(pattern, self._is_odd_cell, form=Form.MAY_SAY_NO)
        """Whether a cell may show that its row is a header or a total, or holds a control character."""

    def run(self, batch: Batch, table: Table, odd_rows: Set[int], part: Part) -> tuple[Table, list[str]]:
        """Count what is wrong with the records; `odd_rows` are the rows of the table that may be none.

        Returns the table without the rows that are left out for it, and the customers that these rows name, if wanted.
        """
        gone: set[int] = set()
        lost: list[str] = []
        kinds: dict[_Kind, _Found] = {}
        for record in self._odd_records(batch, table, odd_rows):
            found = self._judge(record, is_item=self._is_item(record, odd_rows))
            left_out = any((problem.effect or rule.effect) is Effect.LINE for rule, problem in found)
            cost = self._leave_out(record, found[-1][0], part) if left_out else {}
            for rule, problem in found:
                kind = _Kind(rule.code, problem.column, problem.severity, problem.effect, problem.cause)
                kinds.setdefault(kind, _Found()).add(record, problem, cost)
            if left_out and self._with_customers:
                lost += self._customers(record)
            if record.row is None:
                part.money.unreadable_accepted += not left_out
            elif left_out:
                gone.add(record.row)
            if record.row is None or left_out:
                self._check_control(record, part)
        for kind, all_of_kind in kinds.items():
            self._count(kind, all_of_kind, gone, part)
        return (table.without(gone) if gone else table), lost

    def _count(self, kind: _Kind, found: _Found, gone: set[int], part: Part) -> None:
        def sample(record: Record, problem: Problem) -> Sample:
            key = None if record.row is None or record.row in gone else self.key(record)
            return Sample(make_finding(RULES[kind.code], problem, line=record.line, record=record.number, key=key), {})

        part.add_all(
            starmap(sample, found.records),
            len(found.records),
            cause=kind.cause,
            cost=found.cost,
            lines=[problem.line or record.line for record, problem in found.records],
        )

    def key(self, record: Record) -> dict[str, str]:
        """The cells by which people know a well-formed record."""
        columns = (self._header.column(name) for name in self._header.type.key)
        return {c.field.name: record.cells[c.position] for c in columns if c is not None and c.field is not None}

    def is_worse(self, before: str, after: str) -> bool:
        """Whether a record that was written anew has a finding about its structure that it did not have."""
        (record,) = read_records(after, self._context.delimiter)
        if record.lines == 1 and not any(map(self._is_odd_cell, record.cells)):
            return False
        (old,) = read_records(before, self._context.delimiter)
        known = {rule.code for rule, _ in self._judge(old)}
        if old.lines > 1:
            known.add(multi_line_cell.code)  # a stray quote may have kept it from speaking
        return not {rule.code for rule, _ in self._judge(record)} <= known

    def overlong(self, block: Block, part: Part) -> None:
        """A record that has no end within the longest allowed."""
        record = Record(block.first_line, 1, [], block.data.decode(), closed=False)
        problem = unterminated_quote(record, overlong=True)
        if problem is not None and unterminated_quote.code in self._active:
            part.add(make_finding(unterminated_quote, problem, record=1))
        part.money.unreadable_accepted += 1

    def _customers(self, record: Record) -> list[str]:
        """The customer that a record names which is left out, as far as it can be told, and those of lines in it."""
        column = self._header.column(CLIENT)
        if column is None:
            return []
        rows = [record.cells, *swallowed_records(record, self._context)]
        return [row[column.position].strip('"') for row in rows if len(row) > column.position]

    def _leave_out(self, record: Record, rule: AnyRule, part: Part) -> dict[str, Decimal]:
        """Count a record that is left out; return the open amounts that are lost with it."""
        part.ignored += 1
        cost: dict[str, Decimal] = {}
        if rule in _NO_ITEMS:
            part.no_items += 1
        elif rule is swallowed_lines:
            swallowed = swallowed_records(record, self._context)
            part.swallowed += len(swallowed)
            lost = money.of_records([torn_record(record, self._context), *swallowed], self._header)
            part.money.merge(lost)
            cost = lost.ignored
        else:
            part.money.unreadable_ignored += 1
        return cost

    def _odd_records(self, batch: Batch, table: Table, odd_rows: Set[int]) -> list[Record]:
        """The records that a rule may have something to say about, in file order."""
        if not {repeated_header.code, summary_row.code} & self._active:
            return batch.odd
        known = {record.row for record in batch.odd}
        rows = [row for row in sorted(odd_rows) if row not in known]
        more = [
            Record(table.lines[row].as_py(), table.numbers[row].as_py(), cells, row=row)
            for row, cells in zip(rows, table.cells(rows), strict=True)
        ]
        return sorted((*batch.odd, *more), key=lambda record: record.number) if more else batch.odd

    def _is_item(self, record: Record, odd_rows: Set[int]) -> bool:
        """Whether a record is no header and no total. What a stray quote damages may be one, and not among the odd rows."""
        if record.row is None or record.row in odd_rows:
            return False
        return not record.raw or not has_stray_quote(record.raw, self._context.delimiter)

    def _judge(self, record: Record, *, is_item: bool = False) -> list[tuple[AnyRule, Problem]]:
        """What is wrong with one record: one rule speaks alone, but for R206, which lets another speak as well.

        `is_item` tells that it is known to be no header and no total.
        """
        for row_rule in self._no_items if record.closed and not is_item else ():
            problem = row_rule.function(record, self._context)
            if problem is not None:
                return [(row_rule, problem)]
        if record.last or not record.closed:
            for rule, problem in (
                (truncated_file, truncated_file(record, self._header.width)),
                (unterminated_quote, unterminated_quote(record)),
            ):
                if problem is not None and rule.code in self._active:
                    return [(RULES[rule.code], problem)]
        found: list[tuple[AnyRule, Problem]] = []
        for row_rule in self._rules if record.closed else ():
            problem = row_rule.function(record, self._context)
            if problem is not None:
                found.append((row_rule, problem))
                if row_rule is not multi_line_cell:
                    break
        return found

    def _check_control(self, record: Record, part: Part) -> None:
        """F008 in a record that is malformed or left out; the others are looked through by columns."""
        if control_character.code not in self._active or control_character("".join(record.cells)) is None:
            return
        for place, cell in enumerate(record.cells):
            problem = control_character(cell)
            if problem is not None:
                name = self._header.cells[place] if place < self._header.width else None
                part.add(
                    make_finding(
                        control_character, problem, line=record.line, record=record.number, column=name, value=cell
                    )
                )
