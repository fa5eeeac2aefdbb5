"""Rows: totals and headers among them, cells in the wrong columns, and quotes that are not doubled."""

from __future__ import annotations

from collections.abc import Iterable

from dsolint.checking.diagnoses.found import Found, Group
from dsolint.checking.diagnoses.item_types import ERP_TYPES
from dsolint.parts import MANY, Tally, TallyKey
from dsolint.phrases import Number
from dsolint.report import Diagnosis
from dsolint.rules.rows import run_together


def shifted_columns(found: Found) -> Iterable[Diagnosis]:
    """From some line to the end, several columns hold what belongs to others, though the number of cells is right."""
    wrong: dict[int, list[tuple[TallyKey, Tally]]] = {}
    for key, tally in found.tallies("V301", "V302", "V303", "V304", "V307"):
        first = tally.samples[0].finding
        readable = key.code in ("V303", "V304") and key.cause
        is_type = key.code == "V302" and (first.suggestion is not None or key.cause.upper() in ERP_TYPES)
        if first.line is not None and key.column and not readable and not is_type:
            wrong.setdefault(first.line, []).append((key, tally))
    for line, tallies in wrong.items():
        columns = sorted({key.column or "" for key, _ in tallies})
        largest_key, largest = min(tallies, key=_by_weight)
        first = largest.samples[0].finding
        rest = found.part.rows - (first.record or 0) + 1
        if len(columns) > 2 and (first.record or 0) > 1 and largest.count > max(1, rest // 2):
            group = Group(largest_key.code)
            group.add(largest_key, largest)
            yield group.diagnosis(
                "From line {line} on the values of {columns} stand in the wrong columns.",
                "Look what changed in the export from there on: a column is missing in front of them, or one too many.",
                line=str(line),
                columns=", ".join(columns),
            )
            found.told.update(key for key, _ in tallies)
            strangers = found.group("X501", cause="")
            if strangers is not None and strangers.lines[:1] == (line,):
                found.tell("X501", cause="")


def _by_weight(entry: tuple[TallyKey, Tally]) -> tuple[object, ...]:
    """The most frequent findings first, of as many those with the worst effect."""
    key, tally = entry
    return -tally.count, key.effect.rank, key.code, key.column or ""


def summary_rows(found: Found) -> Iterable[Diagnosis]:
    group = found.group("R207")
    if group is not None:
        yield group.diagnosis(
            "The file holds {count} rows of totals.",
            "Switch sums and footers off in the export.",
            one="The file ends in a footer with totals.",
        )


def wrong_column_counts(found: Found) -> Iterable[Diagnosis]:
    """Rows with one and the same wrong number of cells; from some line to the end, a column has shifted."""
    for cause, group in found.groups("R201"):
        samples = [s.finding for _, t in found.tallies("R201", cause=cause) for s in t.samples]
        first = min(samples, key=lambda finding: finding.line or 0)
        params = {"found": cause, "defined": str(len(found.cells)), "line": str(first.line)}
        to_the_end = first.record is not None and found.part.rows - first.record + 1 == group.count > 2
        if cause == MANY:
            yield group.diagnosis(
                "{count} rows have another number of cells than the header, and it differs from row to row.",
                "Look whether the file is in another format from line {line} on, or what it is joined from.",
                **params,
            )
        elif to_the_end and first.record == 1:
            yield group.diagnosis(
                "The header has {defined} cells, and all rows have {found}.",
                "Give header and rows the same columns; look whether one of them ends in a delimiter.",
                **params,
            )
        elif to_the_end:
            yield group.diagnosis(
                "From line {line} on all rows have {found} instead of {defined} cells: a column came or went there.",
                "Look what changed in the export from there on: often two exports were joined.",
                **params,
            )
        elif run_together(int(cause), len(found.cells)):
            yield group.diagnosis(
                "{count} rows have {found} cells: two lines run together, for want of a line end between them.",
                "End every line, the last one of each file too, before files are joined.",
                one="One row has {found} cells: two lines run together, for want of a line end between them.",
                **params,
            )
        else:
            yield group.diagnosis(
                "{count} rows have {found} instead of {defined} cells.",
                "Quote values that hold a semicolon, a quote or a line end, and write every column in every row.",
                one="One row has {found} instead of {defined} cells.",
                **params,
            )


def joined_files(found: Found) -> Iterable[Diagnosis]:
    group = found.group("R203")
    if group is not None:
        yield group.diagnosis(
            "Files were put end to end: the header stands among the rows.",
            "Leave the header out of every file but the first, or send the files one by one.",
        )


def stray_quotes(found: Found) -> Iterable[Diagnosis]:
    group = found.group("R204")
    if group is not None:
        yield group.diagnosis(
            "{count} quotes inside values are not doubled.",
            'Quote each value at both ends, and write a quote inside as two: "5"" pipe".',
            one="A quote inside a value is not doubled.",
        )


def swallowed_lines(found: Found) -> Iterable[Diagnosis]:
    group = found.group("R205")
    if group is not None:
        yield group.diagnosis(
            "Quotes that were opened by mistake swallow {swallowed} records: they are lost inside {count} values.",
            "Write a quote inside a value as two quotes, and quote each value at both ends.",
            one="A quote that was opened by mistake swallows records ({swallowed}): they are lost inside one value.",
            swallowed=Number(found.part.swallowed),
        )
