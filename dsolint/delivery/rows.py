"""Deliveries and their files as rows of the database."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from dsolint.delivery.database import Database, as_value
from dsolint.delivery.record import Delivery, Outcome, RecordedAccount, SentFile, State

FILE_COLUMNS = "path, type, sha256, bytes, rows, accepted, ignored, sums, modified, state, response"


def find(database: Database, condition: str, *values: object) -> list[Delivery]:
    """The deliveries for which a condition on deliveries (d) and accounts (a) holds."""
    found = database.rows(
        f"""
        SELECT d.id, a.identity, a.url, a.entity, mode, asynchronous, replaces_users, checked, begun, settled, outcome, receipt
        FROM deliveries AS d JOIN accounts AS a ON a.id = d.account WHERE {condition}
        """,
        *values,
    )
    with database.made_sense_of():
        return [_delivery(row, _files(database, row[0])) for row in found]


def one_of(values: Iterable[StrEnum]) -> str:
    """A list for the operator IN."""
    return "(" + ", ".join(f"'{value.value}'" for value in values) + ")"


def file_values(file: SentFile) -> tuple[object, ...]:
    """What FILE_COLUMNS hold of a file."""
    facts = (as_value(file.path), file.type, file.sha256, file.bytes, file.rows, file.accepted, file.ignored)
    modified = None if file.modified is None else as_text(file.modified)
    return *facts, as_json(file.sums), modified, file.state, as_json(file.response)


def as_text(time: datetime.datetime) -> str:
    """A moment in UTC, as ISO 8601 has it."""
    return time.astimezone(datetime.UTC).isoformat()


def as_time(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)


def as_json(value: object) -> str | None:
    return None if value is None else json.dumps(value)


def _files(database: Database, delivery: int) -> tuple[SentFile, ...]:
    found = database.rows(f"SELECT {FILE_COLUMNS} FROM files WHERE delivery = ? ORDER BY place", delivery)
    return tuple(map(_file, found))


def _file(row: tuple[Any, ...]) -> SentFile:
    path, type, sha256, bytes, rows, accepted, ignored, sums, modified, state, response = row
    return SentFile(
        path=path,
        type=type,
        sha256=sha256,
        bytes=bytes,
        rows=rows,
        accepted=accepted,
        ignored=ignored,
        sums=json.loads(sums),
        modified=as_time(modified),
        state=State(state),
        response=_of_json(response),
    )


def _delivery(row: tuple[Any, ...], files: tuple[SentFile, ...]) -> Delivery:
    number, identity, url, entity, mode, asynchronous, replaces_users, checked, begun, settled, outcome, receipt = row
    return Delivery(
        number=number,
        account=RecordedAccount(identity, url, entity),
        mode=mode,
        asynchronous=bool(asynchronous),
        replaces_users=bool(replaces_users),
        checked=datetime.datetime.fromisoformat(checked),
        begun=datetime.datetime.fromisoformat(begun),
        settled=as_time(settled),
        outcome=Outcome(outcome),
        files=files,
        receipt=_of_json(receipt),
    )


def _of_json(text: str | None) -> Any:
    return None if text is None else json.loads(text)
