"""The way of a delivery that was checked: under the account's lock, file by file, each noted before and after."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.delivery.account import Account, Credentials
from dsolint.delivery.answer import LeftOut
from dsolint.delivery.clashes import refuse_clashes
from dsolint.delivery.client import Client, Notify
from dsolint.delivery.foretold import foretold
from dsolint.delivery.history import AccountHistory, History, utc_now
from dsolint.delivery.outcome import judge
from dsolint.delivery.receipt import FileReceipt, Receipt
from dsolint.delivery.reconcile import Numbering, reconcile
from dsolint.delivery.record import Accuracy, Outcome, SentFile, State
from dsolint.delivery.request import IN_STOCK_MODE, Options, Request, clears, import_mode, make_request
from dsolint.delivery.sending import Sending
from dsolint.errors import DsolintError, HistoryError, UsageError
from dsolint.phrases import Phrase
from dsolint.reading.source import Input
from dsolint.report import FileReport
from dsolint.schema import ORDER

LARGE = 20_000_000
"""How many bytes take so long that it is said when they are sent."""

_STOPPED = Phrase("Not sent, since what goes before it was not accepted.")
_INTERRUPTED = Phrase("Interrupted: nobody knows whether the file was imported.")
_INTERRUPTED_BEFORE = Phrase("Interrupted before the file was sent.")
_WENT_IN = Phrase(
    "Not sent again: these very contacts went in before, and contacts are only added. To add them once more, send this file alone."
)
_IN_DOUBT = Phrase(
    "Not sent again: nobody knows whether these contacts went in when they were last sent, and contacts are only added. Look in the product: if they are missing, send the file with --again; if they are there, leave it out."
)


class Plan(Struct, frozen=True):
    """What is to be sent to an account: a request for each file, in their order. `mode` is how its items are imported."""

    account: Account
    options: Options
    mode: str
    requests: tuple[Request, ...] = ()


def make_plan(
    files: Sequence[FileReport], account: Account, options: Options, sources: Mapping[str, Input] | None = None
) -> Plan:
    """What to send of files that were checked; `sources` are those whose path does not open them. Raises UsageError."""
    refuse_clashes(files, options)
    in_order = sorted(files, key=lambda file: ORDER.index(file.type or ""))
    requests = (
        make_request(file, (sources or {}).get(file.path, file.path), account.url, options) for file in in_order
    )
    return Plan(account, options, import_mode(in_order[-1]), tuple(requests))


class Start(Struct, frozen=True):
    """When a check began, and which delivery to the account was the last one then."""

    checked: datetime.datetime
    newest: int

    @classmethod
    def now(cls, history: AccountHistory) -> Start:
        """Waits for a delivery that another run is just sending: what the check is held against must have it. Raises
        HistoryError where that takes too long.
        """
        with history.alone():
            return cls(utc_now(), history.newest())


def unsent(plan: Plan, start: Start, reason: Phrase, *, forced: bool) -> Receipt:
    """The receipt of a delivery that is not sent."""
    files = tuple(FileReceipt(request.file, State.UNSENT, reason) for request in plan.requests)
    return _receipt(plan, start, files, forced=forced, reason=reason)


def send(
    plan: Plan,
    credentials: Credentials,
    history: History,
    start: Start,
    *,
    forced: bool = False,
    notify: Notify = lambda _: None,
    keep: Callable[[Receipt], None] = lambda _: None,
) -> Receipt:
    """Send a delivery. After Ctrl-C the receipt says so. Raises a DsolintError, and then nothing was sent.

    `keep` is given, each time before more is done, the receipt that holds if this is cut off there.
    """
    account = account_history(history, plan.account, credentials)
    with account.lock(), Client(plan.account.url, credentials, notify=notify) as client:
        if account.newest() != start.newest:
            raise UsageError(
                "Another delivery was sent to this account since this one was checked, and an older one never goes after a newer one: run it again."
            )
        for request in plan.requests:
            request.verify()
        contacts_before = _contacts_before(plan, account)
        sending = account.begin(
            [_as_sent(request) for request in plan.requests],
            mode=plan.mode,
            checked=start.checked,
            asynchronous=plan.options.asynchronous,
            replaces_users=plan.options.replace_users,
        )
        run = _Run(plan, client, account, sending, contacts_before, _numberings(account.numbering), notify)
        begun = replace(_receipt(plan, start, (), forced=forced, reason=None), number=sending.number, begun=utc_now())
        try:
            for place, request in enumerate(plan.requests):
                files = run.as_it_stands(sending=True)
                keep(replace(begun, files=files, outcome=run.outcome_of(files)))
                run.send(place, request)
            return run.settled(begun, keep)
        except KeyboardInterrupt:
            run.break_off()
            return run.settled(begun, keep)


def account_history(history: History, account: Account, credentials: Credentials) -> AccountHistory:
    """What was sent to an account before."""
    entity = account.entity.name if account.entity is not None else None
    return history.account(account.identity(credentials), url=account.url, entity=entity)


class _Run(Struct):
    """The files of a delivery one after the other. `begun` counts those up to the last one that was sent or is being sent,
    `stopped` tells that those to come are not, `cut_short` that it is for a reason on this side.
    """

    plan: Plan
    client: Client
    account: AccountHistory
    sending: Sending
    contacts_before: Mapping[str, State]
    remembered: tuple[Numbering, ...]
    notify: Notify
    came: list[FileReceipt] = field(default_factory=list)
    accuracy: dict[str, Accuracy] = field(default_factory=dict)
    begun: int = 0
    stopped: bool = False
    cut_short: bool = False
    interrupted: bool = False

    def send(self, place: int, request: Request) -> None:
        """Send one file, noting it before and after."""
        if not self.stopped:
            with self.as_far_as_the_history_can_be_written():
                self.sending.note(place, State.SENDING)
        came = self._send(request)
        self.came.append(came)
        self._note(place, came)
        if came.state is State.ACCEPTED and came.answer is not None:
            # What takes long comes after what must not be lost.
            self.came[-1] = self._reconciled(request, came, came.answer.left_out)

    def _note(self, place: int, came: FileReceipt) -> None:
        response = came.answer.raw if came.answer is not None else None
        with self.as_far_as_the_history_can_be_written():
            self.sending.note(place, came.state, response=response, keys=came.file.keys)

    def break_off(self) -> None:
        """After Ctrl-C, wherever it came: what is known of each file now is what came of it, in the history too."""
        self.came[:] = self.as_it_stands(sending=self.begun > len(self.came))
        self.stopped = self.interrupted = True
        for place, came in enumerate(self.came):
            self._note(place, came)

    def settled(self, begun: Receipt, keep: Callable[[Receipt], None]) -> Receipt:
        """The receipt of a delivery that has begun, once nothing more of it is sent."""
        files, outcome = tuple(self.came), self.outcome_of(self.came)
        receipt = replace(begun, files=files, outcome=outcome, ended=utc_now(), interrupted=self.interrupted)
        keep(receipt)
        with self.as_far_as_the_history_can_be_written():
            self.sending.settle(outcome, receipt=receipt.to_dict(), accuracy=self.accuracy)
        return replace(receipt, outcome=self.outcome_of(self.came))

    @contextmanager
    def as_far_as_the_history_can_be_written(self) -> Iterator[None]:
        """What can't be noted stops the delivery, but not the receipt of what was sent."""
        try:
            yield
        except HistoryError as error:
            if not self.cut_short:
                self.notify(str(error))
            self.stopped = self.cut_short = True

    def _send(self, request: Request) -> FileReceipt:
        file = request.file
        if self.stopped:
            return FileReceipt(file, State.UNSENT, _STOPPED)
        before = self.contacts_before.get(file.sha256 or "")
        if before is not None:
            return FileReceipt(file, before, _IN_DOUBT if before is State.UNKNOWN else _WENT_IN)
        if (file.bytes or 0) > LARGE:
            self.notify(f"{file.path}: {file.bytes:,} bytes are on their way.")
        self.begun = len(self.came) + 1
        try:
            response = self.client.send(request)
        except DsolintError as error:
            self.stopped = self.cut_short = True
            return self._broken_off(file, State.UNSENT, str(error))
        except KeyboardInterrupt:
            self.stopped = self.interrupted = True
            if self.client.so_far.uncertain:
                return self._broken_off(file, State.UNKNOWN, _INTERRUPTED)
            return self._broken_off(file, State.UNSENT, _INTERRUPTED_BEFORE)
        options = self.plan.options
        clears_items = clears(file, options) == IN_STOCK_MODE
        judged = judge(response, asynchronous=options.asynchronous, clears=clears_items)
        self.stopped = judged.state not in (State.ACCEPTED, State.QUEUED)
        return FileReceipt(file, judged.state, judged.sentence, response.tries, response.status, judged.answer)

    def _broken_off(self, file: FileReport, state: State, sentence: str) -> FileReceipt:
        return FileReceipt(file, state, sentence, self.client.so_far.tries, self.client.so_far.status)

    def _reconciled(self, request: Request, came: FileReceipt, left_out: Sequence[LeftOut]) -> FileReceipt:
        """Hold the lines that were left out against the report, and remember how the server counts where that shows."""
        found = reconcile(came.file, foretold(request), left_out, self.remembered)
        if found.confirmed and found.numberings != self.remembered:
            self.remembered = found.numberings
            with self.as_far_as_the_history_can_be_written():
                self.account.numbering = ", ".join(found.numberings)
        for rule, counts in found.accuracy.items():
            so_far = self.accuracy.get(rule, Accuracy())
            self.accuracy[rule] = Accuracy(
                so_far.confirmed + counts.confirmed,
                so_far.missed + counts.missed,
                so_far.false_alarms + counts.false_alarms,
            )
        return replace(came, reconciliation=found)

    def as_it_stands(self, *, sending: bool) -> tuple[FileReceipt, ...]:
        """What came of all files if nothing more is done; `sending` tells that nobody knows of the next one."""
        left = [FileReceipt(request.file, State.UNSENT, _STOPPED) for request in self.plan.requests[len(self.came) :]]
        if left and not self.stopped:
            state, sentence = (State.UNKNOWN, _INTERRUPTED) if sending else (State.UNSENT, _INTERRUPTED_BEFORE)
            left[0] = replace(left[0], state=state, sentence=sentence)
        return (*self.came, *left)

    def outcome_of(self, files: Sequence[FileReceipt]) -> Outcome:
        """What came of the delivery: the worst that came of a file."""
        states = {came.state for came in files}
        if State.UNKNOWN in states:
            return Outcome.UNKNOWN
        if State.REFUSED in states:
            return Outcome.REFUSED
        if self.interrupted or self.cut_short:
            return Outcome.STOPPED
        if State.UNSENT in states:
            return Outcome.UNREACHABLE
        if any(came.answer is not None and came.answer.left_out for came in files):
            return Outcome.PARTIAL
        return Outcome.QUEUED if State.QUEUED in states else Outcome.ACCEPTED


def _numberings(text: str | None) -> tuple[Numbering, ...]:
    names = (text or "").split(", ")
    return tuple(way for way in Numbering if way in names)


def _contacts_before(plan: Plan, account: AccountHistory) -> dict[str, State]:
    """The hashes of contacts that went in before, or may have, and what came of them the last time.

    A file that is sent alone after it went in is sent on purpose; one that is in doubt needs the user's word.
    """
    contacts = {request.file.sha256 or "" for request in plan.requests if not request.repeatable}
    alone = len(contacts) == len(plan.requests)
    return {
        sha256: state
        for sha256, state in account.contacts(contacts).items()
        if (not plan.options.again if state is State.UNKNOWN else not alone)
    }


def _as_sent(request: Request) -> SentFile:
    path = Path(request.file.path)
    modified = path.stat().st_mtime if path.is_file() else None
    when = datetime.datetime.fromtimestamp(modified, datetime.UTC) if modified is not None else None
    return SentFile.of(request.file, when)


def _receipt(
    plan: Plan, start: Start, files: tuple[FileReceipt, ...], *, forced: bool, reason: Phrase | None
) -> Receipt:
    entity = plan.account.entity
    return Receipt(
        url=plan.account.url,
        entity=entity.name if entity is not None else None,
        mode=plan.mode,
        asynchronous=plan.options.asynchronous,
        replace_users=plan.options.replace_users,
        forced=forced,
        checked=start.checked,
        files=files,
        reason=reason,
    )
