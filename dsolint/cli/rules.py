"""`dsolint rules`"""

from __future__ import annotations

import textwrap

import click

from dsolint.cli import options
from dsolint.errors import UsageError
from dsolint.language import ENGLISH, Language, pick_language
from dsolint.rules import RULES, AnyRule, selected
from dsolint.rules.rule import unwrapped
from dsolint.settings import make_settings


@click.command("rules")
@click.argument("code", required=False)
@options.lang
def command(code: str | None, lang: str | None) -> int:
    """List the rules, or explain one: its CODE or name."""
    language = pick_language(make_settings(language=lang).for_file(".").language)
    if code is None:
        click.echo(listing(language))
        return 0
    found = selected([code])
    if len(found) > 1:
        raise UsageError(f"{code} stands for {len(found)} rules: name one of {', '.join(sorted(found))}.")
    click.echo(explain(RULES[next(iter(found))], language))
    return 0


def listing(language: Language) -> str:
    """A line for each rule, in columns."""
    facts = [[language.translate(word) for word in (rule.severity, rule.effect, rule.basis)] for rule in RULES.values()]
    rows = [[rule.code, rule.name, *words] for rule, words in zip(RULES.values(), facts, strict=True)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def explain(rule: AnyRule, language: Language = ENGLISH) -> str:
    """Everything about a rule, for the terminal."""
    facts = language.translate(
        "severity {severity}, effect {effect}, basis {basis}, since {version}",
        severity=language.translate(rule.severity),
        effect=language.translate(rule.effect),
        basis=language.translate(rule.basis),
        version=rule.since,
    )
    lines = [f"{rule.code} {rule.name}", facts, ""]
    lines += textwrap.wrap(language.translate(unwrapped(rule.what)), 78, break_on_hyphens=False)
    for name, text in rule.sections.items():
        text = language.translate(
            "{section}: {text}", section=language.translate(name), text=language.translate(unwrapped(text))
        )
        lines += ["", *textwrap.wrap(text, 78, subsequent_indent="    ", break_on_hyphens=False)]
    return "\n".join(lines)
