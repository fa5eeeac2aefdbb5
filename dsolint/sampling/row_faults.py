"""Faults in the structure of a record: what the rules F008 and R find."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from dsolint.sampling.amounts import with_thousands_marks
from dsolint.sampling.dialect import encoded, joined
from dsolint.sampling.one_value import GROSS, free_text
from dsolint.sampling.record import Planted, Record


def column_count(record: Record, rng: Random) -> Planted:
    cells = list(record.values.values())
    return Planted(joined([*cells, "1"] if rng.random() < 0.5 else cells[:-1]), None)


def blank_line(record: Record, _rng: Random) -> Planted:
    return Planted(f"\n{record.text}", None)


def repeated_header(record: Record, _rng: Random) -> Planted:
    return Planted(f"{joined(record.values)}\n{record.text}", None)


def summary_row(record: Record, rng: Random) -> Planted:
    total = dict.fromkeys(record.values, "")
    total[next(iter(total))] = rng.choice(("Total", "Summe", "Total général", "Gesamtsumme"))
    value = Decimal(rng.randrange(10**6, 10**9)) / 100
    total[GROSS] = with_thousands_marks(value, " ", record.decimal_signs[GROSS])
    return Planted(f"{joined(total.values())}\n{record.text}", None)


def stray_quote(record: Record, rng: Random) -> Planted | None:
    columns = [c for c in free_text(record) if len(record.values[c]) > 1 and encoded(record.values[c])[0] != '"']
    if not columns:
        return None
    column = rng.choice(columns)
    value = record.values[column]
    raw = rng.choice((f'{value[0]}"{value[1:]}', f'{value} 5"', f'"{value}" II'))
    return record.planted_raw(column, raw)


def multi_line(record: Record, column: str, rng: Random) -> str:
    return rng.choice(("{}\nII", "Haus 5\n{}")).format(record.values[column])


def control_character(record: Record, column: str, rng: Random) -> str:
    value = record.values[column]
    return value[:1] + rng.choice("\0\x01\x08\x0b\x1a\x1f") + (value[1:] or value)
