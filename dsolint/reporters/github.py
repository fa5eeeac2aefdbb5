"""Workflow commands, which GitHub Actions shows as annotations: ten of each kind for a step, so the worst come first."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from dsolint.findings import Severity
from dsolint.report import Report
from dsolint.reporters.view import Told, by_importance, one_line, place, skipped, unknown
from dsolint.reporters.visible import visible

SHOWN = 10
"""How many annotations of each kind GitHub shows of one step."""

UNREAD = "could not be checked"
MORE = "Findings that are not shown here: {count:,}."
UNCHECKED = "Files that were not checked: {count:,}."

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """The report as workflow commands, one a line; the last says how many findings it leaves out, and what was not checked."""
    found = [
        _command("error", visible(failure.message), file=place(failure.path), title=UNREAD)
        for failure in report.failures[:SHOWN]
    ]
    unread = len(report.failures) - len(found) + sum(1 for _ in skipped(report))
    room = Counter({"error": SHOWN - len(found), "warning": SHOWN, "notice": SHOWN - 1})
    listed = 0
    for told in by_importance(report):
        command = "notice" if told.finding.known else _COMMANDS[told.finding.severity]
        if room[command] > 0:
            room[command] -= 1
            listed += 1
            found.append(_annotation(command, told))
    rest = _rest(sum(report.counts.values()) - listed, unread, report)
    if rest:
        found.append(_command("notice", rest, title="dsolint"))
    return "".join(f"{line}\n" for line in found)


def _annotation(command: str, told: Told) -> str:
    finding = told.finding
    title = f"{finding.code} {finding.name}"
    line = {} if finding.line is None else {"line": str(finding.line)}
    return _command(command, one_line(finding), file=place(told.file.path), **line, title=title)


def _rest(left_out: int, unread: int, report: Report) -> str:
    """What no annotation says, in sentences."""
    counts = {MORE: left_out, UNCHECKED: unread}
    told = [sentence.format(count=count) for sentence, count in counts.items() if count]
    of_rules = dict.fromkeys(sentence for file in report.files for sentence in unknown(file))
    return " ".join([*told, *islice(of_rules, SHOWN)])


def _command(command: str, message: str, **properties: str) -> str:
    told = ",".join(f"{name}={_property(visible(text))}" for name, text in properties.items())
    return f"::{command} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
