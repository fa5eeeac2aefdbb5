"""What is checked. `RULES` names every rule there is; nothing registers itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dsolint.config import Config
from dsolint.errors import UsageError, did_you_mean
from dsolint.rules import business, delivery, file, header, references, rows, values
from dsolint.rules.rule import Rule
from dsolint.schema import ImportType

AnyRule = Rule[..., Any]

_ALL: tuple[AnyRule, ...] = (
    file.empty_file,
    file.no_data_rows,
    file.not_text,
    file.undecodable_bytes,
    file.byte_order_mark,
    file.wrong_delimiter,
    file.unterminated_quote,
    file.control_character,
    file.mixed_line_endings,
    file.truncated_file,
    header.missing_column,
    header.unknown_column,
    header.duplicate_column,
    header.unnamed_column,
    header.misspelt_column,
    header.no_header,
    header.wrong_import_type,
    header.sep_line,
    rows.column_count,
    rows.blank_line,
    rows.repeated_header,
    rows.stray_quote,
    rows.swallowed_lines,
    rows.multi_line_cell,
    rows.summary_row,
    values.missing_value,
    values.not_in_list,
    values.bad_date,
    values.bad_amount,
    values.ambiguous_amount,
    values.bad_flag,
    values.bad_currency,
    values.bad_email,
    values.surrounding_space,
    values.mojibake,
    values.formula,
    values.spreadsheet_damage,
    values.placeholder,
    values.bad_siret,
    values.bad_vat,
    values.bad_lei,
    values.bad_url,
    values.implausible_date,
    business.due_before_issue,
    business.sign_contradicts_type,
    business.remaining_exceeds_initial,
    business.paid_with_balance,
    business.duplicate_item,
    business.duplicate_key,
    business.net_exceeds_gross,
    business.zero_amount,
    business.missing_currency,
    business.guarantee_dates,
    business.guarantee_currency,
    business.dunning_contact_unreachable,
    business.blocked_date_without_flag,
    business.future_date,
    references.unknown_customer,
    delivery.shrunken_delivery,
    delivery.mass_clearing,
    delivery.stale_delivery,
    delivery.balance_jump,
    values.wrong_type,
    values.constraint,
    values.not_unique,
)

RULES: dict[str, AnyRule] = {rule.code: rule for rule in _ALL}

VALUE_RULES: tuple[AnyRule, ...] = (
    values.missing_value,
    values.placeholder,
    values.not_in_list,
    values.spreadsheet_damage,
    values.bad_date,
    values.bad_amount,
    values.ambiguous_amount,
    values.bad_flag,
    values.bad_currency,
    values.bad_email,
    values.bad_siret,
    values.bad_vat,
    values.bad_lei,
    values.bad_url,
    values.implausible_date,
    values.wrong_type,
    values.constraint,
)
"""The rules on what a value is, in their precedence: the first that speaks is the only one."""

TEXT_RULES: tuple[AnyRule, ...] = (values.surrounding_space, values.mojibake, values.formula)
"""The rules on how a text is written: each speaks for itself, beside the one above."""

BUSINESS_RULES: tuple[AnyRule, ...] = tuple(rule for rule in _ALL if rule.needs)
"""The rules on whole rows; none of them has an effect on the line."""

ROW_RULES: tuple[AnyRule, ...] = (
    rows.repeated_header,
    rows.summary_row,
    rows.swallowed_lines,
    rows.stray_quote,
    rows.multi_line_cell,
    rows.column_count,
)
"""The rules on a record's structure in their precedence; R206 lets the next one speak as well.

F010 and F007, which come before them, are asked apart: they hold for the last record alone.
"""


def selected(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """The codes that remain of all rules, or of those selected, without the ignored ones.

    Each entry is a code, a rule's name, or the beginning of codes (V, V3). Raises UsageError for an unknown one.
    """
    chosen = _codes(select) or set(RULES)
    return frozenset(chosen - _codes(ignore))


def _codes(entries: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for entry in entries:
        matching = {
            code for code, rule in RULES.items() if code.startswith(entry.upper()) or rule.name == entry.lower()
        }
        if not entry or not matching:
            hint = did_you_mean(entry.upper(), RULES) or did_you_mean(entry.lower(), (r.name for r in RULES.values()))
            raise UsageError(f"There is no rule {entry!r}.{hint} `dsolint rules` lists them all.")
        found |= matching
    return found


def deciding(config: Config, type: ImportType | None) -> tuple[str, ...]:
    """The rules that decide which lines of a file go in, switched off or not; the one on customers where all are known."""
    customers = references.unknown_customer
    asked = config.knows_all_customers and type is not None and type.name in customers.types
    return tuple(code for code, rule in RULES.items() if rule.may_keep_out and (rule is not customers or asked))
