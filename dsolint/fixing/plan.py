"""What is repaired in a file as a whole, and what its columns show, from a check of all of it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from dsolint.parts import Part
from dsolint.reading.parsing import LineEnds
from dsolint.reading.spans import cell_texts, parted
from dsolint.rules.columns import Header
from dsolint.rules.file import byte_order_mark, mixed_line_endings
from dsolint.rules.header import TRAILING_DELIMITER, misspelt_column, unnamed_column


class Plan(Struct, frozen=True):
    """`wanted` are the rules that repair. `line_end` is the one that all records get, None where they keep their own;
    `trailing` how many empty columns without a name go from the end, `names` what header cells become, by position."""

    wanted: frozenset[str]
    drops_bom: bool = False
    line_end: str | None = None
    line_ends: LineEnds = field(default_factory=LineEnds)
    trailing: int = 0
    names: Mapping[int, str] = field(default_factory=dict)

    def ended(self, raw: str, delimiter: str) -> str:
        """A record, or a blank line, without the columns that go and with the line end that all get."""
        text, end = parted(raw)
        if self.trailing and text:
            blank = delimiter * self.trailing
            cut = text[: -self.trailing] if text.endswith(blank) else _without_last(text, delimiter, self.trailing)
            text = cut or '""'
        return self.with_end(text + end)

    def with_end(self, raw: str) -> str:
        """A record with the line end that all get."""
        text, end = parted(raw)
        return text + self.line_end if end and self.line_end is not None else raw


def _without_last(text: str, delimiter: str, cells: int) -> str:
    return delimiter.join(cell_texts(text, delimiter)[:-cells])


def plan(part: Part, header: Header, wanted: frozenset[str]) -> Plan:
    """The plan for a file of which all rules have been asked."""
    found = {(key.code, key.cause) for key in part.tallies}
    mixed = (mixed_line_endings.code, "") in found and mixed_line_endings.code in wanted
    misspelt = misspelt_column(header) if misspelt_column.code in wanted else ()
    names = {problem.column: problem.suggestion for problem in misspelt if problem.certain}
    return Plan(
        wanted,
        drops_bom=byte_order_mark.code in wanted,
        line_end=_usual(part.line_ends) if mixed else None,
        line_ends=part.line_ends,
        trailing=len(header.trailing_unnamed) if _may_trim(part, found, wanted) else 0,
        names={column.position: meant for column in header.columns if (meant := names.get(column.name)) is not None},
    )


def _usual(ends: LineEnds) -> str:
    return "\r\n" if ends.crlf > ends.lf else "\n"


def _may_trim(part: Part, found: set[tuple[str, str]], wanted: frozenset[str]) -> bool:
    """Whether the header and every single record end in cells that are nobody's."""
    every = part.rows == part.well_formed and not part.no_items and not part.swallowed
    return unnamed_column.code in wanted and every and (unnamed_column.code, TRAILING_DELIMITER) in found
