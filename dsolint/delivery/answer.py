"""The server's answer, tolerantly read: real ones have a comma too many, texts for booleans and numbers, and lists for objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from dsolint.phrases import Counted, Phrase

_COMMA_TOO_MANY = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)
"""A text that does not end is one too, so that it is not looked for again from each quote in it."""
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")
_NAMED_LINE = re.compile(r"\s*(?:line|row|record|ligne|zeile)\W{0,3}([0-9]{1,15})\b\W*", re.IGNORECASE)
_BARE_LINE = re.compile(r"\W{0,3}([0-9]{1,15})\b\W*")
_KEYS_OF_LINES = ("line", "line_number", "row", "record", "number", "index")
_KEYS_OF_MESSAGES = ("message", "error", "error_description", "description", "reason", "text")

COUNTS = {
    "nb_client_added": Counted("{count} customer added", "{count} customers added", 0),
    "nb_client_modified": Counted("{count} customer modified", "{count} customers modified", 0),
    "nb_contact_added": Counted("{count} contact added", "{count} contacts added", 0),
    "nb_item_added": Counted("{count} item added", "{count} items added", 0),
    "nb_item_modified": Counted("{count} item modified", "{count} items modified", 0),
    "nb_user_added": Counted("{count} user added", "{count} users added", 0),
    "nb_user_modified": Counted("{count} user modified", "{count} users modified", 0),
}
"""What the documented counts of an answer are called."""


class LeftOut(Struct, frozen=True):
    """A line that the server left out: its number as the server counts, None where none can be read, and why."""

    number: int | None
    message: str

    def to_dict(self) -> dict[str, Any]:
        return {"number": self.number, "message": self.message}


class Answer(Struct, frozen=True):
    """The documented answer. `counts` are its numbers of things added and modified, `raw` all of it as it came."""

    success: bool
    error_code: str | None = None
    error_description: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)


class NoAnswer(Struct, frozen=True):
    """Bytes that are not the documented JSON, and what they are instead."""

    problem: Phrase


def read_answer(body: bytes) -> Answer | NoAnswer:
    """The answer in the body of a response. Never raises, whatever the bytes are."""
    text = body.decode("utf-8-sig", "replace").strip("\ufeff\0 \t\r\n")
    if not text:
        return NoAnswer(Phrase("it is empty"))
    if text.startswith("<"):
        return NoAnswer(Phrase("it is a page for people, not JSON"))
    try:
        found = json.loads(_COMMA_TOO_MANY.sub(r"\1", text))
        json.dumps(found, allow_nan=False)
        return _read(found)
    except (ValueError, RecursionError):
        return NoAnswer(Phrase("it is no JSON"))


def _read(found: Any) -> Answer | NoAnswer:
    if not isinstance(found, dict):
        return NoAnswer(Phrase("it is JSON, and no object"))
    success = _flag(found.get("success"))
    if success is None:
        return NoAnswer(Phrase("its success is neither true nor false"))
    return Answer(
        success,
        _text(found.get("error_code")),
        _text(found.get("error_description")),
        tuple(_lines(found.get("exception_lines"))),
        {key: count for key, value in found.items() if key.startswith("nb_") and (count := _number(value)) is not None},
        found,
    )


def _flag(value: object) -> bool | None:
    word = str(value).strip().lower() if isinstance(value, bool | int | str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _text(value: object) -> str | None:
    """A text that says something; None for what is empty or absent."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return value.strip() or None
    return json.dumps(value, ensure_ascii=False)


def _number(value: object) -> int | None:
    """A whole number, also where it is written as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    digits = re.fullmatch(r"([0-9]{1,15})(?:\.0*)?", str(value).strip())
    return int(digits.group(1)) if digits is not None else None


def _lines(value: object) -> Iterator[LeftOut]:
    """The lines that were left out, out of an object of them, a list, or a text or number of one."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _named(key, entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _one(entry)
    elif value and value is not True:
        yield from _one(value)


def _named(key: str, entry: object) -> Iterator[LeftOut]:
    """The lines under a key. Where what it holds names its own lines, the key is but a place in a list."""
    if isinstance(entry, list):
        for one in entry:
            yield from _named(key, one)
        return
    if isinstance(entry, dict):
        named = list(_one(entry))
    else:
        text = _text(entry) or ""
        match = _NAMED_LINE.match(text)
        named = [LeftOut(int(match.group(1)), text[match.end() :] or text)] if match is not None else []
    match = _NAMED_LINE.match(key) or _BARE_LINE.match(key)
    number = int(match.group(1)) if match is not None else None
    for line in named or [LeftOut(None, _text(entry) or "")]:
        yield line if line.number is not None else LeftOut(number, line.message)


def _one(entry: object) -> Iterator[LeftOut]:
    """An entry of a list: a number, a text that begins with one, or an object that has one."""
    if isinstance(entry, dict):
        number = next((n for key in _KEYS_OF_LINES if (n := _line_number(entry.get(key))) is not None), None)
        message = next((text for key in _KEYS_OF_MESSAGES if (text := _text(entry.get(key))) is not None), None)
        if number is not None:
            yield LeftOut(number, message or "")
        elif message is None and entry:
            yield from _lines(entry)
        else:
            yield LeftOut(None, message or "")
    elif (number := _number(entry)) is not None:
        yield LeftOut(number, "")
    elif (text := _text(entry)) is not None:
        match = _NAMED_LINE.match(text) or re.match(r"\s*([0-9]{1,15})\s*[:;,.)-]\s*", text)
        yield LeftOut(int(match.group(1)), text[match.end() :]) if match is not None else LeftOut(None, text)


def _line_number(value: object) -> int | None:
    """The number of a line: 3, "3" or "line 3"."""
    match = _NAMED_LINE.match(value) if isinstance(value, str) else None
    return int(match.group(1)) if match is not None else _number(value)
