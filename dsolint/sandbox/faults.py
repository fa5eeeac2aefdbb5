"""What may go wrong on the way, on request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsolint.errors import UsageError, did_you_mean
from dsolint.schema import TYPES


class Kind(Struct, frozen=True):
    """A kind of fault, and whether the file is imported nevertheless."""

    name: str
    what: str
    imports: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("latency", "answers late, by so many seconds", imports=True),
        Kind("429", "too many requests, with Retry-After"),
        Kind("500", "an internal error"),
        Kind("502", "a gateway that reached nobody"),
        Kind("503", "out of service, with Retry-After"),
        Kind("504", "a gateway that gave up waiting", imports=True),
        Kind("drop-before-body", "hangs up before the body is read"),
        Kind("drop-after-body", "hangs up once the body is read"),
        Kind("drop-after-import", "hangs up once the file is imported", imports=True),
        Kind("drop-in-answer", "hangs up in the middle of the answer", imports=True),
        Kind("malformed", "JSON that breaks off", imports=True),
        Kind("trailing-comma", "JSON with a comma before its closing brace", imports=True),
        Kind("empty", "an answer without a body", imports=True),
        Kind("html", "a page in place of JSON, with status 200"),
        Kind("redirect", "sends the client to another host"),
        Kind("refused", "CSV_BAD_SYNTAX, whatever the file holds"),
    )
}

_LONGEST = 3600.0
_KEYS = ("kind", "type", "times", "seconds", "to")
_FORM = re.compile(r"(?P<kind>[^@,]+)(@(?P<type>[^,]+))?(?P<settings>(,[^,=]+=[^,]+)*)")


class Fault(Struct, frozen=True):
    """A fault that waits for requests of a type (of any, if None), so many times (always, if None)."""

    kind: Kind
    type: str | None = None
    times: int | None = None
    seconds: float = 1
    """How late an answer is, or what Retry-After says."""
    to: str = "https://elsewhere.example/api/"
    """Where a redirect leads."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind.name,
            "type": self.type,
            "times": self.times,
            "seconds": self.seconds,
            "to": self.to,
        }


def parse(text: str) -> Fault:
    """A fault as the command line has it: `503@items,times=2,seconds=5`. Raises UsageError for another form."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise UsageError(f"{text!r} is no fault: it is KIND, or KIND@TYPE, then settings such as ,times=2,seconds=5.")
    settings = dict(setting.split("=", 1) for setting in form["settings"].split(",")[1:])
    return from_dict({"kind": form["kind"], "type": form["type"], **settings})


def from_dict(given: Mapping[str, Any]) -> Fault:
    """A fault out of JSON. Raises UsageError for what it can't be."""
    unknown = [key for key in given if key not in _KEYS]
    if unknown:
        raise UsageError(f"A fault has no {unknown[0]!r}: it has {', '.join(_KEYS)}.")
    name = str(given.get("kind"))
    if name not in KINDS:
        raise UsageError(f"{name!r} is no kind of fault: it is one of {', '.join(KINDS)}.{did_you_mean(name, KINDS)}")
    fault = Fault(KINDS[name])
    if given.get("type") is not None:
        if given["type"] not in TYPES:
            raise UsageError(f"There is no import type {given['type']!r}: it is one of {', '.join(TYPES)}.")
        fault = replace(fault, type=given["type"])
    if given.get("times") is not None:
        fault = replace(fault, times=int(_number("times", given["times"], at_least=1, at_most=1e6)))
    if given.get("seconds") is not None:
        fault = replace(fault, seconds=_number("seconds", given["seconds"], at_least=0, at_most=_LONGEST))
    return replace(fault, to=str(given["to"])) if given.get("to") is not None else fault


def _number(name: str, given: object, *, at_least: float, at_most: float) -> float:
    try:
        number = float(str(given))
    except ValueError:
        number = -1
    if not at_least <= number <= at_most:
        raise UsageError(f"{given!r} is no {name} of a fault: it is a number from {at_least:g} to {at_most:g}.")
    return number


class Faults:
    """The faults that wait."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.waiting = list(faults)

    def next(self, type: str) -> Fault | None:
        """The first that waits for a request of this type, counted down."""
        for place, fault in enumerate(self.waiting):
            if fault.type in (None, type):
                if fault.times == 1:
                    del self.waiting[place]
                elif fault.times is not None:
                    self.waiting[place] = replace(fault, times=fault.times - 1)
                return fault
        return None
