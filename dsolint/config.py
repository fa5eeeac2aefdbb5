"""What a run is asked to do."""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.findings import Severity
from dsolint.schema import DELIMITER, ImportType, with_columns

MAX_FINDINGS = 100
MEMORY = 512 << 20
"""About how many bytes of memory a run takes unless told."""
LEAST_MEMORY = 256 << 20
DELTA, STOCK = "delta", "stock"
MODES = (DELTA, STOCK)


class Thresholds(Struct, frozen=True):
    """Limits that depend on the business: plausible dates (V318), and percentages against the last delivery (D)."""

    earliest_date: datetime.date = datetime.date(1990, 1, 1)
    years_ahead: int = 10
    shrunken_delivery: int = 20
    mass_clearing: int = 20
    balance_jump: int = 50


class Entity(Struct, frozen=True):
    """One of a group's entities, which has an account of its own; None, or empty, is what the configuration leaves open.

    `files` are the paths of its delivery. `user_variable` and `password_variable` name the variables that hold its
    credentials, `keyring` its entry in the system's keyring. `thresholds` are fields of Thresholds.
    """

    name: str
    url: str | None = None
    mode: str | None = None
    files: tuple[str, ...] = ()
    user_variable: str | None = None
    password_variable: str | None = None
    keyring: str | None = None
    thresholds: Mapping[str, Any] = field(default_factory=dict)


class Config(Struct, frozen=True):
    """The settings that hold for one file.

    `type` is the import type that was asked for, or the user's own schema; None where the file's header and name tell
    it. `rules` are the codes of the rules that run. `fail_on` is the mildest severity that fails the run, None where
    nothing does. `severity` overrides that of single rules. `columns` are columns of the user's own by their kinds, and
    `item_types` the ERP's item types by the import's. `looked_for` are the fingerprints of findings that are counted, None where
    none are. `entity` and `url` tell whose account it is.
    """

    rules: frozenset[str]
    type: ImportType | None = None
    encoding: str = "utf-8"
    delimiter: str = DELIMITER
    fail_on: Severity | None = Severity.ERROR
    max_findings: int = MAX_FINDINGS
    severity: Mapping[str, Severity] = field(default_factory=dict)
    today: datetime.date = field(default_factory=datetime.date.today)
    mode: str = DELTA
    jobs: int | None = None
    memory: int = MEMORY
    thresholds: Thresholds = field(default_factory=Thresholds)
    clients: Path | None = None
    clients_complete: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    item_types: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    history: Path | None = None
    looked_for: Container[str] | None = None
    entity: str | None = None
    url: str | None = None
    replace_users: bool = False

    def known(self, type: ImportType) -> ImportType:
        """An import type with the columns and item types that the configuration declares."""
        if not type.is_import:
            return type
        extended = with_columns(type, self.columns)
        if "item_type" not in extended.fields:
            return extended
        mapped = replace(extended.fields["item_type"], mapped=tuple(self.item_types))
        return replace(extended, fields={**extended.fields, "item_type": mapped})

    @property
    def knows_all_customers(self) -> bool:
        """Whether a customer that is in no file of customers is none."""
        return self.clients is not None or self.clients_complete

    @property
    def latest_date(self) -> datetime.date:
        """The last day that is plausible."""
        year = min(self.today.year + self.thresholds.years_ahead, datetime.MAXYEAR)
        try:
            return self.today.replace(year=year)
        except ValueError:  # the 29th of February
            return self.today.replace(year=year, day=28)
