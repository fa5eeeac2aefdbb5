"""`dsolint upload`"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.cli.checking import Job, check_all, exit_code, jobs_of
from dsolint.cli.files import refuse_unwritable, written_whole
from dsolint.cli.main import (
    COULD_NOT_RUN,
    FINDINGS,
    INTERRUPTED,
    NOT_ACCEPTED,
    UNCERTAIN,
    encoded,
    give_up,
    say,
)
from dsolint.cli.options import check_options
from dsolint.cli.places import real
from dsolint.cli.printing import language_of, present, print_config, refuse_to_overwrite
from dsolint.cli.receipts import receipt_text, request_text
from dsolint.delivery.account import Account, Credentials, find_credentials, pick_url
from dsolint.delivery.charsets import DOCUMENTED
from dsolint.delivery.clashes import clash
from dsolint.delivery.gate import found_by_guard, guard_switched_off, let_through, not_passing, stopping
from dsolint.delivery.guard import past, previous
from dsolint.delivery.history import History, utc_now
from dsolint.delivery.places import history_path
from dsolint.delivery.receipt import Receipt, receipts_to_dict, redacted
from dsolint.delivery.record import Account as RecordedAccount
from dsolint.delivery.record import Delivery, Outcome, State
from dsolint.delivery.request import Options
from dsolint.delivery.upload import Plan, Start, account_history, make_plan, send, unsent
from dsolint.errors import DsolintError, UsageError
from dsolint.language import Language
from dsolint.reading.kept import Kept
from dsolint.reading.source import Input
from dsolint.report import Report, joined
from dsolint.settings import NEVER, make_settings

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
_TOO_LOOSE = (
    "{origin}: a delivery is stopped by errors at least, and never by nothing; error, warning or info can stop it."
)


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


@click.command("upload")
@click.argument("paths", nargs=-1, metavar="PATH...")
@check_options(without=("schema", "delimiter"))
@click.option("--url", help="The account's address; that of DSOLINT_URL or of the configuration unless given.")
@click.option("--async", "asynchronous", is_flag=True, help="Have files queued: what comes of them can't be known.")
@click.option("--replace-users", is_flag=True, help="Replace customers' users by those in the file, not only add.")
@click.option("--again", is_flag=True, help="Also send contacts of which nobody knows whether they are in: look first.")
@click.option("--dry-run", is_flag=True, help="Check, show the requests, and send nothing.")
@click.option("--force", is_flag=True, help="Send in spite of what the guard finds (rules D), and of that alone.")
@click.option(
    "--receipt", "receipt_path", type=click.Path(path_type=Path), metavar="FILE", help="Write the outcome as JSON."
)
def command(
    paths: tuple[str, ...],
    format: str,
    outputs: list[tuple[str, Path]],
    entity: str | None,
    url: str | None,
    receipt_path: Path | None,
    *,
    every: bool,
    show_config: bool,
    redact: bool,
    asynchronous: bool,
    replace_users: bool,
    again: bool,
    dry_run: bool,
    force: bool,
    **options: Any,
) -> int:
    """Check files or folders and, if all pass, send them: customers, contacts, users, then items.

    Credentials come from the variables DSOLINT_USER and DSOLINT_PASSWORD, or from the system's keyring: dsolint login.

    Exit codes beside those of a check: 3 a file was refused or lines were left out, 4 the server could not be reached or
    the outcome is unknown.
    """
    _refuse(options, url, every=every)
    settings = make_settings(**options, replace_users=replace_users)
    jobs = jobs_of(paths, settings, entity, every=every)
    for job in jobs:
        if job.settings.baseline is not None:
            job.settings.baseline = replace(job.settings.baseline, with_errors=False)
    refuse_to_overwrite([path for _, path in outputs], jobs, options)
    if receipt_path is not None:
        refuse_to_overwrite([receipt_path], jobs, options, option="--receipt")
        if real(receipt_path) in {real(path) for _, path in outputs}:
            raise UsageError(f"--receipt: {receipt_path} is named by --output too; write to another one.")
        refuse_unwritable(receipt_path)
    if show_config:
        print_config(jobs)
        return 0
    for _, place in outputs:
        refuse_unwritable(place)
    asked = Asked(url, Options(asynchronous, replace_users, again), every, dry_run, force)
    ready: list[Ready] = []
    results = Results(asked, jobs, ready, receipt_path, language_of(jobs), aside=format != "text", redact=redact)
    with ExitStack() as stack:
        stack.push(results.finish)
        for job in _with_input_kept(jobs, stack):
            with results.each_for_itself(job):
                ready.append(_prepare(asked, job, stack))
        reports = check_all([one.job for one in ready])
        if reports:
            present(joined(reports), jobs, format, outputs, redact=redact)
        if any(report.interrupted for report in reports):
            say("nothing was sent.")
            return INTERRUPTED
        checked = list(zip(ready, reports, strict=True))
        for one, report in checked:
            with results.each_for_itself(one.job):
                _refuse_to_share(asked, one, report, checked)
                _deliver(asked, one, report, results)
    return max(results.codes)


def _refuse(options: dict[str, Any], url: str | None, *, every: bool) -> None:
    """What a check takes and a delivery does not."""
    if options.get("fail_on") == NEVER:
        raise UsageError(_TOO_LOOSE.format(origin="--fail-on never"))
    if url is not None and every:
        raise UsageError("--url names one account, and --all stands for several; set url for each entity.")


def _with_input_kept(jobs: Sequence[Job], stack: ExitStack) -> list[Job]:
    """The jobs with standard input and pipes kept, which are read when they are checked and again when they are sent."""
    kept = {path: Kept(path) for job in jobs for path in job.paths if isinstance(path, str)}
    inputs: dict[Input, Input] = {path: stack.enter_context(one).again() for path, one in kept.items()}
    return [replace(job, paths=tuple(inputs[path] for path in job.paths)) for job in jobs]


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

    def _as_asked(self, receipt: Receipt) -> Receipt:
        return redacted(receipt) if self.redact else receipt

    def keep(self, job: Job, receipt: Receipt) -> None:
        """Take a receipt that holds if nothing more can be done."""
        self.so_far[job.name] = receipt

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


def _prepare(asked: Asked, job: Job, stack: ExitStack) -> Ready:
    """Find out whose account it is. What is unknown of the last delivery to it is said first."""
    config = job.settings.for_file(job.first)
    account = Account(pick_url(asked.url, job.settings.entity, config.url), job.settings.entity)
    if asked.dry_run:
        job = replace(job, past=partial(past, url=account.url))
        return Ready(job, account, Start(utc_now(), 0))
    credentials = find_credentials(account)
    history = stack.enter_context(History(history_path(config.history)))
    known = account_history(history, account, credentials)
    start = Start.now(known)
    for delivery in known.unsettled()[:1]:
        say(_unknown(delivery))
    for other in known.alike():
        say(_alike(known.account, other))
    job = replace(job, past=lambda _: previous(known), remember=True)
    return Ready(job, account, start, credentials, history)


def _refuse_to_share(asked: Asked, one: Ready, report: Report, others: Sequence[tuple[Ready, Report]]) -> None:
    """No two entities of one account may clear what the other brings, or bring it once more. Raises UsageError."""
    for other, its in others:
        same = one is not other and (one.account.url, one.credentials) == (other.account.url, other.credentials)
        if not same or one.credentials is None:
            continue
        told = clash(report.files, its.files, asked.options, {one.mode, other.mode})
        if told is not None:
            raise UsageError(f"It has the account of {other.account.name}: {told}")


def _unknown(delivery: Delivery) -> str:
    name = delivery.account.entity or delivery.account.url
    files = ", ".join(file.path for file in delivery.files if file.state in (State.SENDING, State.UNKNOWN))
    when = delivery.begun.astimezone().isoformat(" ", "minutes")
    return (
        f"{name}: the outcome of delivery {delivery.number} of {when} is unknown: nobody knows whether the server imported "
        f"{files or 'it'}. Look in the product, and see dsolint history {delivery.number}."
    )


def _alike(account: RecordedAccount, other: RecordedAccount) -> str:
    return (
        f"{account.entity or account.url}: the history has another account at this address, "
        f"{f'of entity {other.entity}' if other.entity else 'of another user or of no entity'}. If it is the same one, name it in the same way each time: "
        "what was sent under the other name is not held against this delivery."
    )


def _deliver(asked: Asked, ready: Ready, report: Report, results: Results) -> None:
    """Show, stop or send a delivery that was checked."""
    code = exit_code(report)
    if report.failures or not report.files:
        _unchecked(asked, ready, report, results)
        return
    if any(file.fail_on is None for file in report.files):
        raise UsageError(_TOO_LOOSE.format(origin="fail_on = never"))
    plan = make_plan(report.files, ready.account, asked.options, ready.sources)
    _warn(plan)
    reason = stopping(report.files, force=asked.force)
    if asked.dry_run:
        results.show("\n" + "\n".join(request_text(request, results.language) for request in plan.requests))
        results.codes.append(max(code, FINDINGS) if reason is not None else 0)
    elif reason is not None:
        results.take(unsent(plan, ready.start, reason, forced=asked.force), max(code, FINDINGS))
    else:
        assert ready.credentials is not None
        assert ready.history is not None
        overridden = found_by_guard(report.files)
        if overridden:
            say(f"--force: sent in spite of what the guard found: {', '.join(overridden)}.")
        receipt = send(
            plan,
            ready.credentials,
            ready.history,
            ready.start,
            forced=bool(overridden),
            notify=say,
            keep=partial(results.keep, ready.job),
        )
        results.take(receipt, _exit_code_of(receipt))
        if receipt.interrupted:
            raise KeyboardInterrupt


def _unchecked(asked: Asked, ready: Ready, report: Report, results: Results) -> None:
    """Nothing is sent of a delivery of which something could not be checked."""
    code = max(exit_code(report), COULD_NOT_RUN)
    if asked.dry_run:
        results.codes.append(code)
    else:
        plan = Plan(ready.account, asked.options, ready.mode)
        reason = not_passing([failure.path for failure in report.failures] or ready.job.labels)
        results.take(unsent(plan, ready.start, reason, forced=asked.force), code)


def _exit_code_of(receipt: Receipt) -> int:
    """What a delivery that was sent exits with: the largest of all that came of its files."""
    if receipt.interrupted:
        return INTERRUPTED
    left_out = any(file.answer is not None and file.answer.left_out for file in receipt.files)
    return max(EXITS[receipt.outcome or Outcome.ACCEPTED], NOT_ACCEPTED if left_out else 0)


def _warn(plan: Plan) -> None:
    """What the user should know before anything is sent."""
    for request in plan.requests:
        path = request.file.path
        if request.file.forecast.weakened_by:
            rules = ", ".join(request.file.forecast.weakened_by)
            say(f"{path}: rules that tell what the server refuses or leaves out are switched off: {rules}.")
        unguarded = guard_switched_off(request.file)
        if unguarded:
            say(f"{path}: rules that hold it against the last delivery are switched off: {', '.join(unguarded)}.")
        lowered = let_through(request.file)
        if lowered:
            say(f"{path}: rules whose severity was lowered stop nothing any more: {', '.join(lowered)}.")
        if request.charset not in DOCUMENTED:
            say(
                f"{path}: {request.charset} is no encoding that the import documents; only {' and '.join(DOCUMENTED)} are."
            )
