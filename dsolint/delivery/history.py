"""What was sent, to whom, and what came of it: the history that the next delivery is held against."""

from __future__ import annotations

import datetime
import hashlib
import os
import socket
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dsolint.config import STOCK
from dsolint.delivery import holdings
from dsolint.delivery.database import PATIENCE, Database, as_value
from dsolint.delivery.record import WENT_IN, Accuracy, Delivery, Outcome, RecordedAccount, SentFile, State
from dsolint.delivery.rows import FILE_COLUMNS, as_text, as_time, file_values, find, one_of
from dsolint.delivery.sending import Clock, Sending
from dsolint.errors import HistoryError

if TYPE_CHECKING:
    import sqlite3

    import pyarrow as pa
    from filelock import FileLock

_UNKNOWN = [outcome for outcome in Outcome if not outcome.is_known]
_IN_DOUBT = (State.SENDING, State.UNKNOWN)
_MAY_BE_IN = (State.UNKNOWN, *WENT_IN)

_CUT_OFF = {State.SENDING: State.UNKNOWN, State.PENDING: State.UNSENT}
"""What is known of a file whose delivery was cut off while it was in a state."""


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class History:
    """The history in one file, which is made where there is none. A context manager.

    Raises HistoryError where the file can't be used, here as in all its methods.
    """

    def __init__(self, path: Path, *, clock: Clock = utc_now, patience: float = PATIENCE) -> None:
        self.path = path
        self.database = Database(path, patience)
        self.clock = clock
        self.patience = patience

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def account(self, identity: str, *, url: str, entity: str | None = None) -> AccountHistory:
        """The history of one account; `identity` is what tells it from all others, and holds no secret."""
        return AccountHistory(self, RecordedAccount(identity, url, entity))

    def accounts(self) -> list[RecordedAccount]:
        """The accounts that anything was sent to."""
        sent_to = "id IN (SELECT account FROM deliveries)"
        found = self.database.rows(f"SELECT identity, url, entity FROM accounts WHERE {sent_to} ORDER BY id")
        return [RecordedAccount(*row) for row in found]

    def deliveries(self, *, entity: str | None = None, limit: int | None = None) -> list[Delivery]:
        """The deliveries, the last one first."""
        found = find(
            self.database,
            "(?1 IS NULL OR a.entity = ?1) ORDER BY d.id DESC LIMIT ?2",
            entity,
            -1 if limit is None else limit,
        )
        return [self.as_it_stands(delivery) for delivery in found]

    def delivery(self, number: int) -> Delivery | None:
        """One delivery; None where there is none of that number."""
        return next((self.as_it_stands(found) for found in find(self.database, "d.id = ?", number)), None)

    def as_it_stands(self, delivery: Delivery) -> Delivery:
        """A delivery that was cut off, as what is known of it: between two files all is, while one was sent nobody knows."""
        if delivery.outcome is not Outcome.SENDING or AccountHistory(self, delivery.account).is_locked():
            return delivery
        files = tuple(map(_cut_off, delivery.files))
        in_doubt = any(file.state is State.UNKNOWN for file in files)
        return replace(delivery, outcome=Outcome.UNKNOWN if in_doubt else Outcome.STOPPED, files=files)

    def prune(
        self, *, keep: int | None = None, before: datetime.datetime | None = None, entity: str | None = None
    ) -> int:
        """Forget deliveries beyond the last `keep` of each account, or begun `before` a moment; return how many.

        One whose outcome is unknown is kept, and the last of each account, type and mode that went in. Of contacts it is
        remembered that they went in, since they must not go in again.
        """
        condition = f"""
            outcome NOT IN {one_of(_UNKNOWN)} AND (?1 IS NULL OR place > ?1) AND (?2 IS NULL OR begun < ?2)
            AND (?3 IS NULL OR entity = ?3) AND id NOT IN (
                SELECT max(d.id) FROM deliveries AS d JOIN files AS f ON f.delivery = d.id
                WHERE state IN {one_of(WENT_IN)} GROUP BY account, type, mode
            )
        """
        with self.database.transaction() as database:
            found = database.execute(
                f"""
                SELECT id FROM (
                    SELECT d.*, entity, row_number() OVER (PARTITION BY account ORDER BY d.id DESC) AS place
                    FROM deliveries AS d JOIN accounts AS a ON a.id = account
                ) WHERE {condition} ORDER BY id
                """,
                {"1": as_value(keep), "2": None if before is None else as_text(before), "3": as_value(entity)},
            ).fetchall()
            database.executemany(
                f"""
                INSERT OR REPLACE INTO pruned_contacts (account, sha256, state)
                SELECT account, sha256, state FROM files JOIN deliveries AS d ON d.id = delivery
                WHERE d.id = ? AND type = 'contacts' AND state IN {one_of(_MAY_BE_IN)}
                """,
                found,
            )
            database.executemany("DELETE FROM deliveries WHERE id = ?", found)
        if found:
            with suppress(HistoryError):  # another run is reading: the room is used again all the same
                self.database.shrink()
        return len(found)

    def accuracy(self, *, entity: str | None = None) -> dict[str, Accuracy]:
        """How often each rule foretold what the server did, over all deliveries; `""` stands for no rule."""
        found = self.database.rows(
            """
            SELECT rule, sum(confirmed), sum(missed), sum(false_alarms)
            FROM accuracy JOIN deliveries AS d ON d.id = delivery JOIN accounts AS a ON a.id = account
            WHERE ?1 IS NULL OR a.entity = ?1 GROUP BY rule ORDER BY rule
            """,
            entity,
        )
        return {rule: Accuracy(*counts) for rule, *counts in found}


class AccountHistory:
    """What was sent to one account, and what is being sent."""

    def __init__(self, history: History, account: RecordedAccount) -> None:
        self.account = account
        self._history = history
        self._database = history.database

    @property
    def path(self) -> Path:
        """The file of the history."""
        return self._history.path

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Send to the account, alone. What another run left as `sending` was cut off, then: the lock dies with a process.
        Raises HistoryError.
        """
        with self.alone():
            try:
                self._take_over()
                yield
            finally:
                with suppress(HistoryError):  # it is a name for a message, no more
                    self._set("holder", None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other run send to the account. Raises HistoryError where one does, and is not done in a while."""
        from filelock import Timeout

        lock = self._file_lock(self._history.patience)
        try:
            lock.acquire()
        except Timeout as error:
            raise HistoryError(self._taken()) from error
        except OSError as error:
            raise HistoryError(f"{lock.lock_file}: the account can't be locked: {error.strerror or error}.") from error
        try:
            yield
        finally:
            lock.release()

    def _file_lock(self, patience: float) -> FileLock:
        from filelock import FileLock

        path = self._history.path.resolve()  # so that there is one lock, however the file is named
        name = hashlib.sha256(self.account.identity.encode()).hexdigest()[:16]
        return FileLock(path.with_name(f"{path.name}.{name}.lock"), timeout=patience, mode=0o600)

    def is_locked(self) -> bool:
        """Whether a run is sending to the account just now."""
        from filelock import Timeout

        try:
            with self._file_lock(0):
                return False
        except Timeout:
            return True
        except OSError:  # where no file can be written, nobody sends
            return False

    def _taken(self) -> str:
        holder = self._get("holder")
        by = f" ({holder})" if holder else ""
        name = self.account.entity or self.account.url
        return f"{name}: another run is sending to this account{by}; try again when it is done."

    def _take_over(self) -> None:
        since = self._history.clock().isoformat(timespec="seconds")
        self._set("holder", f"process {os.getpid()} on {socket.gethostname()}, since {since}")
        with self._database.transaction() as database:
            of_account = "IN (SELECT id FROM deliveries WHERE account = ? AND outcome = ?)"
            values = (self._id(), Outcome.SENDING)
            for before, after in _CUT_OFF.items():
                database.execute(
                    f"UPDATE files SET state = ? WHERE state = ? AND delivery {of_account}", (after, before, *values)
                )
            in_doubt = "EXISTS (SELECT 1 FROM files WHERE delivery = id AND state = ?)"
            database.execute(
                f"UPDATE deliveries SET outcome = CASE WHEN {in_doubt} THEN ? ELSE ? END WHERE account = ? AND outcome = ?",
                (State.UNKNOWN, Outcome.UNKNOWN, Outcome.STOPPED, *values),
            )

    def newest(self) -> int:
        """The number of the last delivery that was begun, 0 where there is none.

        One that is taken before a check and again under the lock tells whether another delivery came in between;
        clocks may go back, numbers do not.
        """
        ((number,),) = self._database.rows("SELECT coalesce(max(id), 0) FROM deliveries WHERE account = ?", self._id())
        return int(number)

    def alike(self) -> list[RecordedAccount]:
        """Other accounts at this address that may be this one: one of the two is no entity's, and told by its user alone."""
        return [
            other
            for other in self._history.accounts()
            if other.url == self.account.url
            and other.identity != self.account.identity
            and None in (other.entity, self.account.entity)
        ]

    def unsettled(self) -> list[Delivery]:
        """The deliveries of which nobody knows what came, since the last one of which it is known; the last one first.

        One that another run is just sending is none of them.
        """
        found = find(
            self._database,
            f"""
            d.account = ?1 AND d.id > (SELECT coalesce(max(id), 0) FROM deliveries
                WHERE account = ?1 AND outcome NOT IN {one_of(_UNKNOWN)}) ORDER BY d.id DESC
            """,
            self._id(),
        )
        return [one for one in map(self._history.as_it_stands, found) if one.outcome is Outcome.UNKNOWN]

    def last_accepted(self, type: str, *, mode: str | None = None) -> tuple[Delivery, SentFile] | None:
        """The last file of a type that went in, of any mode or of one, and its delivery."""
        return self._last(type, mode, WENT_IN)

    def last_in_doubt(self, type: str, *, mode: str | None = None) -> tuple[Delivery, SentFile] | None:
        """The last file of a type of which nobody knows whether it went in, and its delivery."""
        return self._last(type, mode, _IN_DOUBT)

    def _last(self, type: str, mode: str | None, states: Collection[State]) -> tuple[Delivery, SentFile] | None:
        found = find(
            self._database,
            f"""
            d.account = ?1 AND (?3 IS NULL OR d.mode = ?3) AND d.id IN
                (SELECT delivery FROM files WHERE type = ?2 AND state IN {one_of(states)}) ORDER BY d.id DESC LIMIT 1
            """,
            self._id(),
            type,
            mode,
        )
        for delivery in found:
            return delivery, next(
                file for file in reversed(delivery.files) if file.type == type and file.state in states
            )
        return None

    def held_since(self, type: str) -> datetime.datetime | None:
        """When the last file was sent that changed what the account holds of a type; None where nothing is known."""
        found = self._database.rows("SELECT since FROM holdings WHERE account = ? AND type = ?", self._id(), type)
        return as_time(found[0][0]) if found else None

    def holdings(self, type: str) -> pa.Table | None:
        """What the account holds, as far as what was sent tells: of items the open ones, of users the associations."""
        found = self._database.rows("SELECT content FROM holdings WHERE account = ? AND type = ?", self._id(), type)
        with self._database.made_sense_of():
            return holdings.unpacked(found[0][0]) if found else None

    def contacts(self, hashes: Iterable[str]) -> dict[str, State]:
        """What came the last time of each contacts file, by its hash, that went in before or may have."""
        found: dict[str, State] = {}
        for sha256 in hashes:
            states = self._database.rows(
                f"""
                SELECT state FROM (
                    SELECT state, d.id FROM files JOIN deliveries AS d ON d.id = delivery WHERE account = ?1 AND sha256 = ?2
                    UNION ALL SELECT state, 0 FROM pruned_contacts WHERE account = ?1 AND sha256 = ?2
                ) WHERE state IN {one_of(_MAY_BE_IN)} ORDER BY id DESC LIMIT 1
                """,
                self._id(),
                sha256,
            )
            if states:
                found[sha256] = State(states[0][0])
        return found

    @property
    def numbering(self) -> str | None:
        """How the server numbers the lines that it leaves out, once that is known."""
        return self._get("numbering")

    @numbering.setter
    def numbering(self, numbering: str | None) -> None:
        self._set("numbering", numbering)

    def begin(
        self,
        files: Sequence[SentFile],
        *,
        mode: str,
        checked: datetime.datetime,
        asynchronous: bool = False,
        replaces_users: bool = False,
    ) -> Sending:
        """Note a delivery before anything of it is sent, its files in the order in which they will be."""
        with self._database.transaction() as database:
            account = self._made(database)
            number = database.execute(
                "INSERT INTO deliveries (account, mode, asynchronous, replaces_users, checked, begun, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (account, mode, asynchronous, replaces_users, as_text(checked), as_text(self._history.clock()), Outcome.SENDING),
            ).lastrowid  # fmt: skip
            assert number is not None
            for place, file in enumerate(files):
                database.execute(
                    f"INSERT INTO files (delivery, place, {FILE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (number, place, *file_values(file)),
                )
        replaces = {"items": mode == STOCK, "users": replaces_users}
        return Sending(self._database, self._history.clock, account, number, files, replaces)

    def _get(self, column: str) -> str | None:
        found = self._database.rows(f"SELECT {column} FROM accounts WHERE identity = ?", self.account.identity)
        return found[0][0] if found else None

    def _set(self, column: str, value: str | None) -> None:
        with self._database.transaction() as database:
            database.execute(f"UPDATE accounts SET {column} = ? WHERE id = ?", (value, self._made(database)))

    def _id(self) -> int:
        """The account's number in the database, 0 where nothing is known of it."""
        found = self._database.rows("SELECT id FROM accounts WHERE identity = ?", self.account.identity)
        return int(found[0][0]) if found else 0

    def _made(self, database: sqlite3.Connection) -> int:
        account = self.account
        database.execute(
            """
            INSERT INTO accounts (identity, url, entity) VALUES (?, ?, ?)
            ON CONFLICT (identity) DO UPDATE SET url = excluded.url, entity = excluded.entity
            """,
            (account.identity, account.url, account.entity),
        )
        return self._id()


def _cut_off(file: SentFile) -> SentFile:
    return replace(file, state=_CUT_OFF.get(file.state, file.state))
