"""The values of a column: how they are written, and those that are missing."""

from __future__ import annotations

from collections.abc import Iterable

from dsolint.checking.diagnoses.found import LINES, Found, Group
from dsolint.checking.diagnoses.item_types import ERP_TYPES
from dsolint.fields import date
from dsolint.parts import MANY, MOST_CAUSES
from dsolint.report import Diagnosis


def dates_in_another_form(found: Found) -> Iterable[Diagnosis]:
    shapes: dict[tuple[str | None, str], Group] = {}
    groups = [(cause, group) for cause, group in found.groups("V303") if cause]
    for cause, group in sorted(groups, key=lambda entry: len(entry[0])):
        # Days that could be swapped go with those of their column that could not.
        alone = [shape for column, shape in shapes if column == group.column and shape in cause.split(" or ")]
        shape = alone[0] if len(alone) == 1 else cause
        if (group.column, shape) in shapes:
            shapes[group.column, shape].take(group)
        else:
            shapes[group.column, shape] = group
    for (_, shape), group in shapes.items():
        yield group.diagnosis(
            "{count} dates in {column} are written as {shape}.",
            "Export the dates from the ERP as {form}, not from a spreadsheet."
            if shape == date.DAY_NUMBER
            else "Set the date format of the export to {form}.",
            one="One date in {column} is written as {shape}.",
            shape=shape,
            form=date.FORMAT,
        )


def amounts_in_another_form(found: Found) -> Iterable[Diagnosis]:
    for cause, group in found.groups("V304"):
        if cause:
            yield group.diagnosis(
                "{count} amounts in {column} are written with {form}.",
                "Export plain numbers with the minus sign in front and no thousands mark: -1200.00.",
                one="One amount in {column} is written with {form}.",
                form=cause,
            )


def thousands_or_decimals(found: Found) -> Iterable[Diagnosis]:
    group = found.group("V305")
    if group is not None:
        yield group.diagnosis(
            "{count} amounts can be read as thousands or as decimals.",
            "Export amounts with two decimals and without thousands marks.",
            one="One amount can be read as thousands or as decimals.",
        )


def own_item_types(found: Found) -> Iterable[Diagnosis]:
    """The ERP's own type codes, with the mapping to put into the configuration."""
    codes: dict[str, int] = {}
    group: Group | None = None
    for key, tally in found.tallies("V302"):
        if key.column == "item_type" and key.cause != MANY and tally.samples[0].finding.suggestion is None:
            codes[key.cause] = codes.get(key.cause, 0) + tally.count
            group = group or Group(key.code, key.column)
            group.add(key, tally)
    if group is None:
        return
    ordered = sorted(codes, key=lambda code: (-codes[code], code))[:LINES]
    known = [(code, ERP_TYPES[code.upper()]) for code in ordered if code.upper() in ERP_TYPES]
    if not known:
        remedy = "Translate item types to AVO, DPA, FAC, ODI, RGL or TRT in the export. Where the product maps them, add the mapping to dsolint.toml."
    elif len(known) == len(ordered):
        remedy = "Translate item types to AVO, DPA, FAC, ODI, RGL or TRT in the export. Where the product maps them, add the mapping to dsolint.toml, once accounting has confirmed it: item_types = {{ {mapping} }}"
    else:
        remedy = "Translate item types to AVO, DPA, FAC, ODI, RGL or TRT in the export. Where the product maps them, add the mapping to dsolint.toml, once accounting has confirmed it: item_types = {{ {mapping} }} and what {unknown} stands for."
    yield group.diagnosis(
        "{count} items have types of the ERP's own: {codes}.",
        remedy,
        one="One item has a type of the ERP's own: {codes}.",
        codes=", ".join(ordered),
        mapping=", ".join(f'"{code}" = "{type}"' for code, type in known),
        unknown=", ".join(code for code in ordered if code.upper() not in ERP_TYPES),
    )


def values_outside_list(found: Found) -> Iterable[Diagnosis]:
    by_column: dict[str | None, Group] = {}
    values: dict[str | None, list[str]] = {}
    allowed = ""
    for key, tally in found.tallies("V302"):
        if key.cause == MANY:
            group = Group(key.code, key.column)
            group.add(key, tally)
            yield group.diagnosis(
                "{count} values in {column} are not in its list, more than {most} different ones: {values}.",
                "Look which column of the ERP the export takes: this one seems to hold something else.",
                values=", ".join(list(dict.fromkeys(sample.finding.value or "" for sample in tally.samples))[:LINES]),
                most=str(MOST_CAUSES),
            )
        elif key.column != "item_type" or tally.samples[0].finding.suggestion is not None:
            by_column.setdefault(key.column, Group(key.code, key.column)).add(key, tally)
            values.setdefault(key.column, []).append(key.cause)
            allowed = tally.samples[0].finding.params.get("allowed", "")
    for column, group in by_column.items():
        yield group.diagnosis(
            "{count} values in {column} are not in its list: {values}.",
            "Export one of {allowed}, to the letter.",
            one="One value in {column} is not in its list: {values}.",
            values=", ".join(values[column][:LINES]),
            allowed=allowed,
        )


def decoded_twice(found: Found) -> Iterable[Diagnosis]:
    group = found.group("V310")
    if group is not None:
        yield group.diagnosis(
            "{count} texts were decoded wrongly, as in Ã¼ for ü.",
            "Find the step that reads UTF-8 as Windows-1252; often a conversion is done twice.",
            one="One text was decoded wrongly, as in Ã¼ for ü.",
        )


def flags_in_words(found: Found) -> Iterable[Diagnosis]:
    for _, group in found.groups("V306"):
        yield group.diagnosis(
            "{count} flags in {column} are neither 0 nor 1.",
            "Export 1 for yes and 0 for no.",
            one="One flag in {column} is neither 0 nor 1.",
        )


def placeholders(found: Found) -> Iterable[Diagnosis]:
    for cause, group in found.groups("V313"):
        yield group.diagnosis(
            "{count} cells in {column} hold {word} in place of nothing.",
            "Fill it in the ERP: it is mandatory, and rows where it is empty are left out."
            if group.column in found.mandatory
            else "Export empty cells for missing values.",
            one="One cell in {column} holds {word} in place of nothing.",
            word=cause,
        )


def padded_values(found: Found) -> Iterable[Diagnosis]:
    for _, group in found.groups("V309"):
        if group.count > 1:
            yield group.diagnosis(
                "{count} values in {column} have white space around them.", "Trim the values in the export."
            )


def missing_values(found: Found) -> Iterable[Diagnosis]:
    for _, group in found.groups("V301"):
        yield group.diagnosis(
            "{count} rows lack {column}, which is mandatory.",
            "Fill it {source}; until then rows without it are left out."
            if found.type.is_import
            else "Fill it {source}.",
            one="One row lacks {column}, which is mandatory.",
            source=found.source,
        )
