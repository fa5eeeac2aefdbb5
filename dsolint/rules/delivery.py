"""D: against the last delivery. The rules are asked about figures; whoever asks knows the history."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.phrases import Amount, Counted, Number, Phrase, in_a_row
from dsolint.rules.rule import rule

_CURRENCIES = 3
"""How many currencies a message names."""


class Gone(Struct, frozen=True):
    """What an account holds and a file lacks: so many of `all`, and for items the money by currency.

    `amounts` are the open amounts added up, credits against debits; `shares` are shares of 1 of the balance without
    regard to signs, so that credits hide nothing.
    """

    count: int
    all: int
    amounts: Mapping[str, Decimal]
    shares: Mapping[str, Decimal]

    @property
    def share(self) -> Decimal:
        return Decimal(self.count) / self.all if self.all else Decimal(0)


@rule("D601", "shrunken-delivery", Severity.ERROR, Effect.NONE, Basis.PRACTICE, types=("items",))
def shrunken_delivery(rows: int, before: int, since: str, *, limit: int) -> Problem | None:
    """In STOCK mode the items file has far fewer rows than the last one. The limit is 20 % fewer, unless shrunken_delivery says otherwise.

    Why: An export that broke off, or that lost a company or a filter, looks like a file with few items, and STOCK mode
        takes all that it lacks for paid.
    Bad: 600 rows, after 1,000 rows the night before
    Good: 970 rows, after 1,000 rows the night before
    Fix: Look into the log of the export and at its selection. Where the ERP really has so few items, send the file with
        --force, or set thresholds.shrunken_delivery.
    Source: good practice.
    """
    if not before or (before - rows) * 100 <= limit * before:
        return None
    message = "The file has {rows}, {percent}% fewer than the {before} of the delivery of {since}."
    share = Decimal(before - rows) / before
    counted = Counted("{count} row", "{count} rows", rows)
    return Problem(message, {"rows": counted, "percent": _percent(share), "before": Number(before), "since": since})


@rule("D602", "mass-clearing", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, types=("items", "users"))
def mass_clearing(gone: Gone, since: str, *, limit: int, users: bool = False) -> Problem | None:
    """STOCK mode would clear many of the open items, or much of the open balance. The limit is 20 % of the items, or of the balance of any currency, unless
    mass_clearing says otherwise. An item is open where its balance is not zero, a credit too; shares of a balance
    are measured without regard to signs. Items that are in the file, but whose lines are left out, are lacking as well.
    With --replace-users the same holds for the associations of users that would be removed.

    Why: STOCK mode takes every open item that the file lacks for paid. What was cleared by mistake is dunned no more, and
        nobody misses it.
    Bad: 400 of 1,000 open items are not in the file
    Good: 30 of 1,000 open items are not in the file, since they were paid
    Fix: Look whether the export is complete: all companies, all currencies, all types of items. Where so much was really
        paid, send the file with --force, or set thresholds.mass_clearing.
    Source: documented, clear_items_not_modified.
    """
    over = {currency: share for currency, share in gone.shares.items() if share * 100 > limit}
    if gone.share * 100 <= limit and not over:
        return None
    params = {"before": Number(gone.all), "percent": _percent(gone.share), "since": since}
    if users:
        params["gone"] = Counted("{count} association", "{count} associations", gone.count)
        message = (
            "--replace-users would remove {gone} of users and customers that the file lacks, {percent}% of the {before} "
            "sent until {since}."
        )
        return Problem(message, params)
    params["gone"] = Counted("{count} open item", "{count} open items", gone.count)
    if not gone.amounts:
        message = "STOCK mode would clear {gone} for want of a line that goes in, {percent}% of the {before} open after the delivery of {since}."
        return Problem(message, params)
    message = (
        "STOCK mode would clear {gone} for want of a line that goes in, {percent}% of the {before} open after the "
        "delivery of {since}: {amounts}."
    )
    return Problem(message, {**params, "amounts": _amounts(gone)})


@rule("D603", "stale-delivery", Severity.WARNING, Effect.NONE, Basis.PRACTICE, types=("items",))
def stale_delivery(sha256: str | None, before: str, since: str) -> Problem | None:
    """The items file has the very content of the last one that was sent.

    Why: It is hardly ever true that nothing was billed or paid between two deliveries. Mostly the export did not run, and
        yesterday's file is sent again.
    Bad: the file of 21 November, on 22 November
    Good: a file that was written by today's export
    Fix: Look whether the export ran, and whether it writes where the file is taken from.
    Source: good practice.
    """
    if sha256 != before:
        return None
    return Problem("The content is that of the file that was sent on {since}: did the export run?", {"since": since})


@rule("D604", "balance-jump", Severity.WARNING, Effect.NONE, Basis.PRACTICE, types=("items",))
def balance_jump(currency: str, now: Decimal, before: Decimal, since: str, *, limit: int) -> Problem | None:
    """In STOCK mode the open balance of a currency is far from that of the last file. The limit is 50 %, unless balance_jump says otherwise. A currency without a balance in the last file has none to move from.

    Why: Receivables move by a few percent a day. A jump is mostly a decimal sign in the wrong place, a company that is
        missing or twice in the export, or a currency that was converted.
    Bad: 1,000,000.00 EUR open the night before, 98,000,000.00 EUR now
    Good: 1,000,000.00 EUR open the night before, 1,020,000.00 EUR now
    Fix: Hold the sum against the ERP's list of open items. Where it is right, set thresholds.balance_jump.
    Source: good practice.
    """
    if not before or abs(now - before) * 100 <= limit * abs(before):
        return None
    params = {"now": Amount(now, currency), "before": Amount(before, currency), "since": since}
    message = "The open balance moves by {percent}%, from {before} on {since} to {now}."
    return Problem(message, {**params, "percent": _percent(abs(now - before) / abs(before))}, value=currency)


def _percent(share: Decimal) -> Number:
    """A share of 1 in percent, rounded up: what is over a limit never reads as the limit."""
    return Number(math.ceil(share * 100))


def _amounts(gone: Gone) -> str:
    """The largest amounts, each with its share of the balance."""
    order = sorted(gone.amounts, key=lambda currency: (-gone.shares.get(currency, Decimal(0)), currency))
    told: list[str] = [
        Phrase(
            "{amount} ({percent}%)",
            {
                "amount": Amount(gone.amounts[currency], currency),
                "percent": _percent(gone.shares.get(currency, Decimal(0))),
            },
        )
        for currency in order[:_CURRENCIES]
    ]
    if len(order) > _CURRENCIES:
        told.append(Counted("{count} other currency", "{count} other currencies", len(order) - _CURRENCIES))
    return in_a_row(told)
