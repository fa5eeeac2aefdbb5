"""What makes a finding the same finding in another run, whatever line it stands in by then."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from dsolint.findings import Finding

Identity = tuple[str, str | None, tuple[tuple[str, str], ...], str | None]


class _Any(Struct, frozen=True):
    """Holds every fingerprint."""

    def __contains__(self, fingerprint: object) -> bool:
        return True


ANY = _Any()


def identity(finding: Finding) -> Identity:
    """The rule, the column and the business key; the value stands in for the key where the row has none."""
    key = tuple(sorted(finding.key.items()))
    return finding.code, finding.column, key, None if key else finding.value


def fingerprint(finding: Finding) -> str:
    """A hash of what a finding is known by in any file of its type, in 16 digits. One of another effect is another finding."""
    known_by = json.dumps([finding.effect, identity(finding)])
    return hashlib.sha256(known_by.encode()).hexdigest()[:16]


def fingerprints(path: str, findings: Iterable[Finding]) -> list[str]:
    """One for each finding of the file, in their order. Findings that nothing tells apart are counted."""
    seen: Counter[Identity] = Counter()
    made = []
    for finding in findings:
        same = identity(finding)
        seen[same] += 1
        made.append(hashlib.sha256(json.dumps([path, same, seen[same]]).encode()).hexdigest())
    return made
