"""What the reports for people say of the findings of a baseline."""

from __future__ import annotations

from collections.abc import Iterator

from dsolint.language import Language
from dsolint.report import Report


def compared(report: Report, language: Language) -> Iterator[str]:
    """How many findings are known, gone, or not looked for again, in sentences; none without a baseline."""
    found = report.baseline
    if found is None:
        return
    yield language.plural(
        "{count} finding is known from the baseline and does not count for the verdict.",
        "{count} findings are known from the baseline and do not count for the verdict.",
        found.known,
    )
    counted = found.found - found.known
    if counted:
        yield language.plural(
            "{count} finding of the baseline is an error and counts all the same: a file with errors is never sent.",
            "{count} findings of the baseline are errors and count all the same: a file with errors is never sent.",
            counted,
        )
    if found.gone:
        yield language.plural(
            "{count} finding of the baseline is gone; --write-baseline drops it.",
            "{count} findings of the baseline are gone; --write-baseline drops them.",
            found.gone,
        )
    if found.unchecked:
        yield language.plural(
            "{count} finding of the baseline could not be looked for again, and stays known.",
            "{count} findings of the baseline could not be looked for again, and stay known.",
            found.unchecked,
        )


def share(count: int, known: int, language: Language) -> str:
    """How many findings there are, and how many of them are known."""
    told = language.plural("{count} finding", "{count} findings", count)
    if not known:
        return told
    return language.translate("{findings}, {known} of them known", findings=told, known=language.number(known))
