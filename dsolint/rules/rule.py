"""What a rule is: one function, and the facts about it in one place."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Generic, ParamSpec, TypeVar

from msgspec import Struct

from dsolint.findings import Basis, Effect, Severity

P = ParamSpec("P")
R = TypeVar("R")

SECTIONS = ("Why", "Bad", "Good", "Fix", "Source")
"""The parts of a rule's docstring after its first paragraph, which says what the rule finds."""
_OF_ANY_FILE = ("Bad", "Good", "Fix")
"""Those that do not speak of the import, whatever the rule."""

EXAMPLES = ("Bad", "Good")
"""Those of them that show data."""

_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-ZÀ-Þ])")
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}): ", re.MULTILINE)


class Rule(Struct, Generic[P, R], frozen=True):
    """One rule: its permanent code, its name, and the function that applies it.

    `severity` and `effect` are what holds unless the function says otherwise for a case; the docstring of the
    function is the rule's documentation.
    """

    code: str
    name: str
    severity: Severity
    effect: Effect
    basis: Basis
    since: str
    function: Callable[P, R]
    kinds: frozenset[str] | None = None
    """For a rule on one value: the kinds of field that it is for; None for rules on something else."""
    suspects: str | None = None
    """For a rule on one value: an RE2 pattern that every value it may object to matches; None where there is none."""
    types: tuple[str, ...] = ()
    """For a rule on whole rows: the import types that it is for."""
    needs: tuple[tuple[str, ...], ...] = ()
    """For a rule on whole rows: sets of columns, of which the file must have one."""
    worst: Effect | None = None
    """The effect that it has in some cases, where that is worse than `effect`."""

    @property
    def may_keep_out(self) -> bool:
        """Whether its findings can keep a line, or the whole file, out of the import."""
        return (self.worst or self.effect) in (Effect.FILE, Effect.LINE)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    @property
    def title(self) -> str:
        """What the rule finds, short: the first sentence."""
        return first_sentence(self.what)

    @property
    def what(self) -> str:
        """What the rule finds: the first paragraph of its documentation."""
        return _split(self.function)[0]

    @property
    def sections(self) -> dict[str, str]:
        """The other parts of its documentation by their names: see SECTIONS."""
        parts = _split(self.function)[1:]
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def sections_for(self, *, own_schema: bool) -> dict[str, str]:
        """Those parts that hold for a file: by a schema of the user's own it is none for the import."""
        if not own_schema or self.basis in (Basis.PRACTICE, Basis.SCHEMA):
            return self.sections
        return {name: text for name, text in self.sections.items() if name in _OF_ANY_FILE}


def unwrapped(text: str) -> str:
    """A text of the documentation without its line ends: the key of the message catalogue."""
    return " ".join(text.split())


def first_sentence(text: str) -> str:
    """The first sentence of a text in any language, for a heading: without its full stop."""
    return _SENTENCE_END.split(text)[0].removesuffix(".")


def _split(function: Callable[..., object]) -> list[str]:
    return [part.strip() for part in _SECTION.split(inspect.getdoc(function) or "")]


def rule(
    code: str,
    name: str,
    severity: Severity,
    effect: Effect,
    basis: Basis,
    *,
    since: str = "0.1",
    kinds: Iterable[str] | None = None,
    suspects: str | None = None,
    types: tuple[str, ...] = (),
    needs: tuple[tuple[str, ...], ...] = (),
    worst: Effect | None = None,
) -> Callable[[Callable[P, R]], Rule[P, R]]:
    """Make a rule of a function. It is not registered anywhere: the table of all rules names it."""

    def make(function: Callable[P, R]) -> Rule[P, R]:
        return Rule(
            code,
            name,
            severity,
            effect,
            basis,
            since,
            function,
            frozenset(kinds) if kinds is not None else None,
            suspects,
            types,
            needs,
            worst,
        )

    return make
