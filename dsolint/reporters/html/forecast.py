"""What would go in of a file, and what would go wrong unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from dsolint.language import Language
from dsolint.report import FileReport
from dsolint.reporters.html.model import CURRENCIES, Alarm, Outlook, Sum
from dsolint.reporters.html.pictures import shares
from dsolint.reporters.html.verdict import clears_too_much
from dsolint.reporters.html.words import by_size, codes, lost_money, money_list, short


def outlook(file: FileReport, language: Language) -> Outlook:
    forecast = file.forecast
    money = forecast.money
    currencies = by_size(money.ignored, money.accepted)
    sums: list[Sum] = []
    for currency in currencies[:CURRENCIES]:
        accepted, ignored = money.accepted.get(currency, Decimal(0)), money.ignored.get(currency, Decimal(0))
        sums.append(
            Sum(
                currency=short(currency) or language.translate("no currency"),
                accepted=language.amount(accepted),
                ignored=language.amount(ignored),
                bar=shares([("accepted", accepted), ("ignored", ignored)]),
            )
        )
    return Outlook(
        accepted=language.number(forecast.accepted),
        ignored=language.number(forecast.ignored),
        bar=shares([("accepted", forecast.accepted), ("ignored", forecast.ignored)]),
        sums=tuple(sums),
        notes=tuple(_notes(file, len(currencies), language)),
    )


def _notes(file: FileReport, currencies: int, language: Language) -> Iterator[str]:
    forecast = file.forecast
    count = forecast.money.unreadable
    if count:
        yield language.plural(
            "The amount of {count} line can't be read and is in no sum.",
            "The amounts of {count} lines can't be read and are in no sum.",
            count,
        )
    if currencies > CURRENCIES:
        yield language.plural(
            "{count} more currency is not shown.",
            "{count} more currencies are not shown.",
            currencies - CURRENCIES,
        )
    if forecast.swallowed:
        yield language.plural(
            "A quote that was opened by mistake hides {count} more line, which is lost as well.",
            "Quotes that were opened by mistake hide {count} more lines, which are lost as well.",
            forecast.swallowed,
        )
    if forecast.clearing is not None and not clears_too_much(file):
        yield language.tell(forecast.clearing, short)
    if forecast.weakened_by:
        yield language.translate(
            "The forecast is not certain: rules that it needs were switched off ({rules}).",
            rules=codes(forecast.weakened_by, language),
        )


def cleared_by_mistake(files: Sequence[FileReport], language: Language) -> str:
    """How many open items of these files STOCK mode would clear, in a sentence; nothing where it would clear none."""
    counts = [file.forecast.cleared_by_mistake or 0 for file in files]
    count = sum(counts)
    if not count:
        return ""
    if any(file.breaks_off for file, lost in zip(files, counts, strict=True) if lost):
        return language.plural(
            "At least {count} open item would be cleared although nobody paid it; how many more are missing is not known.",
            "At least {count} open items would be cleared although nobody paid them; how many more are missing is not known.",
            count,
        )
    return language.plural(
        "{count} open item would be cleared although nobody paid it.",
        "{count} open items would be cleared although nobody paid them.",
        count,
    )


def unreadable(files: Iterable[FileReport], language: Language) -> Iterator[str]:
    """A sentence on the lines that do not go in and whose amounts are in no sum; none where there are none."""
    count = sum(file.forecast.money.unreadable_ignored for file in files)
    if count:
        yield language.plural(
            "The amount of {count} line that does not go in can't be read and is in no sum.",
            "The amounts of {count} lines that do not go in can't be read and are in no sum.",
            count,
        )


def _why_cleared(file: FileReport, language: Language) -> Iterator[str]:
    count = file.forecast.cleared_by_mistake or 0
    yield language.translate("In STOCK mode the server takes every open item that is missing from the file for paid.")
    yield language.plural(
        "This one is missing because its line is left out.",
        "These are missing because their lines are left out.",
        count,
    )
    amounts = money_list(lost_money(file), language)
    if amounts:
        yield language.plural(
            "It amounts to {amounts}.", "They amount to {amounts}.", count, amounts=language.listed(amounts)
        )
    yield from unreadable([file], language)


def alarms(file: FileReport, language: Language) -> Iterator[Alarm]:
    forecast = file.forecast
    if forecast.clearing is not None and clears_too_much(file):
        title = language.translate("Far more than usual would be cleared or removed.")
        yield Alarm(title, language.tell(forecast.clearing, short))
    if forecast.cleared_by_mistake:
        yield Alarm(cleared_by_mistake([file], language), " ".join(_why_cleared(file, language)))
    if forecast.removed_by_mistake:
        yield Alarm(
            language.plural(
                "{count} user may lose a customer.",
                "{count} users may lose a customer.",
                forecast.removed_by_mistake,
            ),
            language.translate("Where users are replaced by those of the file, what is left out is removed."),
        )
