"""What an account was sent before, as far as whoever asks for a check knows it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from dsolint.config import Config
from dsolint.phrases import Phrase

if TYPE_CHECKING:
    import pyarrow as pa


class SentItems(Struct, frozen=True):
    """An items file that went in: `sums` are the open amounts that did, by currency."""

    sent: datetime.datetime
    rows: int
    sha256: str
    sums: Mapping[str, Decimal]


class Held(Struct, frozen=True):
    """What an account holds of one type since a moment: a table with a column `key`, and for items `amount` and `currency`.

    It is loaded when it is needed, since it may be large; a phrase says why it can't be.
    """

    since: datetime.datetime
    load: Callable[[], pa.Table | Phrase]


class Previous(Struct, frozen=True):
    """The last items file, the last one in STOCK mode (None where there is none), and what is held by import type."""

    items: SentItems | None
    stock: SentItems | None
    held: Mapping[str, Held]


Past = Callable[[Config], Previous | Phrase]
"""What the account of a delivery with these settings was sent before, or why that can't be told."""

NOTHING_BEFORE = Phrase("there is no earlier delivery to compare with")


def no_past(_config: Config) -> Phrase:
    """The past for those who have no history."""
    return NOTHING_BEFORE
