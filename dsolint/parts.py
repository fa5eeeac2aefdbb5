"""What the parts of a file yield. They merge into one, the same for any cut into parts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping
from decimal import Decimal
from itertools import chain, islice
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.decimals import EXACT, add_amounts, plain
from dsolint.findings import Effect, Finding, Severity
from dsolint.fingerprints import fingerprint
from dsolint.reading.parsing import LineEnds

MAX_VALUE = 1000
"""How many characters of a value a finding keeps."""
STRETCHES = 256
"""Into how many stretches a file is divided at most, to tell where its findings are."""


MANY = "…"
"""The cause of findings that have too many different ones to be counted by them."""
MOST_CAUSES = 100
"""With more causes than this, findings that differ in nothing else are counted together: memory has to stay bounded."""


class TallyKey(NamedTuple):
    """What findings that are counted together have in common."""

    code: str
    column: str | None
    severity: Severity
    effect: Effect
    cause: str
    fine_under: str | None
    """The reading under which these are no findings, where only the whole column can tell."""

    @property
    def family(self) -> TallyKey:
        """The same kind of findings, whatever their cause."""
        return self._replace(cause=MANY)


class Sample(NamedTuple):
    """A finding, what it may mean as long as the column has not decided, and whether fingerprints are looked for and its own is not."""

    finding: Finding
    choices: Mapping[str, str | None]
    new: bool = False


class Seen(NamedTuple):
    """What findings that are the same from run to run have in common."""

    code: str
    column: str | None
    severity: Severity
    fingerprint: str


class Places(Struct):
    """How many findings there are in each stretch of a file, by the stretch's number from 0.

    A stretch is `1 << shift` lines, with the least shift for which STRETCHES suffice: it depends on the lines alone, and
    not on the order in which they come. `unplaced` counts findings whose lines are not known.
    """

    shift: int = 0
    stretches: dict[int, int] = field(default_factory=dict)
    unplaced: int = 0

    def add(self, lines: Iterable[int]) -> None:
        lines = list(lines)
        if len(lines) == 1:
            self._widen(lines[0])
            self._count(lines[0] >> self.shift, 1)
        elif lines:
            self._widen(max(lines))
            for stretch, count in Counter(line >> self.shift for line in lines).items():
                self._count(stretch, count)

    def merge(self, other: Places) -> None:
        for stretch, count in other.stretches.items():
            first = stretch << other.shift
            self._widen(first, other.shift)
            self._count(first >> self.shift, count)
        self.unplaced += other.unplaced

    def _count(self, stretch: int, count: int) -> None:
        self.stretches[stretch] = self.stretches.get(stretch, 0) + count

    def _widen(self, line: int, shift: int = 0) -> None:
        """Make stretches so wide that there is one for `line`, and none narrower than `shift` says."""
        wider = max(self.shift, shift, line.bit_length() - (STRETCHES - 1).bit_length())
        if wider == self.shift:
            return
        old, self.stretches = self.stretches, {}
        for stretch, count in old.items():
            self._count(stretch >> (wider - self.shift), count)
        self.shift = wider


class Tally(Struct):
    """How many findings there are of one kind, where they are, and those in the lowest lines; `news` are those that are new."""

    count: int = 0
    samples: list[Sample] = field(default_factory=list)
    news: list[Sample] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    cost: dict[str, Decimal] = field(default_factory=dict)
    """The open amounts, by currency, of the rows that these findings leave out."""
    seen: Counter[str] = field(default_factory=Counter)
    """How many findings there are of each fingerprint that is looked for."""

    def charge(self, cost: Mapping[str, Decimal]) -> None:
        add_amounts(self.cost, cost.items())

    def take(self, other: Tally, limit: int) -> None:
        """Count the findings of another tally to this one; of the samples `limit` stay, and as many that are new."""
        self.count += other.count
        self.charge(other.cost)
        self.places.merge(other.places)
        self.seen.update(other.seen)
        self.samples = _lowest(self.samples, other.samples, limit)
        self.news = _lowest(self.news, other.news, limit)

    @property
    def listed(self) -> list[Sample]:
        """All findings that were kept."""
        return [*self.news, *(sample for sample in self.samples if not sample.new)]


class Money(Struct):
    """Open amounts by currency, of the rows that go in and of those left out; `""` where a row names no currency.

    `unreadable` counts the rows whose amount can't be read.
    """

    accepted: dict[str, Decimal] = field(default_factory=dict)
    ignored: dict[str, Decimal] = field(default_factory=dict)
    unreadable_accepted: int = 0
    unreadable_ignored: int = 0

    @property
    def unreadable(self) -> int:
        """How many rows have an amount that can't be read, whether or not they go in."""
        return self.unreadable_accepted + self.unreadable_ignored

    def merge(self, other: Money) -> None:
        add_amounts(self.accepted, other.accepted.items())
        add_amounts(self.ignored, other.ignored.items())
        self.unreadable_accepted += other.unreadable_accepted
        self.unreadable_ignored += other.unreadable_ignored

    def move(self, sums: Mapping[str, Decimal], unreadable: int) -> None:
        """Take amounts that were counted as accepted out of what goes in."""
        add_amounts(self.accepted, ((currency, EXACT.minus(amount)) for currency, amount in sums.items()))
        add_amounts(self.ignored, sums.items())
        self.unreadable_accepted -= unreadable
        self.unreadable_ignored += unreadable

    def refused(self) -> Money:
        """The same money where nothing is accepted: all of it is left out."""
        found = Money(unreadable_ignored=self.unreadable)
        for sums in (self.accepted, self.ignored):
            add_amounts(found.ignored, sums.items())
        return found

    def to_dict(self) -> dict[str, dict[str, str]]:
        currencies = sorted(self.accepted.keys() | self.ignored.keys())
        return {
            currency: {
                "accepted": plain(self.accepted.get(currency, Decimal(0))),
                "ignored": plain(self.ignored.get(currency, Decimal(0))),
            }
            for currency in currencies
        }


class Part(Struct):
    """What one stretch of a file yields. Merging is associative."""

    limit: int
    """How many samples of a kind are kept."""
    looked_for: Container[str] | None = None
    """The fingerprints that are counted, None where none are."""
    rows: int = 0
    """How many records there are."""
    ignored: int = 0
    """Those of them that are left out by a finding of effect line."""
    no_items: int = 0
    """Those of the ignored that are a header or a total."""
    swallowed: int = 0
    """How many more records R205 found inside cells."""
    money: Money = field(default_factory=Money)
    tallies: dict[TallyKey, Tally] = field(default_factory=dict)
    evidence: dict[str, frozenset[str]] = field(default_factory=dict)
    """The readings that all values of a column allow; a column that tells nothing is not in it."""
    line_ends: LineEnds = field(default_factory=LineEnds)
    well_formed: int = 0
    """How many records have as many cells as the header."""
    trailing_filled: bool = False
    """Whether columns without a name at the end hold anything."""
    sated: Collection[TallyKey] = ()
    """The kinds of which earlier parts of the file have as many samples as are kept: this one needs none."""
    full: set[TallyKey] = field(default_factory=set)
    """The kinds of which the parts that were merged have as many samples as are kept."""
    _causes: Counter[TallyKey] = field(default_factory=Counter)
    """How many causes each family has."""

    @property
    def wanted(self) -> int:
        """How many samples of a kind it takes: all, where fingerprints are counted."""
        return self.limit if self.looked_for is None else sys.maxsize

    def add(self, finding: Finding, *, cause: str = "", cost: Mapping[str, Decimal] | None = None) -> None:
        """Count one finding."""
        self.add_all([Sample(finding, {})], 1, cause=cause, cost=cost)

    def add_all(
        self,
        samples: Iterable[Sample],
        count: int,
        *,
        cause: str,
        cost: Mapping[str, Decimal] | None = None,
        lines: Iterable[int] | None = None,
    ) -> None:
        """Count `count` findings of one kind; `samples` are the `wanted` ones in the lowest lines, one at least.

        `lines` are those of all the findings; without them only the samples can be placed. No more samples are taken
        than are needed.
        """
        unplaced = 0
        if lines is None:
            samples = list(samples)
            lines = [sample.finding.line for sample in samples if sample.finding.line is not None]
            unplaced = count - len(samples)
        seen: list[str] = []
        news: list[Sample] = []
        if self.looked_for is not None:
            samples, seen = _looked_up(samples, self.looked_for)
            news = [_kept(sample) for sample in islice((s for s in samples if s.new), self.limit)]
        samples = iter(samples)
        first = next(samples)
        finding, choices = first.finding, first.choices
        kind = TallyKey(finding.code, finding.column, finding.severity, finding.effect, cause, fine_under(choices))
        key = self._counted_under(kind)
        tally = self.tallies.setdefault(key, Tally())
        tally.count += count
        tally.charge(cost or {})
        tally.places.add(lines)
        tally.places.unplaced += unplaced
        tally.seen.update(seen)
        tally.news = _lowest(tally.news, news, self.limit)
        in_order = not tally.samples or _line(first) >= _line(tally.samples[-1])
        if key in self.sated or (in_order and len(tally.samples) >= self.limit):
            return
        kept = islice(chain([first], samples), self.limit)
        tally.samples += [_kept(sample) for sample in kept]
        if not in_order:
            # Two columns of one name share a tally, or several causes do, and come one after the other.
            tally.samples.sort(key=_line)
        del tally.samples[self.limit :]

    def _counted_under(self, key: TallyKey) -> TallyKey:
        """The tally for findings of a kind: that of its family, where the part has too many causes in it.

        Which it is depends on all the causes of a file alone, and not on their order.
        """
        family = key.family
        if key.cause == MANY:
            self._count_together(family)
        if key.cause in ("", MANY) or key in self.tallies:
            return key
        if family not in self.tallies:
            if self._causes[family] < MOST_CAUSES:
                self._causes[family] += 1
                return key
            self._count_together(family)
        return family

    def _count_together(self, family: TallyKey) -> None:
        """Make one tally of all those of a family that have a cause."""
        together = self.tallies.setdefault(family, Tally())
        for key in [key for key in self.tallies if key.cause and key != family and key.family == family]:
            together.take(self.tallies.pop(key), self.limit)
        self._note_full(family, together)

    def _note_full(self, key: TallyKey, tally: Tally) -> None:
        if len(tally.samples) >= self.limit and (self.looked_for is None or len(tally.news) >= self.limit):
            self.full.add(key)

    def allow(self, column: str, readings: Iterable[str]) -> None:
        """Note that a value of `column` makes sense under these readings alone."""
        known = self.evidence.get(column)
        self.evidence[column] = frozenset(readings) if known is None else known & frozenset(readings)

    def readings(self, column: str | None) -> frozenset[str]:
        """The readings that all values of a column allow; empty where nothing is known, or where they contradict one another."""
        return self.evidence.get(column or "", frozenset())

    def is_fine(self, kind: TallyKey) -> bool:
        """Whether findings of a kind are none, now that the whole column has decided."""
        return kind.fine_under is not None and self.readings(kind.column) == {kind.fine_under}

    def drop(self, code: str, cause: str) -> None:
        """Forget the findings of a rule that another finding is the cause of."""
        for key in [key for key in self.tallies if key.code == code and key.cause == cause]:
            del self.tallies[key]

    def merge(self, after: Part) -> None:
        """Take in the part of the file that follows this one."""
        for kind, tally in after.tallies.items():
            key = self._counted_under(kind)
            mine = self.tallies.setdefault(key, Tally())
            samples, news = ([_shifted(sample, self.rows) for sample in kept] for kept in (tally.samples, tally.news))
            mine.take(replace(tally, samples=samples, news=news), self.limit)
            self._note_full(key, mine)
        for column, readings in after.evidence.items():
            self.allow(column, readings)
        self.rows += after.rows
        self.ignored += after.ignored
        self.no_items += after.no_items
        self.swallowed += after.swallowed
        self.money.merge(after.money)
        self.well_formed += after.well_formed
        self.line_ends += after.line_ends
        self.trailing_filled |= after.trailing_filled


def fine_under(choices: Mapping[str, str | None]) -> str | None:
    """The reading under which there is nothing to change; None where there is none."""
    return next((reading for reading, suggestion in choices.items() if suggestion is None), None)


def _looked_up(samples: Iterable[Sample], looked_for: Container[str]) -> tuple[list[Sample], list[str]]:
    """The samples, of which those are new whose fingerprint is not looked for, and the fingerprints of the others."""
    found: list[Sample] = []
    seen: list[str] = []
    for sample in samples:
        known_by = fingerprint(_shortened(sample.finding))
        is_new = known_by not in looked_for
        found.append(sample._replace(new=is_new))
        if not is_new:
            seen.append(known_by)
    return found, seen


def _line(sample: Sample) -> tuple[int, str]:
    return sample.finding.line or 0, sample.finding.value or ""


def _lowest(samples: list[Sample], others: list[Sample], limit: int) -> list[Sample]:
    """Of two lists in the order of their lines, those in the lowest."""
    if not others or (len(samples) >= limit and _line(others[0]) >= _line(samples[-1])):
        return samples
    return sorted((*samples, *others), key=_line)[:limit]


def _shifted(sample: Sample, records: int) -> Sample:
    record = sample.finding.record
    if record is None or not records:
        return sample
    return sample._replace(finding=replace(sample.finding, record=record + records))


def _kept(sample: Sample) -> Sample:
    return sample._replace(finding=_shortened(sample.finding))


def shortened(text: str) -> str:
    """`text`, cut where it is too long for a finding."""
    return text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "…"


def _shortened(finding: Finding) -> Finding:
    long = finding.value is not None and len(finding.value) > MAX_VALUE
    if not long and all(len(text) <= MAX_VALUE for text in finding.params.values()):
        return finding
    return replace(
        finding,
        value=None if finding.value is None else shortened(finding.value),
        suggestion=None if finding.suggestion is None else shortened(finding.suggestion),
        params={name: shortened(text) for name, text in finding.params.items()},
    )


class Spread(Struct, frozen=True):
    """Where the findings of a file are: how many in each column (None for those that are in none), and how many in each
    stretch, by severity; `unplaced` are counted in the columns and in no stretch.
    """

    columns: Mapping[str | None, int]
    places: Mapping[Severity, Places]

    @property
    def unplaced(self) -> int:
        return sum(places.unplaced for places in self.places.values())
