"""Collect the messages that reports translate, and bring the catalogues up to date without losing a translation.

`make messages` runs it; a test says when a catalogue is stale. In the code a message is a literal where it is used, or a
name to which the function or module gives a literal: see SINGLE and PLURAL. Templates mark theirs with _() and {% trans %}.
The texts of the rules come from their docstrings.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import dsolint
from dsolint.findings import Basis, Effect, Severity
from dsolint.language import LANGUAGES, catalogue_file
from dsolint.rules import RULES
from dsolint.rules.rule import SECTIONS, unwrapped

Message = str | tuple[str, str]
"""A message, or its singular and plural."""
Named = Mapping[str, Sequence[ast.expr]]
"""What a function or module assigns to each name."""

PACKAGE = Path(dsolint.__file__).parent
SINGLE = {"Problem": 0, "Flagged": 1, "Phrase": 0, "translate": 0}
"""The place of the message among the arguments of each of these calls."""
PLURAL = ("Counted", "plural")
"""Calls whose first arguments are singular and plural. `diagnosis` has its singular, if any, by the name `one`."""
GIVEN = ("Phrase", "Counted", "translate", "plural")
"""Calls that may get a message that was collected elsewhere; all others have to name theirs."""


class NoLiteralError(Exception):
    """A message that can't be collected."""


def collect(package: Path = PACKAGE) -> Catalog:
    """Every message there is, with the files or the rule that have it."""
    found = Catalog()
    for path in sorted(package.rglob("*.py")):
        file = f"{PACKAGE.name}/{path.relative_to(package).as_posix()}"
        for message in messages_of_code(path.read_text(encoding="utf-8"), file):
            found.add(message, locations=[(file, 0)])
    for file, message in messages_of_templates(package):
        found.add(message, locations=[(file, 0)])
    for word in (*Severity, *Effect, *Basis, *SECTIONS):
        found.add(str(word))
    for code, text in messages_of_rules():
        found.add(text, auto_comments=[code])
    return found


def messages_of_templates(package: Path) -> Iterator[tuple[str, Message]]:
    """The messages of the report's HTML templates, each with its file."""
    folder = package / "reporters" / "html"
    options = {"**.html": {"silent": "false", "newstyle_gettext": "true"}}
    for file, _, message, _, _ in extract_from_dir(folder, [("**.html", "jinja2")], options):
        yield f"{PACKAGE.name}/reporters/html/{file}", message


def messages_of_rules() -> Iterator[tuple[str, str]]:
    """The texts of the rules, each with its rule's code, without the examples that are nothing but data."""
    for code, rule in RULES.items():
        yield code, unwrapped(rule.what)
        for section, text in rule.sections.items():
            if section not in ("Bad", "Good") or has_words(unwrapped(text)):
                yield code, unwrapped(text)


def has_words(example: str) -> bool:
    """Whether an example says something about its data: a word in small letters stands alone, and not in quotes."""
    words = re.sub('"[^"]*"', "", example).split()
    return len(words) > 1 and any(re.fullmatch("[a-z]+,?", word) for word in words)


def messages_of_code(source: str, file: str) -> Iterator[Message]:
    """The messages of a module. Raises NoLiteralError for one that is put together."""
    tree = ast.parse(source)
    constants = _named(_inside(tree))
    for scope in ast.walk(tree):
        if isinstance(scope, ast.Module | ast.FunctionDef):
            inside = list(_inside(scope))
            named = {**constants, **_named(inside)}
            for node in inside:
                if isinstance(node, ast.Call):
                    try:
                        yield from _of_call(node, named)
                    except NoLiteralError as error:
                        raise NoLiteralError(f"{file}:{node.lineno}: a message that is no literal: {error}") from error


def _named(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """What is in a scope, without the functions in it."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, ast.FunctionDef):
            yield node
            yield from _inside(node)


def _of_call(call: ast.Call, named: Named) -> Iterator[Message]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in PLURAL:
        yield from zip(*(_literals(argument, named, name) for argument in call.args[:2]), strict=True)
    elif name == "diagnosis":
        message, remedy = (_literals(argument, named, name) for argument in call.args)
        singular = [keyword.value for keyword in call.keywords if keyword.arg == "one"]
        yield from zip(_literals(singular[0], named, name), message, strict=True) if singular else message
        yield from remedy
    elif name in SINGLE:
        yield from _literals(call.args[SINGLE[name]], named, name)


def _literals(argument: ast.expr, named: Named, call: str) -> list[str]:
    """What an argument may be; nothing where it was made elsewhere."""
    match argument:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return _literals(argument.body, named, call) + _literals(argument.orelse, named, call)
        case ast.Name(id=name) if name in named:
            return [text for value in named[name] for text in _literals(value, named, call)]
        case ast.Attribute() | ast.Call():
            return []
        case ast.Name() | ast.Starred() if call in GIVEN:
            return []
    raise NoLiteralError(ast.unparse(argument))


def updated(code: str, messages: Catalog) -> Catalog:
    """A language's catalogue with these messages: old translations stay, new messages have none."""
    with catalogue_file(code).open("rb") as file:
        catalogue = read_po(file, locale=code)
    messages.creation_date = catalogue.creation_date
    catalogue.update(messages, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def translated() -> Iterable[str]:
    """The languages that have a catalogue."""
    return (code for code in LANGUAGES if code != "en")


def main() -> int:
    """Write the catalogues, and say which messages have no translation."""
    for code in translated():
        catalogue = updated(code, collect())
        with catalogue_file(code).open("wb") as file:
            write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False)
        for message in catalogue:
            if message.id and not all(message.string if message.pluralizable else [message.string]):
                print(f"{code}: no translation of {message.id!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
