"""Findings with one cause become one sentence, with the remedy at the source, ordered by what they cost.

Each diagnosis is one function over the tallies of a file; `DIAGNOSES` names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from dsolint.checking.diagnoses import business, file, header, references, rows, values
from dsolint.checking.diagnoses.found import Found
from dsolint.parts import Part
from dsolint.report import Diagnosis
from dsolint.schema import ImportType

DIAGNOSES: tuple[Callable[[Found], Iterable[Diagnosis]], ...] = (
    file.opened_by_spreadsheet,
    rows.shifted_columns,
    values.dates_in_another_form,
    values.amounts_in_another_form,
    values.thousands_or_decimals,
    business.positive_credits,
    values.own_item_types,
    values.values_outside_list,
    header.trailing_delimiter,
    header.renamed_columns,
    header.missing_columns,
    rows.summary_rows,
    rows.wrong_column_counts,
    file.wrong_encoding,
    values.decoded_twice,
    file.wrong_delimiter,
    rows.joined_files,
    rows.stray_quotes,
    rows.swallowed_lines,
    file.unclosed_quote,
    file.refusals,
    file.broken_off,
    values.flags_in_words,
    values.placeholders,
    values.padded_values,
    values.missing_values,
    business.exported_twice,
    references.customers_without_zeros,
    references.unknown_customers,
    references.customers_left_out,
)
"""In this order: what an earlier one has explained, a later one does not tell again."""


def diagnose(part: Part, cells: Sequence[str], type: ImportType, *, undecodable: bool) -> tuple[Diagnosis, ...]:
    """The causes of what was found in a file, the costliest first."""
    found = Found(part, cells, type, undecodable)
    diagnoses = [diagnosis for function in DIAGNOSES for diagnosis in function(found)]
    return tuple(sorted(diagnoses, key=_by_cost))


def _by_cost(diagnosis: Diagnosis) -> tuple[object, ...]:
    money = sum((abs(amount) for amount in diagnosis.cost.values()), Decimal(0))
    cost = (not diagnosis.refuses, -money, -diagnosis.rows_left_out, -diagnosis.count)
    return *cost, diagnosis.lines, diagnosis.code, diagnosis.column or "", diagnosis.message
