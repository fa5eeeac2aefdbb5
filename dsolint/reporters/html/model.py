"""What the page is made of: plain values, worded and formatted. No markup, and nothing unbounded."""

from __future__ import annotations

from msgspec import Struct

from dsolint.reporters.html.pictures import Mark, Part

FILES = 20
"""How many files are shown in full; all are counted, and LISTED of them stand in the overview."""
LISTED = 200
ROWS = 1200
"""How many findings are shown in all."""
ROWS_OF_RULE = 100
CAUSES = 12
CURRENCIES = 10
AT_A_GLANCE = 3
"""How many currencies are shown where one looks rather than reads."""
COLUMNS = 10
PICTURED = 4
"""How many findings are worth a picture of where they are."""
FILTERED = 10
"""How many rows can be looked through without a filter."""
PRINTED = 5
"""How many rows of a rule are printed: style.css hides the others."""
CODES = 10
"""How many rules are named where they are only listed."""
SHOWN = 80
"""How many characters of a value are shown."""


class Piece(Struct, frozen=True):
    """A stretch of a value: as it is, or something odd that was made visible."""

    text: str
    odd: bool = False


Value = tuple[Piece, ...]


class Fact(Struct, frozen=True):
    label: str
    text: str


class Verdict(Struct, frozen=True):
    """What happens to a file or delivery. `level` is stop, part, look or good."""

    level: str
    short: str
    sentence: str
    passed: str


class Sum(Struct, frozen=True):
    """The money of one currency, that goes in and that does not, with its bar."""

    currency: str
    accepted: str
    ignored: str
    bar: tuple[Part, ...]


class Outlook(Struct, frozen=True):
    """The forecast."""

    accepted: str
    ignored: str
    bar: tuple[Part, ...]
    sums: tuple[Sum, ...]
    notes: tuple[str, ...]


class Alarm(Struct, frozen=True):
    """What goes wrong unseen, in a title and a text."""

    title: str
    text: str


class Cost(Struct, frozen=True):
    """What a cause keeps out in one currency, and its share of all that is left out in it."""

    amount: str
    bar: tuple[Part, ...]


class Cause(Struct, frozen=True):
    sentence: str
    who: str
    remedy: str
    lines: str
    left_out: str
    costs: tuple[Cost, ...]


class Column(Struct, frozen=True):
    """A column as the reader knows it, with its technical name, which may be all there is."""

    label: str
    name: str


class Hits(Struct, frozen=True):
    """How many findings a column has, with a bar against the column that has most."""

    column: Column
    count: str
    bar: tuple[Part, ...]


class Shown(Struct, frozen=True):
    """A mark of the strip in words."""

    words: str
    mark: Mark


class Where(Struct, frozen=True):
    """Pictures of where the findings are."""

    marks: tuple[Shown, ...]
    height: int
    words: str
    columns: tuple[Hits, ...]
    note: str


class Row(Struct, frozen=True):
    """One finding. `kind` is its severity; `column_number` is the column's place in the list to filter by; `known` is a word for
    those that the baseline has.
    """

    kind: str
    line: str
    place: int
    key: str
    key_label: str
    column: Column | None
    column_number: int
    value: Value
    problem: str
    suggestion: Value
    known: str


class RuleView(Struct, frozen=True):
    """A rule with its findings and its explanation. Columns of its table that would be empty are left out."""

    code: str
    name: str
    title: str
    kind: str
    severity: str
    count: str
    effect: str
    what: str
    sections: tuple[Fact, ...]
    key_label: str
    rows: tuple[Row, ...]
    more: str

    @property
    def has_columns(self) -> bool:
        return any(row.column for row in self.rows)

    @property
    def has_keys(self) -> bool:
        return any(row.key for row in self.rows)

    @property
    def has_suggestions(self) -> bool:
        return any(row.suggestion for row in self.rows)

    @property
    def is_cut_on_paper(self) -> bool:
        return len(self.rows) > PRINTED


class NotRun(Struct, frozen=True):
    """Rules that could not run for one reason."""

    reason: str
    rules: tuple[str, ...]


class FileView(Struct, frozen=True):
    """A file. By a schema of the user's own it has no forecast, and nothing says what would go in."""

    anchor: str
    path: str
    own_schema: bool
    verdict: Verdict
    facts: tuple[Fact, ...]
    outlook: Outlook
    alarms: tuple[Alarm, ...]
    causes: tuple[Cause, ...]
    causes_note: str
    where: Where | None
    rules: tuple[RuleView, ...]
    severities: tuple[Fact, ...]
    columns: tuple[Column, ...]
    found: str
    with_filter: bool
    not_run: tuple[NotRun, ...]
    settings: tuple[Fact, ...]

    @property
    def with_forecast(self) -> bool:
        """Whether the forecast says more than that all lines go in."""
        return not self.own_schema and (self.verdict.level != "good" or bool(self.outlook.sums or self.outlook.notes))


class Entry(Struct, frozen=True):
    """A file in the overview; `anchor` is empty where the page does not show it in full."""

    path: str
    anchor: str
    type: str
    verdict: Verdict
    accepted: str
    ignored: str
    lost: tuple[str, ...]


class Group(Struct, frozen=True):
    """A delivery in the overview."""

    path: str
    files: tuple[Entry, ...]
    skipped: tuple[Fact, ...]


class Page(Struct, frozen=True):
    language: str
    own_schema: bool
    title: str
    eyebrow: str
    verdict: Verdict
    alarm: Alarm | None
    lost: tuple[str, ...]
    groups: tuple[Group, ...]
    files: tuple[FileView, ...]
    failures: tuple[Fact, ...]
    notes: tuple[str, ...]
    version: str
