"""What the page shows of a report, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from dsolint.decimals import add_amounts
from dsolint.language import Language
from dsolint.report import FileReport, Report
from dsolint.reporters.html.file import view_of
from dsolint.reporters.html.forecast import cleared_by_mistake, unreadable
from dsolint.reporters.html.model import (
    FILES,
    LISTED,
    ROWS,
    ROWS_OF_RULE,
    Alarm,
    Entry,
    Fact,
    Group,
    Page,
    Verdict,
)
from dsolint.reporters.html.names import Names
from dsolint.reporters.html.verdict import LEVELS, level_of, passed_word, verdict_of
from dsolint.reporters.html.words import lost_money, money_list, shortened_path
from dsolint.reporters.known import compared
from dsolint.reporters.view import by_own_schema
from dsolint.reporters.visible import visible


def page_of(report: Report, language: Language) -> Page:
    """The view of a report: the files that do worst come first."""
    files = report.files
    in_full = sorted(range(len(files)), key=lambda n: (LEVELS.index(level_of(files[n])), not lost_money(files[n])))[
        :FILES
    ]
    anchors = {n: f"file-{number}" for number, n in enumerate(in_full, 1)}
    groups = max(1, sum(len(files[n].counts) for n in in_full))
    rows = min(ROWS_OF_RULE, max(1, ROWS // groups))
    return Page(
        language=language.code,
        own_schema=_by_own_schema(report),
        title=_title(report, language),
        eyebrow=_eyebrow(report, language),
        verdict=_verdict_of_all(report, language),
        alarm=_alarm(files, language),
        lost=money_list(_all_lost(files), language),
        groups=tuple(_groups(report, anchors, language))
        if len(files) != 1 or any(delivery.skipped for delivery in report.deliveries)
        else (),
        files=tuple(view_of(files[n], anchors[n], rows, language) for n in in_full),
        failures=tuple(
            Fact(shortened_path(path), visible(message.removeprefix(f"{path}: ")))
            for path, message, _ in report.failures[:LISTED]
        ),
        notes=tuple(_notes(report, language)),
        version=report.version,
    )


def _alarm(files: Sequence[FileReport], language: Language) -> Alarm | None:
    """What must not be sent as it is, whatever else is said of the files."""
    cleared = cleared_by_mistake(files, language)
    if not cleared:
        return None
    advice = language.translate("Do not send this as it is: in STOCK mode the server takes what is missing for paid.")
    return Alarm(cleared, advice)


def _all_lost(files: Iterable[FileReport]) -> dict[str, Decimal]:
    """The money that does not go in, of all files, by currency."""
    sums: dict[str, Decimal] = {}
    for file in files:
        add_amounts(sums, lost_money(file).items())
    return sums


def _title(report: Report, language: Language) -> str:
    names = [shortened_path(file.path) for file in report.files]
    what = names[0] if len(names) == 1 else language.plural("{count} file", "{count} files", len(names))
    if _by_own_schema(report):
        return language.translate("Check: {what}", what=what)
    return language.translate("Import check: {what}", what=what)


def _eyebrow(report: Report, language: Language) -> str:
    if _by_own_schema(report):
        return language.translate("Checked by a schema of your own")
    return language.translate("Check before the import; nothing has been sent yet")


def _by_own_schema(report: Report) -> bool:
    """Whether the files are none for the import; a run has one schema for all."""
    return any(map(by_own_schema, report.files))


def _notes(report: Report, language: Language) -> Iterator[str]:
    yield from compared(report, language)
    if report.interrupted:
        yield language.translate("Interrupted: the report holds what was found so far.")
    yield from unreadable(report.files, language)
    if report.redacted:
        yield language.translate(
            "Values, keys and suggestions are left out of this report, as they may be personal data."
        )
    files = len(report.files)
    if files > FILES:
        yield language.translate(
            "There are {files} files; {shown} of them are shown in full, those with the worst outcome.",
            files=language.number(files),
            shown=language.number(FILES),
        )
    if files > LISTED:
        yield language.translate("The overview lists the first {count} files.", count=language.number(LISTED))


def _groups(report: Report, anchors: Mapping[int, str], language: Language) -> Iterator[Group]:
    first = 0
    for delivery in report.deliveries:
        listed = list(enumerate(delivery.files, first))[: max(0, LISTED - first)]
        first += len(delivery.files)
        skipped = delivery.skipped[:LISTED]
        if listed or skipped:
            yield Group(
                path=shortened_path(delivery.path) if len(report.deliveries) > 1 or delivery.path != "." else "",
                files=tuple(_entry(file, anchors.get(number, ""), language) for number, file in listed),
                skipped=tuple(
                    Fact(shortened_path(entry.path), language.tell(entry.reason, visible)) for entry in skipped
                ),
            )


def _entry(file: FileReport, anchor: str, language: Language) -> Entry:
    return Entry(
        path=shortened_path(file.path),
        anchor=anchor,
        type=Names(file, language).type(),
        verdict=verdict_of(file, language),
        accepted=language.number(file.forecast.accepted),
        ignored=language.number(file.forecast.ignored),
        lost=money_list(lost_money(file), language),
    )


def _verdict_of_all(report: Report, language: Language) -> Verdict:
    files = report.files
    if len(files) == 1 and not report.failures and not report.interrupted:
        return verdict_of(files[0], language)
    levels = [level_of(file) for file in files]
    worst = "stop" if report.failures else min(levels, key=LEVELS.index, default="good")
    sentences: list[str] = []
    if report.interrupted:
        worst = "stop"
        sentences.append(language.translate("The check was interrupted."))
    if report.failures:
        sentences.append(
            language.plural("{count} file can't be checked.", "{count} files can't be checked.", len(report.failures))
        )
    if _by_own_schema(report):
        sentences.extend(_fit(levels, language))
        return Verdict(worst, "", " ".join(sentences), passed_word(language, passed=report.passed))
    if "stop" in levels:
        sentences.append(
            language.plural("{count} file does not go in.", "{count} files do not go in.", levels.count("stop"))
        )
    if "part" in levels:
        sentences.append(
            language.plural(
                "{count} file goes in without some of its lines.",
                "{count} files go in without some of their lines.",
                levels.count("part"),
            )
        )
    if not sentences and "look" in levels:
        sentences.append(
            language.plural(
                "All files go in; {count} has something to look at.",
                "All files go in; {count} have something to look at.",
                levels.count("look"),
            )
        )
    if not sentences:
        sentences.append(language.translate("All files go in as they are."))
    return Verdict(worst, "", " ".join(sentences), passed_word(language, passed=report.passed))


def _fit(levels: Sequence[str], language: Language) -> Iterator[str]:
    """How many files fit a schema of the user's own."""
    if "stop" in levels:
        yield language.plural(
            "{count} file does not fit the schema.", "{count} files do not fit the schema.", levels.count("stop")
        )
    elif "look" in levels:
        yield language.plural(
            "All files fit the schema; {count} has something to look at.",
            "All files fit the schema; {count} have something to look at.",
            levels.count("look"),
        )
    elif levels:
        yield language.translate("All files fit the schema.")
