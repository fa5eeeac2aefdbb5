"""What the values of a row say together, and rows that come twice."""

from __future__ import annotations

from collections.abc import Iterable

from dsolint.checking.diagnoses.found import Found
from dsolint.report import Diagnosis


def positive_credits(found: Found) -> Iterable[Diagnosis]:
    group = found.group("B402", cause="credit")
    if group is not None:
        yield group.diagnosis(
            "{count} credit notes or payments are positive: the customers would owe more instead of less.",
            "Export the amounts of AVO and RGL with a minus sign.",
            one="One credit note or payment is positive: the customer would owe more instead of less.",
        )


def exported_twice(found: Found) -> Iterable[Diagnosis]:
    for cause, group in found.groups("B405", "B406", "S703"):
        if cause == "equal":
            yield group.diagnosis(
                "{count} rows were exported twice, with the same content.",
                "Look at the joins of the export: a second address or contact doubles its row.",
                one="One row was exported twice, with the same content.",
            )
        elif cause == "blank":
            yield group.diagnosis(
                "{count} rows have no complete primary key.",
                "Fill it in every row, or take another one in the schema.",
                one="One row has no complete primary key.",
            )
        elif group.column is None:
            yield group.diagnosis(
                "{count} rows repeat a key of several columns with other content: one overwrites the other.",
                "Look at the joins of the export, and make the key unique {source}.",
                one="One row repeats a key of several columns with other content: one overwrites the other.",
                source=found.source,
            )
        else:
            yield group.diagnosis(
                "{count} rows repeat a key of {column} with other content: one overwrites the other.",
                "Look at the joins of the export, and make the key unique {source}.",
                one="One row repeats a key of {column} with other content: one overwrites the other.",
                source=found.source,
            )
