"""What a file has in common with the rest of its delivery: its keys and customers, put into the store and judged there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from dsolint import arrays
from dsolint.arrays import Array, few
from dsolint.checking.blocks import Outcome
from dsolint.checking.finding import make_finding
from dsolint.checking.key_store import KeyStore
from dsolint.checking.keys import Customers, KeySpec, Kind, Repeat, Strangers, Unknown
from dsolint.config import Config
from dsolint.findings import Finding
from dsolint.parts import Part, Sample
from dsolint.phrases import Phrase
from dsolint.rules.columns import CLIENT
from dsolint.rules.references import NEAR_MISS, NOT_IMPORTED, unknown_customer
from dsolint.rules.values import not_unique
from dsolint.schema import ImportType

CLIENTS = "clients"
"""The import type whose files are the customers that the others refer to."""


class FileKeys:
    """The keys of one file in the store of its delivery. Findings go into the file's part.

    `number` is the file's own in the delivery, below 0 for the known customers of `--clients`. `newly_left_out` are the lines
    of the rows that only `judge_customers` found to be left out, where they were asked for.
    """

    def __init__(self, store: KeyStore, number: int, config: Config, part: Part) -> None:
        self.newly_left_out: list[int] = []
        self._store = store
        self._number = number
        self._config = config
        self._part = part
        self._strangers: Iterable[Unknown] = ()

    def keep(self, outcome: Outcome, type: ImportType) -> None:
        """Put a block's keys into the store, their record numbers counted from the file's first.

        The block's part must not be merged yet.
        """
        before = self._part.rows
        for number, rows in enumerate(outcome.keys):
            if len(rows):
                table = self._table(f"keys{number}")
                self._store.add_keys(table, replace(rows, records=arrays.add(rows.records, before)))
        if outcome.lost_customers and type.name == CLIENTS:
            lost = few.Array(outcome.lost_customers)
            known = self._number < 0
            self._store.add_customers(Customers(lost, arrays.repeat(known, like=lost), self._number))
        found = outcome.references
        if found is None or not len(found):
            return
        if type.name == CLIENTS:
            self._store.add_customers(Customers(found.codes, arrays.invert(found.ignored), self._number))
        else:
            # Only where all customers are known is a row left out for its own.
            money = found.money if self._config.knows_all_customers else None
            found = replace(found, records=arrays.add(found.records, before), money=money)
            self._store.add_references(self._table("refs"), found)

    def judge_repeats(self, specs: Sequence[KeySpec]) -> None:
        """B405, B406, S703: what may not repeat, once the whole file is in the store."""
        for number, spec in enumerate(specs):
            counts, repeats = self._store.repeats(self._table(f"keys{number}"), spec.width, self._part.wanted)
            for equal, count in counts.items():
                samples = [Sample(_repeated(spec, repeat), {}) for repeat in repeats if repeat.equal == equal]
                self._part.add_all(samples, count, cause="equal" if equal else "contradicting")

    def declare_customers(self, label: str, *, refused: bool, was_checked: bool) -> None:
        """Say to the other files that this one, `label`, is the customers file, and whether it is refused.

        All customers have to be in the store: where files that name all of them were checked and have no rows, there are none.
        """
        self._store.customers_file = label
        if was_checked and self._config.knows_all_customers and not self._store.has_customers:
            nobody: Array[Any] = few.Array([])
            self._store.add_customers(Customers(nobody, nobody, self._number))
        if refused:
            self._store.refuse_customers(self._number)

    def judge_customers(self, *, with_money: bool, with_lines: bool) -> Phrase | None:
        """X501: hold the customers that the rows name against those that are known; why not, where that can't be done."""
        if not self._store.has_customers:
            known = self._store.customers_file
            if known:
                return Phrase("{file} names no customer", {"file": known})
            return Phrase("there is no customers file in the delivery")
        complete = self._config.knows_all_customers
        self._strangers = strangers = self._store.strangers(self._table("refs"))
        for kind, count in strangers.counts().items():
            near, left_out = kind
            if left_out and self._store.customers_are_refused and not complete:
                continue  # that the customers file is refused is told there
            samples = [Sample(self._stranger(row), {}) for row in strangers.lowest(kind, self._part.wanted)]
            cause = NOT_IMPORTED if left_out else NEAR_MISS if near else ""
            cost = self._leave_out(strangers, kind, with_money=with_money, with_lines=with_lines) if complete else {}
            self._part.add_all(samples, count, cause=cause, cost=cost)
        return None

    def strangers(self) -> Iterator[Finding]:
        """X501 for every row that is left out for it, in file order, once the customers are judged."""
        if self._config.knows_all_customers:
            yield from map(self._stranger, self._strangers)

    def _table(self, what: str) -> str:
        return f"{what}_of_{self._number}" if self._number >= 0 else f"{what}_known"

    def _stranger(self, row: Unknown) -> Finding:
        return make_finding(
            unknown_customer,
            unknown_customer(row.code, row.near, complete=self._config.knows_all_customers, left_out=row.left_out),
            line=row.line,
            record=row.record,
            column=CLIENT,
            value=row.code,
            key={CLIENT: row.code},
        )

    def _leave_out(self, strangers: Strangers, kind: Kind, *, with_money: bool, with_lines: bool) -> dict[str, Decimal]:
        """Take rows of customers that are not known out of what goes in; return their open amounts."""
        count, unreadable, sums = strangers.newly_left_out(kind, with_money=with_money)
        if with_lines:
            self.newly_left_out += strangers.lines_newly_left_out(kind)
        self._part.ignored += count
        self._part.money.move(sums, unreadable)
        return sums


def _repeated(spec: KeySpec, repeat: Repeat) -> Finding:
    if spec.rule is not_unique:
        problem = spec.rule(repeat.first_line, spec.names)
    else:
        problem = spec.rule(repeat.first_line, equal=repeat.equal)
    value = "; ".join(value or "" for value in repeat.values[: len(spec.names)])
    return make_finding(
        spec.rule,
        problem,
        line=repeat.line,
        record=repeat.record,
        column=spec.column,
        value=value,
        key={spec.names[0]: value} if spec.rule is not not_unique else None,
    )
