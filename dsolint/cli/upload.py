"""`dsolint upload`"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from dsolint.cli.checking import Job, check_all, exit_code, jobs_of
from dsolint.cli.exits import COULD_NOT_RUN, FINDINGS, INTERRUPTED
from dsolint.cli.files import refuse_unwritable
from dsolint.cli.options import check_options
from dsolint.cli.places import real
from dsolint.cli.printing import language_of, present, print_config, refuse_to_overwrite
from dsolint.cli.receipts import request_text
from dsolint.cli.results import Asked, Ready, Results, exit_code_of
from dsolint.cli.streams import say
from dsolint.delivery.account import Account, find_credentials, pick_url
from dsolint.delivery.charsets import DOCUMENTED
from dsolint.delivery.clashes import clash
from dsolint.delivery.gate import found_by_guard, guard_switched_off, let_through, not_passing, stopping
from dsolint.delivery.guard import past, previous
from dsolint.delivery.history import History, utc_now
from dsolint.delivery.places import history_path
from dsolint.delivery.record import Delivery, RecordedAccount, State
from dsolint.delivery.request import Options
from dsolint.delivery.upload import Plan, Start, account_history, make_plan, send, unsent
from dsolint.errors import UsageError
from dsolint.reading.kept import Kept
from dsolint.reading.source import Input
from dsolint.report import Report, joined
from dsolint.setting_table import NEVER
from dsolint.settings import make_settings

_TOO_LOOSE = (
    "{origin}: a delivery is stopped by errors at least, and never by nothing; error, warning or info can stop it."
)


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
    jobs = [_with_errors_counted(job) for job in jobs_of(paths, settings, entity, every=every)]
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


def _with_errors_counted(job: Job) -> Job:
    """The job with a baseline that excuses no error: a file that has some is never sent."""
    known = job.settings.baseline
    if known is None:
        return job
    return replace(job, settings=replace(job.settings, baseline=replace(known, with_errors=False)))


def _with_input_kept(jobs: Sequence[Job], stack: ExitStack) -> list[Job]:
    """The jobs with standard input and pipes kept, which are read when they are checked and again when they are sent."""
    kept = {path: Kept(path) for job in jobs for path in job.paths if isinstance(path, str)}
    inputs: dict[Input, Input] = {path: stack.enter_context(one).again() for path, one in kept.items()}
    return [replace(job, paths=tuple(inputs[path] for path in job.paths)) for job in jobs]


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
        results.take(receipt, exit_code_of(receipt))
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
