"""The rules D on one file: what it is held against, what they say, and what the forecast knows of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dsolint.checking import held
from dsolint.checking.previous import NOTHING_BEFORE, Previous
from dsolint.config import STOCK, Config
from dsolint.findings import Problem
from dsolint.parts import Part
from dsolint.phrases import Phrase
from dsolint.report import Clears, local_time
from dsolint.rules import delivery as rules
from dsolint.schema import ImportType

if TYPE_CHECKING:
    import pyarrow as pa

NO_STOCK_BEFORE = Phrase("no items file has been sent in STOCK mode before")
NO_ROWS = "F002"
"""The rule for which nobody knows whether the file is refused, or clears everything."""
REFUSED = Phrase("the server would refuse the file")


def concerned(type: ImportType | None, config: Config) -> tuple[str, ...]:
    """The rules D that a file of this type is asked, in this mode."""
    if type is None:
        return ()
    if type.name == "items":
        return ("D601", "D602", "D603", "D604") if config.mode == STOCK else ("D603",)
    return ("D602",) if type.name == "users" and config.replace_users else ()


class Judgement(Struct):
    """What the rules D say of a file: problems by code, what could not be told and why, and what would go."""

    problems: list[tuple[str, Problem]] = field(default_factory=list)
    not_checked: list[tuple[str, str]] = field(default_factory=list)
    clears: Clears | None = None

    def take(self, code: str, problem: Problem | None) -> None:
        if problem is not None:
            self.problems.append((code, problem))


class Now(Struct, frozen=True):
    """The file as it is now. `keys` has the keys of the rows that go in, None where they were not collected.

    `refused` is the code of the rule for which the server would refuse it.
    """

    type: ImportType
    part: Part
    sha256: str | None
    keys: pa.Table | None
    refused: str | None


def judge(now: Now, previous: Previous | Phrase, config: Config) -> Judgement:
    """Hold a file against what its account was sent before."""
    found = Judgement()
    asked: set[str] = set()
    for code in concerned(now.type, config):
        reason = _reason(code, now, previous)
        if reason is None:
            asked.add(code)
        else:
            found.not_checked.append((code, reason))
    if isinstance(previous, Previous):
        _judge_held(now, previous, config, found, asked)
        _judge_items(now, previous, config, found, asked)
    return found


def _reason(code: str, now: Now, previous: Previous | Phrase) -> Phrase | None:
    """Why a rule can't be asked; None where it can."""
    if isinstance(previous, Phrase):
        return previous
    if now.refused and code != "D603" and (code, now.refused) != ("D602", NO_ROWS):
        return REFUSED  # and changes nothing
    if code == "D602":
        return None if now.keys is not None and now.type.name in previous.held else NOTHING_BEFORE
    if (previous.items if code == "D603" else previous.stock) is not None:
        return None
    return NO_STOCK_BEFORE if previous.items is not None else NOTHING_BEFORE


def _judge_held(now: Now, previous: Previous, config: Config, found: Judgement, asked: set[str]) -> None:
    if "D602" in asked and now.keys is not None:
        before = previous.held[now.type.name or ""]
        table = before.load()
        if isinstance(table, Phrase):
            found.not_checked.append(("D602", table))
            return
        gone = held.gone(table, now.keys["key"])
        found.clears = Clears(before.since, gone.count, gone.amounts)
        limit, users = config.thresholds.mass_clearing, now.type.name == "users"
        found.take("D602", rules.mass_clearing(gone, local_time(before.since), limit=limit, users=users))


def _judge_items(now: Now, previous: Previous, config: Config, found: Judgement, asked: set[str]) -> None:
    last, stock, limits = previous.items, previous.stock, config.thresholds
    if last is not None and "D603" in asked:
        found.take("D603", rules.stale_delivery(now.sha256, last.sha256, local_time(last.sent)))
    if stock is not None and "D601" in asked:
        limit = limits.shrunken_delivery
        found.take("D601", rules.shrunken_delivery(now.part.rows, stock.rows, local_time(stock.sent), limit=limit))
    if stock is not None and "D604" in asked:
        for currency, before in sorted(stock.sums.items()):
            sum_now = now.part.money.accepted.get(currency, Decimal(0))
            limit = limits.balance_jump
            found.take("D604", rules.balance_jump(currency, sum_now, before, local_time(stock.sent), limit=limit))
