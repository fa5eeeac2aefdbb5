"""What came of an upload: a receipt and an exit code for each delivery, as they come and in the end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from msgspec import Struct, field

from dsolint.cli.checking import Job
from dsolint.cli.exits import COULD_NOT_RUN, INTERRUPTED, NOT_ACCEPTED, UNCERTAIN
from dsolint.cli.files import written_whole
from dsolint.cli.receipts import receipt_text
from dsolint.cli.streams import encoded, give_up, say
from dsolint.delivery.account import Account, Credentials, pick_url
from dsolint.delivery.history import History
from dsolint.delivery.receipt import Receipt, receipts_to_dict, redacted
from dsolint.delivery.record import Outcome
from dsolint.delivery.request import Options
from dsolint.delivery.upload import Start
from dsolint.errors import DsolintError, UsageError
from dsolint.language import Language
from dsolint.reading.source import Input

EXITS = {
    Outcome.ACCEPTED: 0,
    Outcome.QUEUED: 0,
    Outcome.STOPPED: COULD_NOT_RUN,
    Outcome.PARTIAL: NOT_ACCEPTED,
    Outcome.REFUSED: NOT_ACCEPTED,
    Outcome.UNREACHABLE: UNCERTAIN,
    Outcome.UNKNOWN: UNCERTAIN,
}
_INTERRUPTED = "Interrupted before anything was sent."


class Asked(Struct, frozen=True):
    """What the command was asked for, beyond its check."""

    url: str | None
    options: Options
    every: bool
    dry_run: bool
    force: bool


class Ready(Struct, frozen=True):
    """A job whose account is known. Without `credentials` and `history` nothing is sent."""

    job: Job
    account: Account
    start: Start
    credentials: Credentials | None = None
    history: History | None = None

    @property
    def mode(self) -> str:
        """How items are imported, unless something else is set for single files."""
        return self.job.settings.for_file(self.job.first).mode

    @property
    def sources(self) -> dict[str, Input]:
        """The inputs by the paths that reports give them."""
        return dict(zip(self.job.labels, self.job.paths, strict=True))


class Results(Struct):
    """What came of the jobs: their receipts, which are shown as they come, and their exit codes. `ready` are those whose
    account is known, `path` is where all receipts are written in the end.

    Where standard output has a machine format, receipts are shown `aside`, on standard error. With `redact` they are
    without what the server says in its own words.
    """

    asked: Asked
    jobs: Sequence[Job]
    ready: Sequence[Ready]
    path: Path | None
    language: Language
    aside: bool
    redact: bool
    receipts: list[Receipt] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    so_far: dict[str | None, Receipt] = field(default_factory=dict)
    """By entity the receipts of deliveries that have begun, as they hold if the run is cut off now."""

    @contextmanager
    def each_for_itself(self, job: Job) -> Iterator[None]:
        """Among several, a job that fails stops no other."""
        try:
            yield
        except DsolintError as error:
            if not self.asked.every:
                raise
            self._take_failed(job, str(error))
            whose = f"{job.name}: " if job.name is not None else ""
            say(whose + str(error).removeprefix(whose))
            self.codes.append(COULD_NOT_RUN)

    def take(self, receipt: Receipt, code: int) -> None:
        receipt = self._as_asked(receipt)
        self.receipts.append(receipt)
        self.codes.append(code)
        self.show("\n" + receipt_text(receipt, self.language))

    def show(self, text: str) -> None:
        """Print something; that it can't be written stops no delivery, and changes nothing that came of one."""
        stream = sys.stderr if self.aside else sys.stdout
        try:
            click.echo(text, file=stream, nl=False)
        except OSError as error:
            give_up(stream, error)

    def finish(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        """Write what --receipt asks for, also after a failure: each delivery has a receipt, and one that was not begun too."""
        if self.path is None:
            return
        told = {receipt.entity for receipt in self.receipts}
        for job in self.jobs:
            if job.name in self.so_far and job.name not in told:
                self.receipts.append(self._as_asked(self.so_far[job.name]))
            elif job.name not in told:
                self._take_failed(job, str(error) if isinstance(error, DsolintError) else _INTERRUPTED)
        try:
            with written_whole(self.path) as file:
                file.write(encoded(json.dumps(receipts_to_dict(self.receipts), indent=2, ensure_ascii=False) + "\n"))
        except UsageError as failure:
            if not self.so_far:
                raise
            say(f"{failure} What is in it was sent all the same: see dsolint history.")
            self.codes.append(UNCERTAIN)

    def keep(self, job: Job, receipt: Receipt) -> None:
        """Take a receipt that holds if nothing more can be done."""
        self.so_far[job.name] = receipt

    def _as_asked(self, receipt: Receipt) -> Receipt:
        return redacted(receipt) if self.redact else receipt

    def _take_failed(self, job: Job, reason: str) -> None:
        """The receipt of a delivery of which nothing was sent, with what is known of it."""
        if self.asked.dry_run:
            return
        start = next((one.start for one in self.ready if one.job.name == job.name), None)
        url = mode = None
        with suppress(DsolintError):
            config = job.settings.for_file(job.first)
            mode = config.mode
            url = pick_url(self.asked.url, job.settings.entity, config.url)
        self.receipts.append(
            Receipt(
                url=url,
                entity=job.name,
                mode=mode,
                asynchronous=self.asked.options.asynchronous,
                replace_users=self.asked.options.replace_users,
                forced=False,
                checked=start.checked if start is not None else None,
                files=(),
                reason=reason,
            )
        )


def exit_code_of(receipt: Receipt) -> int:
    """What a delivery that was sent exits with: the largest of all that came of its files."""
    if receipt.interrupted:
        return INTERRUPTED
    left_out = any(file.answer is not None and file.answer.left_out for file in receipt.files)
    return max(EXITS[receipt.outcome or Outcome.ACCEPTED], NOT_ACCEPTED if left_out else 0)
