"""The lines that the server left out, held against those that the linter foretold.

How the server numbers its lines is not known. Each way that is thinkable is tried, and what fits best is taken: never
more than the numbers themselves tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from dsolint.delivery.answer import LeftOut
from dsolint.delivery.foretold import Place, Places, places
from dsolint.delivery.record import Accuracy
from dsolint.report import FileReport

NO_RULE = ""
"""Stands for the rule of lines that no rule speaks of."""


class Numbering(StrEnum):
    """How a server may number its lines."""

    LINE = "line"
    RECORD_AND_HEADER = "record and header"
    RECORD = "record"
    LINE_FROM_0 = "line from 0"
    RECORD_FROM_0 = "record from 0"

    def number(self, place: Place) -> int:
        """The number of a place by this way of counting."""
        return _NUMBERS[self](place)


_NUMBERS: dict[Numbering, Callable[[Place], int]] = {
    Numbering.LINE: lambda place: place.line,
    Numbering.RECORD_AND_HEADER: lambda place: place.record + 1,
    Numbering.RECORD: lambda place: place.record,
    Numbering.LINE_FROM_0: lambda place: place.line - 1,
    Numbering.RECORD_FROM_0: lambda place: place.record - 1,
}


class Judged(Struct, frozen=True):
    """A line that the server left out, or that was foretold to be, or both.

    `number` is the server's, `place` ours, None where it is not known; `rules` are those that speak of it.
    """

    number: int | None
    place: Place | None
    rules: tuple[str, ...]
    message: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "line": self.place.line if self.place is not None else None,
            "record": self.place.record if self.place is not None else None,
            "rules": list(self.rules),
            "message": self.message,
        }


class Reconciliation(Struct, frozen=True):
    """What the server left out beside what was foretold.

    `numberings` are the ways of counting that fit; of several, all say the same of these lines. `comparable` tells
    whether lines could be held against one another: where not, `missed` and `false_alarms` are all that each side has.
    `complete` tells whether all the lines that were foretold are at hand: where not, some of `missed` may have been.
    """

    numberings: tuple[Numbering, ...]
    comparable: bool
    complete: bool
    foretold: int
    confirmed: tuple[Judged, ...]
    missed: tuple[Judged, ...]
    false_alarms: tuple[Judged, ...]

    @property
    def accuracy(self) -> dict[str, Accuracy]:
        """How right each rule was, as far as can be said."""
        if not self.comparable:
            return {}
        counts: dict[str, list[int]] = {}
        for kind, lines in enumerate((self.confirmed, self.missed if self.complete else (), self.false_alarms)):
            for line in lines:
                for rule in line.rules or (NO_RULE,):
                    counts.setdefault(rule, [0, 0, 0])[kind] += 1
        return {rule: Accuracy(*numbers) for rule, numbers in sorted(counts.items())}

    def to_dict(self) -> dict[str, Any]:
        return {
            "numberings": list(self.numberings),
            "comparable": self.comparable,
            "complete": self.complete,
            "foretold": self.foretold,
            "confirmed": [line.to_dict() for line in self.confirmed],
            "missed": [line.to_dict() for line in self.missed],
            "false_alarms": [line.to_dict() for line in self.false_alarms],
        }


def reconcile(
    file: FileReport, foretold: Places, left_out: Iterable[LeftOut], remembered: Iterable[Numbering] = ()
) -> Reconciliation:
    """Hold what the server left out of a file against what was foretold of it. `remembered` are the numberings that fitted
    before.
    """
    numbered: dict[int, list[str]] = {}
    unnumbered: list[Judged] = []
    for line in left_out:
        if line.number is None:
            unnumbered.append(Judged(None, None, (), line.message))
        else:
            numbered.setdefault(line.number, []).append(line.message)
    messages = {number: "; ".join(filter(None, dict.fromkeys(said))) for number, said in numbered.items()}
    ways = _fitting(foretold, messages.keys(), tuple(remembered))
    nothing_to_match = not foretold or not (messages or unnumbered)
    comparable = nothing_to_match or (not unnumbered and _agree(ways, foretold, messages.keys()))
    if not comparable:
        ways = ()
    by_number = {ways[0].number(place): place for place in foretold} if ways else {}
    matched = {number: place for number, place in by_number.items() if number in messages}
    gone, others = set(matched.values()), places(file)
    seen = [{way.number(place): place for place in others} for way in ways]
    return Reconciliation(
        numberings=ways,
        comparable=comparable,
        complete=len(foretold) == file.forecast.ignored,
        foretold=file.forecast.ignored,
        confirmed=tuple(
            Judged(number, place, foretold[place], messages[number]) for number, place in sorted(matched.items())
        ),
        missed=(
            *(_missed(number, message, others, seen) for number, message in messages.items() if number not in matched),
            *unnumbered,
        ),
        false_alarms=tuple(Judged(None, place, rules, "") for place, rules in foretold.items() if place not in gone),
    )


def _fitting(
    foretold: Iterable[Place], numbers: Collection[int], remembered: tuple[Numbering, ...]
) -> tuple[Numbering, ...]:
    """The numberings by which most of the server's lines are ones that were foretold, those remembered before others."""
    foretold = list(foretold)
    if not foretold or not numbers:
        return remembered
    hits = {way: len({way.number(place) for place in foretold} & set(numbers)) for way in Numbering}
    most = max(hits.values())
    if 2 * most <= min(len(foretold), len(numbers)):
        return remembered
    best = tuple(way for way in Numbering if hits[way] == most)
    return tuple(way for way in best if way in remembered) or best


def _agree(ways: tuple[Numbering, ...], places: Iterable[Place], numbers: Collection[int]) -> bool:
    """Whether there is a way, and all of them see the same places behind the numbers."""
    places = list(places)
    seen = {frozenset((way.number(place), place) for place in places if way.number(place) in numbers) for way in ways}
    return len(seen) == 1


def _missed(number: int, message: str, others: Places, seen: Iterable[Mapping[int, Place]]) -> Judged:
    """A line that was not foretold, with the rules that found something else in it, where all ways of counting see the
    same place; `seen` are the places by their numbers for each way.
    """
    places = {by_number.get(number) for by_number in seen}
    place = places.pop() if len(places) == 1 else None
    return Judged(number, place, others[place] if place is not None else (), message)
