"""What is noted of one file beside its rows."""

from __future__ import annotations

from collections.abc import Iterable

from dsolint.checking import guard
from dsolint.checking.finding import make_finding
from dsolint.config import Config
from dsolint.findings import Problem
from dsolint.parts import Part
from dsolint.report import NotChecked
from dsolint.rules import RULES
from dsolint.schema import is_own_schema


class Notes:
    """Findings go into the file's part; of rules that were not asked the reason is kept.

    `type` is what is known so far of the file's import type.
    """

    def __init__(self, config: Config, part: Part) -> None:
        self.config = config
        self.part = part
        self.type = config.known(config.type) if config.type is not None else None
        self.not_checked: list[NotChecked] = []
        self._asked: set[str] = set()

    def found(self, code: str, problem: Problem | None, *, line: int | None = None, value: str | None = None) -> bool:
        """Note that a rule was asked, and its finding where it has one; tell whether it has."""
        self._asked.add(code)
        if problem is None or code not in self.config.rules:
            return False
        self.part.add(make_finding(RULES[code], problem, line=line, value=value), cause=problem.cause)
        return True

    def found_all(self, code: str, problems: Iterable[Problem], *, line: int) -> None:
        """Note that a rule was asked, and all that it finds in a line."""
        self._asked.add(code)
        for problem in problems:
            self.found(code, problem, line=line)

    def unchecked(self, reason: str, codes: Iterable[str]) -> None:
        """Note why rules can't be asked, as far as they concern the file."""
        for code in codes:
            if code in self.config.rules and self._concerns(code):
                self.not_checked.append(NotChecked(code, reason))

    def _concerns(self, code: str) -> bool:
        """Whether a rule is one for files of this type, as far as that is known."""
        if code.startswith("D"):
            return code in guard.concerned(self.type, self.config)
        return is_own_schema(self.type) or not code.startswith("S")

    def rest_unchecked(self, reason: str) -> None:
        """Note why no more rules are asked than were so far."""
        self.unchecked(reason, (code for code in RULES if code not in self._asked))
