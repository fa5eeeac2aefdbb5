"""Judge a column: screen, then explain. Each distinct value that is not certainly good is asked about once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, Self

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.fields import amount, identifier, words
from dsolint.fields.cells import Cells
from dsolint.fields.memory import remember
from dsolint.fields.questions import Form, Question, matches
from dsolint.findings import Effect, Problem, Severity
from dsolint.parts import MANY, MOST_CAUSES, fine_under
from dsolint.rules import RULES, TEXT_RULES, VALUE_RULES, AnyRule
from dsolint.rules.values import Context, missing_value, not_in_list
from dsolint.schema import Field

_REMEMBERED = 1 << 16
"""How many distinct values of a column are remembered."""

Verdict = tuple[tuple[AnyRule, Problem], ...]
"""What the rules say about one value: nothing where it is good."""
Judge = Callable[[str], Verdict]


class Screen(NamedTuple):
    """A question that settles most values without asking the rules: where the answer is no, a value is good.

    It `covers` other questions, to which the answer is no as well for every value that it settles.
    """

    question: Question
    covers: tuple[Question, ...] = ()


class Hit(NamedTuple):
    """The rows of a column that share a kind of problem.

    `rows` are the rows from 0 in file order, `at` gives the value and the problem of the n-th of them. `readings` are
    those that all of these values allow, None where they tell nothing.
    """

    rule: AnyRule
    effect: Effect
    cause: str
    rows: Array[int]
    at: Callable[[int], tuple[str, Problem]]
    readings: frozenset[str] | None


class _Kind(NamedTuple):
    code: str
    severity: Severity | None
    effect: Effect | None
    cause: str
    fine_under: str | None

    @classmethod
    def of(cls, rule: AnyRule, problem: Problem) -> Self:
        return cls(rule.code, problem.severity, problem.effect, problem.cause, fine_under(problem.choices))

    @property
    def family(self) -> _Kind:
        return self._replace(cause=MANY)


class ColumnCheck:
    """The value rules that one column is under."""

    def __init__(self, judge: Judge, screen: Screen | None) -> None:
        self.verdict = remember(_REMEMBERED)(judge)
        """What is wrong with one value."""
        self.screen = screen
        self._is_wrong = Question(
            "bool", self._has_verdict, self._have_verdicts, implies=screen.question if screen is not None else None
        )

    def _has_verdict(self, value: str) -> bool:
        return bool(self.verdict(value))

    def _have_verdicts(self, cells: Array[str]) -> Array[bool]:
        return arrays.array(map(self._has_verdict, cells.to_pylist()), "bool", like=cells)

    def settle(self, cells: Cells) -> None:
        """Note what the screen settles of other questions as well, where each cell has to be looked at."""
        if self.screen is not None and cells.differ:
            cells.narrow(self.screen.covers, cells.ask(self.screen.question))

    def run(self, cells: Cells) -> list[Hit]:
        """What is wrong in a block's column."""
        rows = arrays.indices_nonzero(cells.ask(self._is_wrong))
        if not len(rows):
            return []
        encoded = cells.plain.take(rows).dictionary_encode()
        values = encoded.dictionary.to_pylist()
        kinds: _Kinds = {}
        for place, value in enumerate(values):
            for rule, problem in self.verdict(value):
                kinds.setdefault(_Kind.of(rule, problem), {})[place] = problem
        wrong = _Wrong(values, rows, encoded.indices)
        return [wrong.hit(kind, problems) for kind, problems in _bounded(kinds).items()]


_Kinds = dict[_Kind, dict[int, Problem]]
"""The problems of each kind, by the places of the values that have them."""


class _Wrong(NamedTuple):
    """The values of a block's column that have something wrong, and for each of their rows the place of its value."""

    values: list[str]
    rows: Array[int]
    place_of: Array[int]

    def hit(self, kind: _Kind, problems: dict[int, Problem]) -> Hit:
        """What is wrong in one way, with the values at some places."""
        found = arrays.indices_nonzero(arrays.is_in(self.place_of, list(problems)))

        def at(position: int) -> tuple[str, Problem]:
            place = self.place_of[found[position].as_py()].as_py()
            return self.values[place], problems[place]

        choices = [problem.choices.keys() for problem in problems.values() if problem.choices]
        readings = frozenset(choices[0]).intersection(*choices) if choices else None
        rule = RULES[kind.code]
        return Hit(rule, kind.effect or rule.effect, kind.cause, self.rows.take(found), at, readings)


def _bounded(kinds: _Kinds) -> _Kinds:
    """The problems by kind, those with too many causes together: the report does not count by them either."""
    if len(kinds) <= MOST_CAUSES:
        return kinds
    causes = Counter(kind.family for kind in kinds if kind.cause)
    bounded: _Kinds = {}
    for kind, problems in kinds.items():
        bounded.setdefault(kind.family if kind.cause and causes[kind.family] > MOST_CAUSES else kind, {}).update(
            problems
        )
    return bounded


def column_check(
    field: Field, active: frozenset[str], context: Context, odd: Question | None = None
) -> ColumnCheck | None:
    """The check of one column; None where no rule has anything to say about it. Its screen covers `odd` as well."""
    rules = [rule for rule in VALUE_RULES if rule.code in active and _applies(rule, field)]
    text_rules = [rule for rule in TEXT_RULES if rule.code in active and _applies(rule, field)]
    if not rules and not text_rules:
        return None

    first = [(rule, rule.function) for rule in rules]
    others = [(rule, rule.function) for rule in text_rules]

    def judge(value: str) -> Verdict:
        found: list[tuple[AnyRule, Problem]] = []
        for rule, function in first:
            problem = function(value, field, context)
            if problem is not None:
                found.append((rule, problem))
                break
        for rule, function in others:
            problem = function(value, field, context)
            if problem is not None:
                found.append((rule, problem))
        return tuple(found)

    return ColumnCheck(judge, _screen(field, [*rules, *text_rules], odd))


def _applies(rule: AnyRule, field: Field) -> bool:
    if rule is missing_value:
        return field.mandatory
    if rule is not_in_list and not field.enum:
        return False
    if field.kind == "standard" and field.read is None:
        return False
    return rule.kinds is not None and field.kind in rule.kinds


_UNCERTAIN = {"amount": amount.IS_UNCERTAIN, "email": identifier.IS_UNCERTAIN_EMAIL}
"""By kind what a rule may have something against."""
_NOT_CERTAIN = {"amount": amount.IS_NOT_CERTAIN, "email": identifier.IS_NO_CERTAIN_EMAIL}
"""The same where a value is mandatory: empty cells too."""


def _screen(field: Field, rules: list[AnyRule], odd: Question | None) -> Screen | None:
    covered: tuple[Question, ...] = (odd,) if odd is not None else ()
    if field.kind in _UNCERTAIN:
        return Screen((_NOT_CERTAIN if field.mandatory else _UNCERTAIN)[field.kind], covered)
    if field.read is None and all(rule.suspects is not None for rule in rules):
        covered += (words.STANDS_FOR_NOTHING,)
        patterns = [rule.suspects for rule in rules if rule.suspects] + [question.pattern for question in covered]
        pattern = "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(patterns))
        return Screen(matches(pattern, form=Form.MAY_SAY_NO), covered)
    return None
