"""What a run is asked to do."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from dsolint.findings import Severity
from dsolint.schema import DELIMITER, ImportType

MAX_FINDINGS = 100
MODES = ("delta", "stock")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one run.

    `type` is the import type that was asked for, or the user's own schema; None where each file's header and name
    tell it. `rules` are the codes of the rules that run. `fail_on` is the mildest severity that fails the run,
    None where nothing does.
    """

    rules: frozenset[str]
    type: ImportType | None = None
    encoding: str = "utf-8"
    delimiter: str = DELIMITER
    fail_on: Severity | None = Severity.ERROR
    max_findings: int = MAX_FINDINGS
    today: datetime.date = field(default_factory=datetime.date.today)
    mode: str = "delta"
    jobs: int | None = None
