"""What the formats share: how they tell a path and a finding, the findings by their rule, and which come first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from msgspec import Struct

from dsolint.findings import Effect, Finding, Severity
from dsolint.fingerprints import fingerprints
from dsolint.language import Language
from dsolint.phrases import Phrase
from dsolint.report import LACKS_COLUMN, FileReport, Report, Skipped, finding_to_dict
from dsolint.reporters.visible import visible
from dsolint.rules import RULES, AnyRule
from dsolint.schema import is_own_schema

MOST = 5000
"""How many findings a report lists at most: GitHub shows no more of a SARIF file."""

COLUMNS = (
    "path", "line", "record", "code", "name", "severity", "effect", "column", "value", "message", "suggestion", "key",
    "known",
)  # fmt: skip
"""The columns of findings as a table."""

NOT_CHECKED = "Not checked, since {reason}: {rules}."
KNOWN = "{told} (known)"
WEAKENED = "Switched off, though the forecast needs them: {rules}."

_LACKS_COLUMNS = "the file lacks their columns"
_LONGEST = 200


class Told(NamedTuple):
    """A finding, the file it is of, and what it is known by from run to run."""

    file: FileReport
    finding: Finding
    fingerprint: str


class OfRule(Struct, frozen=True):
    """The findings of one rule in a file: how many there are, by effect too, the worst first, and those that were kept."""

    rule: AnyRule
    count: int
    effects: Mapping[Effect, int]
    kept: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """The worst of those that were kept; the rule's own where none was."""
        return min((finding.severity for finding in self.kept), key=lambda s: s.rank, default=self.rule.severity)

    @property
    def effect(self) -> Effect:
        """The worst of all."""
        return next(iter(self.effects))

    def first(self, most: int) -> tuple[Finding, ...]:
        """So many of those that were kept, in file order: what is not known goes before others, and the first of each severity
        and effect before the second of any.
        """
        ranked: list[tuple[bool, bool, int]] = []
        told: set[tuple[Severity, Effect]] = set()
        for number, finding in enumerate(self.kept):
            kind = finding.severity, finding.effect
            ranked.append((finding.known, kind in told, number))
            told.add(kind)
        return tuple(self.kept[number] for number in sorted(number for _, _, number in sorted(ranked)[:most]))


def place(path: str) -> str:
    """A path as a repository knows it: with slashes, and from the working directory where that is above it."""
    found = PurePath(path)
    if found.is_absolute() and found.is_relative_to(Path.cwd()):
        found = found.relative_to(Path.cwd())
    return found.as_posix()


def brief(text: str) -> str:
    """Text out of a file on one line, without what can't be seen, and cut where it is long."""
    shown = visible(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def filled(phrase: Phrase) -> str:
    """A sentence of ours with what comes out of a file in it, in one line of text."""
    return phrase.template.format_map({name: brief(text) for name, text in phrase.params.items()})


def one_line(finding: Finding) -> str:
    """The column, the value, what is wrong with it, what was probably meant and whether it is known, in one line of text."""
    told = filled(finding.sentence)
    value, column = brief(finding.value or ""), brief(finding.column or "")
    if value not in told:
        told = f"{value}: {told}"
    if column not in told:
        told = f"{column}: {told}"
    if finding.suggestion is not None:
        told = f"{told} -> {brief(finding.suggestion)}"
    return KNOWN.format(told=told) if finding.known else told


def told(finding: Finding) -> str:
    """A finding with its rule, in one line of text."""
    return f"{finding.code} {finding.name}: {one_line(finding)}"


def by_importance(report: Report) -> list[Told]:
    """The findings that are listed, the worst first, and the first of each rule and file before the second of any; those that
    are known come last.
    """
    found = []
    for file in report.files:
        seen: Counter[str] = Counter()
        for finding, fingerprint in zip(file.findings, fingerprints(place(file.path), file.findings), strict=True):
            order = (finding.known, finding.severity.rank, seen[finding.code], finding.effect.rank)
            found.append((order, Told(file, finding, fingerprint)))
            seen[finding.code] += 1
    return [told for _, told in sorted(found, key=lambda entry: entry[0])[:MOST]]


def rows(report: Report) -> Iterator[dict[str, Any]]:
    """The findings that were kept as rows of COLUMNS; a key of several columns is one cell."""
    for file in report.files:
        for finding in file.findings:
            key = ", ".join(f"{name}={value}" for name, value in finding.key.items())
            yield {"path": file.path, **finding_to_dict(finding), "key": key or None}


def causes(file: FileReport) -> list[str]:
    """What is behind the findings, and what to do about it, the costliest first."""
    return [f"{filled(d.sentence)} {filled(d.advice)}" for d in file.diagnoses]


def more_causes(file: FileReport, shown: int, language: Language) -> str:
    """How many causes are not among those that are shown, in a sentence; nothing where all are."""
    more = len(file.diagnoses) - shown
    if more <= 0:
        return ""
    return language.plural(
        "{count} more cause is not shown; the findings below have it.",
        "{count} more causes are not shown; the findings below have them.",
        more,
    )


def by_rule(file: FileReport) -> list[OfRule]:
    """The findings of a file by their rule, in the order of its counts."""
    kept: dict[str, list[Finding]] = {}
    for finding in file.findings:
        kept.setdefault(finding.code, []).append(finding)
    return [
        OfRule(RULES[code], count, _effects(file, code), tuple(kept.get(code, ())))
        for code, count in file.counts.items()
    ]


def _effects(file: FileReport, code: str) -> dict[Effect, int]:
    return {effect: file.effects[code, effect] for effect in Effect if (code, effect) in file.effects}


def not_checked(file: FileReport, lacking: str = _LACKS_COLUMNS) -> dict[str, list[str]]:
    """The rules that could not run, by the reason; `lacking` is that of those whose columns are missing."""
    rules: dict[str, list[str]] = {}
    for entry in file.not_checked:
        for_columns = isinstance(entry.reason, Phrase) and entry.reason.message == LACKS_COLUMN
        rules.setdefault(lacking if for_columns else entry.reason, []).append(entry.rule)
    return rules


def by_own_schema(file: FileReport) -> bool:
    """Whether a file is none for the import, so that nobody says what would go in."""
    return file.type is None and file.config is not None and is_own_schema(file.config.type)


def weakened(file: FileReport) -> list[str]:
    """A sentence on the rules without which the forecast may be wrong; none where there are none."""
    codes = file.forecast.weakened_by if not by_own_schema(file) else ()
    return [WEAKENED.format(rules=", ".join(codes))] if codes else []


def unknown(file: FileReport) -> list[str]:
    """What the report does not know of a file, in sentences."""
    reasons = not_checked(file).items()
    return [NOT_CHECKED.format(reason=visible(why), rules=", ".join(codes)) for why, codes in reasons] + weakened(file)


def skipped(report: Report) -> Iterator[Skipped]:
    """The files of all deliveries that were not checked."""
    for delivery in report.deliveries:
        yield from delivery.skipped
