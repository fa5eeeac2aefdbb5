"""What the values of one column become, where there is one right answer."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple, Self

from msgspec import Struct

from dsolint.checking.columns import ColumnCheck, Verdict
from dsolint.checking.settling import decided
from dsolint.fields import amount
from dsolint.findings import Problem
from dsolint.parts import Part, Tally, TallyKey
from dsolint.rules import VALUE_RULES, AnyRule
from dsolint.rules.rows import stray_quote
from dsolint.rules.values import ambiguous_amount, bad_amount, bad_date

_REMEMBERED = 1 << 16
_PRECEDENCE = {rule.code: place for place, rule in enumerate(VALUE_RULES)}


class Step(NamedTuple):
    """What one rule makes of a value."""

    rule: str
    before: str
    after: str


class Evidence(Struct, frozen=True):
    """What the values of a column show when they are taken together.

    `readings` are those that all of them allow; there is none where they contradict one another. `alone` tells whether a
    value that can be read in one way may then be repaired all the same, and `keeps_sign` that an amount has to go on
    telling the decimal sign that it tells now: others that stay are read by it.
    """

    readings: frozenset[str]
    alone: bool
    keeps_sign: bool

    @classmethod
    def of(cls, part: Part, column: str, wanted: frozenset[str]) -> Self:
        """The evidence of a column in a file of which all rules have been asked; `wanted` are the rules that repair."""
        readings = part.readings(column)
        tallies = [(key, tally) for key, tally in part.tallies.items() if key.column == column]
        stay = any(_may_stay_ambiguous(key, tally, readings, wanted) for key, tally in tallies)
        # Dates of one form have the same readings. Those that stay must not decide one another next time.
        open_dates = [
            frozenset(tally.samples[0].choices)
            for key, tally in tallies
            if key.code == bad_date.code and len(tally.samples[0].choices) > 1
        ]
        # Those behind whose closing quote there is more text stay too, however certain they are.
        stuck = any(
            key.code == stray_quote.code and '"' not in (sample.finding.value or '"')
            for key, tally in tallies
            for sample in tally.samples
        )
        alone = not open_dates or (not stuck and len(reduce(frozenset.intersection, open_dates)) != 1)
        return cls(readings, alone, stay)


def _may_stay_ambiguous(key: TallyKey, tally: Tally, readings: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether amounts that the others of their column are needed to read may stay as they are."""
    if key.code == ambiguous_amount.code:
        return key.code not in wanted or key.fine_under in readings or len(readings) != 1
    if key.code != bad_amount.code or (readings and key.cause != amount.CURRENCY_SIGN):
        return False
    # The column decides nothing, or the currency may be another than that of the row.
    all_known = tally.count == len(tally.samples)
    return not all_known or any(len(set(sample.choices.values())) > 1 for sample in tally.samples)


class ColumnRepair:
    """The repair of one column's values."""

    def __init__(self, check: ColumnCheck, wanted: frozenset[str], evidence: Evidence) -> None:
        self._check = check
        self._wanted = wanted
        self._evidence = evidence
        self._known: dict[str, tuple[Step, ...]] = {}

    def steps(self, value: str) -> tuple[Step, ...]:
        """What becomes of a value, rule by rule; nothing where it stays as it is."""
        known = self._known.get(value)
        if known is None:
            known = tuple(self._worked_out(value))
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[value] = known
        return known

    def _worked_out(self, value: str) -> list[Step]:
        found: list[Step] = []
        while step := self._step(value):
            found.append(step)
            value = step.after
        return found

    def _step(self, value: str) -> Step | None:
        verdict = self._check.verdict(value)
        for rule, problem in verdict:
            if rule.code in self._wanted and problem.certain:
                meant = self._meant(rule, problem)
                if meant is not None and meant != value and _is_no_worse(verdict, self._check.verdict(meant)):
                    return Step(rule.code, value, meant)
        return None

    def _meant(self, rule: AnyRule, problem: Problem) -> str | None:
        if not problem.choices:
            return problem.suggestion
        if not self._evidence.readings and not self._evidence.alone:
            return None
        meant = decided(problem.choices, self._evidence.readings)
        if meant is None or rule is not bad_amount or not self._evidence.keeps_sign:
            return meant
        return _telling(frozenset(problem.choices), meant)


def _telling(signs: frozenset[str], meant: str) -> str | None:
    """An amount so written that it tells these decimal signs, None where it can't."""
    written = (meant, *(meant.replace(".", sign) for sign in signs))
    return next((text for text in written if amount.decimal_signs(text) == signs), None)


def _is_no_worse(before: Verdict, after: Verdict) -> bool:
    """Whether a rule finds nothing new, but for one that could not be asked as long as another one spoke alone."""
    spoke = {rule.code for rule, _ in before}
    places = [_PRECEDENCE[code] for code in spoke if code in _PRECEDENCE]
    return all(rule.code in spoke or (places and _PRECEDENCE.get(rule.code, -1) > min(places)) for rule, _ in after)
