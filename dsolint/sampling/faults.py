"""The faults that can be planted, one for each rule code: `FAULTS`.

A fault is made so that its rule has exactly one finding, and no other rule has any. So a change keeps clear of what
other rules compare: a missing value is never half of a key that another record could then share, an amount that is
made too large is not compared with a third, and so on. A rule that does not exist yet may have its fault here already.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import NamedTuple

from dsolint.errors import UsageError
from dsolint.fields.amount import DECIMAL_SIGNS
from dsolint.rules import RULES
from dsolint.sampling.amounts import with_thousands_marks, with_two_decimals
from dsolint.sampling.dialect import encoded, joined
from dsolint.sampling.record import Plant, Planted, Record
from dsolint.schema import TYPES

FREE_TEXT = {
    "items": ("item_order_number", "item_sales_manager"),
    "clients": ("client_trading_name", "client_address_city", "client_address_street", "client_business_line"),
    "contacts": ("contact_firstname", "contact_comments"),
    "users": ("user_firstname",),
}
"""Columns of text that no rule compares with anything."""

NET, GROSS, OPEN = "item_amount_initial", "item_amount_initial_inc_tax", "item_amount_remaining_inc_tax"
ISSUE, DUE, PAYMENT = "item_date_issue", "item_date_due", "item_date_payment"
GUARANTEES = ("client_guarantee_insurer", "client_guarantee_temporary", "client_others_guarantees")
WAYS_TO_REACH = ("contact_email", "contact_phone", "contact_phone_cell", "contact_fax")

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FAR = datetime.timedelta(days=9 * 365)
"""Into the future for whoever reads the sample in some years, and not yet implausible."""


class Fault(NamedTuple):
    """A way to break a record: the import types that it fits, and what does it."""

    types: tuple[str, ...]
    plant: Plant


def _changing(choose: Callable[[Record], Sequence[str]], spoil: Callable[[Record, str, Random], str | None]) -> Plant:
    """A plant that spoils one value in one of the columns that `choose` gives."""

    def plant(record: Record, rng: Random) -> Planted | None:
        columns = choose(record)
        if not columns:
            return None
        column = rng.choice(columns)
        value = spoil(record, column, rng)
        return None if value is None else record.planted(column, {column: value})

    return plant


def _one_of(*values: str) -> Callable[[Record, str, Random], str]:
    return lambda _record, _column, rng: rng.choice(values)


def _of_kind(kind: str) -> Callable[[Record], Sequence[str]]:
    return lambda record: record.filled_of_kind(kind)


def _free_text(record: Record) -> list[str]:
    return record.filled(FREE_TEXT[record.type.name or ""])


def _text_and_keys(record: Record) -> list[str]:
    return _free_text(record) + record.filled_of_kind("key")


# The structure of a record


def _column_count(record: Record, rng: Random) -> Planted:
    cells = list(record.values.values())
    return Planted(joined([*cells, "1"] if rng.random() < 0.5 else cells[:-1]), None)


def _blank_line(record: Record, _rng: Random) -> Planted:
    return Planted(f"\n{record.text}", None)


def _repeated_header(record: Record, _rng: Random) -> Planted:
    return Planted(f"{joined(record.values)}\n{record.text}", None)


def _summary_row(record: Record, rng: Random) -> Planted:
    total = dict.fromkeys(record.values, "")
    total[next(iter(total))] = rng.choice(("Total", "Summe", "Total général", "Gesamtsumme"))
    value = Decimal(rng.randrange(10**6, 10**9)) / 100
    total[GROSS] = with_thousands_marks(value, " ", record.decimal_signs[GROSS])
    return Planted(f"{joined(total.values())}\n{record.text}", None)


def _stray_quote(record: Record, rng: Random) -> Planted | None:
    columns = [c for c in _free_text(record) if len(record.values[c]) > 1 and encoded(record.values[c])[0] != '"']
    if not columns:
        return None
    column = rng.choice(columns)
    value = record.values[column]
    raw = rng.choice((f'{value[0]}"{value[1:]}', f'{value} 5"', f'"{value}" II'))
    return record.planted_raw(column, raw)


def _multi_line(record: Record, column: str, rng: Random) -> str:
    return rng.choice(("{}\nII", "Haus 5\n{}")).format(record.values[column])


def _control_character(record: Record, column: str, rng: Random) -> str:
    value = record.values[column]
    return value[:1] + rng.choice("\0\x01\x08\x0b\x1a\x1f") + (value[1:] or value)


# One value


def _mandatory(record: Record) -> list[str]:
    return [column for column in record.values if record.type.fields[column].mandatory]


def _list_columns(record: Record) -> list[str]:
    return record.filled(("item_type", "contact_role"))


def _outside_list(_record: Record, column: str, rng: Random) -> str:
    if column == "item_type":
        return rng.choice(("INV", "RE", "NF", "fac", "Facture", "ZZ"))
    return rng.choice(("Accounting", "Buchhaltung", "acheteur", "CEO"))


def _bad_date(record: Record, column: str, rng: Random) -> str:
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
            str((day - datetime.date(1899, 12, 30)).days),
            "immediately",
        )
    )


def _amounts_to_spoil(record: Record) -> list[str]:
    # What a temporary guarantee amounts to is compared with its dates.
    columns = [c for c in record.filled_of_kind("amount") if c != "client_guarantee_temporary"]
    return [column for column in columns if record.amount(column)]


def _bad_amount(record: Record, column: str, rng: Random) -> str:
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


def _ambiguous_columns(record: Record) -> list[str]:
    """Amounts that stay below those they are compared with, whether a mark means thousands or decimals."""
    columns = [c for c in record.filled_of_kind("amount") if c != GROSS]
    return [column for column in columns if 1000 <= abs(record.amount(column)) < 1_000_000]


def _ambiguous_amount(record: Record, column: str, _rng: Random) -> str:
    # The other values of the column have the other sign, so the column does not say that it is fine.
    sign = record.decimal_signs[column]
    mark = next(other for other in DECIMAL_SIGNS if other != sign)
    value = record.amount(column)
    return f"{'-' if value < 0 else ''}{int(abs(value)) // 1000}{mark}{int(abs(value)) % 1000:03d}"


def _flags(record: Record) -> list[str]:
    columns = record.filled_of_kind("flag")
    # A blocked date depends on the flag beside it.
    return [c for c in columns if c != "client_blocked" or record.values[c] == "0"]


def _bad_flag(record: Record, column: str, rng: Random) -> str:
    return rng.choice(("no", "Nein", "non", "false", "2") if record.values[column] == "0" else ("yes", "Ja", "X", "2"))


def _bad_email(record: Record, column: str, rng: Random) -> str:
    address = record.values[column]
    shapes = (address.replace("@", "(at)"), address.replace("@", " "), f"{address}, info@{address.partition('@')[2]}")
    return rng.choice((*shapes, address.partition("@")[0] + "@"))


def _spaced(record: Record, column: str, rng: Random) -> str:
    return rng.choice((" {}", "{} ", "\u00a0{}", "{}\u00a0")).format(record.values[column])


def _damaged_by_spreadsheet(record: Record, rng: Random) -> Planted | None:
    columns = [*record.filled_of_kind("amount"), *record.filled_of_kind("key")]
    columns = [c for c in columns if c not in GUARANTEES and c != "client_code" and record.values[c] != "0"]
    if not columns:
        return None
    column = rng.choice(columns)
    if record.type.fields[column].kind == "amount":
        return record.planted(column, {column: rng.choice(("#REF!", "#N/A", "1,23E+11"))})
    # All digits of the key are kept: two damaged keys must not become the same.
    number = "".join(c for c in record.values[column] if c.isdigit())
    return record.planted(column, {column: f"1,{number}E+11"})


def _placeholder(record: Record, rng: Random) -> Planted | None:
    columns = _free_text(record) + record.filled((ISSUE, DUE))
    if not columns:
        return None
    column = rng.choice(columns)
    values = {ISSUE: ("0000-00-00", "1900-01-01"), DUE: ("0000-00-00", "9999-12-31")}.get(column, ("NULL", "N/A", "-"))
    return record.planted(column, {column: rng.choice(values)})


def _wrong_last_digit(record: Record, column: str, _rng: Random) -> str:
    value = record.values[column]
    return f"{value[:-1]}{(int(value[-1]) + 1) % 10}"


def _bad_vat(record: Record, column: str, rng: Random) -> str:
    value = record.values[column]
    # The last digit of a Dutch number is not under the check.
    if value.startswith("NL") or rng.random() < 0.3:
        return f"{value}7"
    return _wrong_last_digit(record, column, rng)


def _implausible_date(record: Record, rng: Random) -> Planted | None:
    columns = record.filled((ISSUE, DUE))
    if not columns:
        return None
    column = rng.choice(columns)
    day = record.day(column)
    year = day.year - 100 if column == ISSUE else day.year + 40
    return record.planted(column, {column: f"{year}-{day.month:02d}-{min(day.day, 28):02d}"})


# What the values of a record say of one another


def _is_open(record: Record) -> bool:
    return bool(record.values[OPEN]) and record.amount(OPEN) != 0


def _due_before_issue(record: Record, rng: Random) -> Planted | None:
    if record.values["item_type"] not in ("FAC", "TRT", "DPA"):
        return None
    return record.planted(DUE, {DUE: (record.day(ISSUE) - datetime.timedelta(days=rng.randrange(1, 60))).isoformat()})


def _sign_contradicts_type(record: Record, _rng: Random) -> Planted | None:
    if record.values["item_type"] == "ODI":
        return None
    value = record.values[GROSS]
    # The amounts that would contradict the new sign, or the type too, go.
    return record.planted(GROSS, {GROSS: value[1:] if value[0] == "-" else f"-{value}", NET: "", OPEN: ""})


def _open_exceeds_initial(record: Record, _rng: Random) -> Planted | None:
    if not _is_open(record):
        return None
    return record.planted(OPEN, {OPEN: with_two_decimals(record.amount(GROSS) * 2, record.decimal_signs[OPEN])})


def _paid_with_balance(record: Record, _rng: Random) -> Planted | None:
    if not record.is_blank(PAYMENT) or not _is_open(record):
        return None
    return record.planted(OPEN, {PAYMENT: record.values[ISSUE]})


def _duplicate_item(record: Record, _rng: Random) -> Planted | None:
    if record.earlier is None:
        return None
    return record.planted("item_number", {c: record.earlier[c] for c in ("item_number", ISSUE, DUE)})


def _duplicate_key(record: Record, rng: Random) -> Planted | None:
    if record.earlier is None:
        return None
    if record.type.name == "users":
        return record.planted("client_code", record.earlier)
    column = rng.choice(_UNIQUE[record.type.name or ""])
    return record.planted(column, {column: record.earlier[column]})


_UNIQUE = {"clients": ("client_code", "client_unique_key"), "contacts": ("contact_unique_key",)}


def _net_exceeds_gross(record: Record, _rng: Random) -> Planted:
    return record.planted(NET, {NET: with_two_decimals(record.amount(GROSS) * 2, record.decimal_signs[NET])})


def _zero_amount(record: Record, _rng: Random) -> Planted:
    return record.planted(GROSS, {GROSS: "0", NET: "", OPEN: ""})


def _missing_currency(record: Record, _rng: Random) -> Planted | None:
    # Some record has to name a currency.
    return None if record.earlier is None else record.planted("item_currency", {"item_currency": ""})


def _guarantee_dates(record: Record, _rng: Random) -> Planted | None:
    start, end = "client_guarantee_temporary_date_start", "client_guarantee_temporary_date_end"
    if not record.values[start]:
        return None
    return record.planted(end, {start: record.values[end], end: record.values[start]})


def _guarantee_currency(record: Record, _rng: Random) -> Planted | None:
    if not record.filled(GUARANTEES):
        return None
    return record.planted("client_guarantees_currency", {"client_guarantees_currency": ""})


def _unreachable(record: Record, _rng: Random) -> Planted:
    changes: Mapping[str, str] = {"contact_collection": "1", **dict.fromkeys(WAYS_TO_REACH, "")}
    return record.planted("contact_collection", changes)


def _blocked_date_without_flag(record: Record, _rng: Random) -> Planted | None:
    if record.values["client_blocked"] != "0":
        return None
    return record.planted("client_blocked_date", {"client_blocked_date": record.today.isoformat()})


def _future_date(record: Record, rng: Random) -> Planted:
    if record.values[PAYMENT]:
        return record.planted(PAYMENT, {PAYMENT: (record.today + _FAR).isoformat()})
    issue = record.today + _FAR - datetime.timedelta(days=rng.randrange(100))
    return record.planted(ISSUE, {ISSUE: issue.isoformat(), DUE: (issue + datetime.timedelta(days=30)).isoformat()})


_ITEMS, _CLIENTS, _CONTACTS, _USERS = (("items",), ("clients",), ("contacts",), ("users",))

FAULTS: dict[str, Fault] = {
    "F008": Fault(TYPES, _changing(_free_text, _control_character)),
    "R201": Fault(TYPES, _column_count),
    "R202": Fault(TYPES, _blank_line),
    "R203": Fault(TYPES, _repeated_header),
    "R204": Fault(TYPES, _stray_quote),
    "R206": Fault(TYPES, _changing(_free_text, _multi_line)),
    "R207": Fault(_ITEMS, _summary_row),
    "V301": Fault(TYPES, _changing(_mandatory, _one_of("", " "))),
    "V302": Fault(_ITEMS + _CONTACTS, _changing(_list_columns, _outside_list)),
    "V303": Fault(_ITEMS + _CLIENTS, _changing(_of_kind("date"), _bad_date)),
    "V304": Fault(_ITEMS + _CLIENTS, _changing(_amounts_to_spoil, _bad_amount)),
    "V305": Fault(_ITEMS + _CLIENTS, _changing(_ambiguous_columns, _ambiguous_amount)),
    "V306": Fault(_CLIENTS + _CONTACTS, _changing(_flags, _bad_flag)),
    "V307": Fault(_ITEMS + _CLIENTS, _changing(_of_kind("currency"), _one_of("EURO", "€", "DEM", "FRF", "US$"))),
    "V308": Fault(_CLIENTS + _CONTACTS + _USERS, _changing(_of_kind("email"), _bad_email)),
    "V309": Fault(TYPES, _changing(_text_and_keys, _spaced)),
    "V310": Fault(TYPES, _changing(_free_text, _one_of("MÃ¼ller", "KÃ¶ln", "LefÃ¨vre", "M\ufffdller"))),
    "V311": Fault(
        TYPES, _changing(_free_text, _one_of("=1+1", "@SUM(A1:A9)", '=HYPERLINK("https://www.example.com")'))
    ),
    "V312": Fault(_ITEMS + _CLIENTS + _CONTACTS, _damaged_by_spreadsheet),
    "V313": Fault(TYPES, _placeholder),
    "V314": Fault(_CLIENTS, _changing(_of_kind("siret"), _wrong_last_digit)),
    "V315": Fault(_CLIENTS, _changing(_of_kind("vat"), _bad_vat)),
    "V316": Fault(_CLIENTS, _changing(_of_kind("lei"), _wrong_last_digit)),
    "V317": Fault(_CLIENTS, _changing(_of_kind("url"), _one_of("see our brochure", "keine Webseite"))),
    "V318": Fault(_ITEMS, _implausible_date),
    "B401": Fault(_ITEMS, _due_before_issue),
    "B402": Fault(_ITEMS, _sign_contradicts_type),
    "B403": Fault(_ITEMS, _open_exceeds_initial),
    "B404": Fault(_ITEMS, _paid_with_balance),
    "B405": Fault(_ITEMS, _duplicate_item),
    "B406": Fault(_CLIENTS + _CONTACTS + _USERS, _duplicate_key),
    "B407": Fault(_ITEMS, _net_exceeds_gross),
    "B408": Fault(_ITEMS, _zero_amount),
    "B409": Fault(_ITEMS, _missing_currency),
    "B410": Fault(_CLIENTS, _guarantee_dates),
    "B411": Fault(_CLIENTS, _guarantee_currency),
    "B412": Fault(_CONTACTS, _unreachable),
    "B413": Fault(_CLIENTS, _blocked_date_without_flag),
    "B414": Fault(_ITEMS, _future_date),
}
"""By rule code: the fault that its rule finds. Only those whose rule exists are planted."""


def faults_for(type: str, only: Sequence[str] = ()) -> dict[str, Plant]:
    """The faults that can be planted in a type's records; `only` restricts them to some codes.

    Raises UsageError for a code that can't be planted there.
    """
    fitting = {code: fault.plant for code, fault in FAULTS.items() if code in RULES and type in fault.types}
    for code in only:
        if code not in fitting:
            what = "There is no rule" if code not in RULES else f"In {type} no fault can be planted for"
            raise UsageError(f"{what} {code!r}: --fault takes {', '.join(fitting)}.")
    return {code: plant for code, plant in fitting.items() if not only or code in only}
