"""One import: a file's lines into the store, and the documented answer. It reads in its own way, not in the linter's."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import IO, Any

from msgspec import Struct, field

from dsolint.sandbox.store import Record, State, clear_absent, drop_absent_users, known_clients, next_import, put
from dsolint.schema import DELIMITER, Field, ImportType, import_type

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"[+-]?[0-9][0-9 \u00a0\u202f]*([.,][0-9]+)?")
_SPACES = str.maketrans(",", ".", " \u00a0\u202f")

COUNTS = (
    "nb_client_added",
    "nb_client_modified",
    "nb_contact_added",
    "nb_item_added",
    "nb_item_modified",
    "nb_user_added",
    "nb_user_modified",
)


class Numbering(StrEnum):
    """What the number of a line in `exception_lines` counts; the vendor does not say."""

    LINE = "line"
    """Lines of the file, from 1."""
    RECORD = "record"
    """Records below the header, from 1."""
    RECORD_WITH_HEADER = "record-with-header"
    """Records, the header being 1."""


class Rule(StrEnum):
    """Where a server may differ from what the linter foretells."""

    CURRENCY_REQUIRED = "currency-required"
    """Items without a currency are left out."""
    CUSTOMER_REQUIRED = "customer-required"
    """Lines of customers that the account does not hold are left out."""
    ANY_ITEM_TYPE = "any-item-type"
    """Item types are mapped: none is left out."""
    ALL_USERS_REPLACED = "all-users-replaced"
    """replace_users_association takes their users from customers that the file does not name, too."""


class Order(Struct, frozen=True):
    """What is asked for: the import type and the documented options."""

    type: str
    encoding: str = "UTF-8"
    clear: bool = False
    replace: bool = False


class Outcome(Struct, frozen=True):
    """What came of an import; `cleared` counts what went for being absent from the file."""

    answer: Mapping[str, Any]
    rows: int = 0
    left_out: int = 0
    cleared: int = 0


class RefusedError(Exception):
    """The whole file is refused."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.answer = failure(code, description)


def failure(code: str, description: str) -> dict[str, Any]:
    """The answer to what is refused."""
    return {"success": "false", "error_code": code, "error_description": description}


def success(**counts: int) -> dict[str, Any]:
    """The answer to what is taken, every count in it."""
    return {"success": "true", **dict.fromkeys(COUNTS, 0), **counts}


def take(
    connection: sqlite3.Connection,
    file: IO[bytes],
    order: Order,
    *,
    rules: frozenset[Rule] = frozenset(),
    numbering: Numbering = Numbering.LINE,
) -> Outcome:
    """Import a file. Raises RefusedError where the file as a whole is refused: then the transaction has to go back."""
    number = next_import(connection)
    text = io.TextIOWrapper(file, encoding=_codec(order.encoding), newline="")
    try:
        lines = _Lines(text, import_type(order.type), rules, known_clients(connection), numbering)
        added, modified = put(connection, order.type, lines, number)
    except UnicodeError as error:
        raise RefusedError("CSV_BAD_SYNTAX", f"The file is not {order.encoding}") from error
    except csv.Error as error:
        raise RefusedError("CSV_BAD_SYNTAX", f"The file can't be read: {error}") from error
    finally:
        text.detach()
    if not lines.rows:
        raise RefusedError("CSV_EMPTY", "The file has no lines")
    cleared = 0
    if order.clear:
        cleared = clear_absent(connection, number)
    elif order.replace:
        cleared = drop_absent_users(connection, number, everywhere=Rule.ALL_USERS_REPLACED in rules)
    what = order.type.removesuffix("s")
    counts = {f"nb_{what}_added": added, f"nb_{what}_modified": modified}
    answer = success(**{name: count for name, count in counts.items() if name in COUNTS})
    if lines.left_out:
        answer["exception_lines"] = lines.left_out
    return Outcome(answer, lines.rows, len(lines.left_out), cleared)


def _codec(encoding: str) -> str:
    try:
        "".encode(encoding)
    except (LookupError, ValueError) as error:
        raise RefusedError("CSV_BAD_SYNTAX", f"Unknown encoding: {encoding}") from error
    return "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding


class _Lines(Struct, dict=True):
    """The records of a file that go in, one after the other; what is left out is noted on the way."""

    text: io.TextIOWrapper
    type: ImportType
    rules: frozenset[Rule]
    clients: set[str]
    numbering: Numbering
    rows: int = 0
    left_out: dict[str, str] = field(default_factory=dict)

    @cached_property
    def mandatory(self) -> list[Field]:
        return [self.type.fields[name] for name in self.type.mandatory]

    def __iter__(self) -> Iterator[Record]:
        reader = csv.reader(self.text, delimiter=DELIMITER)
        header = next((cells for cells in reader if cells), None)
        if header is None:
            raise RefusedError("CSV_EMPTY", "The file is empty")
        self._check(header)
        line = reader.line_num
        for cells in reader:
            if cells:
                self.rows += 1
                row = dict(zip(header, cells, strict=False))
                problem = (
                    f"Column count doesn't match (defined={len(header)}, found={len(cells)})"
                    if len(cells) != len(header)
                    else self._problem(row)
                )
                if problem is None:
                    yield self._record(row)
                else:
                    self.left_out[f"line {self._number(line + 1)}"] = problem
            line = reader.line_num

    def _check(self, header: list[str]) -> None:
        missing = [known.name for known in self.mandatory if known.name not in header]
        if missing:
            raise RefusedError("CSV_BAD_SYNTAX", f"Missing columns: {', '.join(missing)}")
        named = [name for name in header if name]
        if len(set(named)) < len(named):
            raise RefusedError("CSV_BAD_SYNTAX", "A column is defined twice")

    def _number(self, line: int) -> int:
        if self.numbering is Numbering.LINE:
            return line
        return self.rows + (self.numbering is Numbering.RECORD_WITH_HEADER)

    def _problem(self, row: Mapping[str, str]) -> str | None:
        """Why a line is left out, if it is."""
        for known in self.mandatory:
            name, value = known.name, row[known.name].strip()
            if not value:
                return f"Mandatory value is missing ({name})"
            if known.kind == "date" and not _is_date(value):
                return f"Date is not valid ({name})"
            if known.kind == "amount" and _amount(value) is None:
                return f"Amount is not valid ({name})"
            if known.enum and value not in known.enum and Rule.ANY_ITEM_TYPE not in self.rules:
                return f"Value is not allowed ({name})"
        if Rule.CURRENCY_REQUIRED in self.rules and self.type.name == "items" and not row.get("item_currency"):
            return "Currency is missing (item_currency)"
        if (
            Rule.CUSTOMER_REQUIRED in self.rules
            and self.type.name != "clients"
            and row["client_code"] not in self.clients
        ):
            return "Customer is not known (client_code)"
        return None

    def _record(self, row: dict[str, str]) -> Record:
        row.pop("", None)
        client = row["client_code"]
        if self.type.name == "items":
            paid = bool(row.get("item_date_payment", "").strip())
            state = State.PAID if paid else State.OPEN
            return Record(
                _item_key(row), client, row, state, _open_amount(row, paid=paid), row.get("item_currency", "")
            )
        if self.type.name == "users":
            return Record(_user_key(row), client, row)
        if self.type.name == "contacts":
            # Contacts are only added: no two are ever the same.
            return Record(uuid.uuid4().hex, client, row)
        return Record(client, client, row)


def _item_key(row: Mapping[str, str]) -> str:
    """An item's own key, or else its number within the calendar year."""
    own = row.get("item_unique_key", "").strip()
    return f"key {own}" if own else f"{row['item_date_issue'].strip()[:4]} {row['item_number']}"


def _user_key(row: Mapping[str, str]) -> str:
    """A user of a customer: by number, else by email, else by name."""
    user = row.get("user_matricule") or row.get("user_email")
    return json.dumps([row["client_code"], user or [row.get("user_firstname", ""), row["user_lastname"]]])


def _open_amount(row: Mapping[str, str], *, paid: bool) -> Decimal | None:
    left = row.get("item_amount_remaining_inc_tax", "").strip()
    if not left and paid:
        return Decimal(0)
    return _amount(left or row["item_amount_initial_inc_tax"].strip())


def _amount(value: str) -> Decimal | None:
    return Decimal(value.translate(_SPACES)) if _AMOUNT.fullmatch(value) else None


@lru_cache(4096)
def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True
