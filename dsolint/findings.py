"""What a rule finds: the words that every room above shares."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from dsolint.phrases import Phrase


class Severity(StrEnum):
    """How much a finding matters; the configuration may change it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return tuple(Severity).index(self)


class Effect(StrEnum):
    """What the import does to the file, line or value; a fact, not configurable."""

    FILE = "file"
    LINE = "line"
    VALUE = "value"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return tuple(Effect).index(self)


class Basis(StrEnum):
    """What a rule rests on; see docs of each rule for the source."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    PRACTICE = "practice"
    SCHEMA = "schema"


class Problem(Struct, frozen=True):
    """What a rule says about one file, header, record or value.

    `message` is an English template, the key of the message catalogue; `params` fill it when it is rendered.
    `severity` and `effect` are None where the rule's own hold, and `line`, `column` and `value` where the problem is at
    the very place that the rule was asked about.

    `choices` is for what only the whole column can decide: it maps each possible reading of the value to its
    suggestion, or to None where the value is fine under that reading. `cause` groups problems that have one cause.

    A `certain` problem has one right answer, which `fix` may put in the value's place: its suggestion, or what the column
    decides among its choices.
    """

    message: str
    params: Mapping[str, str] = field(default_factory=dict)
    suggestion: str | None = None
    severity: Severity | None = None
    effect: Effect | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    choices: Mapping[str, str | None] = field(default_factory=dict)
    cause: str = ""
    certain: bool = False


class Finding(Struct, frozen=True):
    """One problem at its place.

    `line` is the physical line where the record begins, from 1; `record` counts data records from 1. `known` tells that
    the baseline has it.
    """

    code: str
    name: str
    severity: Severity
    effect: Effect
    message: str
    params: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    record: int | None = None
    column: str | None = None
    value: str | None = None
    suggestion: str | None = None
    key: Mapping[str, str] = field(default_factory=dict)
    known: bool = False

    @property
    def sentence(self) -> Phrase:
        """The message, filled in."""
        return Phrase(self.message, self.params)
