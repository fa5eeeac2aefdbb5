"""Make what can't be seen, or would steer a terminal, visible."""

from __future__ import annotations

import unicodedata

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """`text` with control and format characters and odd spaces as escapes, on one line."""
    return "".join(_shown(c) for c in text)


def _shown(c: str) -> str:
    if c in _SHORT:
        return _SHORT[c]
    category = unicodedata.category(c)
    if category in _HIDDEN or (category == "Zs" and c != " "):
        return f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
    return c
