"""Check one block: a pure function of its bytes, so that blocks can be checked in any order and at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.checking import money
from dsolint.checking.columns import ColumnCheck, Hit, Screen, Verdict, column_check
from dsolint.checking.finding import make_finding
from dsolint.checking.held import keyed
from dsolint.checking.keys import APART, KeyRows, KeySpec, References, key_specs
from dsolint.checking.records import RecordCheck
from dsolint.checking.table import Table
from dsolint.config import Config
from dsolint.fields import amount, words
from dsolint.fields.cells import Cells
from dsolint.fields.currency import SUMMED_UNDER, three_decimals
from dsolint.fields.questions import matches
from dsolint.fields.rows import Rows
from dsolint.fields.vocabulary import Vocabulary
from dsolint.findings import Effect, Problem
from dsolint.parts import Part, Sample, TallyKey
from dsolint.reading.blocks import Block
from dsolint.reading.parsing import Batch, parse
from dsolint.rules import BUSINESS_RULES, AnyRule
from dsolint.rules.business import Flagged
from dsolint.rules.columns import CLIENT, Column, Header
from dsolint.rules.file import CONTROL, control_character
from dsolint.rules.rows import blank_line
from dsolint.rules.values import Context, ambiguous_amount, blank_primary_key

if TYPE_CHECKING:
    import pyarrow as pa


_FIRST_ROWS = 8
"""How many rows are mostly enough to tell a column's decimal sign."""


_VOCABULARIES = 16 << 20
"""How many bytes of values are remembered in all columns together."""


class Outcome(Struct):
    """What a block yields: its part of the report, and what has to be held against the rest of the delivery."""

    part: Part
    keys: list[KeyRows] = field(default_factory=list)
    """The keys of its rows for each of what may not repeat; record numbers count from the block's first."""
    references: References | None = None
    lost_customers: list[str] = field(default_factory=list)
    """The customers that are named in records which are left out for their structure."""
    held: pa.Table | None = None
    """What the account will hold of it, where that was asked for."""


class BlockChecker:
    """The rules as they apply to the rows under one header.

    `sated` are the kinds of findings of which earlier blocks have given enough samples; it may grow while blocks are checked.
    """

    def __init__(
        self,
        header: Header,
        config: Config,
        *,
        with_references: bool = False,
        with_held: bool = False,
        sated: Collection[TallyKey] = (),
    ) -> None:
        self._sated = sated
        self._header = header
        self._config = config
        self._active = config.rules
        self.records = RecordCheck(header, config, with_customers=with_references)
        control = matches(CONTROL, lambda value: control_character(value) is not None, implies=self.records.is_odd)
        self._control = ColumnCheck(_judge_control, Screen(control))
        self.currency = header.column(money.CURRENCY) or header.column("client_guarantees_currency")
        self._with_references = with_references and header.column(CLIENT) is not None
        self._with_held = with_held
        self._key_columns = [c for name in header.type.key if (c := header.column(name)) is not None]
        context = Context(config.today, config.thresholds.earliest_date, config.latest_date)
        self.checks: list[tuple[Column, ColumnCheck]] = []
        """The columns that rules on values are for."""
        for column in header.columns:
            check = (
                column_check(column.field, self._active, context, self.records.is_odd)
                if column.field is not None
                else None
            )
            if check is not None:
                self.checks.append((column, check))
        self._business: list[AnyRule] = []
        self.lacking: list[AnyRule] = []
        for rule in BUSINESS_RULES:
            if rule.code in self._active and header.type.name in rule.types:
                runs = any(all(header.column(name) for name in names) for names in rule.needs)
                (self._business if runs else self.lacking).append(rule)
        self._vocabularies = [Vocabulary(_VOCABULARIES // header.width) for _ in range(header.width)]
        self.specs: list[KeySpec] = key_specs(header, self._active)

    def check(self, block: Block) -> Outcome:
        """Everything the rules say about one block."""
        part = Part(max(1, self._config.max_findings), self._config.looked_for, sated=self._sated)
        if block.overlong:
            part.rows = 1
            self.records.overlong(block, part)
            return Outcome(part)
        batch = parse(block, self._header.width, self._config.delimiter)
        part.rows, part.well_formed, part.line_ends = batch.records, batch.rows, batch.line_ends
        self._check_blank_lines(batch, part)
        table, lost, odd_columns = self.rows(batch, part)
        if not table.rows:
            return Outcome(part, lost_customers=lost)
        part.trailing_filled = any(
            table.columns[c.position].ask(words.IS_BLANK).true_count < table.rows for c in self._header.trailing_unnamed
        )
        outcome = self._check_rows(table, part, odd_columns=odd_columns)
        outcome.lost_customers = lost
        return outcome

    def rows(self, batch: Batch, part: Part) -> tuple[Table, list[str], Collection[int]]:
        """The well-formed rows that are not left out for their structure, what is wrong with the others being counted.

        Beside them the customers that those others name, and the positions of columns that may hold odd cells.
        """
        table = Table.of(batch, self._vocabularies)
        odd_rows = self._odd_rows(table)
        table, lost = self.records.run(batch, table, set().union(*odd_rows.values()), part)
        return table, lost, odd_rows.keys()

    def _odd_rows(self, table: Table) -> dict[int, list[int]]:
        """The rows that may be a header or a total, or hold a control character, by the position of the column."""
        for column, check in self.checks:
            # What a column's screen settles need not be looked through again for odd cells.
            check.settle(table.columns[column.position])
        found: dict[int, list[int]] = {}
        for position, cells in enumerate(table.columns):
            odd = arrays.indices_nonzero(cells.ask(self.records.is_odd))
            if len(odd):
                found[position] = odd.to_pylist()
        return found

    def _check_blank_lines(self, batch: Batch, part: Part) -> None:
        if batch.blank and blank_line.code in self._active:
            samples = (Sample(make_finding(blank_line, blank_line(), line=line), {}) for line in batch.blank)
            part.add_all(samples, len(batch.blank), cause="", lines=batch.blank)

    def _check_rows(self, table: Table, part: Part, *, odd_columns: Collection[int]) -> Outcome:
        rows = Rows(table.lines, lambda name: self._cells(table, name), self._config.today, self._config.item_types)
        amounts = money.open_amounts(rows) if self._header.type.name == "items" else None
        left_out = self._check_values(table, part, amounts, odd_columns=odd_columns)
        for rule in self._business:
            for flagged in rule(rows):
                self._add_flagged(rule, flagged, table, part)
        if left_out is not None:
            part.ignored += left_out.true_count
        if amounts is not None:
            part.money.merge(money.split(amounts, left_out))
        return Outcome(
            part,
            self._keys(table, rows, part),
            self._references(table, rows, left_out, amounts),
            held=keyed(rows, table.lines, amounts, left_out) if self._with_held else None,
        )

    def _cells(self, table: Table, name: str) -> Cells | None:
        column = self._header.column(name)
        return None if column is None else table.columns[column.position]

    def _check_values(
        self,
        table: Table,
        part: Part,
        amounts: money.Amounts | None,
        *,
        odd_columns: Collection[int],
    ) -> Array[bool] | None:
        """The rules on values; the mask of the rows that are left out for one, None where there is no such row."""
        left_out: list[Array[int]] = []
        for column, check in self.checks:
            values = table.columns[column.position]
            for hit in check.run(values):
                costs_line = hit.effect is Effect.LINE
                cost: dict[str, Decimal] = {}
                if costs_line:
                    left_out.append(hit.rows)
                    if amounts is not None:
                        cost = amounts.take(hit.rows).sums()
                self._add_hit(hit, column, table, part, cost)
            if column.field is not None and column.field.kind == "amount" and ambiguous_amount.code in self._active:
                _note_decimal_signs(column, values, part)
        for position in sorted(odd_columns) if control_character.code in self._active else ():
            for hit in self._control.run(table.columns[position]):
                self._add_hit(hit, self._header.columns[position], table, part, {})
        return arrays.mask(arrays.concat(left_out), like=table.lines) if left_out else None

    def _add_hit(self, hit: Hit, column: Column, table: Table, part: Part, cost: dict[str, Decimal]) -> None:
        positions = self._exempted(hit, table) if hit.rule is ambiguous_amount else range(len(hit.rows))
        if not positions:
            return
        if hit.readings is not None:
            part.allow(column.name, hit.readings)

        def sample(position: int) -> Sample:
            value, problem = hit.at(position)
            return self._sample(hit.rule, problem, hit.rows[position].as_py(), column.name, value, table)

        rows = hit.rows if len(positions) == len(hit.rows) else hit.rows.take(list(positions))
        lines = table.lines.take(rows).to_pylist()
        part.add_all(map(sample, positions), len(positions), cause=hit.cause, cost=cost, lines=lines)

    def _exempted(self, hit: Hit, table: Table) -> Sequence[int]:
        """V305: the positions in a hit whose currency does not have three decimals."""
        if self.currency is None:
            return range(len(hit.rows))
        currencies = table.columns[self.currency.position].ask(SUMMED_UNDER).take(hit.rows)
        exempt = arrays.is_in(currencies, sorted(three_decimals()))
        positions: list[int] = arrays.indices_nonzero(arrays.invert(exempt)).to_pylist()
        return positions

    def _add_flagged(self, rule: AnyRule, flagged: Flagged, table: Table, part: Part) -> None:
        """Count the rows that a business rule objects to."""
        rows = arrays.indices_nonzero(flagged.mask)
        column = self._header.column(flagged.column)
        name = column.name if column is not None else flagged.column
        if flagged.against is not None and flagged.against.true_count:
            part.allow(name, ())
        if not len(rows):
            return
        if flagged.choices:
            part.allow(name, flagged.choices)

        def sample(row: int) -> Sample:
            params = {param: self._cell(table, field, row) for param, field in flagged.params.items()}
            problem = Problem(flagged.message, params, choices=flagged.choices, cause=flagged.cause)
            value = table.columns[column.position][row] if column is not None else None
            return self._sample(rule, problem, row, name, value, table)

        samples = map(sample, rows[: part.wanted].to_pylist())
        part.add_all(samples, len(rows), cause=flagged.cause, lines=table.lines.take(rows).to_pylist())

    def _cell(self, table: Table, field: str, row: int) -> str:
        column = self._header.column(field)
        return table.columns[column.position][row] if column is not None else ""

    def _sample(
        self, rule: AnyRule, problem: Problem, row: int, column: str | None, value: str | None, table: Table
    ) -> Sample:
        finding = make_finding(
            rule,
            problem,
            line=table.lines[row].as_py(),
            record=table.numbers[row].as_py(),
            column=column,
            value=value,
            key={c.field.name: table.columns[c.position][row] for c in self._key_columns if c.field},
        )
        return Sample(finding, problem.choices)

    def _keys(self, table: Table, rows: Rows, part: Part) -> list[KeyRows]:
        found: list[KeyRows] = []
        if not self.specs:
            return found
        content = arrays.binary_join_element_wise(*(column.plain for column in table.columns), APART)
        for spec in self.specs:
            keys, mask = spec.keys(rows)
            if spec.required:
                self._add_keyless(spec, arrays.indices_nonzero(arrays.invert(mask)), table, part)
            found.append(KeyRows(table.lines, table.numbers, keys, content).only(mask))
        return found

    def _add_keyless(self, spec: KeySpec, rows: Array[int], table: Table, part: Part) -> None:
        """S703: the rows without a complete primary key."""
        if len(rows):
            problem = blank_primary_key(spec.names)
            samples = (
                self._sample(spec.rule, problem, row, spec.column, "", table) for row in rows[: part.wanted].to_pylist()
            )
            part.add_all(samples, len(rows), cause=problem.cause, lines=table.lines.take(rows).to_pylist())

    def _references(
        self,
        table: Table,
        rows: Rows,
        left_out: Array[bool] | None,
        amounts: money.Amounts | None,
    ) -> References | None:
        if not self._with_references:
            return None
        ignored = left_out if left_out is not None else arrays.repeat(value=False, like=table.lines)
        references = References(table.lines, table.numbers, rows.text(CLIENT), ignored, amounts)
        return references.only(rows.given(CLIENT))


def _note_decimal_signs(column: Column, cells: Cells, part: Part) -> None:
    """What the column's good amounts tell about its decimal sign."""
    first = cells.plain[:_FIRST_ROWS].to_pylist()
    for sign, question in amount.TELL_SIGN.items():
        if any(amount.tells_sign(value, sign) for value in first) or cells.ask(question).true_count:
            part.allow(column.name, {sign})


def _judge_control(value: str) -> Verdict:
    problem = control_character(value)
    return () if problem is None else ((control_character, problem),)
