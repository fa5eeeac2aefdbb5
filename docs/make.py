"""Write what is derived from the code: a page for each rule. `make docs` runs it; a test says when a page is stale."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from dsolint.rules import RULES, AnyRule
from dsolint.rules.rule import one_line

RULE_PAGES = Path(__file__).parent / "rules"
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


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    made = {RULE_PAGES / f"{rule.code}.md": rule_page(rule) for rule in RULES.values()}
    return {RULE_PAGES / "README.md": index(), **made}


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
                f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {rule.effect} | {rule.basis} | {_cell(rule.what)} |"
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
        f"    {one_line(sections['Bad'])}",
        "",
        "Good:",
        "",
        f"    {one_line(sections['Good'])}",
    ]
    lines += ["", "## How to fix it in the ERP", "", *_paragraphs(sections["Fix"])]
    lines += ["", "## Source", "", *_paragraphs(sections["Source"]), ""]
    return "\n".join(lines)


def _paragraphs(text: str) -> list[str]:
    return [_escaped(one_line(part)) for part in text.split("\n\n")]


def _cell(text: str) -> str:
    return _escaped(one_line(text)).replace("|", "\\|")


def _escaped(text: str) -> str:
    return re.sub(r"([<*_])", r"\\\1", text)


def main() -> int:
    """Write the pages, and take away those of rules that are gone."""
    made = pages()
    RULE_PAGES.mkdir(exist_ok=True)
    for path in set(RULE_PAGES.glob("*.md")) - made.keys():
        path.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
