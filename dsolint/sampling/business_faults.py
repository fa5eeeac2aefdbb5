"""Faults in what values say of one another: what the rules B find."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from random import Random

from dsolint.sampling.amounts import with_two_decimals
from dsolint.sampling.one_value import DUE, GROSS, GUARANTEES, ISSUE, NET, OPEN, PAYMENT
from dsolint.sampling.record import Planted, Record

_UNIQUE = {"clients": ("client_code", "client_unique_key"), "contacts": ("contact_unique_key",)}
_WAYS_TO_REACH = ("contact_email", "contact_phone", "contact_phone_cell", "contact_fax")
_FAR = datetime.timedelta(days=9 * 365)
"""Into the future for whoever reads the sample in some years, and not yet implausible."""


def _is_open(record: Record) -> bool:
    return bool(record.values[OPEN]) and record.amount(OPEN) != 0


def due_before_issue(record: Record, rng: Random) -> Planted | None:
    if record.values["item_type"] not in ("FAC", "TRT", "DPA"):
        return None
    return record.planted(DUE, {DUE: (record.day(ISSUE) - datetime.timedelta(days=rng.randrange(1, 60))).isoformat()})


def sign_contradicts_type(record: Record, _rng: Random) -> Planted | None:
    if record.values["item_type"] == "ODI":
        return None
    value = record.values[GROSS]
    # The amounts that would contradict the new sign, or the type too, go.
    return record.planted(GROSS, {GROSS: value[1:] if value[0] == "-" else f"-{value}", NET: "", OPEN: ""})


def open_exceeds_initial(record: Record, _rng: Random) -> Planted | None:
    if not _is_open(record):
        return None
    return record.planted(OPEN, {OPEN: with_two_decimals(record.amount(GROSS) * 2, record.decimal_signs[OPEN])})


def paid_with_balance(record: Record, _rng: Random) -> Planted | None:
    if not record.is_blank(PAYMENT) or not _is_open(record):
        return None
    return record.planted(OPEN, {PAYMENT: record.values[ISSUE]})


def duplicate_item(record: Record, _rng: Random) -> Planted | None:
    if record.earlier is None:
        return None
    return record.planted("item_number", {c: record.earlier[c] for c in ("item_number", ISSUE, DUE)})


def duplicate_key(record: Record, rng: Random) -> Planted | None:
    if record.earlier is None:
        return None
    if record.type.name == "users":
        return record.planted("client_code", record.earlier)
    column = rng.choice(_UNIQUE[record.type.name or ""])
    return record.planted(column, {column: record.earlier[column]})


def net_exceeds_gross(record: Record, _rng: Random) -> Planted:
    return record.planted(NET, {NET: with_two_decimals(record.amount(GROSS) * 2, record.decimal_signs[NET])})


def zero_amount(record: Record, _rng: Random) -> Planted:
    return record.planted(GROSS, {GROSS: "0", NET: "", OPEN: ""})


def missing_currency(record: Record, _rng: Random) -> Planted | None:
    # Some record has to name a currency.
    return None if record.earlier is None else record.planted("item_currency", {"item_currency": ""})


def guarantee_dates(record: Record, _rng: Random) -> Planted | None:
    start, end = "client_guarantee_temporary_date_start", "client_guarantee_temporary_date_end"
    if not record.values[start]:
        return None
    return record.planted(end, {start: record.values[end], end: record.values[start]})


def guarantee_currency(record: Record, _rng: Random) -> Planted | None:
    if not record.filled(GUARANTEES):
        return None
    return record.planted("client_guarantees_currency", {"client_guarantees_currency": ""})


def unreachable(record: Record, _rng: Random) -> Planted:
    changes: Mapping[str, str] = {"contact_collection": "1", **dict.fromkeys(_WAYS_TO_REACH, "")}
    return record.planted("contact_collection", changes)


def blocked_date_without_flag(record: Record, _rng: Random) -> Planted | None:
    if record.values["client_blocked"] != "0":
        return None
    return record.planted("client_blocked_date", {"client_blocked_date": record.today.isoformat()})


def future_date(record: Record, rng: Random) -> Planted:
    if record.values[PAYMENT]:
        return record.planted(PAYMENT, {PAYMENT: (record.today + _FAR).isoformat()})
    issue = record.today + _FAR - datetime.timedelta(days=rng.randrange(100))
    return record.planted(ISSUE, {ISSUE: issue.isoformat(), DUE: (issue + datetime.timedelta(days=30)).isoformat()})
