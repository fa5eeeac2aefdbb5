"""A whole file settled: each column decides what it can, and of what was found the samples are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.findings import Effect, Finding, Severity
from dsolint.parts import Part, Places, Sample, Seen, Spread, Tally, TallyKey

Order = Callable[[Finding], tuple[object, ...]]
"""What findings are sorted by."""


class Settled(Struct, frozen=True):
    """What was found in a whole file after its columns have decided what they could: counted, and samples of each rule.

    `refusal` is the first finding for which the whole file is refused.
    """

    counts: Mapping[str, int]
    severities: Mapping[Severity, int]
    effects: Mapping[tuple[str, Effect], int]
    findings: tuple[Finding, ...]
    spread: Spread
    seen: Mapping[Seen, int]
    refusal: Finding | None

    def capped(self, limit: int) -> tuple[Finding, ...]:
        """The samples, at most `limit` of each rule."""
        kept: dict[str, int] = {}
        found: list[Finding] = []
        for finding in self.findings:
            kept[finding.code] = kept.get(finding.code, 0) + 1
            if kept[finding.code] <= limit:
                found.append(finding)
        return tuple(found)


def settle(part: Part, columns: Iterable[str], severity: Mapping[str, Severity]) -> Settled:
    """Let each column decide, drop what is then fine, and keep samples of each rule: those that are new, then the worst, then
    those in the lowest lines.

    `columns` is the file's header: samples of one line come in its order. `severity` is what the configuration says
    of single rules.
    """
    order = _order_under(columns)
    counts = _Counts()
    samples: dict[str, list[Sample]] = {}
    for key, tally in part.tallies.items():
        if not part.is_fine(key):
            stamp = severity.get(key.code, key.severity)
            counts.add(key, tally, stamp)
            readings = part.readings(key.column)
            samples.setdefault(key.code, []).extend(_settled(sample, readings, stamp) for sample in tally.listed)

    def importance(sample: Sample) -> tuple[object, ...]:
        finding = sample.finding
        return not sample.new, finding.severity.rank, finding.effect.rank, *order(finding), finding.sentence

    kept = [sample.finding for found in samples.values() for sample in sorted(found, key=importance)[: part.limit]]
    return Settled(
        counts=dict(sorted(counts.by_rule.items())),
        severities=counts.by_severity,
        effects=counts.by_effect,
        findings=tuple(sorted(kept, key=order)),
        spread=Spread(counts.by_column, counts.places),
        seen=counts.seen,
        refusal=_refusal(part, order),
    )


def refusal(part: Part, columns: Iterable[str]) -> Finding | None:
    """The first finding for which the whole file is refused; `columns` is its header."""
    return _refusal(part, _order_under(columns))


def _refusal(part: Part, order: Order) -> Finding | None:
    refusing = (tally for key, tally in part.tallies.items() if key.effect is Effect.FILE and not part.is_fine(key))
    return min((sample.finding for tally in refusing for sample in tally.listed), key=order, default=None)


class _Counts(Struct):
    """All that is counted of the findings of a file."""

    by_rule: dict[str, int] = field(default_factory=dict)
    by_severity: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    by_effect: Counter[tuple[str, Effect]] = field(default_factory=Counter)
    by_column: dict[str | None, int] = field(default_factory=dict)
    places: dict[Severity, Places] = field(default_factory=lambda: {severity: Places() for severity in Severity})
    seen: Counter[Seen] = field(default_factory=Counter)

    def add(self, key: TallyKey, tally: Tally, severity: Severity) -> None:
        """Count the findings of a tally, of this severity by the configuration."""
        self.by_rule[key.code] = self.by_rule.get(key.code, 0) + tally.count
        self.by_severity[severity] += tally.count
        self.by_effect[key.code, key.effect] += tally.count
        self.by_column[key.column] = self.by_column.get(key.column, 0) + tally.count
        self.places[severity].merge(tally.places)
        for known_by, count in tally.seen.items():
            self.seen[Seen(key.code, key.column, severity, known_by)] += count


def _order_under(columns: Iterable[str]) -> Order:
    """The order of the file: findings of one line come in that of its header's columns."""
    places = {name: place for place, name in reversed(list(enumerate(columns)))}

    def order(finding: Finding) -> tuple[object, ...]:
        return finding.line or 0, places.get(finding.column or "", -1), finding.code, finding.value or ""

    return order


def decided(choices: Mapping[str, str | None], readings: frozenset[str]) -> str | None:
    """The suggestion on which all readings agree that a column allows; all of the value's own where it allows none."""
    possible = [reading for reading in choices if reading in readings] or list(choices)
    suggestions = {choices[reading] for reading in possible}
    return suggestions.pop() if len(suggestions) == 1 else None


def _settled(sample: Sample, readings: frozenset[str], severity: Severity) -> Sample:
    """A sample with what its column decides, and with its severity by the configuration."""
    finding = sample.finding
    if sample.choices:
        finding = replace(finding, suggestion=decided(sample.choices, readings))
    if finding.severity is not severity:
        finding = replace(finding, severity=severity)
    return sample._replace(finding=finding)
