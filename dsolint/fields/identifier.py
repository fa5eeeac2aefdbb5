"""Numbers with check digits, and addresses. Well-kept libraries decide; what they need not be asked stands here."""

from __future__ import annotations

import re
from string import ascii_letters
from urllib.parse import urlsplit

from dsolint.fields.questions import is_not

CERTAIN_EMAIL = (
    r"[A-Za-z0-9_]{1,30}(?:[.+-][A-Za-z0-9_]{1,15}){0,2}@(?:[A-Za-z0-9]{1,30}(?:-[A-Za-z0-9]{1,30})?\.){1,3}"
    r"(?:com|org|net|eu|de|fr|at|ch|it|es|nl|be|lu|pl|cz|pt|uk|ie|dk|se|no|fi|us|br)"
)
"""Addresses that any reader of RFC 5322 accepts, in the syntax that Python's re and RE2 share."""

IS_NO_CERTAIN_EMAIL = is_not(CERTAIN_EMAIL)
IS_UNCERTAIN_EMAIL = is_not(rf"(?:{CERTAIN_EMAIL})?", implies=IS_NO_CERTAIN_EMAIL)
_SEPARATORS = re.compile(r"[;,\s|/]+")
_VAT = re.compile(r"([A-Z]{2})[ .-]?(?=[A-Z0-9 .+*-]*[0-9])[A-Z0-9 .+*-]+")
_VAT_COUNTRIES = frozenset({
    "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gb", "gr", "hr", "hu", "ie", "it", "lt", "lu", "lv", "mt",
    "nl", "pl", "pt", "ro", "se", "si", "sk", "ch", "no",
})  # fmt: skip
"""The countries whose VAT numbers are written with their prefix: the European Union, and its neighbours."""
_VAT_LETTERS = {"AT": 3, "CH": 3, "ES": 3, "FR": 4}
"""How many letters a number may begin with, the prefix included, where that is more than two."""
_VAT_SUFFIXES = {"CH": "MWST", "NO": "MVA"}
"""What belongs behind a number and is often left out."""
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)|(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


def is_email(value: str) -> bool:
    """Whether `value` is an email address by its syntax; the domain is not looked up."""
    if re.fullmatch(CERTAIN_EMAIL, value):
        return True
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def several_emails(value: str) -> list[str]:
    """The addresses in one cell, where it holds two or more and nothing else."""
    parts = [part for part in _SEPARATORS.split(value.strip()) if part]
    return parts if len(parts) > 1 and all(is_email(part) for part in parts) else []


def is_siret(value: str) -> bool:
    """Whether `value` is a SIRET or SIREN with right check digits."""
    from stdnum.fr import siren, siret

    return bool(siret.is_valid(value) or siren.is_valid(value))


def fails_as_vat(value: str) -> str | None:
    """The country prefix of a VAT number that fails this country's check; None where it passes or has no such prefix."""
    match = _VAT.fullmatch(value.strip().upper())
    if match is None:
        return None
    from stdnum.util import get_cc_module

    prefix = match.group(1)
    country = "gr" if prefix == "EL" else prefix.lower()
    letters = len(value.strip()) - len(value.strip().lstrip(ascii_letters))
    if country not in _VAT_COUNTRIES or letters > _VAT_LETTERS.get(prefix, 2):
        return None
    module = get_cc_module(country, "vat")
    if module is None:
        return None
    number = value.strip().upper()
    return None if module.is_valid(number) or module.is_valid(number + _VAT_SUFFIXES.get(prefix, "")) else prefix


def is_lei(value: str) -> bool:
    """Whether `value` is a legal entity identifier (ISO 17442)."""
    from stdnum import lei

    return bool(lei.is_valid(value))


def is_url(value: str) -> bool:
    """Whether `value` is the address of a web page, with or without its scheme."""
    if any(c.isspace() for c in value):
        return False
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and parts.username is None
    return plain and host is not None and _HOST.fullmatch(host) is not None
