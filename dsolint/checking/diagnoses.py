"""Findings with one cause become one sentence, with the remedy at the source, ordered by what they cost.

Each diagnosis is one function over the tallies of a file; `DIAGNOSES` names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce

from dsolint.decimals import EXACT
from dsolint.fields import date
from dsolint.fields.words import stripped
from dsolint.findings import Effect
from dsolint.parts import Part, Tally, TallyKey
from dsolint.phrases import Number, Phrase
from dsolint.report import Diagnosis
from dsolint.rules import RULES
from dsolint.rules.file import ASKED
from dsolint.rules.header import TRAILING_DELIMITER
from dsolint.rules.references import NEAR_MISS, NOT_IMPORTED
from dsolint.rules.rule import one_line

LINES = 10
"""How many lines a diagnosis names."""

ERP_TYPES = {
    "INV": "FAC", "IN": "FAC", "INVOICE": "FAC", "NF": "FAC", "FA": "FAC", "FT": "FAC", "RE": "FAC", "RV": "FAC",
    "DR": "FAC", "FC": "FAC", "VF": "FAC", "CM": "AVO", "CN": "AVO", "CR": "AVO", "NCC": "AVO", "AV": "AVO", "GS": "AVO",
    "GU": "AVO", "DG": "AVO", "NC": "AVO", "PMT": "RGL", "PAY": "RGL", "RA": "RGL", "DZ": "RGL", "ZA": "RGL", "ZE": "RGL",
    "CASH": "RGL", "AB": "ODI", "OD": "ODI", "SA": "ODI", "DM": "ODI", "DEP": "DPA", "AZ": "DPA", "WE": "TRT", "BILL": "TRT",
    "CREDIT MEMO": "AVO", "CREDIT NOTE": "AVO", "PAYMENT": "RGL", "RECEIPT": "RGL", "RECHNUNG": "FAC", "GUTSCHRIFT": "AVO",
    "ZAHLUNG": "RGL", "ANZAHLUNG": "DPA", "FACTURE": "FAC", "AVOIR": "AVO", "REGLEMENT": "RGL", "RÈGLEMENT": "RGL",
}  # fmt: skip
"""Item types as ERPs write them, and what they probably are: SAP, Oracle EBS, Protheus, Sage and others."""


@dataclass(slots=True)
class Group:
    """Findings that a diagnosis takes together."""

    code: str
    column: str | None = None
    count: int = 0
    rows_left_out: int = 0
    refuses: bool = False
    lines: tuple[int, ...] = ()
    cost: dict[str, Decimal] = field(default_factory=dict)

    def add(self, key: TallyKey, tally: Tally) -> None:
        left_out = tally.count if key.effect is Effect.LINE else 0
        lines = tuple(sample.finding.line for sample in tally.samples if sample.finding.line is not None)
        self.take(Group(key.code, key.column, tally.count, left_out, key.effect is Effect.FILE, lines, cost=tally.cost))

    def take(self, other: Group) -> None:
        """Count another group's findings to this one."""
        self.count += other.count
        self.rows_left_out += other.rows_left_out
        self.refuses |= other.refuses
        self.lines = tuple(sorted({*self.lines, *other.lines})[:LINES])
        for currency, amount in other.cost.items():
            self.cost[currency] = EXACT.add(self.cost.get(currency, Decimal(0)), amount)

    def diagnosis(self, message: str, remedy: str, *, one: str | None = None, **params: str) -> Diagnosis:
        """The diagnosis; `one` is the message where there is a single finding."""
        return Diagnosis(
            code=self.code,
            column=self.column,
            count=self.count,
            message=message,
            one=one,
            remedy=remedy,
            params={**params, "count": Number(self.count), "column": params.get("column", self.column or "")},
            lines=self.lines,
            rows_left_out=self.rows_left_out,
            cost=self.cost,
            refuses=self.refuses,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found in a file, after its columns have decided."""

    part: Part
    cells: Sequence[str]
    undecodable: bool
    told: set[TallyKey] = field(default_factory=set)
    """What an earlier diagnosis has explained."""

    def tallies(self, *codes: str, cause: str | None = None) -> Iterator[tuple[TallyKey, Tally]]:
        for key, tally in self.part.tallies.items():
            evidence = self.part.evidence.get(key.column or "", frozenset())
            fine = key.fine_under is not None and evidence == {key.fine_under}
            wanted = key.code in codes and (cause is None or key.cause == cause)
            if wanted and not fine and key not in self.told:
                yield key, tally

    def tell(self, *codes: str, cause: str | None = None) -> None:
        """Note that these findings are explained."""
        self.told.update([key for key, _ in self.tallies(*codes, cause=cause)])

    def group(self, *codes: str, cause: str | None = None) -> Group | None:
        """All findings of these codes as one; None where there is none."""
        found: Group | None = None
        for key, tally in self.tallies(*codes, cause=cause):
            found = found or Group(key.code, key.column)
            found.column = key.column if found.column == key.column else None
            found.add(key, tally)
        return found

    def groups(self, *codes: str) -> Iterator[tuple[str, Group]]:
        """The findings of these codes by their column and cause."""
        found: dict[tuple[str | None, str], Group] = {}
        for key, tally in self.tallies(*codes):
            found.setdefault((key.column, key.cause), Group(key.code, key.column)).add(key, tally)
        for (_, cause), group in found.items():
            yield cause, group


def diagnose(part: Part, cells: Sequence[str], *, undecodable: bool) -> tuple[Diagnosis, ...]:
    """The causes of what was found in a file, the costliest first."""
    found = Found(part, cells, undecodable)
    diagnoses = [diagnosis for function in DIAGNOSES for diagnosis in list(function(found))]
    return tuple(sorted(diagnoses, key=_by_cost))


def _by_cost(diagnosis: Diagnosis) -> tuple[object, ...]:
    money = sum((abs(amount) for amount in diagnosis.cost.values()), Decimal(0))
    cost = (not diagnosis.refuses, -money, -diagnosis.rows_left_out, -diagnosis.count)
    return *cost, diagnosis.lines, diagnosis.code, diagnosis.column or "", diagnosis.message


def opened_by_spreadsheet(found: Found) -> Iterable[Diagnosis]:
    """Excel opened and saved the file: two of its traces together."""
    comma = [s for _, t in found.tallies("F006") for s in t.samples if s.finding.params.get("found") == "a comma"]
    traces = [
        (Phrase("values like 1,23E+11"), found.group("V312")),
        (Phrase("day numbers for dates"), found.group("V303", cause=date.DAY_NUMBER)),
        (Phrase("customer numbers without their leading zeros"), found.group("X501", cause=NEAR_MISS)),
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
        "Send the export as the ERP writes it, and look at it in a text editor. What was rounded can't be brought back: export again.",
        traces=reduce(_and_then, (what for what, _ in seen)),
    )
    found.tell("V312", "F004", "H108", "F006")
    found.tell("V303", cause=date.DAY_NUMBER)
    found.tell("X501", cause=NEAR_MISS)


def _and_then(trace: str, next: str) -> Phrase:
    return Phrase("{trace}, {next}", {"trace": trace, "next": next})


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


def positive_credits(found: Found) -> Iterable[Diagnosis]:
    group = found.group("B402", cause="credit")
    if group is not None:
        yield group.diagnosis(
            "{count} credit notes or payments are positive: the customers would owe more instead of less.",
            "Export the amounts of AVO and RGL with a minus sign.",
            one="One credit note or payment is positive: the customer would owe more instead of less.",
        )


def own_item_types(found: Found) -> Iterable[Diagnosis]:
    """The ERP's own type codes, with the mapping to put into the configuration."""
    codes: dict[str, int] = {}
    group: Group | None = None
    for key, tally in found.tallies("V302"):
        if key.column == "item_type" and tally.samples[0].finding.suggestion is None:
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
        remedy = "Translate item types to AVO, DPA, FAC, ODI, RGL or TRT in the export. Where the product maps them, add the mapping to dsolint.toml: item_types = {{ {mapping} }}"
    else:
        remedy = "Translate item types to AVO, DPA, FAC, ODI, RGL or TRT in the export. Where the product maps them, add the mapping to dsolint.toml: item_types = {{ {mapping} }} and what {unknown} stands for."
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
        if key.column != "item_type" or tally.samples[0].finding.suggestion is not None:
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


def trailing_delimiter(found: Found) -> Iterable[Diagnosis]:
    group = found.group("H104", cause=TRAILING_DELIMITER)
    if group is not None:
        yield group.diagnosis(
            "The header and all rows end in a delimiter, which makes a column without a name.",
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
            "Let the export write the documented names of the columns; `dsolint schema` prints them.",
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
            "Add what is missing to the export, under the documented name.",
            one="A mandatory column is missing: {names}.",
            names=", ".join(sorted(names)),
        )


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
        if to_the_end and first.record == 1:
            yield group.diagnosis(
                "All rows have {found} cells, and the header has {defined}.",
                "Give header and rows the same columns; look whether one of them ends in a delimiter.",
                **params,
            )
        elif to_the_end:
            yield group.diagnosis(
                "From line {line} on all rows have {found} cells instead of {defined}: a column came or went there.",
                "Look what changed in the export from there on: often two exports were joined.",
                **params,
            )
        elif int(cause) == 2 * len(found.cells) - 1:
            yield group.diagnosis(
                "{count} rows have {found} cells: two lines run together, for want of a line end between them.",
                "End every line, the last one of each file too, before files are joined.",
                one="One row has {found} cells: two lines run together, for want of a line end between them.",
                **params,
            )
        else:
            yield group.diagnosis(
                "{count} rows have {found} cells instead of {defined}.",
                "Quote values that hold a semicolon, a quote or a line end, and write every column in every row.",
                one="One row has {found} cells instead of {defined}.",
                **params,
            )


def _by_weight(entry: tuple[TallyKey, Tally]) -> tuple[object, ...]:
    """The most frequent findings first, of as many those with the worst effect."""
    key, tally = entry
    return -tally.count, key.effect.rank, key.code, key.column or ""


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


def decoded_twice(found: Found) -> Iterable[Diagnosis]:
    group = found.group("V310")
    if group is not None:
        yield group.diagnosis(
            "{count} texts were decoded wrongly, as in Ã¼ for ü.",
            "Find the step that reads UTF-8 as Windows-1252; often a conversion is done twice.",
            one="One text was decoded wrongly, as in Ã¼ for ü.",
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
            one="A quote that was opened by mistake swallows {swallowed} records: they are lost inside one value.",
            swallowed=Number(found.part.swallowed),
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
            yield group.diagnosis(finding.message, one_line(RULES[code].sections["Fix"]), **finding.params)


def broken_off(found: Found) -> Iterable[Diagnosis]:
    group = found.group("F010")
    if group is not None:
        yield group.diagnosis(
            "The file breaks off in its last line; more lines are probably missing.",
            "Write the export under a temporary name and rename it when it is complete. Do not send this one.",
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
            "Export empty cells for missing values.",
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
            "Fill it in the ERP; until then these rows are not imported.",
            one="One row lacks {column}, which is mandatory.",
        )


def exported_twice(found: Found) -> Iterable[Diagnosis]:
    for cause, group in found.groups("B405", "B406", "S703"):
        if cause == "equal":
            yield group.diagnosis(
                "{count} rows were exported twice, with the same content.",
                "Look at the joins of the export: a second address or contact doubles its row.",
                one="One row was exported twice, with the same content.",
            )
        else:
            yield group.diagnosis(
                "{count} rows repeat a key of {column} with other content: one overwrites the other.",
                "Look at the joins of the export, and make the key unique in the ERP.",
                one="One row repeats a key of {column} with other content: one overwrites the other.",
            )


def customers_without_zeros(found: Found) -> Iterable[Diagnosis]:
    group = found.group("X501", cause=NEAR_MISS)
    misses = [s.finding for _, t in found.tallies("X501", cause=NEAR_MISS) for s in t.samples]
    if group is not None and not all(stripped(miss.value or "") == miss.suggestion for miss in misses):
        yield group.diagnosis(
            "{count} rows name customers in another spelling than the customers file: leading zeros, case or spaces differ.",
            "Export customer numbers as text, with their leading zeros, in every file.",
            one="One row names its customer in another spelling than the customers file: leading zeros, case or spaces differ.",
        )


def unknown_customers(found: Found) -> Iterable[Diagnosis]:
    group = found.group("X501", cause="")
    if group is not None:
        yield group.diagnosis(
            "{count} rows name customers that the customers file lacks.",
            "Export the customers of all open items, and send customers before items.",
            one="One row names a customer that the customers file lacks.",
        )


def customers_left_out(found: Found) -> Iterable[Diagnosis]:
    group = found.group("X501", cause=NOT_IMPORTED)
    if group is not None:
        yield group.diagnosis(
            "{count} rows name customers whose own lines are left out.",
            "Mend the customers file first.",
            one="One row names a customer whose own line is left out.",
        )


DIAGNOSES: tuple[Callable[[Found], Iterable[Diagnosis]], ...] = (
    opened_by_spreadsheet,
    shifted_columns,
    dates_in_another_form,
    amounts_in_another_form,
    thousands_or_decimals,
    positive_credits,
    own_item_types,
    values_outside_list,
    trailing_delimiter,
    renamed_columns,
    missing_columns,
    summary_rows,
    wrong_column_counts,
    wrong_encoding,
    decoded_twice,
    wrong_delimiter,
    joined_files,
    stray_quotes,
    swallowed_lines,
    unclosed_quote,
    refusals,
    broken_off,
    flags_in_words,
    placeholders,
    padded_values,
    missing_values,
    exported_twice,
    customers_without_zeros,
    unknown_customers,
    customers_left_out,
)
