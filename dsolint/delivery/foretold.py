"""The lines of a file that were foretold to be left out: all of them, where a report holds a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from dsolint import engine
from dsolint.delivery.request import Request
from dsolint.errors import DsolintError
from dsolint.findings import Effect
from dsolint.report import FileReport
from dsolint.rules import deciding
from dsolint.schema import import_type

MOST = 200_000
"""How many findings of a rule are held at most: beyond, the report's samples have to do."""


class Place(NamedTuple):
    """Where a record is: the physical line where it begins, and its number among the records of data, both from 1."""

    line: int
    record: int


Places = Mapping[Place, tuple[str, ...]]
"""Places with the rules that speak of them."""


def places(file: FileReport, effect: Effect | None = None) -> Places:
    """Where the findings at hand are, or those of one effect."""
    found: dict[Place, tuple[str, ...]] = {}
    for finding in file.findings:
        if finding.line is None or finding.record is None or effect not in (None, finding.effect):
            continue
        place = Place(finding.line, finding.record)
        found[place] = tuple(dict.fromkeys((*found.get(place, ()), finding.code)))
    return found


def foretold(request: Request) -> Places:
    """The lines that are left out; those of the report's samples alone where the others can't be had."""
    file = request.file
    sampled = places(file, Effect.LINE)
    most = max(file.counts.values(), default=0)
    if len(sampled) == file.forecast.ignored or most > MOST or file.config is None:
        return sampled
    type = import_type(file.type or "")
    rules = file.config.rules.intersection(deciding(file.config, type))
    config = replace(file.config, rules=rules, max_findings=most, type=type)
    try:
        again = engine.check_file(request.again(), config)
    except DsolintError:
        return sampled
    # By itself the file knows no customers file of its delivery, which X501 takes.
    return {**sampled, **places(again, Effect.LINE)} if again.sha256 == file.sha256 else sampled
