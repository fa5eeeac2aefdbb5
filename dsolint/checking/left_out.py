"""Every record of a file that does not go in, and why: where a report holds a sample, this has all."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from dsolint.checking.blocks import BlockChecker
from dsolint.config import Config
from dsolint.findings import Effect, Finding
from dsolint.reading.blocks import Block
from dsolint.rules import deciding
from dsolint.rules.columns import Header


class LeftOut(NamedTuple):
    """A record that is left out: its number in the file and the physical line where it begins, both from 1, and why."""

    record: int
    line: int
    reasons: tuple[Finding, ...]


def left_out(
    blocks: Iterable[Block], header: Header, config: Config, strangers: Iterator[Finding]
) -> Iterator[tuple[Block, list[LeftOut]]]:
    """Each block of rows with the records of it that are left out, in file order.

    `strangers` are the rows that are left out for their customers, in file order: what a check of the whole file found.
    """
    rules = config.rules.intersection(deciding(config, header.type))
    checker = BlockChecker(header, replace(config, rules=rules, max_findings=sys.maxsize, looked_for=None))
    before = 0
    stranger = next(strangers, None)
    for block in blocks:
        part = checker.check(block).part
        found: dict[int, list[Finding]] = {}
        for key, tally in part.tallies.items():
            if key.effect is Effect.LINE:
                for finding, *_ in tally.samples:
                    found.setdefault(before + (finding.record or 0), []).append(finding)
        before += part.rows
        while stranger is not None and (stranger.record or 0) <= before:
            found.setdefault(stranger.record or 0, []).append(stranger)
            stranger = next(strangers, None)
        yield block, [_left_out(number, findings, header) for number, findings in sorted(found.items())]


def _left_out(number: int, findings: list[Finding], header: Header) -> LeftOut:
    places = {column.name: column.position for column in reversed(header.columns)}
    findings.sort(key=lambda found: (places.get(found.column or "", -1), found.code, found.value or "", found.sentence))
    return LeftOut(number, findings[0].line or 0, tuple(findings))
