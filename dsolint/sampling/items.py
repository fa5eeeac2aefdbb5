"""Open items. There may be a million of them, so they are made by column: values that go together are drawn together."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import repeat
from random import Random
from typing import NamedTuple

from dsolint.sampling.amounts import FORM_SHARES, FORMS, Form, decimal_signs, whole
from dsolint.sampling.dialect import encoded
from dsolint.sampling.people import country, generator, staff
from dsolint.sampling.table import Plan, client_code, customers_for
from dsolint.sampling.words import ORDERS
from dsolint.schema import DELIMITER

COLUMNS = (
    "item_type",
    "item_number",
    "client_code",
    "item_date_issue",
    "item_date_due",
    "item_date_payment",
    "item_amount_initial",
    "item_amount_initial_inc_tax",
    "item_amount_remaining_inc_tax",
    "item_currency",
    "item_order_number",
    "item_sales_manager",
)


class _Type(NamedTuple):
    name: str
    prefix: str
    """What the numbers of such items begin with."""
    sign: str


_TYPES = {
    _Type("FAC", "RE-", ""): 78,
    _Type("AVO", "GS-", "-"): 8,
    _Type("RGL", "ZE-", "-"): 6,
    _Type("ODI", "OD-", ""): 1,
    _Type("ODI", "OD-", "-"): 1,
    _Type("TRT", "WE-", ""): 3,
    _Type("DPA", "AZ-", ""): 3,
}
_OTHER_CURRENCIES = ("USD", "GBP", "CZK", "SEK", "JPY", "USD", "GBP")
_NO_CENTS = "JPY"
_VAT_RATES = (0, 7, 10, 19, 19, 19, 20, 20, 20, 21, 22)
_LARGEST = (10_000, 100_000, 100_000, 1_000_000, 1_000_000, 1_000_000, 10_000_000, 200_000_000)
"""Upper bounds of amounts in cents: small ones are frequent, large ones rare."""
_SMALLEST = 500
_TERMS = (0, 10, 14, 30, 30, 30, 45, 60, 90)
_AGES = (60, 60, 120, 120, 400, 1800)
_OPEN = (100, 100, 100, 100, 100, 100, 100, 100, 60, 25)
"""The share of an unpaid item that is open, in percent."""
_PAID_NOTHING_OPEN = ("0", "", "0")

_DATES = 6000
_ORDER_NUMBERS = 12_000
_PAID = 0.06
_WITHOUT_NET = 0.04
_QUOTED = 0.02
"""The share of values in quotes that do not need them."""


class _Customer(NamedTuple):
    code: str
    currency: str
    manager: str


class Items:
    """The records of an items sample.

    Item numbers are unique. `client_code` refers to the first `customers_for(rows)` customers, `item_sales_manager` to
    the people of the users sample of the same seed.
    """

    columns = COLUMNS

    def __init__(self, plan: Plan) -> None:
        self._rng = rng = generator("items", plan.seed)
        self.decimal_signs = decimal_signs([c for c in COLUMNS if c.startswith("item_amount")], rng)
        self._customers = _customers(plan, rng)
        self._dates = [_dates(plan.today, rng) for _ in range(_DATES)]
        self._orders = _orders(plan.today, rng)

    def lines(self, numbers: range) -> list[str]:
        """The records with those numbers."""
        rng, count = self._rng, len(numbers)
        types = rng.choices(tuple(_TYPES), weights=tuple(_TYPES.values()), k=count)
        customers = rng.choices(self._customers, k=count)
        dates = rng.choices(self._dates, k=count)
        paid = [rng.random() < _PAID for _ in numbers]
        columns: list[Sequence[str]] = [
            [type.name for type in types],
            [
                f"{type.prefix}{issue[:4]}-{number:08d}"
                for type, (issue, _, _), number in zip(types, dates, numbers, strict=True)
            ],
            [customer.code for customer in customers],
            [issue for issue, _, _ in dates],
            [due for _, due, _ in dates],
            [payment if is_paid else "" for (_, _, payment), is_paid in zip(dates, paid, strict=True)],
            *self._amounts(types, customers, paid),
            [customer.currency for customer in customers],
            rng.choices(self._orders, k=count),
            [customer.manager for customer in customers],
        ]
        return list(map(DELIMITER.join, zip(*columns, strict=True)))

    def _amounts(self, types: list[_Type], customers: list[_Customer], paid: list[bool]) -> tuple[list[str], ...]:
        """Net, gross and open amounts: net is at most gross, and so is what is open."""
        rng, count = self._rng, len(types)
        net_sign, gross_sign, open_sign = self.decimal_signs.values()
        drawn = zip(
            types,
            customers,
            paid,
            [_SMALLEST + int(rng.random() * largest) for largest in rng.choices(_LARGEST, k=count)],
            rng.choices(_VAT_RATES, k=count),
            rng.choices(_OPEN, k=count),
            rng.choices(FORMS, cum_weights=FORM_SHARES, k=count),
            [rng.random() < _WITHOUT_NET for _ in repeat(None, count)],
            strict=True,
        )
        nets: list[str] = []
        grosses: list[str] = []
        opens: list[str] = []
        for type, customer, is_paid, cents, rate, share, usual_form, without_net in drawn:
            form: Form = whole if customer.currency == _NO_CENTS else usual_form
            nets.append("" if without_net else type.sign + form(cents * 100 // (100 + rate), net_sign))
            grosses.append(type.sign + form(cents, gross_sign))
            if is_paid:
                opens.append(_PAID_NOTHING_OPEN[cents % len(_PAID_NOTHING_OPEN)])
            else:
                opens.append(type.sign + form(cents * share // 100, open_sign))
        return nets, grosses, opens


def _customers(plan: Plan, rng: Random) -> list[_Customer]:
    managers = [f"{employee.person.first} {employee.person.last}" for employee in staff(plan.seed)]
    found: list[_Customer] = []
    for number in range(1, customers_for(plan.rows) + 1):
        currency = country(rng).currency if rng.random() < 0.9 else rng.choice(_OTHER_CURRENCIES)
        manager = "" if rng.random() < 0.03 else encoded(rng.choice(managers), quoted=rng.random() < _QUOTED)
        found.append(_Customer(encoded(client_code(number), quoted=rng.random() < _QUOTED), currency, manager))
    return found


def _dates(today: datetime.date, rng: Random) -> tuple[str, str, str]:
    """Issue, due and payment date; neither the first nor the last is after `today`."""
    age = rng.randrange(rng.choice(_AGES))
    issue = today - datetime.timedelta(days=age)
    due = issue + datetime.timedelta(days=rng.choice(_TERMS))
    payment = issue + datetime.timedelta(days=rng.randrange(age + 1))
    return issue.isoformat(), due.isoformat(), payment.isoformat()


def _orders(today: datetime.date, rng: Random) -> list[str]:
    numbers = [
        f"PO-{today.year - rng.randrange(2)}-{rng.randrange(1_000_000):06d}/{rng.randrange(10, 99)}0"
        for _ in range(_ORDER_NUMBERS)
    ]
    written = [encoded(number, quoted=rng.random() < _QUOTED) for number in numbers]
    return written + [encoded(text) for text in ORDERS for _ in range(20)] + [""] * (_ORDER_NUMBERS // 20)
