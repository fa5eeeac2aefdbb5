"""What the history knows that a delivery is held against: the guard's rules are D601 to D604."""

from __future__ import annotations

import os
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dsolint.checking.previous import NOTHING_BEFORE, Held, Previous, SentItems
from dsolint.config import STOCK, Config
from dsolint.delivery.places import history_path, is_there
from dsolint.errors import HistoryError
from dsolint.phrases import Phrase

if TYPE_CHECKING:
    import pyarrow as pa

    from dsolint.delivery.history import AccountHistory
    from dsolint.delivery.record import Delivery, RecordedAccount, SentFile

SEVERAL_ACCOUNTS = Phrase("the history knows several accounts; name an entity with --entity, or set url")


def past(config: Config, url: str | None = None) -> Previous | Phrase:
    """What the account that the settings name was sent before; where they name none, the only one that there is.

    `url` is its address where that is known better. Raises HistoryError where the history can't be read.
    """
    path = history_path(config.history)
    if not is_there(path):
        return NOTHING_BEFORE
    from dsolint.delivery.history import AccountHistory, History

    with History(path) as history:
        meant = _meant(history.accounts(), config, url)
        if not meant:
            return NOTHING_BEFORE
        if len(meant) > 1:
            return SEVERAL_ACCOUNTS
        return previous(AccountHistory(history, meant[0]))


def past_if_readable(config: Config) -> Previous | Phrase:
    """The same for who sends nothing: a history that can't be read stops no check, and the report says what was not asked."""
    try:
        found = past(config)
    except HistoryError as error:
        return _unreadable(error)
    if isinstance(found, Phrase):
        return found
    held = {type: Held(one.since, partial(_load_if_readable, one)) for type, one in found.held.items()}
    return replace(found, held=held)


def _load_if_readable(held: Held) -> pa.Table | Phrase:
    try:
        return held.load()
    except HistoryError as error:
        return _unreadable(error)


def _unreadable(error: HistoryError) -> Phrase:
    return Phrase("the history can't be read: {problem}", {"problem": str(error).rstrip(".")})


def previous(account: AccountHistory) -> Previous:
    """What an account was sent before."""
    from dsolint.checking.held import TYPES

    found = {type: since for type in TYPES if (since := account.held_since(type)) is not None}
    path, identity = account.path, account.account
    return Previous(
        items=_sent(account.last_accepted("items")),
        stock=_last_stock(account),
        held={type: Held(since, partial(_load, path, identity, type)) for type, since in found.items()},
    )


def _last_stock(account: AccountHistory) -> SentItems | None:
    """The last items file in STOCK mode; where one after it may have gone in, the larger of both."""
    sure, in_doubt = (
        _sent(found)
        for found in (account.last_accepted("items", mode=STOCK), account.last_in_doubt("items", mode=STOCK))
    )
    if sure is None or in_doubt is None or in_doubt.sent < sure.sent:
        return sure or in_doubt
    return max(sure, in_doubt, key=lambda items: items.rows)


def _load(path: Path, account: RecordedAccount, type: str) -> pa.Table:
    from dsolint.delivery.history import AccountHistory, History

    with History(path) as history:
        found = AccountHistory(history, account).holdings(type)
    assert found is not None
    return found


def _meant(accounts: Sequence[RecordedAccount], config: Config, url: str | None) -> list[RecordedAccount]:
    """The accounts that the settings may mean: the entity's, or those at an address where one is named."""
    from dsolint.delivery.account import URL, pick_url

    if config.entity is not None:
        accounts = [account for account in accounts if account.entity == config.entity]
    if (config.entity is None or len(accounts) > 1) and (url or config.url or os.environ.get(URL)):
        url = url or pick_url(None, None, config.url)
        return [account for account in accounts if account.url == url]
    return list(accounts)


def _sent(found: tuple[Delivery, SentFile] | None) -> SentItems | None:
    if found is None:
        return None
    delivery, file = found
    sums = {currency: Decimal(amount) for currency, amount in file.sums.items()}
    return SentItems(delivery.begun, file.rows, file.sha256, sums)
