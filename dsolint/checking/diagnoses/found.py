"""What was found in a file, taken together as a diagnosis needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct, field

from dsolint.decimals import add_amounts
from dsolint.findings import Effect
from dsolint.parts import Part, Tally, TallyKey
from dsolint.phrases import Number, Phrase
from dsolint.report import Diagnosis
from dsolint.schema import ImportType

LINES = 10
"""How many lines a diagnosis names."""


_IN_ERP = Phrase("in the ERP")
_AT_SOURCE = Phrase("in the source system")


class Group(Struct):
    """Findings that a diagnosis takes together."""

    code: str
    column: str | None = None
    count: int = 0
    rows_left_out: int = 0
    refuses: bool = False
    lines: tuple[int, ...] = ()
    cost: dict[str, Decimal] = field(default_factory=dict)

    def add(self, key: TallyKey, tally: Tally) -> None:
        left_out = tally.count if key.effect is Effect.LINE else 0
        lines = tuple(sample.finding.line for sample in tally.samples if sample.finding.line is not None)
        self.take(Group(key.code, key.column, tally.count, left_out, key.effect is Effect.FILE, lines, cost=tally.cost))

    def take(self, other: Group) -> None:
        """Count another group's findings to this one."""
        self.count += other.count
        self.rows_left_out += other.rows_left_out
        self.refuses |= other.refuses
        self.lines = tuple(sorted({*self.lines, *other.lines})[:LINES])
        add_amounts(self.cost, other.cost.items())

    def diagnosis(self, message: str, remedy: str, *, one: str | None = None, **params: str) -> Diagnosis:
        """The diagnosis; `one` is the message where there is a single finding."""
        return Diagnosis(
            code=self.code,
            column=self.column,
            count=self.count,
            message=message,
            one=one,
            remedy=remedy,
            params={**params, "count": Number(self.count), "column": params.get("column", self.column or "")},
            lines=self.lines,
            rows_left_out=self.rows_left_out,
            cost=self.cost,
            refuses=self.refuses,
        )


class Found(Struct, frozen=True):
    """All that was found in a file, after its columns have decided."""

    part: Part
    cells: Sequence[str]
    type: ImportType
    undecodable: bool
    told: set[TallyKey] = field(default_factory=set)
    """What an earlier diagnosis has explained."""

    @property
    def mandatory(self) -> Collection[str]:
        return self.type.mandatory

    @property
    def source(self) -> Phrase:
        """Where data is corrected; that of a user's own schema may come from anywhere."""
        return _IN_ERP if self.type.is_import else _AT_SOURCE

    def tallies(self, *codes: str, cause: str | None = None) -> Iterator[tuple[TallyKey, Tally]]:
        for key, tally in self.part.tallies.items():
            wanted = key.code in codes and (cause is None or key.cause == cause)
            if wanted and not self.part.is_fine(key) and key not in self.told:
                yield key, tally

    def tell(self, *codes: str, cause: str | None = None) -> None:
        """Note that these findings are explained."""
        self.told.update([key for key, _ in self.tallies(*codes, cause=cause)])

    def group(self, *codes: str, cause: str | None = None) -> Group | None:
        """All findings of these codes as one; None where there is none."""
        found: Group | None = None
        for key, tally in self.tallies(*codes, cause=cause):
            found = found or Group(key.code, key.column)
            found.column = key.column if found.column == key.column else None
            found.add(key, tally)
        return found

    def groups(self, *codes: str) -> Iterator[tuple[str, Group]]:
        """The findings of these codes by their column and cause."""
        found: dict[tuple[str | None, str], Group] = {}
        for key, tally in self.tallies(*codes):
            found.setdefault((key.column, key.cause), Group(key.code, key.column)).add(key, tally)
        for (_, cause), group in found.items():
            yield cause, group
