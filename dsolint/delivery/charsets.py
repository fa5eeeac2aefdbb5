"""The names that the web knows encodings by, as IANA registers them."""

from __future__ import annotations

import codecs
import re

from dsolint.errors import UsageError

DOCUMENTED = ("UTF-8", "ISO-8859-1")
"""The encodings that the vendor names; whether the server takes others is not known."""

_PATTERNS = (
    (r"iso8859-([0-9]+)", r"ISO-8859-\1"),
    (r"cp(125[0-8])", r"windows-\1"),
    (r"cp([0-9]{3})", r"IBM\1"),
)
_NAMES = {
    "ascii": "US-ASCII",
    "big5": "Big5",
    "cp1026": "IBM1026",
    "cp1140": "IBM01140",
    "cp858": "IBM00858",
    "cp932": "Windows-31J",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
    "gb18030": "GB18030",
    "gb2312": "GB2312",
    "gbk": "GBK",
    "iso2022_jp": "ISO-2022-JP",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "mac-roman": "macintosh",
    "shift_jis": "Shift_JIS",
    "tis-620": "TIS-620",
    "utf-16": "UTF-16",
    "utf-16-be": "UTF-16BE",
    "utf-16-le": "UTF-16LE",
    "utf-32": "UTF-32",
    "utf-32-be": "UTF-32BE",
    "utf-32-le": "UTF-32LE",
    "utf-8": "UTF-8",
}
"""By the name of Python's codec."""
_UNREGISTERED = ("cp949", "cp950")


def charset(encoding: str) -> str:
    """The name of an encoding that Python knows. Raises UsageError where it is registered under none."""
    codec = codecs.lookup(encoding).name
    if codec in _NAMES:
        return _NAMES[codec]
    for pattern, name in _PATTERNS:
        match = re.fullmatch(pattern, codec)
        if match is not None and codec not in _UNREGISTERED:
            return match.expand(name)
    raise UsageError(f"The encoding {encoding} has no name that a server knows: write the files as UTF-8.")
