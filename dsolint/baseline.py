"""Findings that are known already: they do not fail a run, as long as there are no more of them.

A baseline is a JSON file with an entry a line, sorted, so that a diff of it can be read. It has no value and no key of a
row, only hashes. What is found against the last delivery (D) is news every night and never known.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from dsolint.errors import UsageError
from dsolint.findings import Finding, Severity
from dsolint.fingerprints import fingerprint
from dsolint.parts import Seen
from dsolint.report import Comparison, FileReport, Report
from dsolint.version import __version__

VERSION = 1

_REMEDY = "Write it anew with --write-baseline."


class Entry(NamedTuple):
    """What findings that are the same from run to run have in common.

    `entity` is None where the run is for none, `type` for a user's own schema.
    """

    entity: str | None
    type: str | None
    rule: str
    column: str | None
    fingerprint: str

    @property
    def order(self) -> tuple[str, ...]:
        return self.entity or "", self.type or "", self.rule, self.column or "", self.fingerprint


class Baseline(Struct, frozen=True):
    """How many findings are known of each entry, and whether errors may be: an upload's may not."""

    counts: Counter[Entry]
    with_errors: bool = True

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(entry.fingerprint for entry in self.counts)

    def to_json(self) -> str:
        """The file's text."""
        lines = [
            json.dumps(entry._asdict() | {"count": self.counts[entry]}, ensure_ascii=False)
            for entry in sorted(self.counts, key=lambda entry: entry.order)
        ]
        head = f'"baseline_version": {VERSION},\n"dsolint": {json.dumps(__version__)},\n"findings": [\n'
        return "{\n" + head + ",\n".join(lines) + "\n]\n}\n"


def load(path: Path) -> Baseline:
    """Read a baseline. Raises UsageError, naming the file and the remedy."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: the baseline can't be read: {error.strerror}. {_REMEDY}") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}: line {error.lineno}: the baseline is no JSON: {error.msg}. {_REMEDY}") from error
    except (UnicodeError, RecursionError) as error:
        raise UsageError(f"{path}: the baseline is no JSON in UTF-8. {_REMEDY}") from error
    version = document.get("baseline_version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise UsageError(f"{path}: the baseline is of a newer dsolint; update this one.")
    if version != VERSION or not isinstance(document.get("findings"), list):
        raise UsageError(f"{path}: this is no baseline of dsolint's. {_REMEDY}")
    counts: Counter[Entry] = Counter()
    for number, found in enumerate(document["findings"], 1):
        entry, count = _entry(found)
        if entry is None:
            raise UsageError(f"{path}: entry {number} of the baseline can't be read. {_REMEDY}")
        counts[entry] += count
    return Baseline(counts)


def _entry(found: object) -> tuple[Entry | None, int]:
    if not isinstance(found, dict) or found.keys() != {*Entry._fields, "count"}:
        return None, 0
    count: Any = found["count"]
    fits = (
        isinstance(found["entity"], str | None)
        and isinstance(found["type"], str | None)
        and isinstance(found["rule"], str)
        and isinstance(found["column"], str | None)
        and isinstance(found["fingerprint"], str)
        and type(count) is int
        and count > 0
    )
    return (Entry(**{name: found[name] for name in Entry._fields}), count) if fits else (None, 0)


def recorded(report: Report) -> Baseline:
    """Today's findings as a baseline."""
    counts: Counter[Entry] = Counter()
    for entity, file in _files(report):
        for _, entry, count in _seen(entity, file):
            counts[entry] += count
    return Baseline(counts)


def held_against(report: Report, baseline: Baseline) -> Report:
    """The report with the findings marked that the baseline knows.

    Of findings that nothing tells apart, the first ones are known, as many as the baseline has; where not all are listed, those
    beyond stand at the end of the list: a run that fails shows what is new.
    """
    left = Counter(baseline.counts)
    deliveries = [
        replace(
            delivery,
            files=tuple(
                _marked(delivery.entity, file, left, with_errors=baseline.with_errors) for file in delivery.files
            ),
        )
        for delivery in report.deliveries
    ]
    left = +left
    gone = sum(left[entry] for entry in _gone(report, left))
    total = baseline.counts.total()
    known = sum(file.known_counts.total() for delivery in deliveries for file in delivery.files)
    compared = Comparison(total, total - left.total(), known, gone)
    return replace(report, deliveries=tuple(deliveries), baseline=compared)


def shrunk(report: Report, baseline: Baseline) -> Baseline:
    """The baseline without the findings that are gone; those of rules that did not run stay."""
    left = Counter(baseline.counts)
    for entity, file in _files(report):
        _marked(entity, file, left)
    gone = {entry: left[entry] for entry in _gone(report, +left)}
    return Baseline(+Counter({entry: count - gone.get(entry, 0) for entry, count in baseline.counts.items()}))


def _marked(entity: str | None, file: FileReport, left: Counter[Entry], *, with_errors: bool = True) -> FileReport:
    """The file with what is known of it, which is taken from what is `left` of the baseline: of two severities the milder first."""
    known: Counter[Seen] = Counter()
    for seen, entry, count in sorted(_seen(entity, file), key=lambda found: -found[0].severity.rank):
        taken = min(count, left[entry])
        left[entry] -= taken
        if taken and (with_errors or seen.severity is not Severity.ERROR):
            known[seen] = taken
    counts: Counter[tuple[str, Severity]] = Counter()
    for seen, count in known.items():
        counts[seen.code, seen.severity] += count
    return replace(file, known=counts, findings=tuple(_findings(file, known)))


def _findings(file: FileReport, known: Mapping[Seen, int]) -> Iterator[Finding]:
    listed = [Seen(f.code, f.column, f.severity, fingerprint(f)) for f in file.findings]
    unlisted = Counter(file.seen) - Counter(listed)
    left = Counter(known) - unlisted
    for finding, seen in zip(file.findings, listed, strict=True):
        yield replace(finding, known=left[seen] > 0)
        left[seen] -= 1


def _files(report: Report) -> Iterator[tuple[str | None, FileReport]]:
    """The files, each with its entity."""
    for delivery in report.deliveries:
        for file in delivery.files:
            yield delivery.entity, file


def _seen(entity: str | None, file: FileReport) -> Iterator[tuple[Seen, Entry, int]]:
    for seen, count in file.seen.items():
        if not seen.code.startswith("D"):
            yield seen, Entry(entity, file.type, seen.code, seen.column, seen.fingerprint), count


def _gone(report: Report, left: Iterable[Entry]) -> list[Entry]:
    """Those of the entries whose rule was checked in all files of their type, of which there is one at least."""
    checked: dict[tuple[str | None, str | None], frozenset[str]] = {}
    for entity, file in _files(report):
        kind = entity, file.type
        checked[kind] = checked.get(kind, file.checked) & file.checked
    return [entry for entry in left if entry.rule in checked.get((entry.entity, entry.type), frozenset())]
