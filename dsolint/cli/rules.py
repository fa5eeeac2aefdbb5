"""`dsolint rules`"""

from __future__ import annotations

import textwrap

import click

from dsolint.errors import UsageError
from dsolint.rules import RULES, AnyRule, selected


@click.command("rules")
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """List the rules, or explain one: its CODE or name."""
    if code is None:
        for rule in RULES.values():
            click.echo(f"{rule.code}  {rule.name:<22} {rule.severity:<8} {rule.effect:<6} {rule.basis}")
        return 0
    found = selected([code])
    if len(found) > 1:
        raise UsageError(f"{code} stands for {len(found)} rules: name one of {', '.join(sorted(found))}.")
    click.echo(explain(RULES[next(iter(found))]))
    return 0


def explain(rule: AnyRule) -> str:
    """Everything about a rule, for the terminal."""
    lines = [
        f"{rule.code} {rule.name}",
        f"severity {rule.severity}, effect {rule.effect}, basis {rule.basis}, since {rule.since}",
        "",
    ]
    lines += textwrap.wrap(_joined(rule.what), 78, break_on_hyphens=False)
    for name, text in rule.sections.items():
        lines += ["", *textwrap.wrap(f"{name}: {_joined(text)}", 78, subsequent_indent="    ", break_on_hyphens=False)]
    return "\n".join(lines)


def _joined(text: str) -> str:
    return " ".join(text.split())
