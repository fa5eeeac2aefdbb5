"""Faults in one value: what the rules V find."""

from __future__ import annotations

import datetime
from random import Random

from dsolint.fields.amount import DECIMAL_SIGNS
from dsolint.sampling.amounts import with_thousands_marks, with_two_decimals
from dsolint.sampling.one_value import DUE, GROSS, GUARANTEES, ISSUE, free_text
from dsolint.sampling.record import Record

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY_ZERO = datetime.date(1899, 12, 30)
"""Where spreadsheets begin to number days."""


def mandatory(record: Record) -> list[str]:
    return [column for column in record.values if record.type.fields[column].mandatory]


def list_columns(record: Record) -> list[str]:
    return record.filled(("item_type", "contact_role"))


def outside_list(_record: Record, column: str, rng: Random) -> str:
    if column == "item_type":
        return rng.choice(("INV", "RE", "NF", "fac", "Facture", "ZZ"))
    return rng.choice(("Accounting", "Buchhaltung", "acheteur", "CEO"))


def bad_date(record: Record, column: str, rng: Random) -> str:
    day = record.day(column)
    year, month = f"{day.year}", f"{day.month:02d}"
    return rng.choice(
        (
            f"{day.day:02d}/{month}/{year}",
            f"{day.day:02d}.{month}.{year}",
            f"{month}/{day.day:02d}/{year}",
            f"{year}{month}{day.day:02d}",
            f"{day.day:02d}-{_MONTHS[day.month - 1]}-{year[2:]}",
            f"{year}/{month}/{day.day:02d}",
            f"{day.isoformat()} 00:00:00",
            f"{year}-02-30",
            str((day - _DAY_ZERO).days),
            "immediately",
        )
    )


def amounts_to_spoil(record: Record) -> list[str]:
    # What a temporary guarantee amounts to is compared with its dates.
    columns = [c for c in record.filled_of_kind("amount") if c != "client_guarantee_temporary"]
    return [column for column in columns if record.amount(column)]


def bad_amount(record: Record, column: str, rng: Random) -> str:
    sign = record.decimal_signs[column]
    value = record.amount(column)
    plain = with_two_decimals(value, sign)
    mark = "." if sign == "," else ","
    shapes = [
        f"{plain.removeprefix('-')}-",
        f"({plain.removeprefix('-')})",
        f"{plain} €",
        f"EUR {plain}",
        f"{plain} (net)",
    ]
    if abs(value) >= 1000:
        shapes += [with_thousands_marks(value, mark, sign), with_thousands_marks(value, "'", sign)]
    return rng.choice(shapes)


def ambiguous_columns(record: Record) -> list[str]:
    """Amounts that stay below those they are compared with, whether a mark means thousands or decimals."""
    columns = [c for c in record.filled_of_kind("amount") if c != GROSS]
    return [column for column in columns if 1000 <= abs(record.amount(column)) < 1_000_000]


def ambiguous_amount(record: Record, column: str, _rng: Random) -> str:
    # The other values of the column have the other sign, so the column does not say that it is fine.
    sign = record.decimal_signs[column]
    mark = next(other for other in DECIMAL_SIGNS if other != sign)
    value = record.amount(column)
    return f"{'-' if value < 0 else ''}{int(abs(value)) // 1000}{mark}{int(abs(value)) % 1000:03d}"


def flags(record: Record) -> list[str]:
    columns = record.filled_of_kind("flag")
    # A blocked date depends on the flag beside it.
    return [c for c in columns if c != "client_blocked" or record.values[c] == "0"]


def bad_flag(record: Record, column: str, rng: Random) -> str:
    return rng.choice(("no", "Nein", "non", "false", "2") if record.values[column] == "0" else ("yes", "Ja", "X", "2"))


def bad_email(record: Record, column: str, rng: Random) -> str:
    address = record.values[column]
    shapes = (address.replace("@", "(at)"), address.replace("@", " "), f"{address}, info@{address.partition('@')[2]}")
    return rng.choice((*shapes, address.partition("@")[0] + "@"))


def spaced(record: Record, column: str, rng: Random) -> str:
    return rng.choice((" {}", "{} ", "\u00a0{}", "{}\u00a0")).format(record.values[column])


def amounts_and_keys(record: Record) -> list[str]:
    columns = record.filled_of_kind("amount") + record.filled_of_kind("key")
    return [c for c in columns if c not in GUARANTEES and c != "client_code" and record.values[c] != "0"]


def damaged_by_spreadsheet(record: Record, column: str, rng: Random) -> str:
    if record.type.fields[column].kind == "amount":
        return rng.choice(("#REF!", "#N/A", "1,23E+11"))
    # All digits of the key are kept: two damaged keys must not become the same.
    number = "".join(c for c in record.values[column] if c.isdigit())
    return f"1,{number}E+11"


def item_dates(record: Record) -> list[str]:
    return record.filled((ISSUE, DUE))


def text_and_dates(record: Record) -> list[str]:
    return free_text(record) + item_dates(record)


def placeholder(_record: Record, column: str, rng: Random) -> str:
    values = {ISSUE: ("0000-00-00", "1900-01-01"), DUE: ("0000-00-00", "9999-12-31")}
    return rng.choice(values.get(column, ("NULL", "N/A", "-")))


def wrong_last_digit(record: Record, column: str, _rng: Random) -> str:
    value = record.values[column]
    return f"{value[:-1]}{(int(value[-1]) + 1) % 10}"


def bad_vat(record: Record, column: str, rng: Random) -> str:
    value = record.values[column]
    # The last digit of a Dutch number is not under the check.
    if value.startswith("NL") or rng.random() < 0.3:
        return f"{value}7"
    return wrong_last_digit(record, column, rng)


def implausible_date(record: Record, column: str, _rng: Random) -> str:
    day = record.day(column)
    year = day.year - 100 if column == ISSUE else day.year + 40
    return f"{year}-{day.month:02d}-{min(day.day, 28):02d}"
