"""The group of commands; each is imported when it is called."""

from __future__ import annotations

import importlib
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from dsolint.errors import DsolintError, did_you_mean
from dsolint.version import VERSION, __version__

FINDINGS = 1
COULD_NOT_RUN = 2
NOT_ACCEPTED = 3
UNCERTAIN = 4
INTERRUPTED = 130
TRACEBACK = "DSOLINT_TRACEBACK"
"""The variable that shows where dsolint itself failed."""

COMMANDS = {
    "check": "Lint files or folders.",
    "fix": "Repair what has exactly one right answer.",
    "history": "List the deliveries that were sent, and what came of them.",
    "init": "Write a commented configuration file.",
    "login": "Keep an account's credentials in the system's keyring.",
    "rules": "List the rules, or explain one.",
    "sample": "Write realistic sample data, with errors on request.",
    "sandbox": "Run a local stand-in for the import server.",
    "schema": "Print a schema, or a CSV template.",
    "split": "Part the rows that go in from those that do not.",
    "upload": "Check files or folders, and send what passes.",
}
"""Every command and what it does, in a line; the module of its name holds it."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"dsolint.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}.{_meant(args[0])}")
        return super().resolve_command(ctx, args)


def _meant(word: str) -> str:
    """A question to end a message with: a path was to be checked, or a command is misspelt."""
    if os.path.exists(word):  # noqa: PTH110 - what can't be looked at raises nothing
        return f" Did you mean: dsolint check {shlex.quote(word)}?"
    return did_you_mean(word, COMMANDS)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message=VERSION)
def group() -> None:
    """Lint the CSV files that a receivables platform imports, before it leaves lines out.

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run, 3 the server refused a file or left lines
    out, 4 it could not be reached or the outcome is unknown, 130 after Ctrl-C.
    """


def main() -> None:
    """Run the command line and exit."""
    _prepare_streams()
    code: object = 0
    try:
        code = group.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        with _heard_or_not():
            error.show()
        code = COULD_NOT_RUN
    except DsolintError as error:
        for line in error.args:
            say(line)
        code = COULD_NOT_RUN
    except BrokenPipeError:
        let_go_of(sys.stdout)
    except OSError as error:
        if error.filename is None:
            give_up(sys.stdout, error)
        else:
            say(f"{os.fsdecode(error.filename)}: {error.strerror or error}.")
        code = COULD_NOT_RUN
    except (KeyboardInterrupt, click.Abort):
        say("interrupted.")
        code = INTERRUPTED
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        say(
            f"this is a fault of dsolint's own: {type(error).__name__}: {error}. Set {TRACEBACK}=1 to see where, and report it."
        )
        code = COULD_NOT_RUN
    sys.exit(code if isinstance(code, int) else 0)


def _prepare_streams() -> None:
    """Streams that exist and that take any character, whatever the console's encoding."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def let_go_of(stream: TextIO) -> None:
    """Write to nowhere from now on: a reader that went away (`| head -1`) is no failure of ours."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def give_up(output: TextIO, error: OSError) -> None:
    """Write no more where it failed, and say why, unless the reader went away."""
    let_go_of(output)
    if not isinstance(error, BrokenPipeError):
        say(f"standard output can't be written: {error.strerror or error}.")


@contextmanager
def _heard_or_not() -> Iterator[None]:
    """What can't be written on standard error changes nothing: no exit code, and nothing that is being done."""
    try:
        yield
    except OSError:
        let_go_of(sys.stderr)


def say(message: str) -> None:
    """A note or a failure, on standard error."""
    from dsolint.reporters.visible import visible

    with _heard_or_not():
        click.echo(f"dsolint: {visible(message)}", err=True)


def write(text: str) -> None:
    """A machine format on standard output: UTF-8 with LF on every platform."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    buffer.write(encoded(text))
    buffer.flush()


def encoded(text: str) -> bytes:
    """A machine format as UTF-8; what a file's name has that is no text stands as an escape."""
    return text.encode("utf-8", "backslashreplace")
