"""The report for a terminal: readable on 80 columns and without colour."""

from __future__ import annotations

import io
import shutil
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dsolint.findings import Effect, Finding, Severity
from dsolint.report import FileReport, Report
from dsolint.reporters.visible import visible

SHOWN = 10
"""How many findings of a rule are shown; the machine formats have more."""

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
            _render_file(console, file, report)
        for entry in delivery.skipped:
            console.print(Text(f"{visible(entry.path)}: skipped. {visible(entry.reason)}"), "")
    _render_summary(console, report)
    return target.getvalue()


def _render_file(console: Console, file: FileReport, report: Report) -> None:
    fails = file.fails(report.fail_on)
    kind = file.type or "own schema"
    headline = Text.assemble(
        (visible(file.path), "bold"),
        f"  {kind}, {count(file.rows, 'row')}, {file.encoding}  ",
        _verdict(passed=not fails),
    )
    console.print(headline)
    console.print(Text(_forecast(file)))
    by_rule = sorted(file.findings, key=lambda f: (f.severity.rank, f.code))
    for (severity, code), group in groupby(by_rule, key=lambda f: (f.severity, f.code)):
        _render_rule(console, severity, code, list(group), file)
    for reason, entries in groupby(file.not_checked, key=lambda entry: entry.reason):
        codes = ", ".join(entry.rule for entry in entries)
        console.print()
        console.print(Text(f"Not checked, because {visible(reason)}: {codes}."))
    console.print()


def _render_rule(console: Console, severity: Severity, code: str, findings: list[Finding], file: FileReport) -> None:
    first = findings[0]
    worst = min((finding.effect for finding in findings), key=lambda effect: effect.rank)
    console.print()
    console.print(
        Text.assemble(
            (severity.value, _STYLES[severity]),
            f"  {code} {first.name}, {count(file.counts[code], 'time')}: {_EFFECTS[worst]}",
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
    more = len(findings) - SHOWN
    if more > 0:
        console.print(Text(f"  … and {more} more here; --format json lists them."))


def _explained(finding: Finding) -> Text:
    text = Text(visible(finding.sentence))
    if finding.suggestion is not None:
        text.append(f" -> {visible(finding.suggestion)}", "green")
    return text


def _forecast(file: FileReport) -> str:
    forecast = file.forecast
    if forecast.refused:
        return "The server would refuse the file: no line goes in."
    if not forecast.ignored:
        return f"{count(forecast.accepted, 'line')} would go in, none left out."
    return f"{count(forecast.accepted, 'line')} would go in, {count(forecast.ignored, 'line')} would be left out."


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
