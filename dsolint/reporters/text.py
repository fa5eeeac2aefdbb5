"""The report for a terminal: readable on 80 columns and without colour."""

from __future__ import annotations

import io
import shutil

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dsolint.findings import Effect, Finding, Severity
from dsolint.report import LACKS_COLUMN, FileReport, Report
from dsolint.reporters.visible import visible

SHOWN = 10
"""How many findings of a rule are shown; the machine formats have more."""

_VALUE = 80

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_EFFECTS = {
    Effect.FILE: "the file is refused",
    Effect.LINE: "the line is left out",
    Effect.VALUE: "the value may be lost",
    Effect.NONE: "no effect on the import",
}


def render(report: Report, *, colour: bool = False) -> str:
    """The report as text, as wide as the terminal."""
    width = max(60, min(shutil.get_terminal_size((80, 24)).columns, 140))
    target = io.StringIO()
    console = Console(
        file=target, width=width, force_terminal=colour, color_system="auto" if colour else None, highlight=False
    )
    for delivery in report.deliveries:
        for file in delivery.files:
            _render_file(console, file)
        for entry in delivery.skipped:
            console.print(Text(f"{visible(entry.path)}: skipped. {visible(entry.reason)}"), "")
    _render_summary(console, report)
    return "".join(f"{line.rstrip()}\n" for line in target.getvalue().splitlines())


def _render_file(console: Console, file: FileReport) -> None:
    kind = file.type or "no import type"
    headline = Text.assemble(
        (visible(file.path), "bold"),
        f"  {kind}, {count(file.rows, 'row')}, {file.encoding}  ",
        _verdict(passed=file.passed),
    )
    console.print(headline)
    console.print(Text(_forecast(file)))
    for line in _money(file):
        console.print(Text(line))
    _render_diagnoses(console, file)
    by_rule: dict[str, list[Finding]] = {}
    for finding in file.findings:
        by_rule.setdefault(finding.code, []).append(finding)
    for code, findings in sorted(by_rule.items(), key=lambda entry: (_worst(entry[1]).rank, entry[0])):
        _render_rule(console, code, findings, file)
    if file.not_checked:
        reasons: dict[str, list[str]] = {}
        for entry in file.not_checked:
            reason = "for want of columns" if entry.reason.startswith(LACKS_COLUMN) else entry.reason
            reasons.setdefault(reason, []).append(entry.rule)
        told = "; ".join(f"{_listed(codes)} ({visible(reason)})" for reason, codes in reasons.items())
        console.print()
        console.print(Text(f"Not checked: {told}.", style="dim"))
    console.print()


def _listed(codes: list[str]) -> str:
    return ", ".join(codes) if len(codes) <= SHOWN else f"{len(codes)} other rules"


def _render_diagnoses(console: Console, file: FileReport) -> None:
    """What is behind the findings, the costliest first."""
    if not file.diagnoses:
        return
    console.print()
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for diagnosis in file.diagnoses[:SHOWN]:
        text = Text.assemble((visible(diagnosis.sentence), "bold"), " ", visible(diagnosis.advice))
        table.add_row(Text("*"), text)
    console.print(table)


def _worst(findings: list[Finding]) -> Severity:
    return min((finding.severity for finding in findings), key=lambda severity: severity.rank)


def _render_rule(console: Console, code: str, findings: list[Finding], file: FileReport) -> None:
    severity = _worst(findings)
    effect = min((finding.effect for finding in findings), key=lambda effect: effect.rank)
    console.print()
    console.print(
        Text.assemble(
            (severity.value, _STYLES[severity]),
            f"  {code} {findings[0].name}, {count(file.counts[code], 'time')}: {_EFFECTS[effect]}",
        )
    )
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", max_width=32)
    table.add_column(overflow="fold")
    for finding in findings[:SHOWN]:
        line = "" if finding.line is None else f"  line {finding.line}"
        table.add_row(Text(line), Text(visible(finding.column or "")), _explained(finding))
    console.print(table)
    more = file.counts[code] - min(len(findings), SHOWN)
    if more > 0:
        console.print(Text(f"  … and {more:,} more; --format json lists up to --max-findings of them."))


def _explained(finding: Finding) -> Text:
    sentence = finding.sentence
    if finding.value and finding.value not in sentence:
        sentence = f"{shortest(finding.value)}: {sentence}"
    text = Text(visible(sentence))
    if finding.suggestion is not None:
        text.append(f"\n-> {visible(shortest(finding.suggestion))}", "green")
    return text


def shortest(value: str) -> str:
    """A value, cut to what fits into a line or two."""
    return value if len(value) <= _VALUE else value[:_VALUE] + "…"


def _forecast(file: FileReport) -> str:
    forecast = file.forecast
    if forecast.refused:
        return "The server would refuse the file: no line goes in."
    if not forecast.ignored:
        return f"{count(forecast.accepted, 'line')} would go in, none left out."
    return f"{count(forecast.accepted, 'line')} would go in, {count(forecast.ignored, 'line')} would be left out."


def _money(file: FileReport) -> list[str]:
    """What the forecast says of amounts, and of what would be cleared by mistake."""
    money = file.forecast.money
    lines = [
        f"  {currency or 'no currency'}: {amounts['accepted']} go in, {amounts['ignored']} do not."
        for currency, amounts in money.to_dict().items()
    ]
    unreadable = money.unreadable_accepted + money.unreadable_ignored
    if unreadable:
        lines.append(f"  The amount of {count(unreadable, 'line')} can't be read and is not in these sums.")
    cleared = file.forecast.cleared_by_mistake
    if cleared:
        lines.append(f"  STOCK mode: {count(cleared, 'open item')} would be taken for paid and cleared by mistake.")
    return lines


def _render_summary(console: Console, report: Report) -> None:
    counts = ", ".join(count(number, severity.value) for severity, number in report.counts.items())
    console.print(Text.assemble(_verdict(passed=report.passed), f"  {count(len(report.files), 'file')}: {counts}."))
    weakened = sorted({code for file in report.files for code in file.forecast.weakened_by})
    if weakened:
        console.print(Text(f"Rules that the forecast needs were switched off: {', '.join(weakened)}."))


def _verdict(*, passed: bool) -> tuple[str, str]:
    return ("PASS", "bold green") if passed else ("FAIL", "bold red")


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it has to be."""
    plural = noun if noun == "info" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
