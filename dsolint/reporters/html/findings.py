"""What was found in a file: its rules, each with some of its findings."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from dsolint.findings import Finding, Severity
from dsolint.language import Language
from dsolint.report import FileReport
from dsolint.reporters.effects import told_effects
from dsolint.reporters.html.model import FILTERED, Column, Fact, Piece, Row, RuleView, Value
from dsolint.reporters.html.names import Names
from dsolint.reporters.html.words import pieces, short
from dsolint.reporters.known import share
from dsolint.reporters.view import OfRule, by_rule
from dsolint.rules.rule import first_sentence, unwrapped


class Listed:
    """The findings of a file that are listed: so many of each rule."""

    def __init__(self, file: FileReport, rows_of_rule: int, names: Names, language: Language) -> None:
        self._file = file
        self._names = names
        self._language = language
        self._rules = [replace(of, kept=of.first(rows_of_rule)) for of in by_rule(file)]
        shown = [finding for of in self._rules for finding in of.kept]
        self._count = len(shown)
        columns = dict.fromkeys(finding.column for finding in shown if finding.column is not None)
        self._numbers = {column: number for number, column in enumerate(columns)}

    @property
    def with_filter(self) -> bool:
        return self._count > FILTERED

    def columns(self) -> Iterator[Column]:
        return map(self._names.column, self._numbers)

    def severities(self) -> Iterator[Fact]:
        for severity in Severity:
            if self._file.severities.get(severity):
                yield Fact(severity.value, self._language.translate(severity.value))

    def found(self) -> str:
        """How many findings there are, and how many of them are listed."""
        count = sum(self._file.counts.values())
        told = share(count, self._file.known_counts.total(), self._language)
        if self._count == count:
            return told
        return self._language.translate(
            "{findings}, of which {shown} are listed", findings=told, shown=self._language.number(self._count)
        )

    def rules(self) -> Iterator[RuleView]:
        """The rules that found something, the worst first."""
        return map(self._rule, sorted(self._rules, key=lambda of: of.severity.rank))

    def _rule(self, of: OfRule) -> RuleView:
        language, rule = self._language, of.rule
        what = language.translate(unwrapped(rule.what))
        own_schema = self._names.own_schema
        more = of.count - len(of.kept)
        return RuleView(
            code=rule.code,
            name=rule.name,
            title=first_sentence(what),
            kind=of.severity.value,
            severity=language.translate(of.severity.value),
            count=share(of.count, self._file.known_counts[rule.code], language),
            effect=language.tell(told_effects(of.effects)) if not own_schema else "",
            what=what,
            sections=tuple(
                Fact(language.translate(name), language.translate(unwrapped(text)))
                for name, text in rule.sections_for(own_schema=own_schema).items()
            ),
            key_label=self._names.key(),
            rows=tuple(map(self._row, of.kept)),
            more=language.plural(
                "{count} more is counted and not listed here.", "{count} more are counted and not listed here.", more
            )
            if more > 0
            else "",
        )

    def _row(self, finding: Finding) -> Row:
        language, names, column = self._language, self._names, finding.column
        key = next(iter(finding.key), "")
        label = names.label(key) if key else ""
        return Row(
            kind=finding.severity.value,
            line=language.number(finding.line) if finding.line is not None else "",
            place=finding.line or 0,
            key=", ".join(short(value) for value in finding.key.values()),
            key_label=label if label != names.key() else "",
            column=names.column(column) if column is not None else None,
            column_number=self._numbers.get(column or "", -1),
            value=() if finding.value is None else self._pieces(finding.value),
            problem=language.tell(finding.sentence, short),
            suggestion=() if finding.suggestion is None else self._pieces(finding.suggestion),
            known=language.translate("known") if finding.known else "",
        )

    def _pieces(self, value: str) -> Value:
        if not value:
            return (Piece(self._language.translate("empty"), odd=True),)
        return pieces(value)
