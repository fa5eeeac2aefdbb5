"""Whether a delivery may be sent: one file that fails stops all of it."""

from __future__ import annotations

from collections.abc import Sequence

from dsolint.checking.guard import concerned
from dsolint.findings import Severity
from dsolint.phrases import Phrase
from dsolint.report import FileReport
from dsolint.rules import RULES, deciding
from dsolint.schema import import_type

GUARD = "D"
"""The letter of the guard's rules, which --force overrides."""


def stopping(files: Sequence[FileReport], *, force: bool) -> Phrase | None:
    """Why a delivery is not sent; None where it may be."""
    by_guard = {file.path: _failing_of_guard(file) for file in files}
    failing = [file.path for file in files if not file.complete or file.failing > len(by_guard[file.path])]
    if failing:
        return not_passing(failing)
    codes = found_by_guard(files)
    if codes and not force:
        message = "The guard stops the delivery: {rules}. If it is meant like this, --force sends it all the same."
        return Phrase(message, {"rules": ", ".join(codes)})
    return None


def not_passing(paths: Sequence[str]) -> Phrase:
    """Why a delivery is not sent, of which these do not pass or could not be checked."""
    message = "Everything has to pass before anything is sent, and these do not: {files}."
    return Phrase(message, {"files": ", ".join(paths)})


def found_by_guard(files: Sequence[FileReport]) -> list[str]:
    """The guard's rules that stop the files, unless they are sent by force."""
    return sorted({code for file in files for code in _failing_of_guard(file)})


def guard_switched_off(file: FileReport) -> list[str]:
    """The guard's rules that concern a file and were not selected for it."""
    if file.type is None or file.config is None:
        return []
    return [code for code in concerned(import_type(file.type), file.config) if code not in file.rules]


def let_through(file: FileReport) -> list[str]:
    """The rules of effect file or line, and the guard's that concern a file, whose findings do not fail it any more since
    their severity was lowered.
    """
    if file.type is None or file.config is None:
        return []
    type = import_type(file.type)
    stop = {*concerned(type, file.config), *deciding(file.config, type)}
    return [
        code
        for code in file.config.severity
        if code in stop
        and code in file.rules
        and file.fails(RULES[code].severity)
        and not file.fails(_severity(file, code))
    ]


def _failing_of_guard(file: FileReport) -> list[str]:
    """The guard's findings that fail a file, a code for each."""
    return [
        code
        for code, count in file.counts.items()
        if code.startswith(GUARD) and file.fails(_severity(file, code))
        for _ in range(count)
    ]


def _severity(file: FileReport, code: str) -> Severity:
    changed = file.config.severity if file.config is not None else {}
    return changed.get(code, RULES[code].severity)
