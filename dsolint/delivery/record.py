"""What the history keeps of a delivery, as plain data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from msgspec import Struct, field

from dsolint.decimals import plain
from dsolint.report import FileReport


class Outcome(StrEnum):
    """What came of a delivery."""

    SENDING = "sending"
    """On its way; where the run that sent it was killed, it is never settled."""
    ACCEPTED = "accepted"
    PARTIAL = "partial"
    """Accepted, and the server left lines out."""
    REFUSED = "refused"
    QUEUED = "queued"
    """Taken to be imported later: what comes of it can't be known."""
    UNREACHABLE = "unreachable"
    """Nothing has reached the server."""
    UNKNOWN = "unknown"
    STOPPED = "stopped"
    """Cut off between two files, by Ctrl-C or worse, or by a file that changed."""

    @property
    def is_known(self) -> bool:
        """Whether it is certain what the server has of the delivery."""
        return self not in (Outcome.SENDING, Outcome.UNKNOWN)


class State(StrEnum):
    """How far one file of a delivery has come."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    QUEUED = "queued"
    UNKNOWN = "unknown"
    UNSENT = "unsent"
    """Nothing of it has reached the import."""


WENT_IN = (State.ACCEPTED, State.QUEUED)
"""The states of files that the account is taken to hold: a queued one is imported later, as far as anybody knows."""


class SentFile(Struct, frozen=True):
    """A file of a delivery. `rows`, `accepted` and `ignored` are as the linter counts them, `sums` the open amounts
    that go in by currency, as decimal strings. `response` is the server's answer.
    """

    path: str
    type: str
    sha256: str
    bytes: int
    rows: int
    accepted: int
    ignored: int
    sums: Mapping[str, str] = field(default_factory=dict)
    modified: datetime.datetime | None = None
    state: State = State.PENDING
    response: Any = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "type": self.type,
            "state": self.state,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "rows": self.rows,
            "accepted": self.accepted,
            "ignored": self.ignored,
            "amounts": dict(self.sums),
            "modified": None if self.modified is None else self.modified.isoformat(),
        }

    @classmethod
    def of(cls, file: FileReport, modified: datetime.datetime | None = None) -> Self:
        """What is kept of a file that was checked to its end."""
        assert file.type is not None
        assert file.sha256 is not None
        assert file.bytes is not None
        return cls(
            path=file.path,
            type=file.type,
            sha256=file.sha256,
            bytes=file.bytes,
            rows=file.rows,
            accepted=file.forecast.accepted,
            ignored=file.forecast.ignored,
            sums={currency: plain(amount) for currency, amount in sorted(file.forecast.money.accepted.items())},
            modified=modified,
        )


class RecordedAccount(Struct, frozen=True):
    """An account of the import server, as the history knows it: `identity` tells it from all others."""

    identity: str
    url: str
    entity: str | None = None


class Delivery(Struct, frozen=True):
    """A delivery to an account. `number` counts the deliveries of all accounts in the order in which they were begun.

    `settled` is when its outcome was known, None where it never was. `receipt` is what `--receipt` writes.
    """

    number: int
    account: RecordedAccount
    mode: str
    asynchronous: bool
    replaces_users: bool
    checked: datetime.datetime
    begun: datetime.datetime
    settled: datetime.datetime | None
    outcome: Outcome
    files: tuple[SentFile, ...]
    receipt: Any = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "url": self.account.url,
            "entity": self.account.entity,
            "mode": self.mode,
            "async": self.asynchronous,
            "replace_users": self.replaces_users,
            "outcome": self.outcome,
            "checked": self.checked.isoformat(),
            "begun": self.begun.isoformat(),
            "settled": None if self.settled is None else self.settled.isoformat(),
            "files": [file.to_dict() for file in self.files],
            "receipt": self.receipt,
        }


class Accuracy(Struct, frozen=True):
    """How often the linter foretold, by a rule, what the server did with a line."""

    confirmed: int = 0
    missed: int = 0
    false_alarms: int = 0

    def to_dict(self) -> dict[str, int]:
        return {"confirmed": self.confirmed, "missed": self.missed, "false_alarms": self.false_alarms}
