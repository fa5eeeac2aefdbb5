"""A rule's problem at a place becomes a finding."""

from __future__ import annotations

from collections.abc import Mapping

from dsolint.findings import Finding, Problem
from dsolint.rules import AnyRule


def make_finding(
    rule: AnyRule,
    problem: Problem,
    *,
    line: int | None = None,
    record: int | None = None,
    column: str | None = None,
    value: str | None = None,
    key: Mapping[str, str] | None = None,
) -> Finding:
    """The finding that a rule's problem at a place is; the problem's own place, where it has one, goes first."""
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=problem.severity or rule.severity,
        effect=problem.effect or rule.effect,
        message=problem.message,
        params=problem.params,
        line=problem.line if problem.line is not None else line,
        record=record,
        column=problem.column if problem.column is not None else column,
        value=problem.value if problem.value is not None else value,
        suggestion=problem.suggestion,
        key={name: text for name, text in (key or {}).items() if text},
    )
