"""A page for each rule, out of its docstring, and a list of them."""

from __future__ import annotations

from derive.markdown import cell, escaped
from dsolint.rules import RULES, AnyRule
from dsolint.rules.rule import unwrapped

SCOPES = {
    "F": "The file",
    "H": "The header",
    "R": "The rows' structure",
    "V": "One value",
    "B": "One row or the whole column, by business sense",
    "X": "Between the files of a delivery",
    "D": "Against the last delivery",
    "S": "A user's own schema",
}


def pages() -> dict[str, str]:
    """The pages by their names."""
    return {"README.md": index(), **{f"{rule.code}.md": rule_page(rule) for rule in RULES.values()}}


def index() -> str:
    """The list of all rules, by what they look at."""
    lines = [
        "# Rules",
        "",
        "Codes are permanent. What may change about a rule, and when: [the policy](../rule-policy.md).",
        "",
    ]
    for letter, scope in SCOPES.items():
        rules = [rule for rule in RULES.values() if rule.code.startswith(letter)]
        if rules:
            lines += [
                f"## {letter}: {scope}",
                "",
                "| code | name | severity | effect | basis | finds |",
                "|---|---|---|---|---|---|",
            ]
            lines += [
                f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {rule.effect} | {rule.basis} | {cell(rule.what)} |"
                for rule in rules
            ]
            lines.append("")
    return "\n".join(lines)


def rule_page(rule: AnyRule) -> str:
    """Everything about one rule."""
    lines = [
        f"# {rule.code} {rule.name}",
        "",
        f"Severity **{rule.severity}**, effect **{rule.effect}**, basis **{rule.basis}**, since {rule.since}.",
        "",
        *_paragraphs(rule.what),
    ]
    sections = rule.sections
    lines += ["", "## Why it matters", "", *_paragraphs(sections["Why"])]
    lines += [
        "",
        "## Example",
        "",
        "Bad:",
        "",
        f"    {unwrapped(sections['Bad'])}",
        "",
        "Good:",
        "",
        f"    {unwrapped(sections['Good'])}",
    ]
    lines += ["", "## How to fix it in the ERP", "", *_paragraphs(sections["Fix"])]
    lines += ["", "## Source", "", *_paragraphs(sections["Source"]), ""]
    return "\n".join(lines)


def _paragraphs(text: str) -> list[str]:
    return [escaped(unwrapped(part)) for part in text.split("\n\n")]
