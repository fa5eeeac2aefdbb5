"""One file in one language, put together out of what the page shows of it."""

from __future__ import annotations

from collections.abc import Iterator

from dsolint.config import STOCK
from dsolint.language import Language
from dsolint.report import FileReport
from dsolint.reporters.html.causes import causes, causes_note
from dsolint.reporters.html.findings import Listed
from dsolint.reporters.html.forecast import alarms, outlook
from dsolint.reporters.html.model import Fact, FileView
from dsolint.reporters.html.names import Names
from dsolint.reporters.html.settings import not_run, settings
from dsolint.reporters.html.verdict import verdict_of
from dsolint.reporters.html.where import where
from dsolint.reporters.html.words import shortened_path


def view_of(file: FileReport, anchor: str, rows_of_rule: int, language: Language) -> FileView:
    names = Names(file, language)
    listed = Listed(file, rows_of_rule, names, language)
    return FileView(
        anchor=anchor,
        path=shortened_path(file.path),
        own_schema=names.own_schema,
        verdict=verdict_of(file, language),
        facts=tuple(_facts(file, names, language)),
        outlook=outlook(file, language),
        alarms=tuple(alarms(file, language)),
        causes=tuple(causes(file, names, language)),
        causes_note=causes_note(file, language),
        where=where(file, names, language),
        rules=tuple(listed.rules()),
        severities=tuple(listed.severities()),
        columns=tuple(listed.columns()),
        found=listed.found(),
        with_filter=listed.with_filter,
        not_run=tuple(not_run(file, language)),
        settings=tuple(settings(file, language)),
    )


def _facts(file: FileReport, names: Names, language: Language) -> Iterator[Fact]:
    yield Fact(language.translate("Type"), names.type())
    if file.config is not None:
        yield Fact(language.translate("Checked on"), language.date(file.config.today))
    yield Fact(language.translate("Rows"), language.number(file.rows))
    if file.forecast.cleared_by_mistake is not None:
        yield Fact(language.translate("Mode"), STOCK.upper())
