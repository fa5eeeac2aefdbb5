"""The report for a terminal: readable on 80 columns and without colour."""

from __future__ import annotations

import io
from decimal import Decimal
from functools import reduce

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dsolint.findings import Finding, Severity
from dsolint.language import ENGLISH, Language
from dsolint.phrases import Number, Phrase
from dsolint.report import FileReport, Report
from dsolint.reporters.effects import told_effects
from dsolint.reporters.known import compared
from dsolint.reporters.terminal import width
from dsolint.reporters.view import OfRule, by_own_schema, by_rule, more_causes, not_checked
from dsolint.reporters.visible import visible

SHOWN = 10
"""How many findings of a rule are shown; the machine formats have more."""

_VALUE = 80

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_NO_TYPE = Phrase("no import type")
_NO_CURRENCY = Phrase("no currency")
_FOR_WANT_OF_COLUMNS = Phrase("for want of columns")
_STAND_IN = str.maketrans("\u00a0\u202f", "\ue000\ue001")
_GIVEN_BACK = str.maketrans("\ue000\ue001", "\u00a0\u202f")
"""Rich breaks lines at no-break spaces too, so others stand in for them; data has neither, once it is visible."""


def render(report: Report, language: Language = ENGLISH, *, colour: bool = False) -> str:
    """The report as text, as wide as the terminal."""
    target = io.StringIO()
    console = Console(
        file=target, width=width(), force_terminal=colour, color_system="auto" if colour else None, highlight=False
    )
    for delivery in report.deliveries:
        for file in delivery.files:
            _render_file(console, file, language)
        for entry in delivery.skipped:
            reason = language.tell(entry.reason, visible)
            console.print(
                _text(language.translate("{path}: skipped. {reason}", path=visible(entry.path), reason=reason)), ""
            )
    _render_summary(console, report, language)
    return "".join(f"{line.rstrip()}\n" for line in target.getvalue().translate(_GIVEN_BACK).splitlines())


def _text(*parts: str | tuple[str, str]) -> Text:
    """Words, each with its style if it has one."""
    styled = ((part, "") if isinstance(part, str) else part for part in parts)
    return Text.assemble(*((words.translate(_STAND_IN), style) for words, style in styled))


def _render_file(console: Console, file: FileReport, language: Language) -> None:
    kind = file.type or language.tell(_NO_TYPE)
    rows = language.plural("{count} row", "{count} rows", file.rows)
    headline = _text(
        (visible(file.path), "bold"),
        f"  {kind}, {rows}, {file.encoding}  ",
        _verdict(language, passed=file.passed),
    )
    console.print(headline)
    if not by_own_schema(file):
        console.print(_text(_forecast(file, language)))
        for line in _money(file, language):
            console.print(Padding(_text(line), (0, 0, 0, 2)))
    _render_diagnoses(console, file, language)
    for of in sorted(by_rule(file), key=lambda of: of.severity.rank):
        if of.kept:
            _render_rule(console, of, file, language)
    if file.not_checked:
        told = reduce(
            lambda reasons, next: language.translate("{reasons}; {next}", reasons=reasons, next=next),
            (
                f"{_listed(codes, language)} ({language.tell(reason, visible)})"
                for reason, codes in not_checked(file, _FOR_WANT_OF_COLUMNS).items()
            ),
        )
        console.print()
        console.print(_text((language.translate("Not checked: {rules}.", rules=told), "dim")))
    console.print()


def _listed(codes: list[str], language: Language) -> str:
    if len(codes) <= SHOWN:
        return ", ".join(codes)
    return language.translate("{count} other rules", count=Number(len(codes)))


def _render_diagnoses(console: Console, file: FileReport, language: Language) -> None:
    """What is behind the findings, the costliest first."""
    if not file.diagnoses:
        return
    console.print()
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for diagnosis in file.diagnoses[:SHOWN]:
        sentence, advice = (language.tell(text, visible) for text in (diagnosis.sentence, diagnosis.advice))
        table.add_row(_text("*"), _text((sentence, "bold"), " ", advice))
    more = more_causes(file, SHOWN, language)
    if more:
        table.add_row("", _text(more))
    console.print(table)


def _render_rule(console: Console, of: OfRule, file: FileReport, language: Language) -> None:
    times = language.plural("{count} time", "{count} times", of.count)
    known = file.known_counts[of.rule.code]
    if known:
        times = language.translate("{times} ({known} known)", times=times, known=Number(known))
    rule = f"{of.rule.code} {of.rule.name}"
    if by_own_schema(file):
        headline = f"{rule}, {times}"
    else:
        headline = language.translate(
            "{rule}, {times}: {effect}", rule=rule, times=times, effect=told_effects(of.effects)
        )
    console.print()
    head = Table.grid(padding=(0, 2, 0, 0))
    head.add_column(no_wrap=True)
    head.add_column(overflow="fold")
    head.add_row(_text((language.translate(of.severity.value), _STYLES[of.severity])), _text(headline))
    console.print(head)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", max_width=32)
    table.add_column(overflow="fold")
    for finding in of.first(SHOWN):
        line = "" if finding.line is None else f"  {language.translate('line {line}', line=str(finding.line))}"
        table.add_row(_text(line), _text(visible(finding.column or "")), _explained(finding, language))
    console.print(table)
    more = of.count - min(len(of.kept), SHOWN)
    if more > 0:
        message = "… and {count} more; --format json lists up to --max-findings of them."
        console.print(Padding(_text(language.translate(message, count=Number(more))), (0, 0, 0, 2)))


def _explained(finding: Finding, language: Language) -> Text:
    sentence = language.tell(finding.sentence, visible)
    if finding.value and finding.value not in finding.sentence:
        value = visible(shortest(finding.value))
        sentence = language.translate("{value}: {sentence}", value=value, sentence=sentence)
    text = _text(sentence)
    if finding.known:
        text.append(f" ({language.translate('known')})", "dim")
    if finding.suggestion is not None:
        text.append(f"\n-> {visible(shortest(finding.suggestion))}", "green")
    return text


def shortest(value: str) -> str:
    """A value, cut to what fits into a line or two."""
    return value if len(value) <= _VALUE else value[:_VALUE] + "…"


def _forecast(file: FileReport, language: Language) -> str:
    forecast = file.forecast
    if forecast.refused:
        return language.translate("The file would be refused: no line goes in.")
    accepted = language.plural("{count} line would go in", "{count} lines would go in", forecast.accepted)
    if not forecast.ignored:
        return language.translate("{accepted}, none left out.", accepted=accepted)
    ignored = language.plural("{count} line would be left out", "{count} lines would be left out", forecast.ignored)
    return language.translate("{accepted}, {ignored}.", accepted=accepted, ignored=ignored)


def _money(file: FileReport, language: Language) -> list[str]:
    """What the forecast says of amounts, and of what would be cleared by mistake."""
    money = file.forecast.money
    lines = [
        language.translate(
            "{currency}: {accepted} go in, {ignored} do not.",
            currency=visible(currency) or _NO_CURRENCY,
            accepted=language.amount(Decimal(amounts["accepted"])),
            ignored=language.amount(Decimal(amounts["ignored"])),
        )
        for currency, amounts in money.to_dict().items()
    ]
    if money.unreadable:
        one = "The amount of {count} line can't be read and is in no sum."
        many = "The amounts of {count} lines can't be read and are in no sum."
        lines.append(language.plural(one, many, money.unreadable))
    cleared = file.forecast.cleared_by_mistake
    if cleared:
        if file.breaks_off:
            one = "STOCK mode: at least {count} open item would be taken for paid and cleared by mistake; how many more are missing is not known."
            many = "STOCK mode: at least {count} open items would be taken for paid and cleared by mistake; how many more are missing is not known."
        else:
            one = "STOCK mode: {count} open item would be taken for paid and cleared by mistake."
            many = "STOCK mode: {count} open items would be taken for paid and cleared by mistake."
        lines.append(language.plural(one, many, cleared))
    if file.forecast.clearing is not None:
        lines.append(language.tell(file.forecast.clearing, visible))
    return lines


def _render_summary(console: Console, report: Report, language: Language) -> None:
    files = language.plural("{count} file", "{count} files", len(report.files))
    counts = ", ".join(_counted(severity, number, language) for severity, number in report.counts.items())
    summary = language.translate("{files}: {counts}.", files=files, counts=counts)
    console.print(_text(_verdict(language, passed=report.passed), f"  {summary}"))
    for sentence in compared(report, language):
        console.print(_text(sentence))
    if report.interrupted:
        console.print(_text(language.translate("Interrupted: the report holds what was found so far.")))
    weakened = sorted({code for file in report.files for code in file.forecast.weakened_by})
    if weakened:
        message = "Rules that the forecast needs were switched off: {rules}."
        console.print(_text(language.translate(message, rules=", ".join(weakened))))


def _verdict(language: Language, *, passed: bool) -> tuple[str, str]:
    return (language.translate("PASS"), "bold green") if passed else (language.translate("FAIL"), "bold red")


def _counted(severity: Severity, number: int, language: Language) -> str:
    if severity is Severity.ERROR:
        return language.plural("{count} error", "{count} errors", number)
    if severity is Severity.WARNING:
        return language.plural("{count} warning", "{count} warnings", number)
    return language.plural("{count} info", "{count} info", number)
