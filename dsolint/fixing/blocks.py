"""Repair one block: only the cells that change are written anew, all other bytes of a record stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from dsolint.checking.blocks import BlockChecker
from dsolint.checking.table import Table
from dsolint.fields import amount
from dsolint.fields.currency import three_decimals
from dsolint.fixing.changes import Change, Stretch, physical_lines
from dsolint.fixing.columns import ColumnRepair, Evidence, Step
from dsolint.fixing.control import Control
from dsolint.fixing.plan import Plan
from dsolint.parts import Part
from dsolint.reading.blocks import Block
from dsolint.reading.parsing import Batch, parse
from dsolint.reading.spans import cell_texts, has_stray_quote, parted, spans, value_of, written
from dsolint.rules.columns import Header
from dsolint.rules.rows import stray_quote
from dsolint.rules.values import ambiguous_amount, bad_amount


class BlockRepair:
    """The repairs of the rows under one header. `control` holds what was written against what was read."""

    def __init__(self, header: Header, checker: BlockChecker, delimiter: str, plan: Plan, part: Part) -> None:
        self._header = header
        self._delimiter = delimiter
        self._plan = plan
        self._checker = checker
        self._repairs = {
            column.position: ColumnRepair(check, plan.wanted, Evidence.of(part, column.name, plan.wanted))
            for column, check in self._checker.checks
        }
        currency = self._checker.currency
        self._currency = currency.position if currency is not None else None
        self.control = Control(header, self._currency, delimiter, plan.trailing)
        self._last = b""
        """The last line that was written, as far as line ends change."""

    def run(self, block: Block) -> Stretch:
        """A block before and after. Raises RepairError where what was written does not read as it was meant."""
        batch = parse(block, self._header.width, self._delimiter)
        table, _, _ = self._checker.rows(batch, Part(1))
        before = physical_lines(block.data)
        after = list(before)
        done = _Done()
        covered = {record.line: record.lines for record in batch.odd}
        for line, positions in sorted(self._suspects(batch, table).items()):
            first = line - block.first_line
            place = slice(first, first + covered.get(line, 1))
            record = _Record(b"".join(after[place]).decode(), self._delimiter)
            steps = self._repair(record, positions)
            if steps:
                _put(after, place, record.text)
                done.note(line, steps, self._header.cells)
        if self._plan.line_end is not None or self._plan.trailing > 0:
            for place in _tidy_records(batch, len(before), block.first_line):
                ended = self._plan.ended(b"".join(after[place]).decode(), self._delimiter)
                if ended == "\n" and self._line_above(after, place.start).endswith(b"\r"):
                    continue  # both would be one line end, and two lines one
                _put(after, place, ended)
            self._last = self._line_above(after, len(after))
        if after == before:
            self.control.add(batch, table)
            return Stretch(block.first_line, before, before)
        self.control.compare(batch, table, b"".join(after), done.touched, done.in_doubt)
        return Stretch(block.first_line, before, after, tuple(done.changes))

    def _line_above(self, lines: Sequence[bytes], place: int) -> bytes:
        """What was written last before a place."""
        while place and not lines[place - 1]:
            place -= 1
        return lines[place - 1] if place else self._last

    def _suspects(self, batch: Batch, table: Table) -> dict[int, set[int]]:
        """The columns to be looked at, by the lines of the rows that hold something to object to."""
        found: dict[int, set[int]] = {}
        for column, check in self._checker.checks:
            for hit in check.run(table.columns[column.position]):
                if hit.rule.code in self._plan.wanted:
                    for line in table.lines.take(hit.rows).to_pylist():
                        found.setdefault(line, set()).add(column.position)
        if stray_quote.code in self._plan.wanted:
            kept = set(table.numbers.to_pylist()) if batch.odd else set()
            for record in batch.odd:
                if record.number in kept and '"' in record.raw:
                    found.setdefault(record.line, set())
        return found

    def _repair(self, record: _Record, positions: set[int]) -> list[tuple[int, Step]]:
        """Repair a record; what was done, by the position of the cell."""
        found: list[tuple[int, Step]] = []
        currency = self._currency_of(record)
        for position in sorted(positions - record.unreadable):
            value = record.value(position)
            steps = [*_allowed(self._repairs[position].steps(value), currency)]
            if steps:
                record.put(position, steps[-1].after)
                found += ((position, step) for step in steps)
        if stray_quote.code in self._plan.wanted:
            found += record.quote_strays()
        return [] if found and self._checker.records.is_worse(record.raw, record.text) else found

    def _currency_of(self, record: _Record) -> str | None:
        """The currency that a record has once it is repaired."""
        if self._currency is None or self._currency in record.unreadable:
            return None
        value = record.value(self._currency)
        repair = self._repairs.get(self._currency)
        steps = repair.steps(value) if repair is not None else ()
        return steps[-1].after if steps else value


class _Done(Struct):
    """What was done in a block: the changes, how many cells changed by the position of their column, and the lines of those
    that could be read in two ways (V305).
    """

    changes: list[Change] = field(default_factory=list)
    touched: Counter[int] = field(default_factory=Counter)
    in_doubt: dict[int, list[int]] = field(default_factory=dict)

    def note(self, line: int, steps: list[tuple[int, Step]], names: Sequence[str]) -> None:
        """Note the steps of a record that begins on `line`; `names` are those of the columns."""
        self.changes += (Change(step.rule, line, names[place], step.before, step.after) for place, step in steps)
        # Quotes around a cell change nothing in it.
        self.touched.update({place for place, step in steps if step.rule != stray_quote.code})
        for place, step in steps:
            if step.rule == ambiguous_amount.code:
                self.in_doubt.setdefault(place, []).append(line)


def _put(lines: list[bytes], place: slice, text: str) -> None:
    """Write a record anew in its last line; those before it stay empty, so that all lines keep their numbers."""
    lines[place] = [*[b""] * (len(lines[place]) - 1), text.encode()]


class _Record:
    """One closed record while its cells change: `raw` is its text as it was, `text` as it is."""

    def __init__(self, raw: str, delimiter: str) -> None:
        self.raw = raw
        self._delimiter = delimiter
        self._texts = cell_texts(raw, delimiter)
        _, self._end = parted(raw)
        odd = '"' in raw and has_stray_quote(raw, delimiter)
        self._strays = {position for position, span in enumerate(spans(raw, delimiter)) if span.stray} if odd else set()
        self.unreadable = {position for position in self._strays if self._texts[position].strip().startswith('"')}
        """The cells that may have been meant as quoted ones: it has no one right answer what they say."""

    @property
    def text(self) -> str:
        return self._delimiter.join(self._texts) + self._end

    def value(self, position: int) -> str:
        return value_of(self._texts[position])

    def put(self, position: int, value: str) -> None:
        """Write a cell anew, in its own quoting."""
        quoted = self._texts[position].startswith('"')
        self._texts[position] = written(value, self._delimiter, quoted=quoted)

    def quote_strays(self) -> Iterator[tuple[int, Step]]:
        """Quote the cells that have a quote inside, where nothing else did."""
        for position in sorted(self._strays - self.unreadable):
            before = self._texts[position]
            if not before.startswith('"'):
                self._texts[position] = written(before, self._delimiter, quoted=True)
                yield position, Step(stray_quote.code, before, self._texts[position])


def _allowed(steps: tuple[Step, ...], currency: str | None) -> Iterator[Step]:
    """The steps up to one that the row's currency speaks against."""
    for step in steps:
        if step.rule == ambiguous_amount.code and currency in three_decimals():
            return
        if step.rule == bad_amount.code and (named := amount.currencies(step.before)) and named != {currency}:
            return
        yield step


def _tidy_records(batch: Batch, lines: int, first_line: int) -> Iterator[slice]:
    """The lines of each record with as many cells as the header, and each blank line."""
    place = 0
    for record in batch.odd:
        start = record.line - first_line
        yield from (slice(line, line + 1) for line in range(place, start))
        place = start + record.lines
        if record.row is not None:
            yield slice(start, place)
    yield from (slice(line, line + 1) for line in range(place, lines))
