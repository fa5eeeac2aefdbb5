"""The group of commands; each is imported when it is called."""

from __future__ import annotations

import importlib
import os
import shlex
import sys

import click

from dsolint.cli.exits import COULD_NOT_RUN, INTERRUPTED
from dsolint.cli.streams import give_up, heard_or_not, let_go_of, prepare, say
from dsolint.errors import DsolintError, did_you_mean
from dsolint.version import VERSION, __version__

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
    prepare()
    code: object = 0
    try:
        code = group.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        with heard_or_not():
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
