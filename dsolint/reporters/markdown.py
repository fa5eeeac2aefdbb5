"""Markdown for a job's summary or a comment on a merge request.

What comes out of a file stands in a code span, where neither GitHub nor GitLab see markup, links or mentions; plain words
and small numbers stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from string import Formatter

from dsolint.findings import Finding
from dsolint.language import ENGLISH
from dsolint.phrases import Phrase
from dsolint.report import FileReport, Report
from dsolint.reporters.known import compared
from dsolint.reporters.view import (
    KNOWN,
    NOT_CHECKED,
    OfRule,
    brief,
    by_own_schema,
    by_rule,
    not_checked,
    place,
    skipped,
    weakened,
)
from dsolint.reporters.visible import visible

LONGEST = 60_000
"""How many characters the report has at most: a comment on GitHub holds 65,536."""

SHOWN = 10
"""How many findings of a rule are shown, and how many currencies, diagnoses and unchecked rules of a file."""

TITLE = "## dsolint: {verdict}"
SUMMARY = "Files: {files:,}. Findings: {counts}."
UNREAD = "**Could not be checked:** {message}"
SKIPPED = "Skipped: {path}. {reason}"
FILE = "### {path}: {verdict}"
CAUSES = "What is behind the findings:"
MORE_CAUSES = "Further causes: {more:,}."
RULES = "| rule | severity | effect | findings |"
FINDINGS = "### Findings in {path}"
FINDING = "line {line:,}"
WHOLE_FILE = "The file"
MORE_FINDINGS = "Not shown: {more:,}."
MANY_RULES = "{count} rules"
CUT = "*The report is longer than this; the rest is left out here.*"
REFUSED = "**The file would be refused:** no line goes in."
LINES = "Lines that go in: {accepted:,}. Lines left out: {ignored:,}."
MONEY = "{currency}: {accepted} go in, {ignored} do not."
MORE_CURRENCIES = "Further currencies: {more:,}."
NO_CURRENCY = "No currency"
UNREADABLE = "Lines whose amount can't be read and is in no sum: {count:,}."
CLEARED = "**Open items that STOCK mode would clear by mistake: {count:,}.**"
CLEARED_AT_LEAST = (
    "**Open items that STOCK mode would clear by mistake: at least {count:,}; how many more are missing is not known.**"
)
REMOVED = "**User associations that would be removed by mistake: {count:,}.**"

_MARKUP = re.compile(r"([\\`*_\[\]<>&~|#$!])")
_PLAIN = re.compile(r"[0-9,]{0,6}|(?:[^\W\d_]|[ ,])*")
_BACKTICKS = re.compile(r"`+")


def render(report: Report) -> str:
    """The verdict, then each file, then their findings; what does not fit is left out, and said to be."""
    text, cut = "", f"\n{CUT}\n"
    for block in _blocks(report):
        if len(text) + len(block) + len(cut) > LONGEST:
            return text + cut
        text += block
    return text


def escaped(text: str) -> str:
    """Text of our own, with what Markdown would take for markup escaped."""
    return _MARKUP.sub(r"\\\1", text)


def code(text: str) -> str:
    """Any text as a code span."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{edge}{text}{edge}{fence}" if text else ""


def _words(text: str) -> str:
    """What may hold something out of a file: as it is where it is plain, else as code."""
    return text if _PLAIN.fullmatch(text) else code(text)


def _sentence(phrase: Phrase) -> str:
    parts = Formatter().parse(phrase.template)
    return "".join(
        escaped(text) + ("" if name is None else _words(brief(phrase.params[name]))) for text, name, _, _ in parts
    )


def _blocks(report: Report) -> Iterator[str]:
    counts = ", ".join(f"{severity.value} {count:,}" for severity, count in report.counts.items())
    yield f"{TITLE.format(verdict=_verdict(passed=report.passed))}\n"
    yield f"\n{SUMMARY.format(files=len(report.files), counts=counts)}\n"
    for sentence in compared(report, ENGLISH):
        yield f"\n{escaped(sentence)}\n"
    for failure in report.failures:
        yield f"\n{UNREAD.format(message=code(visible(failure.message)))}\n"
    for entry in skipped(report):
        yield f"\n{SKIPPED.format(path=_path(entry.path), reason=code(visible(entry.reason)))}\n"
    for file in report.files:
        yield f"\n{FILE.format(path=_path(file.path), verdict=_verdict(passed=file.passed))}\n"
        yield from _file(file)
    for file in report.files:
        if file.findings:
            yield f"\n{FINDINGS.format(path=_path(file.path))}\n"
            yield from map(_findings, _worst_first(file))


def _file(file: FileReport) -> Iterator[str]:
    if not by_own_schema(file):
        yield _list(_forecast(file))
    if file.diagnoses:
        told = [
            f"**{_sentence(diagnosis.sentence)}** {_sentence(diagnosis.advice)}" for diagnosis in file.diagnoses[:SHOWN]
        ]
        more = len(file.diagnoses) - len(told)
        yield f"\n{CAUSES}\n{_list(told + ([MORE_CAUSES.format(more=more)] if more else []))}"
    if file.counts:
        rows = "".join(
            f"| {of.rule.code} {of.rule.name} | {of.severity.value} | {', '.join(of.effects)} | {of.count:,} |\n"
            for of in _worst_first(file)
        )
        yield f"\n{RULES}\n|---|---|---|---:|\n{rows}"
    unknown = [
        NOT_CHECKED.format(
            reason=_sentence(reason) if isinstance(reason, Phrase) else _words(visible(reason)), rules=_listed(rules)
        )
        for reason, rules in not_checked(file).items()
    ]
    unknown += weakened(file)
    if unknown:
        yield _list(unknown)


def _forecast(file: FileReport) -> list[str]:
    """What would go in, in lines and in money."""
    forecast, money = file.forecast, file.forecast.money
    told = [REFUSED if forecast.refused else LINES.format(accepted=forecast.accepted, ignored=forecast.ignored)]
    sums = money.to_dict()
    for currency, amounts in islice(sums.items(), SHOWN):
        told.append(MONEY.format(currency=code(brief(currency)) or NO_CURRENCY, **amounts))
    if len(sums) > SHOWN:
        told.append(MORE_CURRENCIES.format(more=len(sums) - SHOWN))
    cleared = CLEARED_AT_LEAST if file.breaks_off else CLEARED
    mistakes = {
        UNREADABLE: money.unreadable,
        cleared: forecast.cleared_by_mistake,
        REMOVED: forecast.removed_by_mistake,
    }
    told += [sentence.format(count=count) for sentence, count in mistakes.items() if count]
    return told if forecast.clearing is None else [*told, _sentence(forecast.clearing)]


def _worst_first(file: FileReport) -> list[OfRule]:
    return sorted(by_rule(file), key=lambda of: (of.severity.rank, of.effect.rank))


def _findings(of: OfRule) -> str:
    """The findings of one rule, folded up."""
    told = [f"{_where(finding)}: {_explained(finding)}" for finding in of.first(SHOWN)]
    more = of.count - len(told)
    if more:
        told.append(MORE_FINDINGS.format(more=more))
    title = f"{of.severity.value} {of.rule.code} {of.rule.name}: {of.count:,}"
    return f"\n<details><summary>{title}</summary>\n{_list(told)}\n</details>\n"


def _where(finding: Finding) -> str:
    line = [] if finding.line is None else [FINDING.format(line=finding.line)]
    column = [code(brief(finding.column))] if finding.column else []
    return ", ".join(line + column) or WHOLE_FILE


def _explained(finding: Finding) -> str:
    sentence = _sentence(finding.sentence)
    if finding.value and finding.value not in finding.sentence:
        sentence = f"{code(brief(finding.value))}: {sentence}"
    if finding.suggestion is not None:
        sentence = f"{sentence} → {code(brief(finding.suggestion))}"
    return KNOWN.format(told=sentence) if finding.known else sentence


def _list(entries: list[str]) -> str:
    return "\n" + "".join(f"- {entry}\n" for entry in entries)


def _listed(rules: list[str]) -> str:
    return ", ".join(rules) if len(rules) <= SHOWN else MANY_RULES.format(count=len(rules))


def _path(path: str) -> str:
    return code(visible(place(path)))


def _verdict(*, passed: bool) -> str:
    return "PASS" if passed else "FAIL"
