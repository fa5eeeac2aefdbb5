"""Pictures of where the findings of a file are, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator

from dsolint.findings import Severity
from dsolint.language import Language
from dsolint.parts import Places, Spread
from dsolint.report import FileReport
from dsolint.reporters.html.model import COLUMNS, PICTURED, Hits, Shown, Where
from dsolint.reporters.html.names import Names
from dsolint.reporters.html.pictures import Strip, shares, strip


def where(file: FileReport, names: Names, language: Language) -> Where | None:
    spread = _spread_of(file)
    picture = strip(spread.places, file.rows + 1)
    named = {name: count for name, count in spread.columns.items() if name is not None}
    if sum(file.counts.values()) < PICTURED or (picture is None and not named):
        return None
    most = max(named.values(), default=0)
    top = sorted(named, key=lambda name: (-named[name], name))[:COLUMNS]
    note = ""
    if spread.unplaced:
        note = language.plural(
            "The pictures leave out {count} finding, which is counted but not listed below.",
            "The pictures leave out {count} findings, which are counted but not listed below.",
            spread.unplaced,
        )
    return Where(
        marks=tuple(_marks(picture, language)) if picture is not None else (),
        height=picture.height if picture is not None else 0,
        words=_in_words(picture, language) if picture is not None else "",
        columns=tuple(
            Hits(
                names.column(name),
                language.number(named[name]),
                shares([("hits", named[name]), ("rest", most - named[name])]),
            )
            for name in top
        ),
        note=note,
    )


def _spread_of(file: FileReport) -> Spread:
    """Where the findings of a file are; only as far as the samples tell, where they were not counted."""
    if file.spread is not None:
        return file.spread
    columns: dict[str | None, int] = {}
    places = {severity: Places() for severity in Severity}
    for finding in file.findings:
        columns[finding.column] = columns.get(finding.column, 0) + 1
        if finding.line is not None:
            places[finding.severity].add([finding.line])
    for severity, count in file.severities.items():
        places[severity].unplaced = count - sum(finding.severity is severity for finding in file.findings)
    return Spread(columns, places)


def _marks(picture: Strip, language: Language) -> Iterator[Shown]:
    for mark in picture.marks:
        yield Shown(
            words=language.translate(
                "{lines}, {severity}: {findings}",
                lines=_range(mark.first_line, mark.last_line, language),
                severity=language.translate(mark.kind),
                findings=language.plural("{count} finding", "{count} findings", mark.count),
            ),
            mark=mark,
        )


def _in_words(picture: Strip, language: Language) -> str:
    return language.translate(
        "The file from its first line to its last: findings from line {first} to line {last}, most of them in {most}.",
        first=language.number(picture.marks[0].first_line),
        last=language.number(picture.marks[-1].last_line),
        most=_range(*picture.fullest, language),
    )


def _range(first: int, last: int, language: Language) -> str:
    if first == last:
        return language.translate("line {line}", line=language.number(first))
    return language.translate("lines {first} to {last}", first=language.number(first), last=language.number(last))
