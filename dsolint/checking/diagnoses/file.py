"""The whole file: who saved it, how it is encoded and cut, and why it is refused."""

from __future__ import annotations

from collections.abc import Iterable

from dsolint.checking.diagnoses.found import Found
from dsolint.fields import date
from dsolint.findings import Finding
from dsolint.phrases import Phrase, in_a_row
from dsolint.report import Diagnosis
from dsolint.rules import RULES
from dsolint.rules.file import ASKED
from dsolint.rules.references import NEAR_MISS
from dsolint.rules.rule import unwrapped


def opened_by_spreadsheet(found: Found) -> Iterable[Diagnosis]:
    """Excel opened and saved the file: two of its traces together."""
    comma = [s for _, t in found.tallies("F006") for s in t.samples if s.finding.params.get("found") == "a comma"]
    zeros = [s for _, t in found.tallies("X501", cause=NEAR_MISS) for s in t.samples if _lacks_zeros(s.finding)]
    traces = [
        (Phrase("values like 1,23E+11"), found.group("V312")),
        (Phrase("day numbers for dates"), found.group("V303", cause=date.DAY_NUMBER)),
        (
            Phrase("customer numbers without their leading zeros"),
            found.group("X501", cause=NEAR_MISS) if zeros else None,
        ),
        (Phrase("the line sep=;"), found.group("H108")),
        (
            Phrase("an encoding other than UTF-8"),
            found.group("F004") or (found.group("F006") if found.undecodable else None),
        ),
        (Phrase("commas between the columns"), found.group("F006") if comma else None),
    ]
    seen = [(what, group) for what, group in traces if group is not None]
    if len(seen) < 2:
        return
    first = seen[0][1]
    first.column = None
    first.rows_left_out = max(group.rows_left_out for _, group in seen)
    first.refuses = any(group.refuses for _, group in seen)
    yield first.diagnosis(
        "A spreadsheet opened and saved the file: {traces}.",
        "Send the export as it was written, and look at it in a text editor. What was rounded can't be brought back: export again.",
        traces=in_a_row([what for what, _ in seen]),
    )
    found.tell("V312", "F004", "H108", "F006")
    found.tell("V303", cause=date.DAY_NUMBER)
    if zeros:
        found.tell("X501", cause=NEAR_MISS)


def _lacks_zeros(finding: Finding) -> bool:
    """Whether the customer's number has leading zeros, and the row's has not: the other way round, the customers file lost them."""
    return (finding.suggestion or "").lstrip("0") == finding.value


def wrong_encoding(found: Found) -> Iterable[Diagnosis]:
    group = found.group("F004")
    if group is not None:
        fitting = next((s.finding.suggestion for _, t in found.tallies("F004") for s in t.samples), None)
        yield group.diagnosis(
            "The file is not in the encoding that it is sent in, but in {fitting}."
            if fitting
            else "The file is not in the encoding that it is sent in.",
            "Export UTF-8, or send the file with the encoding that it has.",
            fitting=fitting or "",
        )


def wrong_delimiter(found: Found) -> Iterable[Diagnosis]:
    group = found.group("F006")
    if group is not None:
        what = next((s.finding.params["found"] for _, t in found.tallies("F006") for s in t.samples), "")
        if any(key.cause == ASKED for key, _ in found.tallies("F006")):
            message = "The columns are separated by {what} and not by the delimiter that was asked for."
            yield group.diagnosis(message, "Name the delimiter of the file with --delimiter.", what=what)
            return
        yield group.diagnosis(
            "The columns are separated by {what} and not by a semicolon.",
            "Set the delimiter of the export to the semicolon; Excel takes it from the regional settings.",
            what=what,
        )


def unclosed_quote(found: Found) -> Iterable[Diagnosis]:
    group = found.group("F007")
    if group is not None and group.lines:
        yield group.diagnosis(
            "A quote opens in line {line} and never closes: everything after it is lost.",
            "Write a quote inside a value as two quotes, and quote each value at both ends.",
            line=str(group.lines[0]),
        )


REFUSALS = ("F001", "F002", "F003", "H103", "H104", "H106", "H107", "H108")
"""Rules for which a file is refused, whose finding says the cause and whose page the remedy."""


def refusals(found: Found) -> Iterable[Diagnosis]:
    for code in REFUSALS:
        group = found.group(code)
        if group is not None and group.refuses:
            finding = next(s.finding for _, t in found.tallies(code) for s in t.samples)
            if "advice" in finding.params:
                yield group.diagnosis("This is no CSV text but {what}.", "{advice}", **finding.params)
                continue
            yield group.diagnosis(finding.message, unwrapped(RULES[code].sections["Fix"]), **finding.params)


def broken_off(found: Found) -> Iterable[Diagnosis]:
    group = found.group("F010")
    if group is not None:
        yield group.diagnosis(
            "The file breaks off in its last line; more lines are probably missing.",
            "Write the export under a temporary name and rename it when it is complete. Do not send this one.",
        )
