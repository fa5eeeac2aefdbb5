"""`dsolint history`"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dsolint.cli import options
from dsolint.cli.deliveries import accuracy_text, delivery_text, listing
from dsolint.cli.exits import COULD_NOT_RUN
from dsolint.cli.streams import say, write
from dsolint.delivery.history import History, utc_now
from dsolint.delivery.places import history_path, is_there
from dsolint.errors import UsageError
from dsolint.language import pick_language
from dsolint.settings import make_settings

SHOWN = 20
"""How many deliveries are listed unless told."""
LONG_AGO = 100_000
"""How many days a calendar can count back at least."""

_entity = click.option("--entity", metavar="NAME", help="Only the deliveries of this entity.")
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


class _ByNumber(click.Group):
    """`dsolint history 12` is `dsolint history show 12`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        if not args[0].isdigit():
            raise UsageError(f"A delivery has a number, and not {args[0]!r}; dsolint history lists them.")
        return super().resolve_command(ctx, ["show", *args])


@click.group("history", cls=_ByNumber, invoke_without_command=True, subcommand_metavar="[COMMAND] [ARGS]...")
@options.config
@_entity
@click.option("--limit", type=click.IntRange(1), default=SHOWN, show_default=True, help="How many, the last one first.")
@click.option("--accuracy", is_flag=True, help="Instead, how often each rule foretold what the server did.")
@_json
@options.lang
@click.pass_context
def command(
    context: click.Context,
    config: str | None,
    entity: str | None,
    limit: int,
    lang: str | None,
    *,
    accuracy: bool,
    as_json: bool,
) -> int:
    """List the deliveries that were sent, the last one first, and what came of them.

    dsolint history NUMBER shows one with its receipt.
    """
    context.obj = config
    if context.invoked_subcommand is not None:
        if accuracy:
            raise UsageError("--accuracy is of all deliveries: say it without a number or a command.")
        context.default_map = {"show": {"as_json": as_json, "lang": lang}, "prune": {"entity": entity}}
        return 0
    path, language = _path(config), pick_language(lang or make_settings(config=config).for_file(".").language)
    with _opened(path) as history:
        if accuracy:
            found = history.accuracy(entity=entity) if history is not None else {}
            counts = [{"rule": rule or None, **of_rule.to_dict()} for rule, of_rule in found.items()]
            _print({"accuracy": counts}, accuracy_text(found, language), as_json=as_json)
        else:
            deliveries = history.deliveries(entity=entity, limit=limit) if history is not None else []
            document = {"deliveries": [delivery.to_dict() for delivery in deliveries]}
            _print(document, listing(deliveries, language, entity=entity), as_json=as_json)
    return 0


@command.command("show")
@click.argument("number", type=int)
@_json
@options.lang
@click.pass_obj
def show(config: str | None, number: int, lang: str | None, *, as_json: bool) -> int:
    """Show a delivery by its number, with its receipt."""
    language = pick_language(lang or make_settings(config=config).for_file(".").language)
    with _opened(_path(config)) as history:
        delivery = history.delivery(number) if history is not None else None
    if delivery is None:
        say(f"there is no delivery {number}; dsolint history lists them.")
        return COULD_NOT_RUN
    _print(delivery.to_dict(), delivery_text(delivery, language), as_json=as_json)
    return 0


@command.command("prune")
@click.option("--keep", type=click.IntRange(0), help="Keep so many of each account, the last ones.")
@click.option(
    "--older-than", type=click.IntRange(0, LONG_AGO), metavar="DAYS", help="Forget those that were sent before."
)
@_entity
@click.pass_obj
def prune(config: str | None, keep: int | None, older_than: int | None, entity: str | None) -> int:
    """Forget old deliveries.

    Those whose outcome is unknown are kept, and the last of each kind that went in: the next delivery is held against it.
    """
    if (keep is None) == (older_than is None):
        raise UsageError("Say what to forget, with --keep or with --older-than.")
    with _opened(_path(config)) as history:
        before = None if older_than is None else utc_now() - datetime.timedelta(days=older_than)
        gone = history.prune(keep=keep, before=before, entity=entity) if history is not None else 0
    say(f"{gone:,} {'delivery is' if gone == 1 else 'deliveries are'} forgotten.")
    return 0


def _path(config: str | None) -> Path:
    return history_path(make_settings(config=config).for_file(".").history)


@contextmanager
def _opened(path: Path) -> Iterator[History | None]:
    """The history; None where there is none yet, and none is made."""
    if is_there(path):
        with History(path) as history:
            yield history
    else:
        yield None


def _print(document: dict[str, Any], text: str, *, as_json: bool) -> None:
    if as_json:
        write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    else:
        click.echo(text, nl=False)
