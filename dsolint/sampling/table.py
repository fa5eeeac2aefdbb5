"""What the samples of all import types share."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

CUSTOMERS = 1000
PER_CUSTOMER = 50


class Plan(Struct, frozen=True):
    """What was asked for: no date in the sample is later than `today` where it tells of the past."""

    rows: int
    seed: int
    today: datetime.date


class Table(Protocol):
    """The records of one import type without a fault."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def decimal_signs(self) -> Mapping[str, str]:
        """The decimal sign of each column of amounts."""
        ...

    def lines(self, numbers: range) -> list[str]:
        """The records with those numbers, from 1, each as one line without its end; to be asked for in order."""


def client_code(number: int) -> str:
    """The code of the customer with that number, from 1: the clients sample has them in this order."""
    return f"C{number:06d}"


def customers_for(rows: int) -> int:
    """How many customers the items, contacts or users of `rows` records refer to: the first of the clients sample.

    A clients sample with 1,000 records holds them all for up to 50,000 records, and one with a fiftieth as many beyond.
    """
    return max(1, min(rows, max(CUSTOMERS, -(-rows // PER_CUSTOMER))))


def customer_of(number: int, rows: int) -> int:
    """The customer of a record where the file is sorted by customer: each has about as many records."""
    return (number - 1) * customers_for(rows) // rows + 1
