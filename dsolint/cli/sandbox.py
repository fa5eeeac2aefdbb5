"""`dsolint sandbox`"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsolint.cli.streams import say
from dsolint.errors import UsageError
from dsolint.sandbox import HOST, PORT
from dsolint.sandbox.faults import KINDS, parse
from dsolint.sandbox.imports import Numbering, Rule

if TYPE_CHECKING:
    from dsolint.sandbox.faults import Fault

USER = "DSOLINT_USER"
PASSWORD = "DSOLINT_PASSWORD"  # noqa: S105


def _faults(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> list[Fault]:
    try:
        return [parse(value) for value in values]
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


def _kinds() -> str:
    """The kinds of faults, for the end of the help."""
    width = max(map(len, KINDS)) + 2
    return "\n".join(["\b", "Kinds of faults:", *(f"  {kind.name.ljust(width)}{kind.what}" for kind in KINDS.values())])


@click.command("sandbox", epilog=_kinds())
@click.option("--host", default=HOST, show_default=True, help="Where to listen; others can reach all but a loopback.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 is any that is free.")
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep what comes in this SQLite file; forgotten at the end unless given.",
)
@click.option(
    "--fault",
    "faults",
    metavar="FAULT",
    multiple=True,
    callback=_faults,
    help="What goes wrong: KIND[@TYPE][,times=N][,seconds=N][,to=URL], such as 503@items,times=2; repeatable.",
)
@click.option(
    "--rule",
    "rules",
    type=click.Choice([rule.value for rule in Rule]),
    multiple=True,
    help="Where the server differs from what is foretold; repeatable.",
)
@click.option(
    "--numbering",
    type=click.Choice([numbering.value for numbering in Numbering]),
    default=Numbering.LINE.value,
    show_default=True,
    help="What exception_lines count; the vendor does not say.",
)
def command(
    host: str, port: int, store: Path | None, faults: list[Fault], rules: tuple[str, ...], numbering: str
) -> int:
    """A stand-in for the import server, on this machine, to try a nightly job from end to end.

    Prints its URL when it is ready, shows what it holds at that address, and runs until Ctrl-C. User and password are
    those of DSOLINT_USER and DSOLINT_PASSWORD, or made up and told.
    """
    try:
        from dsolint.sandbox.server import Server, Settings
    except ModuleNotFoundError as error:
        raise UsageError('the sandbox needs two more packages: pip install "dsolint[sandbox]".') from error
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if bool(user) is not bool(password):
        raise UsageError(f"{USER} and {PASSWORD} go together: {PASSWORD if user else USER} is not set.")
    chosen = Settings(
        user or "sandbox",
        password or secrets.token_urlsafe(9),
        host,
        port,
        store,
        frozenset(map(Rule, rules)),
        Numbering(numbering),
        tuple(faults),
    )
    server = Server(chosen, ready=lambda: click.echo(server.url), notify=say)
    if not user:
        say(f"user {chosen.user}, password {chosen.password}; set {USER} and {PASSWORD} to choose your own.")
    server.run()
    return 0
