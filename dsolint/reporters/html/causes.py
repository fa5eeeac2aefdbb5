"""Why a file ends as it does, who can change it, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from dsolint.language import Language
from dsolint.phrases import Phrase
from dsolint.report import Diagnosis, FileReport
from dsolint.reporters.html.model import AT_A_GLANCE, CAUSES, Cause, Cost
from dsolint.reporters.html.names import Names
from dsolint.reporters.html.pictures import shares
from dsolint.reporters.html.words import REST, by_size, money, short
from dsolint.reporters.view import by_own_schema, more_causes

_IN_EXPORT = Phrase("IT, in the export")
_IN_ERP = Phrase("Accounting, in the ERP")
_AT_SOURCE = Phrase("Whoever enters the data")
_WITH_SENDER = Phrase("Whoever handles the file after the export")


def causes(file: FileReport, names: Names, language: Language) -> Iterator[Cause]:
    for diagnosis in file.diagnoses[:CAUSES]:
        column = diagnosis.params.get("column", "")
        if column:
            told = replace(diagnosis, params={**diagnosis.params, "column": names.in_sentence(column)})
        else:
            told = diagnosis
        yield Cause(
            sentence=language.tell(told.sentence, short),
            who=language.translate("{who}:", who=_who(diagnosis, names)),
            remedy=language.tell(told.advice, short),
            lines=_lines(diagnosis, language),
            left_out=_left_out(diagnosis, language) if not names.own_schema else "",
            costs=tuple(_costs(diagnosis, file, language)),
        )


def _who(diagnosis: Diagnosis, names: Names) -> Phrase:
    """Who can change what a rule finds: mostly those who write the export."""
    if diagnosis.code == "V301" or (diagnosis.code == "V313" and names.is_mandatory(diagnosis.column)):
        return _AT_SOURCE if names.own_schema else _IN_ERP
    return _WITH_SENDER if diagnosis.code == "V312" else _IN_EXPORT


def causes_note(file: FileReport, language: Language) -> str:
    """What the reader has to know of the causes that are shown."""
    more = more_causes(file, CAUSES, language)
    if more:
        return more
    left_out = sum(diagnosis.rows_left_out for diagnosis in file.diagnoses)
    if left_out > file.forecast.ignored and not by_own_schema(file):
        return language.translate(
            "A line may have several causes, so the causes' lines and amounts are not to be added up."
        )
    return ""


def _lines(diagnosis: Diagnosis, language: Language) -> str:
    lines = [str(line) for line in diagnosis.lines]
    if not lines:
        return ""
    told = ", ".join([*lines, REST] if diagnosis.count > len(lines) else lines)
    if len(lines) == 1:
        return language.translate("In line {line}", line=told)
    return language.translate("In lines {lines}", lines=told)


def _left_out(diagnosis: Diagnosis, language: Language) -> str:
    if diagnosis.refuses:
        return language.translate("The whole file is refused for this.")
    if diagnosis.rows_left_out:
        return language.plural("{count} line left out", "{count} lines left out", diagnosis.rows_left_out)
    return language.translate("No line is left out for this.")


def _costs(diagnosis: Diagnosis, file: FileReport, language: Language) -> Iterator[Cost]:
    costs = {currency: amount for currency, amount in diagnosis.cost.items() if amount}
    for currency in by_size(costs)[:AT_A_GLANCE]:
        rest = file.forecast.money.ignored.get(currency, Decimal(0)) - costs[currency]
        bar = shares([("ignored", costs[currency]), ("rest", rest)])
        yield Cost(money(costs[currency], currency, language), bar)
    more = len(costs) - AT_A_GLANCE
    if more > 0:
        yield Cost(language.plural("{count} other currency", "{count} other currencies", more), ())
