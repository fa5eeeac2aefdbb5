"""Check one block: a pure function of its bytes, so that blocks can be checked in any order and at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsolint.checking.columns import ColumnCheck, Hit, Screen, Verdict, column_check
from dsolint.checking.keys import canonical
from dsolint.config import Config
from dsolint.fields import amount
from dsolint.fields.currency import three_decimals
from dsolint.findings import Effect, Finding, Problem
from dsolint.reading.blocks import Block
from dsolint.reading.parsing import Batch, parse
from dsolint.reading.records import Record
from dsolint.report import Part, Sample
from dsolint.rules import ROW_RULES, RULES, AnyRule
from dsolint.rules.columns import Column, Header
from dsolint.rules.file import CONTROL, control_character, unterminated_quote
from dsolint.rules.rows import (
    TOTAL_CELL,
    TOTAL_IN_BLOCK,
    RowContext,
    header_marks,
    multi_line_cell,
    swallowed_lines,
    swallowed_records,
)

if TYPE_CHECKING:
    import pyarrow as pa


def make_finding(
    rule: AnyRule,
    problem: Problem,
    *,
    line: int | None = None,
    record: int | None = None,
    column: str | None = None,
    value: str | None = None,
    key: dict[str, str] | None = None,
) -> Finding:
    """The finding that a rule's problem at a place is."""
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=problem.severity or rule.severity,
        effect=problem.effect or rule.effect,
        message=problem.message,
        params=problem.params,
        line=problem.line if problem.line is not None else line,
        record=record,
        column=problem.column if problem.column is not None else column,
        value=problem.value if problem.value is not None else value,
        suggestion=problem.suggestion,
        key=key or {},
    )


@dataclass(slots=True)
class KeyRows:
    """The rows of a block under one uniqueness constraint; record numbers count from the block's first."""

    constraint: int
    columns: list[pa.Array]
    lines: pa.Array
    numbers: pa.Array


@dataclass(slots=True)
class Outcome:
    """What a block yields: its part of the report, and its keys."""

    part: Part
    keys: list[KeyRows] = field(default_factory=list)


class BlockChecker:
    """The rules as they apply to the rows under one header."""

    def __init__(self, header: Header, config: Config) -> None:
        self._header = header
        self._config = config
        self._active = config.rules
        self._context = RowContext(header, config.delimiter)
        self._row_rules = [rule for rule in ROW_RULES if rule.code in self._active]
        self._checks: list[tuple[Column, ColumnCheck]] = []
        for column in header.columns:
            check = column_check(column.field, self._active) if column.field is not None else None
            if check is not None:
                self._checks.append((column, check))
        self._control = ColumnCheck(_judge_control, Screen(CONTROL, matches_are_good=False))
        self._key_columns = [c for name in header.type.key if (c := header.column(name)) is not None]
        self._currency = header.column("item_currency")
        self._marks = header_marks(header)
        self.constraints = _constraints(header) if "S703" in self._active else []

    def check(self, block: Block) -> Outcome:
        """Everything the rules say about one block."""
        batch = parse(block, self._header.width, self._config.delimiter)
        part = Part(max(1, self._config.max_findings), rows=batch.records, line_ends=batch.line_ends)
        part.well_formed = batch.rows
        if block.overlong:
            return Outcome(self._overlong(block, part))
        self._check_blank_lines(batch, part)
        odd = self._odd_records(block, batch)
        gone = self._check_records(odd, part)
        if gone:
            batch = _without(batch, gone)
        if batch.rows:
            self._check_values(batch, part, has_control=_found(block.data, CONTROL))
            last = self._header.columns[-1]
            if not last.name.strip():
                part.last_column_filled = _has_text(batch.columns[last.position])
        return Outcome(part, self._keys(batch))

    def _overlong(self, block: Block, part: Part) -> Part:
        record = Record(block.first_line, 1, [], block.data.decode(), closed=False)
        problem = unterminated_quote(record, overlong=True)
        if problem is not None and unterminated_quote.code in self._active:
            part.add(make_finding(unterminated_quote, problem, record=1))
        return part

    def _check_blank_lines(self, batch: Batch, part: Part) -> None:
        rule = RULES["R202"]
        if rule.code in self._active:
            for line in batch.blank:
                part.add(make_finding(rule, rule(), line=line))

    def _odd_records(self, block: Block, batch: Batch) -> list[Record]:
        """The records that a row rule may have something to say about."""
        known = {record.row for record in batch.odd}
        if not {"R203", "R207"} & self._active:
            return batch.odd
        more = [
            Record(batch.lines[row].as_py(), batch.numbers[row].as_py(), batch.cells(row), row=row)
            for row in self._rows_that_seem_none(block, batch)
            if row not in known
        ]
        return sorted((*batch.odd, *more), key=lambda record: record.number) if more else batch.odd

    def _rows_that_seem_none(self, block: Block, batch: Batch) -> list[int]:
        """Rows that may be a header or a total: a quick look over the block, and only then over its columns."""
        import pyarrow.compute as pc

        if not batch.rows or not _found(block.data, f"(?i)(?:{self._marks})|(?:{TOTAL_IN_BLOCK})"):
            return []
        cell = rf'(?i)\A[\x{{FEFF}}"]*(?:{self._marks})|{TOTAL_CELL}'
        found: set[int] = set()
        for column in batch.columns:
            found.update(pc.indices_nonzero(pc.match_substring_regex(column, cell)).to_pylist())
        return sorted(found)

    def _check_records(self, records: list[Record], part: Part) -> set[int]:
        """Judge each record's structure; return the rows that are none, and so are under no value rule."""
        gone: set[int] = set()
        for record in records:
            for rule, problem in self._judge_record(record):
                stays = (problem.effect or rule.effect) is not Effect.LINE and record.row is not None
                key = self._key(record) if stays else None
                part.add(
                    make_finding(rule, problem, line=record.line, record=record.number, key=key), cause=problem.cause
                )
                if not stays:
                    part.ignored += 1
                    if record.row is not None:
                        gone.add(record.row)
                if rule is swallowed_lines:
                    part.swallowed += len(swallowed_records(record, self._context))
            if record.row is None:
                self._check_control(record, part)
        return gone

    def _judge_record(self, record: Record) -> list[tuple[AnyRule, Problem]]:
        for code in ("F010", "F007"):
            rule = RULES[code]
            if code not in self._active:
                continue
            problem = rule(record, self._header.width) if code == "F010" else rule(record)
            if problem is not None:
                return [(rule, problem)]
        found: list[tuple[AnyRule, Problem]] = []
        if record.closed:
            for rule in self._row_rules:
                problem = rule(record, self._context)
                if problem is not None:
                    found.append((rule, problem))
                    if rule is not multi_line_cell:
                        break
        return found

    def _check_control(self, record: Record, part: Part) -> None:
        rule = RULES["F008"]
        if rule.code not in self._active:
            return
        for place, cell in enumerate(record.cells):
            problem = control_character(cell)
            if problem is not None:
                name = self._header.cells[place] if place < self._header.width else None
                part.add(make_finding(rule, problem, line=record.line, record=record.number, column=name, value=cell))

    def _check_values(self, batch: Batch, part: Part, *, has_control: bool) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        left_out: list[pa.Array] = []
        for column, check in self._checks:
            values = batch.columns[column.position]
            for hit in check.run(values):
                rows = self._add_hit(hit, column, batch, part)
                if hit.effect is Effect.LINE:
                    left_out.append(rows)
            if column.field is not None and column.field.kind == "amount" and "V305" in self._active:
                _note_decimal_signs(column, values, part)
        if has_control and "F008" in self._active:
            for column in self._header.columns:
                for hit in self._control.run(batch.columns[column.position]):
                    self._add_hit(hit, column, batch, part)
        if left_out:
            part.ignored += len(pc.unique(pa.concat_arrays(left_out)))

    def _add_hit(self, hit: Hit, column: Column, batch: Batch, part: Part) -> pa.Array:
        """Count a hit; return the rows that it is about."""
        positions = self._exempted(hit, batch) if hit.rule.code == "V305" else range(len(hit.rows))
        if not positions:
            return hit.rows.slice(0, 0)
        if hit.readings is not None:
            part.allow(column.name, hit.readings)
        samples = [self._sample(hit, position, column, batch) for position in positions[: part.limit]]
        part.add_all(samples, len(positions), cause=hit.at(positions[0])[1].cause)
        return hit.rows

    def _exempted(self, hit: Hit, batch: Batch) -> Sequence[int]:
        """V305: the positions in a hit whose currency does not have three decimals."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._currency is None:
            return range(len(hit.rows))
        currencies = batch.columns[self._currency.position].take(hit.rows)
        exempt = pc.is_in(currencies, pa.array(sorted(three_decimals())))
        positions: list[int] = pc.indices_nonzero(pc.invert(exempt)).to_pylist()
        return positions

    def _sample(self, hit: Hit, position: int, column: Column, batch: Batch) -> Sample:
        value, problem = hit.at(position)
        row = hit.rows[position].as_py()
        finding = make_finding(
            hit.rule,
            problem,
            line=batch.lines[row].as_py(),
            record=batch.numbers[row].as_py(),
            column=column.name,
            value=value,
            key={c.field.name: batch.columns[c.position][row].as_py() for c in self._key_columns if c.field},
        )
        return Sample(finding, problem.choices)

    def _key(self, record: Record) -> dict[str, str]:
        return {c.field.name: record.cells[c.position] for c in self._key_columns if c.field is not None}

    def _keys(self, batch: Batch) -> list[KeyRows]:
        if not batch.rows:
            return []
        return [
            KeyRows(
                number,
                [canonical(batch.columns[column.position], column.field) for column in columns],
                batch.lines,
                batch.numbers,
            )
            for number, columns in enumerate(self.constraints)
        ]


def _note_decimal_signs(column: Column, values: pa.StringArray, part: Part) -> None:
    """What the column's good amounts tell about its decimal sign."""
    import pyarrow.compute as pc

    for sign, pattern in ((".", amount.POINT), (",", amount.COMMA)):
        if pc.any(pc.match_substring_regex(values, pattern)).as_py():
            part.allow(column.name, {sign})


def _judge_control(value: str) -> Verdict:
    problem = control_character(value)
    return () if problem is None else ((RULES["F008"], problem),)


def _constraints(header: Header) -> list[list[Column]]:
    """The uniqueness constraints of a user's schema that the file has all columns of."""
    wanted: list[tuple[str, ...]] = [(f.name,) for f in header.type.fields.values() if f.unique]
    if header.type.primary_key:
        wanted.append(header.type.primary_key)
    found = [[column for name in names if (column := header.column(name)) is not None] for names in wanted]
    return [columns for names, columns in zip(wanted, found, strict=True) if len(columns) == len(names)]


def _without(batch: Batch, gone: set[int]) -> Batch:
    import pyarrow as pa

    rows = pa.array([row for row in range(batch.rows) if row not in gone], pa.int64())
    return Batch(
        [column.take(rows) for column in batch.columns], batch.lines.take(rows), batch.numbers.take(rows), batch.records
    )


def _found(data: bytes, pattern: str) -> bool:
    """Whether a pattern matches anywhere in a block's bytes: one pass of RE2, without the interpreter's lock."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return bool(pc.match_substring_regex(pa.array([data], pa.large_binary()), pattern)[0].as_py())


def _has_text(column: pa.StringArray) -> bool:
    import pyarrow.compute as pc

    return bool(pc.any(pc.match_substring_regex(column, r"\S")).as_py())
