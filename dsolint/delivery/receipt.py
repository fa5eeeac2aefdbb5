"""What came of a delivery, as plain data: what is shown, written by --receipt and kept in the history."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsolint.delivery.answer import COUNTS, Answer
from dsolint.delivery.reconcile import Reconciliation
from dsolint.delivery.record import Outcome, State
from dsolint.phrases import Counted, Phrase
from dsolint.report import FileReport
from dsolint.version import __version__

RECEIPT_VERSION = 1
HIDDEN = "***"
"""What stands for what a server says in a receipt without data."""
_SERVERS_WORDS = ("code", "description", "place")
"""The parameters of sentences that are a server's own words: a documented code is in none."""
NOT_SENT = "not sent"
"""The outcome of a delivery of which nothing was sent, since its check or its guard stopped it."""


class FileReceipt(Struct, frozen=True):
    """What came of one file. `status` is that of the last HTTP answer, `tries` how often it was sent."""

    file: FileReport
    state: State
    sentence: str
    tries: int = 0
    status: int | None = None
    answer: Answer | None = None
    reconciliation: Reconciliation | None = None

    def to_dict(self) -> dict[str, Any]:
        file, answer = self.file, self.answer
        return {
            "path": file.path,
            "type": file.type,
            "bytes": file.bytes,
            "sha256": file.sha256,
            "rows": file.rows,
            "state": self.state,
            "message": self.sentence,
            "tries": self.tries,
            "status": self.status,
            "counts": dict(answer.counts) if answer is not None else None,
            "left_out": [line.to_dict() for line in answer.left_out] if answer is not None else None,
            "response": answer.raw if answer is not None else None,
            "reconciliation": self.reconciliation.to_dict() if self.reconciliation is not None else None,
        }


class Receipt(Struct, frozen=True):
    """What came of a delivery to one account. `number` is the history's, None where nothing was sent.

    `outcome` is None where nothing was sent, and `reason` says why. `interrupted` tells of Ctrl-C.
    """

    url: str | None
    entity: str | None
    mode: str | None
    asynchronous: bool
    replace_users: bool
    forced: bool
    checked: datetime.datetime | None
    files: tuple[FileReceipt, ...]
    outcome: Outcome | None = None
    reason: str | None = None
    number: int | None = None
    begun: datetime.datetime | None = None
    ended: datetime.datetime | None = None
    interrupted: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "url": self.url,
            "entity": self.entity,
            "mode": self.mode,
            "async": self.asynchronous,
            "replace_users": self.replace_users,
            "forced": self.forced,
            "outcome": self.outcome or NOT_SENT,
            "reason": self.reason,
            "checked": self.checked.isoformat() if self.checked is not None else None,
            "begun": self.begun.isoformat() if self.begun is not None else None,
            "ended": self.ended.isoformat() if self.ended is not None else None,
            "files": [file.to_dict() for file in self.files],
        }


def receipts_to_dict(receipts: Iterable[Receipt]) -> dict[str, Any]:
    """What --receipt writes."""
    return {
        "receipt_version": RECEIPT_VERSION,
        "dsolint": __version__,
        "deliveries": [receipt.to_dict() for receipt in receipts],
    }


def redacted(receipt: Receipt) -> Receipt:
    """The receipt without what the server says in its own words, which may be values of the file: without all that is
    not documented.
    """
    return replace(receipt, files=tuple(map(_redacted, receipt.files)))


def _redacted(file: FileReceipt) -> FileReceipt:
    answer, found, sentence = file.answer, file.reconciliation, file.sentence
    if isinstance(sentence, Phrase):
        sentence = _without_words(sentence)
    if answer is not None:
        left_out = tuple(replace(line, message=HIDDEN) for line in answer.left_out)
        counts = {key: count for key, count in answer.counts.items() if key in COUNTS}
        answer = replace(answer, error_code=None, error_description=None, left_out=left_out, counts=counts, raw={})
    if found is not None:
        confirmed, missed = (
            tuple(replace(line, message=HIDDEN) for line in lines) for lines in (found.confirmed, found.missed)
        )
        found = replace(found, confirmed=confirmed, missed=missed)
    return replace(file, answer=answer, reconciliation=found, sentence=sentence)


def _without_words(sentence: Phrase) -> Phrase:
    if isinstance(sentence, Counted):
        return sentence
    params = {
        name: HIDDEN if name in _SERVERS_WORDS else _without_words(value) if isinstance(value, Phrase) else value
        for name, value in sentence.params.items()
    }
    return Phrase(sentence.message, params)
