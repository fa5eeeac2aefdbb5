"""Values out of a list, and flags: what was meant by another one."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from dsolint.fields.memory import remember

FLAGS = ("0", "1")
_LONGEST_CODE = 10
_CLOSE = 0.8
"""How alike texts have to be, as difflib measures it."""
_LOOK_ALIKES = str.maketrans("015", "ois")
_YES = frozenset({"yes", "y", "true", "t", "ja", "j", "wahr", "oui", "o", "vrai", "x", "si", "on", "1.0", "01", "1,0"})
_NO = frozenset({"no", "n", "false", "f", "nein", "falsch", "non", "faux", "off", "0.0", "00", "0,0"})


NEARLY_NUMBERS = frozenset({"o"})
"""Words for a flag that may be a slip for a number: oui, or zero."""


@remember(1 << 14)
def folded(text: str) -> str:
    """`text` without case, accents, spaces, hyphens, underscores and quotes: what people mix up."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def flag(value: str) -> str | None:
    """The flag that was meant, None where it can't be told."""
    text = value.strip().casefold()
    if text in FLAGS:
        return text
    return "1" if text in _YES else "0" if text in _NO else None


def meant(value: str, allowed: Iterable[str]) -> str | None:
    """The one value of `allowed` that was meant: equal when folded, else close in spelling."""
    by_folded: dict[str, list[str]] = {}
    for one in allowed:
        by_folded.setdefault(folded(one), []).append(one)
    exact = by_folded.get(folded(value))
    if exact:
        return exact[0]
    text = folded(value)
    if len(text) < 4:
        code = _meant_short(text, frozenset(by_folded))
        return by_folded[code][0] if code is not None else None
    # Texts whose lengths differ this much are never as close: looking closer takes long.
    near = [one for one in by_folded if 2 * min(len(one), len(text)) >= _CLOSE * (len(one) + len(text))]
    close = difflib.get_close_matches(text, near, n=1, cutoff=_CLOSE)
    return by_folded[close[0]][0] if close else None


def _meant_short(text: str, known: frozenset[str]) -> str | None:
    """Of texts that are too short to be close in spelling: the one with letters for digits, or in another order."""
    if text.isdigit():
        return None
    letters = text.translate(_LOOK_ALIKES)
    return letters if letters in known else meant_code(letters, known)


def differ_in_case(value: str, allowed: Iterable[str]) -> bool:
    """Whether just one value of `allowed` is `value` but for case and the white space around it."""
    text = value.strip().casefold()
    return sum(one.casefold() == text for one in allowed) == 1


def meant_code(code: str, known: frozenset[str]) -> str | None:
    """The one known code that differs from `code` in the order of its letters alone."""
    if len(code) > _LONGEST_CODE:
        return None
    close = _by_letters(known).get(tuple(sorted(code)), ())
    return close[0] if len(close) == 1 else None


@cache
def _by_letters(codes: frozenset[str]) -> Mapping[tuple[str, ...], Sequence[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for code in codes:
        found.setdefault(tuple(sorted(code)), []).append(code)
    return found
