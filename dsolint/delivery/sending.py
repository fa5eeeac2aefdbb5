"""A delivery on its way: what is noted of it as it goes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dsolint.delivery import holdings
from dsolint.delivery.database import Database
from dsolint.delivery.record import WENT_IN, Accuracy, Outcome, SentFile, State
from dsolint.delivery.rows import as_json, as_text

if TYPE_CHECKING:
    import sqlite3

    import pyarrow as pa

Clock = Callable[[], datetime.datetime]


class Sending:
    """A delivery on its way. What is noted is on the disk before the method returns."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        account: int,
        number: int,
        files: Sequence[SentFile],
        replaces: Mapping[str, bool],
    ) -> None:
        self.number = number
        self._database = database
        self._clock = clock
        self._account = account
        self._files = files
        self._replaces = replaces

    def note(self, place: int, state: State, *, response: object = None, keys: pa.Table | None = None) -> None:
        """Note how far a file has come, by its place from 0. `response` is the server's answer as JSON has it.

        For a file that went in, `keys` are FileReport.keys: they become what the account holds, in the same transaction.
        For one that may have gone in they are held beside what was held before, so that the guard minds both.
        """
        with self._database.transaction() as database:
            database.execute(
                "UPDATE files SET state = ?, response = coalesce(?, response) WHERE delivery = ? AND place = ?",
                (state, as_json(response), self.number, place),
            )
            if keys is not None and state in (State.UNKNOWN, *WENT_IN):
                type = self._files[place].type
                self._hold(database, type, keys, replaces=state in WENT_IN and self._replaces.get(type, False))

    def _hold(self, database: sqlite3.Connection, type: str, keys: pa.Table, *, replaces: bool) -> None:
        found = database.execute("SELECT content FROM holdings WHERE account = ? AND type = ?", (self._account, type))
        before = [] if replaces else found.fetchall()
        with self._database.made_sense_of():
            held_before = holdings.unpacked(before[0][0]) if before else None
        held = holdings.after(held_before, keys)
        database.execute(
            "INSERT OR REPLACE INTO holdings (account, type, since, content) VALUES (?, ?, ?, ?)",
            (self._account, type, as_text(self._clock()), holdings.packed(held)),
        )

    def settle(
        self, outcome: Outcome, *, receipt: object = None, accuracy: Mapping[str, Accuracy] | None = None
    ) -> None:
        """Note what came of the delivery: its receipt as JSON has it, and how right the linter was by rule, `""` for
        lines that no rule speaks of."""
        with self._database.transaction() as database:
            database.execute(
                "UPDATE deliveries SET outcome = ?, receipt = ?, settled = ? WHERE id = ?",
                (outcome, as_json(receipt), as_text(self._clock()) if outcome.is_known else None, self.number),
            )
            for rule, counts in (accuracy or {}).items():
                database.execute(
                    "INSERT OR REPLACE INTO accuracy (delivery, rule, confirmed, missed, false_alarms) VALUES (?, ?, ?, ?, ?)",
                    (self.number, rule, counts.confirmed, counts.missed, counts.false_alarms),
                )
