"""What a run found, as plain data."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.config import Config
from dsolint.decimals import plain
from dsolint.errors import DsolintError, ReadError
from dsolint.findings import Effect, Finding, Severity
from dsolint.parts import Money, Seen, Spread
from dsolint.phrases import Amount, Counted, Number, Phrase, in_a_row

if TYPE_CHECKING:
    import pyarrow as pa

REPORT_VERSION = 1

_CURRENCIES = 5
"""How many currencies a sentence names."""


class Diagnosis(Struct, frozen=True):
    """Findings with one cause, told as one sentence, with the remedy where it belongs: at the source.

    `one` is the message where there is a single finding, None where one message fits any number. `lines` are the lowest
    lines concerned. `rows_left_out` and `cost`, open amounts by currency, are what the cause keeps out of the import; a
    cause for which the whole file is refused has `refuses`.
    """

    code: str
    column: str | None
    count: int
    message: str
    remedy: str
    params: Mapping[str, str]
    one: str | None = None
    lines: tuple[int, ...] = ()
    rows_left_out: int = 0
    cost: Mapping[str, Decimal] = field(default_factory=dict)
    refuses: bool = False

    @property
    def sentence(self) -> Phrase:
        """The cause, filled in."""
        if self.one is None:
            return Phrase(self.message, self.params)
        return Counted(self.one, self.message, self.count, self.params)

    @property
    def advice(self) -> Phrase:
        """The remedy, filled in."""
        return Phrase(self.remedy, self.params)

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "column": self.column,
            "count": self.count,
            "message": self.sentence,
            "remedy": self.advice,
            "lines": list(self.lines),
            "rows_left_out": self.rows_left_out,
            "amounts": {currency: plain(amount) for currency, amount in sorted(self.cost.items())},
        }


class Clears(Struct, frozen=True):
    """What an account holds `since` a delivery, and what would go because a file lacks it; of items the open amounts too."""

    since: datetime.datetime
    count: int
    amounts: Mapping[str, Decimal]

    @property
    def params(self) -> dict[str, str]:
        """What sentences about it are filled with; `amounts` are those by currency, the largest first."""
        order = sorted(self.amounts, key=lambda currency: (-abs(self.amounts[currency]), currency))
        told: list[str] = [Amount(self.amounts[currency], currency) for currency in order[:_CURRENCIES]]
        if len(order) > _CURRENCIES:
            told.append(Counted("{count} other currency", "{count} other currencies", len(order) - _CURRENCIES))
        params = {"since": local_time(self.since), "count": Number(self.count)}
        return {**params, "amounts": in_a_row(told)} if told else params


def local_time(moment: datetime.datetime) -> str:
    """A moment as people here read it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


class Forecast(Struct, frozen=True):
    """What the server would do with a file, as far as the rules that ran can tell.

    `money` is empty for all types but items. `cleared_by_mistake`, for items too, is how many open items would be taken for paid in STOCK mode
    because their lines are left out; None in DELTA mode. `removed_by_mistake` is how many associations of users would go
    with --replace-users because their lines are left out (inferred). `response` is the answer that the server would
    give, `unlisted` how many more lines its `exception_lines` would have, `unknown` the keys of it that depend on what it already holds. `weakened_by` are the rules that the forecast
    would need and that were switched off. Where a history is there, `clears` is what STOCK mode would clear of the open items, and `removes` what
    --replace-users would of the associations: all that does not go in again.
    """

    refused: bool
    accepted: int
    ignored: int
    swallowed: int
    money: Money
    cleared_by_mistake: int | None
    removed_by_mistake: int | None
    response: dict[str, Any]
    unlisted: int
    unknown: tuple[str, ...]
    weakened_by: tuple[str, ...]
    clears: Clears | None = None
    removes: Clears | None = None

    @property
    def clearing(self) -> Phrase | None:
        """What would go of what the account holds, in a sentence; None where that is not known."""
        if self.removes is not None:
            return Phrase(
                "--replace-users would remove {count} of the associations sent until {since}.", self.removes.params
            )
        if self.clears is None:
            return None
        if not self.clears.count:
            message = "STOCK mode would clear none of the items open after the delivery of {since}."
        elif self.clears.amounts:
            message = "STOCK mode would clear {count} of the items open after the delivery of {since}: {amounts}."
        else:
            message = "STOCK mode would clear {count} of the items open after the delivery of {since}."
        return Phrase(message, self.clears.params)

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "refused": self.refused,
            "accepted": self.accepted,
            "ignored": self.ignored,
            "swallowed": self.swallowed,
            "amounts": self.money.to_dict(),
            "unreadable": {
                "accepted": self.money.unreadable_accepted,
                "ignored": self.money.unreadable_ignored,
            },
        }
        if self.cleared_by_mistake is not None:
            lost = self.money.ignored if self.cleared_by_mistake else {}
            found["cleared_by_mistake"] = {
                "items": self.cleared_by_mistake,
                "amounts": {currency: plain(amount) for currency, amount in sorted(lost.items())},
            }
        if self.removed_by_mistake is not None:
            found["removed_by_mistake"] = {"associations": self.removed_by_mistake}
        if self.clears is not None:
            amounts = {currency: plain(amount) for currency, amount in sorted(self.clears.amounts.items())}
            found["clears"] = {"since": self.clears.since.isoformat(), "items": self.clears.count, "amounts": amounts}
        if self.removes is not None:
            found["removes"] = {"since": self.removes.since.isoformat(), "associations": self.removes.count}
        return {
            **found,
            "response": self.response,
            "unlisted": self.unlisted,
            "unknown": list(self.unknown),
            "weakened_by": list(self.weakened_by),
        }


LACKS_COLUMN = "the file has no column {columns}"
"""The reason for rules on columns that nobody has to send."""
_NAMED = 10
"""How many of them it names."""


def lacks_columns(columns: Iterable[str]) -> Phrase:
    """The reason LACKS_COLUMN with the columns that are missing, of many the first."""
    names = list(columns)
    return Phrase(LACKS_COLUMN, {"columns": reduce(_and, names if len(names) <= _NAMED else [*names[:_NAMED], "…"])})


def _and(column: str, next: str) -> Phrase:
    return Phrase("{column} and {next}", {"column": column, "next": next})


class NotChecked(NamedTuple):
    """A rule that could not run, and why."""

    rule: str
    reason: str


class FileReport(Struct, frozen=True):
    """What was found in one file. `type` is None for a user's own schema, and where it could not be told.

    `bytes` and `sha256` are of the content, unpacked where the file was packed; None where it was not read to its end.
    A file whose check was interrupted is not `complete`, and never passes. `effects` counts the findings by rule and effect.
    `config` is what it was checked by. `seen` counts the findings that are looked for from run to run, and `known`, by rule and
    severity, those of them that the baseline has.
    `keys`, where they are to be remembered, are those of the rows that go in: a
    column `key`, and for items `amount` and `currency`.
    """

    path: str
    type: str | None
    encoding: str
    bytes: int | None
    sha256: str | None
    rows: int
    columns: tuple[str, ...]
    counts: Mapping[str, int]
    severities: Mapping[Severity, int]
    effects: Mapping[tuple[str, Effect], int]
    findings: tuple[Finding, ...]
    diagnoses: tuple[Diagnosis, ...]
    forecast: Forecast
    not_checked: tuple[NotChecked, ...]
    fail_on: Severity | None = Severity.ERROR
    complete: bool = True
    config: Config | None = None
    spread: Spread | None = None
    seen: Mapping[Seen, int] = field(default_factory=dict)
    known: Mapping[tuple[str, Severity], int] = field(default_factory=dict)
    keys: pa.Table | None = None

    @property
    def rules(self) -> frozenset[str]:
        """The codes that were selected for it, whether or not they could run."""
        return self.config.rules if self.config is not None else frozenset()

    @property
    def checked(self) -> frozenset[str]:
        """The codes of the rules that ran to the end."""
        return self.rules.difference(entry.rule for entry in self.not_checked) if self.complete else frozenset()

    @property
    def known_counts(self) -> Counter[str]:
        """How many findings of each rule the baseline has."""
        return _summed((code, count) for (code, _), count in self.known.items())

    @property
    def breaks_off(self) -> bool:
        """Whether it ends before its time, though not so that it is refused: how many lines are missing is not known."""
        return "F010" in self.counts

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of this severity fails the file."""
        return self.fail_on is not None and severity.rank <= self.fail_on.rank

    @property
    def failing(self) -> int:
        """How many findings fail the file; those that are known do not."""
        known = _summed((severity, count) for (_, severity), count in self.known.items())
        return sum(count - known[severity] for severity, count in self.severities.items() if self.fails(severity))

    @property
    def passed(self) -> bool:
        """Whether all was checked and no finding that is not known is at or above the severity that fails it."""
        return self.complete and not self.failing

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "type": self.type,
            "complete": self.complete,
            "encoding": self.encoding,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "rows": self.rows,
            "columns": list(self.columns),
            "counts": dict(self.counts),
            "known": dict(sorted(self.known_counts.items())),
            "findings": [finding_to_dict(finding) for finding in self.findings],
            "diagnoses": [diagnosis.to_dict() for diagnosis in self.diagnoses],
            "forecast": self.forecast.to_dict(),
            "not_checked": [entry._asdict() for entry in self.not_checked],
        }


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """A finding as the JSON report has it: every key, null where it has nothing."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "effect": finding.effect.value,
        "line": finding.line,
        "record": finding.record,
        "column": finding.column,
        "value": finding.value,
        "message": finding.sentence,
        "suggestion": finding.suggestion,
        "key": dict(finding.key) or None,
        "known": finding.known,
    }


_Name = TypeVar("_Name", bound=str)


def _summed(counts: Iterable[tuple[_Name, int]]) -> Counter[_Name]:
    sums: Counter[_Name] = Counter()
    for name, count in counts:
        sums[name] += count
    return sums


class Skipped(NamedTuple):
    """A file of a folder that was not checked, and why."""

    path: str
    reason: str


class Failure(NamedTuple):
    """A file that could not be checked, and why: in words, and as the error that it is in the library."""

    path: str
    message: str
    error: type[DsolintError] = ReadError


class Delivery(Struct, frozen=True):
    """What one entity sends in one go: the files of one folder. It is `complete` if all that had to be was checked."""

    path: str
    files: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...] = ()
    entity: str | None = None
    complete: bool = True

    @property
    def passed(self) -> bool:
        """Whether all was checked and nothing reaches the severity that fails a run."""
        return self.complete and all(file.passed for file in self.files)


class Comparison(NamedTuple):
    """What became of the findings of a baseline: of `total` so many are found again, and so many are gone.

    Those of the found ones that are `known` do not count for the verdict.
    """

    total: int
    found: int
    known: int
    gone: int

    @property
    def unchecked(self) -> int:
        """Those whose rule was not checked in all files of their type."""
        return self.total - self.found - self.gone

    def to_dict(self) -> dict[str, int]:
        return {"known": self.known, "gone": self.gone, "unchecked": self.unchecked}


class Report(Struct, frozen=True):
    """The result of a run. `redacted` tells that what may be personal data was taken out; `baseline` is None without one."""

    version: str
    deliveries: tuple[Delivery, ...]
    failures: tuple[Failure, ...] = ()
    interrupted: bool = False
    redacted: bool = False
    baseline: Comparison | None = None

    @property
    def files(self) -> tuple[FileReport, ...]:
        return tuple(self._files())

    def _files(self) -> Iterator[FileReport]:
        for delivery in self.deliveries:
            yield from delivery.files

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        return {severity: sum(f.severities.get(severity, 0) for f in self._files()) for severity in Severity}

    @property
    def passed(self) -> bool:
        """Whether all was checked and nothing reaches the severity that fails a run."""
        return not self.failures and not self.interrupted and all(f.passed for f in self._files())

    def to_dict(self) -> dict[str, Any]:
        """The JSON report."""
        return {
            "report_version": REPORT_VERSION,
            "dsolint": self.version,
            "verdict": _verdict(passed=self.passed),
            "interrupted": self.interrupted,
            "counts": {severity.value: count for severity, count in self.counts.items()},
            "baseline": self.baseline.to_dict() if self.baseline is not None else None,
            "deliveries": [
                {
                    "path": delivery.path,
                    "entity": delivery.entity,
                    "verdict": _verdict(passed=delivery.passed),
                    "files": [f.path for f in delivery.files],
                    "skipped": [entry._asdict() for entry in delivery.skipped],
                }
                for delivery in self.deliveries
            ],
            "files": [f.to_dict() for f in self._files()],
            "failures": [{"path": failure.path, "message": failure.message} for failure in self.failures],
        }


def joined(reports: Sequence[Report]) -> Report:
    """Several reports of one run as one; there is one at least."""
    return replace(
        reports[0],
        deliveries=tuple(delivery for report in reports for delivery in report.deliveries),
        failures=tuple(failure for report in reports for failure in report.failures),
        interrupted=any(report.interrupted for report in reports),
        baseline=_all_compared([report.baseline for report in reports if report.baseline is not None]),
    )


def _all_compared(found: Sequence[Comparison]) -> Comparison | None:
    """One baseline held against several reports, of which each has entries of its own in it."""
    if not found:
        return None
    return Comparison(
        found[0].total,
        sum(one.found for one in found),
        sum(one.known for one in found),
        sum(one.gone for one in found),
    )


def _verdict(*, passed: bool) -> str:
    return "pass" if passed else "fail"
