"""The language of a report's reader: sentences out of the message catalogues, numbers, amounts, dates and lists.

The catalogues are the .po files in locale/, read when a language is first asked for. English needs none, and its numbers
no Babel, so a plain check stays fast.
"""

from __future__ import annotations

import datetime
import io
import locale
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from dsolint.decimals import plain
from dsolint.phrases import Amount, Counted, DateForm, Number, Phrase

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES = ("en", "de", "fr")
CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "dsolint"

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_LOCALES = {"en": "en_GB"}
"""The locale of a language where it is more than the language: days come before months."""


class Language:
    """One language: says what the package has in English as its readers say it."""

    def __init__(self, code: str) -> None:
        self.code = code

    @cached_property
    def catalogue(self) -> NullTranslations:
        """The messages, as gettext has them; what is not in it stays English."""
        if self.code == "en":
            return NullTranslations()
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        compiled = io.BytesIO()
        with catalogue_file(self.code).open("rb") as file:
            write_mo(compiled, read_po(file, locale=self.code))
        compiled.seek(0)
        return GNUTranslations(compiled)

    def tell(self, text: str, shown: Callable[[str], str] = str) -> str:
        """What phrases.py has, in this language; any other text is data, in it too, and stands as `shown` says."""
        if isinstance(text, Number):
            return self.number(text.value)
        if isinstance(text, Amount):
            return self.money(text.amount, shown(text.currency))
        if isinstance(text, DateForm):
            return text.translate(self._date_letters)
        if not isinstance(text, Phrase):
            return shown(text)
        if isinstance(text, Counted):
            message = self.catalogue.ngettext(text.one, text.message, text.number)
        else:
            message = self.catalogue.gettext(text.message)
        return message.format_map({name: self.tell(value, shown) for name, value in text.params.items()})

    def translate(self, message: str, /, **params: str) -> str:
        """A message of the catalogue, filled in."""
        return self.tell(Phrase(message, params))

    def plural(self, one: str, many: str, number: int, /, **params: str) -> str:
        """A message in the singular or the plural of a number, which stands in it as {count}, filled in."""
        return self.tell(Counted(one, many, number, params))

    def number(self, number: int) -> str:
        """A whole number with this language's marks for thousands."""
        return f"{number:,}".translate(self._signs)

    def amount(self, amount: Decimal) -> str:
        """An amount, exact to its last digit: two decimals at least, and no more than it has."""
        return f"{Decimal(plain(amount)):,f}".translate(self._signs)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount and the code of its currency; the amount alone where there is none."""
        return f"{self.amount(amount)}\N{NO-BREAK SPACE}{currency}" if currency else self.amount(amount)

    def date(self, day: datetime.date) -> str:
        """A day with the month's name."""
        from babel.dates import format_date

        text: str = format_date(day, "long", locale=self._locale)
        return text

    def listed(self, items: Iterable[str]) -> str:
        """a, b and c."""
        from babel.lists import format_list

        text: str = format_list(list(items), locale=self._locale)
        return text

    @cached_property
    def _date_letters(self) -> dict[int, str]:
        """What stands for the day, month and year of a date's form."""
        return {ord(letter): own for letter, own in zip("DMY", self.translate("DMY"), strict=True)}

    @cached_property
    def _signs(self) -> dict[int, str]:
        """What stands for the comma and the point of English numbers."""
        if self.code == "en":
            return {}
        from babel.numbers import get_decimal_symbol, get_group_symbol

        return {ord(","): get_group_symbol(self._locale), ord("."): get_decimal_symbol(self._locale)}

    @cached_property
    def _locale(self) -> Locale:
        from babel import Locale

        return Locale.parse(_LOCALES.get(self.code, self.code))


@cache
def language(code: str) -> Language:
    """The language of a code out of LANGUAGES."""
    if code not in LANGUAGES:
        raise ValueError(code)
    return Language(code)


ENGLISH = language("en")


def catalogue_file(code: str) -> Path:
    """Where a language's messages are."""
    return CATALOGUES / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def pick_language(setting: str | None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language that is set, by option or configuration; else that of the environment or the system; else English."""
    name = setting or next((environment[v] for v in _VARIABLES if environment.get(v)), None) or _of_system()
    code = re.split(r"[_.@-]", name)[0].lower()
    return language(code) if code in LANGUAGES else ENGLISH


def _of_system() -> str:
    """The language of the system's own windows, for systems that set no variable."""
    if sys.platform == "win32":
        import ctypes

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return locale.setlocale(locale.LC_CTYPE)
