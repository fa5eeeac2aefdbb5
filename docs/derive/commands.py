"""The reference of the command line and the man page, out of what click knows of each command."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from derive.markdown import cell, code, table
from derive.settings import ENVIRONMENT
from dsolint.cli.main import group
from dsolint.version import __version__

WIDTH = 88


@dataclass(frozen=True)
class Command:
    """A command as its help tells of it: how it is called, what it does in paragraphs, its options with their help."""

    name: str
    usage: str
    paragraphs: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


def commands(
    command: click.Command = group, name: str = "dsolint", parent: click.Context | None = None
) -> Iterator[Command]:
    """A command and those below it, in their order."""
    place = name.rpartition(" ")[2]
    context = click.Context(command, parent, info_name=place, terminal_width=WIDTH, **command.context_settings)
    records = [param.get_help_record(context) for param in command.get_params(context)]
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    yield Command(
        name,
        context.get_usage().removeprefix("Usage: "),
        tuple(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph),
        tuple(record for record in records if record is not None and record[1]),
    )
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from commands(found, f"{name} {below}", context)


def page() -> str:
    """The reference as Markdown."""
    lines = [
        "# Commands",
        "",
        "Each command prints its options with `--help`. What a check is told here goes before [the configuration](configuration.md).",
        "",
    ]
    for command in commands():
        lines += [f"## {command.name}", "", "```text", command.usage, "```", ""]
        for paragraph in command.paragraphs:
            lines += [cell(paragraph), ""]
        if command.options:
            lines += table(("option", "for"), ((code(name), cell(help)) for name, help in command.options))
            lines.append("")
    return "\n".join(lines)


def man_page() -> str:
    """All commands on one man page, in the macros of man(7)."""
    first, *others = commands()
    name, description = "dsolint", first.paragraphs[0].rstrip(".")
    lines = [f'.TH DSOLINT 1 "" "dsolint {__version__}" "User Commands"']
    lines += [".SH NAME", _roff(f"{name} - {description[0].lower()}{description[1:]}")]
    lines += [".SH SYNOPSIS", f"{_bold(name)} COMMAND [OPTIONS]"]
    lines += [".SH DESCRIPTION", *_man_paragraphs(first.paragraphs[1:]), *_man_options(first)]
    lines += [".SH COMMANDS"]
    for command in others:
        lines += [
            f".SS {_roff(' '.join(command.usage.split()))}",
            *_man_paragraphs(command.paragraphs),
            *_man_options(command),
        ]
    lines += [".SH ENVIRONMENT"]
    for variable, meaning in ENVIRONMENT.items():
        lines += [".TP", _bold(variable), _roff(meaning)]
    lines += [
        ".SH FILES",
        ".TP",
        _bold("dsolint.toml"),
        "The configuration: \\fBdsolint init\\fR writes one with every setting explained.",
    ]
    return "\n".join(lines) + "\n"


def _man_paragraphs(paragraphs: tuple[str, ...]) -> list[str]:
    return [line for paragraph in paragraphs for line in (".PP", _roff(paragraph))]


def _man_options(command: Command) -> list[str]:
    return [line for name, help in command.options for line in (".TP", _bold(name), _roff(" ".join(help.split())))]


def _bold(text: str) -> str:
    return f"\\fB{_roff(text)}\\fR"


def _roff(text: str) -> str:
    """Text of ours without what man would take for a request or an escape."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", shown, flags=re.MULTILINE)
