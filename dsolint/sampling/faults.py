"""The faults that can be planted, one for each rule code: `FAULTS`.

A fault is made so that its rule has exactly one finding, and no other rule has any. So a change keeps clear of what
other rules compare: damaged keys stay different, an amount that is made too large is compared with one other alone,
and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dsolint.errors import UsageError
from dsolint.rules import RULES
from dsolint.sampling import business_faults, row_faults, value_faults
from dsolint.sampling.one_value import changing, free_text, of_kind, one_of, text_and_keys
from dsolint.sampling.record import Plant
from dsolint.schema import TYPES

_ITEMS, _CLIENTS, _CONTACTS, _USERS = (("items",), ("clients",), ("contacts",), ("users",))


class Fault(NamedTuple):
    """A way to break a record: the import types that it fits, and what does it."""

    types: tuple[str, ...]
    plant: Plant


FAULTS: dict[str, Fault] = {
    "F008": Fault(TYPES, changing(free_text, row_faults.control_character)),
    "R201": Fault(TYPES, row_faults.column_count),
    "R202": Fault(TYPES, row_faults.blank_line),
    "R203": Fault(TYPES, row_faults.repeated_header),
    "R204": Fault(TYPES, row_faults.stray_quote),
    "R206": Fault(TYPES, changing(free_text, row_faults.multi_line)),
    "R207": Fault(_ITEMS, row_faults.summary_row),
    "V301": Fault(TYPES, changing(value_faults.mandatory, one_of("", " "))),
    "V302": Fault(_ITEMS + _CONTACTS, changing(value_faults.list_columns, value_faults.outside_list)),
    "V303": Fault(_ITEMS + _CLIENTS, changing(of_kind("date"), value_faults.bad_date)),
    "V304": Fault(_ITEMS + _CLIENTS, changing(value_faults.amounts_to_spoil, value_faults.bad_amount)),
    "V305": Fault(_ITEMS + _CLIENTS, changing(value_faults.ambiguous_columns, value_faults.ambiguous_amount)),
    "V306": Fault(_CLIENTS + _CONTACTS, changing(value_faults.flags, value_faults.bad_flag)),
    "V307": Fault(_ITEMS + _CLIENTS, changing(of_kind("currency"), one_of("EURO", "€", "DEM", "FRF", "US$"))),
    "V308": Fault(_CLIENTS + _CONTACTS + _USERS, changing(of_kind("email"), value_faults.bad_email)),
    "V309": Fault(TYPES, changing(text_and_keys, value_faults.spaced)),
    "V310": Fault(TYPES, changing(free_text, one_of("MÃ¼ller", "KÃ¶ln", "LefÃ¨vre", "M\ufffdller"))),
    "V311": Fault(TYPES, changing(free_text, one_of("=1+1", "@SUM(A1:A9)", '=HYPERLINK("https://www.example.com")'))),
    "V312": Fault(
        _ITEMS + _CLIENTS + _CONTACTS, changing(value_faults.amounts_and_keys, value_faults.damaged_by_spreadsheet)
    ),
    "V313": Fault(TYPES, changing(value_faults.text_and_dates, value_faults.placeholder)),
    "V314": Fault(_CLIENTS, changing(of_kind("siret"), value_faults.wrong_last_digit)),
    "V315": Fault(_CLIENTS, changing(of_kind("vat"), value_faults.bad_vat)),
    "V316": Fault(_CLIENTS, changing(of_kind("lei"), value_faults.wrong_last_digit)),
    "V317": Fault(_CLIENTS, changing(of_kind("url"), one_of("see our brochure", "keine Webseite"))),
    "V318": Fault(_ITEMS, changing(value_faults.item_dates, value_faults.implausible_date)),
    "B401": Fault(_ITEMS, business_faults.due_before_issue),
    "B402": Fault(_ITEMS, business_faults.sign_contradicts_type),
    "B403": Fault(_ITEMS, business_faults.open_exceeds_initial),
    "B404": Fault(_ITEMS, business_faults.paid_with_balance),
    "B405": Fault(_ITEMS, business_faults.duplicate_item),
    "B406": Fault(_CLIENTS + _CONTACTS + _USERS, business_faults.duplicate_key),
    "B407": Fault(_ITEMS, business_faults.net_exceeds_gross),
    "B408": Fault(_ITEMS, business_faults.zero_amount),
    "B409": Fault(_ITEMS, business_faults.missing_currency),
    "B410": Fault(_CLIENTS, business_faults.guarantee_dates),
    "B411": Fault(_CLIENTS, business_faults.guarantee_currency),
    "B412": Fault(_CONTACTS, business_faults.unreachable),
    "B413": Fault(_CLIENTS, business_faults.blocked_date_without_flag),
    "B414": Fault(_ITEMS, business_faults.future_date),
}
"""By rule code: the fault that its rule finds."""


def faults_for(type: str, only: Sequence[str] = ()) -> dict[str, Plant]:
    """The faults that can be planted in a type's records; `only` restricts them to some codes.

    Raises UsageError for a code that can't be planted there.
    """
    fitting = {code: fault.plant for code, fault in FAULTS.items() if type in fault.types}
    for code in only:
        if code not in fitting:
            what = "There is no rule" if code not in RULES else f"In {type} no fault can be planted for"
            raise UsageError(f"{what} {code!r}: --fault takes {', '.join(fitting)}.")
    return {code: plant for code, plant in fitting.items() if not only or code in only}
