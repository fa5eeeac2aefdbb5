"""One value spoilt, the rest of the record left as it is: which columns may be taken, and what to put there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from dsolint.sampling.record import Plant, Planted, Record

NET, GROSS, OPEN = "item_amount_initial", "item_amount_initial_inc_tax", "item_amount_remaining_inc_tax"
ISSUE, DUE, PAYMENT = "item_date_issue", "item_date_due", "item_date_payment"
GUARANTEES = ("client_guarantee_insurer", "client_guarantee_temporary", "client_others_guarantees")

FREE_TEXT = {
    "items": ("item_order_number", "item_sales_manager"),
    "clients": ("client_trading_name", "client_address_city", "client_address_street", "client_business_line"),
    "contacts": ("contact_firstname", "contact_comments"),
    "users": ("user_firstname",),
}
"""Columns of text that no rule compares with anything."""

Choose = Callable[[Record], Sequence[str]]
"""The columns of a record that a fault fits."""
Spoil = Callable[[Record, str, Random], str]
"""The value that takes the place of the one in a column."""


def changing(choose: Choose, spoil: Spoil) -> Plant:
    """A plant that spoils the value in one of the columns that `choose` gives."""

    def plant(record: Record, rng: Random) -> Planted | None:
        columns = choose(record)
        if not columns:
            return None
        column = rng.choice(columns)
        return record.planted(column, {column: spoil(record, column, rng)})

    return plant


def one_of(*values: str) -> Spoil:
    """Any of these values."""
    return lambda _record, _column, rng: rng.choice(values)


def of_kind(kind: str) -> Choose:
    """The columns of that kind that are not blank."""
    return lambda record: record.filled_of_kind(kind)


def free_text(record: Record) -> list[str]:
    """The columns of FREE_TEXT that are not blank."""
    return record.filled(FREE_TEXT[record.type.name or ""])


def text_and_keys(record: Record) -> list[str]:
    """The columns of FREE_TEXT and the keys that are not blank."""
    return free_text(record) + record.filled_of_kind("key")
