"""What others wrote, made fit to be shown, and amounts in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dsolint.language import Language
from dsolint.report import FileReport
from dsolint.reporters.html.model import AT_A_GLANCE, CODES, SHOWN, Piece, Value
from dsolint.reporters.visible import visible

_SPACE = "␣"
REST = "…"


def short(text: str) -> str:
    """A text of others: on one line, nothing hidden in it, blanks at its ends neither, and not too long."""
    return "".join(piece.text for piece in pieces(text))


def shortened_path(path: str) -> str:
    """A file's path; where it is too long, its end, which has the name."""
    return visible(REST + path[-SHOWN:] if len(path) > SHOWN else path)


def pieces(value: str) -> Value:
    """A value with what can't be seen in it apart from the rest: blanks at its ends and in runs, controls, odd spaces."""
    cut = value[:SHOWN]
    found: list[Piece] = []
    for number, character in enumerate(cut):
        blank = character == " " and (
            number in (0, len(value) - 1) or " " in (cut[number - 1 : number], cut[number + 1 : number + 2])
        )
        text = _SPACE if blank else visible(character)
        odd = text != character
        if found and found[-1].odd == odd:
            found[-1] = Piece(found[-1].text + text, odd)
        else:
            found.append(Piece(text, odd))
    if len(value) > SHOWN:
        found.append(Piece(REST, odd=True))
    return tuple(found)


def lost_money(file: FileReport) -> dict[str, Decimal]:
    return {currency: amount for currency, amount in file.forecast.money.ignored.items() if amount}


def money_list(sums: Mapping[str, Decimal], language: Language) -> tuple[str, ...]:
    told = [money(sums[currency], currency, language) for currency in by_size(sums)[:AT_A_GLANCE]]
    more = len(sums) - AT_A_GLANCE
    if more > 0:
        told.append(language.plural("{count} other currency", "{count} other currencies", more))
    return tuple(told)


def by_size(*several: Mapping[str, Decimal]) -> list[str]:
    """The currencies of these sums, the largest numbers first."""
    currencies = {currency for sums in several for currency in sums}
    return sorted(currencies, key=lambda c: (*(-abs(sums.get(c, Decimal(0))) for sums in several), c))


def money(amount: Decimal, currency: str, language: Language) -> str:
    if currency:
        return language.money(amount, short(currency))
    return language.translate("{amount} without currency", amount=language.amount(amount))


def codes(several: Sequence[str], language: Language) -> str:
    """The codes of rules in a row, and how many more there are."""
    if len(several) <= CODES:
        return ", ".join(several)
    more = language.translate("{count} more", count=language.number(len(several) - CODES))
    return ", ".join([*several[:CODES], more])
