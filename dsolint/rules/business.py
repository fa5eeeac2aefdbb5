"""B: one row or the whole column, by business sense.

A rule on rows is an expression of arrays that gives a mask over a block's rows; only masked rows are explained. The last
two rules are asked about keys that stand in a file twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from msgspec import Struct, field

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.fields.rows import Rows
from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.rules.rule import rule

DEBIT_TYPES = ("FAC", "TRT", "DPA")
CREDIT_TYPES = ("AVO", "RGL")
"""The signs of item types: definition 31 of the vendor's help. ODI may be either."""

ITEMS, CLIENTS, CONTACTS = ("items",), ("clients",), ("contacts",)
_REMAINING, _INITIAL = "item_amount_remaining_inc_tax", "item_amount_initial_inc_tax"
_REMAINING_NET, _INITIAL_NET = "item_amount_remaining", "item_amount_initial"
_GUARANTEES = ("client_guarantee_insurer", "client_guarantee_temporary", "client_others_guarantees")
_GUARANTEE_START = "client_guarantee_temporary_date_start"
_GUARANTEE_END = "client_guarantee_temporary_date_end"
_REACHABLE = ("contact_email", "contact_phone", "contact_phone_cell", "contact_fax")


class Flagged(Struct, frozen=True):
    """Rows that a rule objects to: a mask, where null means no.

    `params` fill the message with the cells of columns; `column` is the one that the finding names.
    """

    mask: Array[bool]
    message: str
    column: str
    params: Mapping[str, str] = field(default_factory=dict)
    cause: str = ""
    choices: Mapping[str, str | None] = field(default_factory=dict)
    against: Array[bool] | None = None
    """For a rule that only the whole column can decide: the rows that speak against its `choices`."""


def _all(*masks: Array[bool]) -> Array[bool]:
    return reduce(arrays.and_kleene, masks)


def _any(*masks: Array[bool]) -> Array[bool]:
    return reduce(arrays.or_kleene, masks)


_not = arrays.invert


@rule(
    "B401",
    "due-before-issue",
    Severity.WARNING,
    Effect.NONE,
    Basis.PRACTICE,
    types=ITEMS,
    needs=(("item_type", "item_date_due", "item_date_issue"),),
)
def due_before_issue(rows: Rows) -> Iterator[Flagged]:
    """The due date is before the issue date, for FAC, TRT and DPA; credits often carry earlier dates.

    Why: The item is overdue the day it is issued, and is dunned at once. Often the two columns are swapped.
    Bad: issued 2024-04-24, due 2024-04-01
    Good: issued 2024-04-24, due 2024-05-24
    Fix: Look at the payment term of the customer in the ERP, and at the order of the columns in the export.
    Source: good practice.
    """
    early = arrays.less(rows.date("item_date_due"), rows.date("item_date_issue"))
    yield Flagged(
        _all(early, rows.is_of_type(DEBIT_TYPES)),
        "The due date {due} is before the issue date {issue}.",
        "item_date_due",
        {"due": "item_date_due", "issue": "item_date_issue"},
    )


@rule(
    "B402",
    "sign-contradicts-type",
    Severity.WARNING,
    Effect.VALUE,
    Basis.DOCUMENTED,
    types=ITEMS,
    needs=(("item_type", _INITIAL),),
)
def sign_contradicts_type(rows: Rows) -> Iterator[Flagged]:
    """A debit-only type (FAC, TRT, DPA) with a negative amount, or a credit-only type (AVO, RGL) with a positive one.

    Why: Credits are written as negative amounts; a positive credit note makes the customer owe more instead of less.
    Bad: AVO with 120.00
    Good: AVO with -120.00
    Fix: Export credit notes and payments with a minus sign in front.
    Source: the vendor's help, definition 31.
    """
    signs = arrays.sign(rows.amount(_INITIAL))
    params = {"type": "item_type", "amount": _INITIAL}
    yield Flagged(
        _all(arrays.equal(signs, -1), rows.is_of_type(DEBIT_TYPES)),
        "{type} is debit only, and the amount {amount} is negative.",
        _INITIAL,
        params,
        cause="debit",
    )
    yield Flagged(
        _all(arrays.equal(signs, 1), rows.is_of_type(CREDIT_TYPES)),
        "{type} is credit only, and the amount {amount} is positive.",
        _INITIAL,
        params,
        cause="credit",
    )


@rule(
    "B403",
    "remaining-exceeds-initial",
    Severity.WARNING,
    Effect.NONE,
    Basis.PRACTICE,
    types=ITEMS,
    needs=((_REMAINING, _INITIAL), (_REMAINING_NET, _INITIAL_NET)),
)
def remaining_exceeds_initial(rows: Rows) -> Iterator[Flagged]:
    """The open amount is larger in magnitude than the initial one, or has the other sign.

    Why: More is asked of the customer than was ever invoiced, or the columns are swapped.
    Bad: initial 100.00, open 250.00
    Good: initial 100.00, open 50.00
    Fix: Look which amounts the export takes; fees and interest are items of their own.
    Source: good practice.
    """
    for remaining, initial in ((_REMAINING, _INITIAL), (_REMAINING_NET, _INITIAL_NET)):
        if rows.has(remaining, initial):
            open_amount, first = rows.amount(remaining), rows.amount(initial)
            larger = arrays.greater(arrays.abs(open_amount), arrays.abs(first))
            signs = arrays.multiply(arrays.sign(open_amount), arrays.sign(first))
            yield Flagged(
                _any(larger, arrays.less(signs, 0)),
                "The open amount {remaining} does not fit the initial amount {initial}.",
                remaining,
                {"remaining": remaining, "initial": initial},
            )


@rule(
    "B404",
    "paid-with-balance",
    Severity.WARNING,
    Effect.NONE,
    Basis.PRACTICE,
    types=ITEMS,
    needs=(("item_date_payment", _REMAINING), ("item_date_payment", _REMAINING_NET)),
)
def paid_with_balance(rows: Rows) -> Iterator[Flagged]:
    """A payment date, and a filled open amount that is not zero.

    Why: The payment date says that the item is paid and cleared, the open amount that it is not.
    Bad: paid 2024-05-02, open 50.00
    Good: paid 2024-05-02, open 0.00
    Fix: Fill the payment date only when the item is cleared.
    Source: good practice; the vendor's help, question 20, on paid items.
    """
    for remaining in (_REMAINING, _REMAINING_NET):
        if rows.has(remaining):
            yield Flagged(
                _all(
                    arrays.is_valid(rows.date("item_date_payment")),
                    arrays.not_equal(arrays.sign(rows.amount(remaining)), 0),
                ),
                "The item was paid on {paid}, and {remaining} are still open.",
                remaining,
                {"paid": "item_date_payment", "remaining": remaining},
            )


@rule(
    "B407",
    "net-exceeds-gross",
    Severity.WARNING,
    Effect.NONE,
    Basis.PRACTICE,
    types=ITEMS,
    needs=((_INITIAL_NET, _INITIAL), (_REMAINING_NET, _REMAINING)),
)
def net_exceeds_gross(rows: Rows) -> Iterator[Flagged]:
    """The amount without tax is larger in magnitude than the amount with tax.

    Why: The two columns are swapped, or one of them is of another item.
    Bad: 119.00 without tax, 100.00 with tax
    Good: 100.00 without tax, 119.00 with tax
    Fix: Swap the columns in the export.
    Source: good practice.
    """
    for net, gross in ((_INITIAL_NET, _INITIAL), (_REMAINING_NET, _REMAINING)):
        if rows.has(net, gross):
            yield Flagged(
                arrays.greater(arrays.abs(rows.amount(net)), arrays.abs(rows.amount(gross))),
                "The amount without tax {net} is larger than with tax {gross}.",
                net,
                {"net": net, "gross": gross},
            )


@rule("B408", "zero-amount", Severity.INFO, Effect.NONE, Basis.PRACTICE, types=ITEMS, needs=((_INITIAL,),))
def zero_amount(rows: Rows) -> Iterator[Flagged]:
    """An initial amount of zero.

    Why: There is nothing to collect; such items are noise in the customer's sheet.
    Bad: 0.00
    Good: 120.00
    Fix: Leave items of zero out of the export.
    Source: good practice.
    """
    yield Flagged(arrays.equal(arrays.sign(rows.amount(_INITIAL)), 0), "The initial amount is zero.", _INITIAL)


NO_CURRENCY = "no row names a currency"


@rule(
    "B409",
    "missing-currency",
    Severity.WARNING,
    Effect.VALUE,
    Basis.PRACTICE,
    types=ITEMS,
    needs=(("item_currency",),),
)
def missing_currency(rows: Rows) -> Iterator[Flagged]:
    """No currency where other rows name one.

    Why: The item probably counts in the account's own currency, which need not be its own.
    Bad: an empty cell between EUR and USD
    Good: EUR in every row
    Fix: Fill the currency of every item in the export.
    Source: good practice.
    """
    blank = _not(rows.filled("item_currency"))
    message = "The item has no currency, and other items of the file have one."
    named = rows.given("item_currency")
    yield Flagged(blank, message, "item_currency", choices={NO_CURRENCY: None}, against=named)


@rule(
    "B410",
    "guarantee-dates",
    Severity.WARNING,
    Effect.NONE,
    Basis.PRACTICE,
    types=CLIENTS,
    needs=((_GUARANTEE_START,), (_GUARANTEE_END,)),
)
def guarantee_dates(rows: Rows) -> Iterator[Flagged]:
    """A temporary guarantee that ends before it starts, or has dates and no amount.

    Why: Such a guarantee never holds, and the risk of the customer is shown too high.
    Bad: from 2024-12-31 to 2024-01-01
    Good: from 2024-01-01 to 2024-12-31
    Fix: Look at the order of the two columns, and export the amount with them.
    Source: good practice.
    """
    yield Flagged(
        arrays.less(rows.date(_GUARANTEE_END), rows.date(_GUARANTEE_START)),
        "The temporary guarantee ends on {end}, before it starts on {start}.",
        _GUARANTEE_END,
        {"end": _GUARANTEE_END, "start": _GUARANTEE_START},
    )
    dated = _any(rows.given(_GUARANTEE_START), rows.given(_GUARANTEE_END))
    message = "The temporary guarantee has dates and no amount."
    yield Flagged(_all(dated, _not(rows.filled("client_guarantee_temporary"))), message, "client_guarantee_temporary")


@rule(
    "B411",
    "guarantee-currency",
    Severity.WARNING,
    Effect.VALUE,
    Basis.PRACTICE,
    types=CLIENTS,
    needs=tuple((name,) for name in _GUARANTEES),
)
def guarantee_currency(rows: Rows) -> Iterator[Flagged]:
    """Guarantee amounts without client_guarantees_currency.

    Why: The amounts probably count in the account's own currency, which need not be theirs.
    Bad: client_guarantee_insurer 40000 and no currency
    Good: client_guarantee_insurer 40000 and EUR
    Fix: Export the currency of the guarantees with the amounts.
    Source: good practice.
    """
    present = _any(*(arrays.not_equal(arrays.sign(rows.amount(name)), 0) for name in _GUARANTEES if rows.has(name)))
    column = "client_guarantees_currency"
    yield Flagged(_all(present, _not(rows.filled(column))), "The guarantee amounts have no currency.", column)


@rule(
    "B412",
    "dunning-contact-unreachable",
    Severity.WARNING,
    Effect.NONE,
    Basis.PRACTICE,
    types=CONTACTS,
    needs=(("contact_collection",),),
)
def dunning_contact_unreachable(rows: Rows) -> Iterator[Flagged]:
    """The contact for reminders has no email, phone, mobile or fax.

    Why: Reminders to this contact reach nobody.
    Bad: contact_collection 1 and no address
    Good: contact_collection 1 and an email address
    Fix: Fill in an address in the ERP, or take the flag away.
    Source: good practice.
    """
    reachable = _any(*(rows.filled(name) for name in _REACHABLE))
    message = "Reminders go to this contact, and there is no email, phone, mobile or fax."
    yield Flagged(_all(rows.is_one_of("contact_collection", ("1",)), _not(reachable)), message, "contact_collection")


@rule(
    "B413",
    "blocked-date-without-flag",
    Severity.INFO,
    Effect.NONE,
    Basis.PRACTICE,
    types=CLIENTS,
    needs=(("client_blocked_date",),),
)
def blocked_date_without_flag(rows: Rows) -> Iterator[Flagged]:
    """A blocked date on a customer that is not blocked.

    Why: Either the date is left over, or the flag is missing and the customer goes on being supplied.
    Bad: client_blocked 0 and client_blocked_date 2024-04-24
    Good: client_blocked 1 and client_blocked_date 2024-04-24
    Fix: Export both from one place in the ERP.
    Source: good practice.
    """
    free = _any(rows.is_one_of("client_blocked", ("0",)), _not(rows.filled("client_blocked")))
    message = "The customer has a blocked date and is not blocked."
    yield Flagged(_all(arrays.is_valid(rows.date("client_blocked_date")), free), message, "client_blocked_date")


@rule(
    "B414",
    "future-date",
    Severity.WARNING,
    Effect.NONE,
    Basis.PRACTICE,
    types=ITEMS,
    needs=(("item_date_issue",), ("item_date_payment",)),
)
def future_date(rows: Rows) -> Iterator[Flagged]:
    """An issue or payment date after the day of the check. That is today unless --today names another.

    Why: Nothing is issued or paid in the future; day and month are swapped, or the year is wrong.
    Bad: item_date_issue 2094-04-24
    Good: item_date_issue 2024-04-24
    Fix: Correct the date in the ERP.
    Source: good practice.
    """
    for name in ("item_date_issue", "item_date_payment"):
        if rows.has(name):
            later = arrays.greater(rows.date(name), rows.today)
            issue = name == "item_date_issue"
            message = (
                "The issue date {date} is in the future." if issue else "The payment date {date} is in the future."
            )
            yield Flagged(later, message, name, {"date": name})


@rule("B405", "duplicate-item", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, types=ITEMS)
def duplicate_item(first_line: int, *, equal: bool) -> Problem:
    """The same item number twice in a calendar year of the issue date, and no unique key that tells them apart.

    Why: An import is an upsert by key: the second row overwrites the first, and one of two items is gone.
    Bad: 00000123 of 2024 in line 5 and in line 9
    Good: 00000123 once in 2024, or an item_unique_key in one of the rows
    Fix: Fill item_unique_key where numbers repeat; where the rows are equal, look why the item is exported twice.
    Source: the vendor's help, question 29.
    """
    params = {"first": str(first_line)}
    if equal:
        message = "The item number stands already in line {first}, in the same year; the rows are equal."
        return Problem(message, params, cause="equal")
    message = "The item number stands already in line {first}, in the same year; the rows contradict one another."
    return Problem(message, params, cause="contradicting")


@rule("B406", "duplicate-key", Severity.ERROR, Effect.VALUE, Basis.INFERRED)
def duplicate_key(first_line: int, *, equal: bool) -> Problem:
    """The same item_unique_key, customer, client_unique_key, contact_unique_key, or user of a customer twice.

    Why: An import is an upsert by key: the second row overwrites the first. Contacts are only added, so they are there twice.
    Bad: client_code C0001 in line 5 and in line 9
    Good: client_code C0001 once
    Fix: Look why the row is exported twice: a join over addresses or contacts is the usual cause.
    Source: inferred from the vendor's help, question 19.
    """
    params = {"first": str(first_line)}
    if equal:
        return Problem("The key stands already in line {first}; the rows are equal.", params, cause="equal")
    message = "The key stands already in line {first}; the rows contradict one another."
    return Problem(message, params, cause="contradicting")
