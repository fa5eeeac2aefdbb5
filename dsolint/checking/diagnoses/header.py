"""The header: its columns are not those that are documented."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from dsolint.checking.diagnoses.found import Found, Group
from dsolint.phrases import Phrase
from dsolint.report import Diagnosis
from dsolint.rules.header import TRAILING_DELIMITER


def trailing_delimiter(found: Found) -> Iterable[Diagnosis]:
    group = found.group("H104", cause=TRAILING_DELIMITER)
    if group is not None:
        yield group.diagnosis(
            "The header ends in a delimiter, which makes an empty column without a name.",
            "Let the export write delimiters between the columns only.",
        )


def renamed_columns(found: Found) -> Iterable[Diagnosis]:
    """A header that was translated or renamed."""
    meant: dict[str, str] = {}
    group: Group | None = None
    for key, tally in found.tallies("H101", "H102", "H105"):
        suggestion = tally.samples[0].finding.suggestion
        if suggestion is not None and key.column is not None:
            own, documented = (suggestion, key.column) if key.code == "H101" else (key.column, suggestion)
            meant.setdefault(own, documented)
            group = group or Group(key.code)
            group.add(key, tally)
    if group is not None:
        group.count = len(meant)
        pairs = (Phrase("{own} is {documented}", {"own": own, "documented": name}) for own, name in meant.items())
        yield group.diagnosis(
            "{count} columns have names of the file's own: {pairs}.",
            "Let the export write the documented names of the columns; `dsolint schema` prints them."
            if found.type.is_import
            else "Let the export write the names of the columns that the schema has.",
            one="One column has a name of the file's own: {pairs}.",
            pairs=reduce(_and_also, pairs),
        )


def _and_also(pair: str, next: str) -> Phrase:
    return Phrase("{pair}; {next}", {"pair": pair, "next": next})


def missing_columns(found: Found) -> Iterable[Diagnosis]:
    group: Group | None = None
    names: list[str] = []
    for key, tally in found.tallies("H101"):
        if tally.samples[0].finding.suggestion is None:
            names.append(key.column or "")
            group = group or Group(key.code)
            group.add(key, tally)
    if group is not None:
        group.column = names[0] if len(names) == 1 else None
        yield group.diagnosis(
            "Mandatory columns are missing: {names}.",
            "Add what is missing to the export, under the documented name."
            if found.type.is_import
            else "Add what is missing to the export, under the name that the schema has.",
            one="A mandatory column is missing: {names}.",
            names=", ".join(sorted(names)),
        )
