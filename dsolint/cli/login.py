"""`dsolint login`"""

from __future__ import annotations

import click

from dsolint.cli import options
from dsolint.cli.streams import say
from dsolint.delivery import keyring
from dsolint.delivery.account import Account, checked, pick_url
from dsolint.settings import make_settings


@click.command("login")
@click.option("--entity", metavar="NAME", help="The entity of the configuration whose account it is.")
@click.option("--url", help="The account's address; that of DSOLINT_URL or of the configuration unless given.")
@options.config
@click.option("--delete", is_flag=True, help="Forget the credentials instead.")
def command(entity: str | None, url: str | None, config: str | None, *, delete: bool) -> int:
    """Keep an account's user and password in the system's keyring, where `dsolint upload` finds them.

    They are asked for; there is no option for them, since other users see the options of a process.
    """
    account = _account(entity, url, config)
    if delete:
        found = keyring.delete(account.name)
        say(f"{account.name}: {'its credentials are forgotten' if found else 'there are no credentials to forget'}.")
        return 0
    keyring.require()
    user = click.prompt(f"User for {account.name}", err=True)
    password = click.prompt("Password", hide_input=True, err=True)
    credentials = checked(user, password, account.name)
    keyring.write(account.name, credentials.user, credentials.password)
    say(f"{account.name}: its credentials are in the system's keyring.")
    return 0


def _account(entity: str | None, url: str | None, config: str | None) -> Account:
    settings = make_settings(config=config)
    if entity is None:
        return Account(pick_url(url, None, settings.for_file(".").url))
    return Account("", settings.entity_named(entity))
