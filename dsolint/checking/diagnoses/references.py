"""Customers that rows name."""

from __future__ import annotations

from collections.abc import Iterable

from dsolint.checking.diagnoses.found import Found
from dsolint.fields.words import stripped
from dsolint.report import Diagnosis
from dsolint.rules.references import NEAR_MISS, NOT_IMPORTED


def customers_without_zeros(found: Found) -> Iterable[Diagnosis]:
    group = found.group("X501", cause=NEAR_MISS)
    misses = [s.finding for _, t in found.tallies("X501", cause=NEAR_MISS) for s in t.samples]
    if group is not None and not all(stripped(miss.value or "") == miss.suggestion for miss in misses):
        yield group.diagnosis(
            "{count} rows name customers in another spelling than the customers file: leading zeros, case or spaces differ.",
            "Export customer numbers as text, with their leading zeros, in every file.",
            one="One row names its customer in another spelling than the customers file: leading zeros, case or spaces differ.",
        )


def unknown_customers(found: Found) -> Iterable[Diagnosis]:
    group = found.group("X501", cause="")
    if group is not None:
        yield group.diagnosis(
            "{count} rows name customers that the customers file lacks.",
            "Export the customers of all open items, and send customers before items.",
            one="One row names a customer that the customers file lacks.",
        )


def customers_left_out(found: Found) -> Iterable[Diagnosis]:
    group = found.group("X501", cause=NOT_IMPORTED)
    if group is not None:
        yield group.diagnosis(
            "{count} rows name customers whose own lines are left out.",
            "Mend the customers file first.",
            one="One row names a customer whose own line is left out.",
        )
