"""Credentials taken out of what a server says, which may be an echo of what it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from dsolint.delivery.account import Credentials

SHORTEST = 6
"""How many characters a password has at least that is taken out; a shorter one may be any word."""


class Mask:
    """Takes the credentials of one account out of texts."""

    def __init__(self, credentials: Credentials) -> None:
        token = credentials.authorization.removeprefix("Basic ").rstrip("=")  # which some leave out
        secrets = [_spelled(token) + b"(?:%s)*" % b"|".join(_spellings("="))]
        if len(credentials.password) >= SHORTEST:
            secrets.append(_spelled(credentials.password))
        self._secrets = re.compile(b"|".join(secrets))

    def over(self, data: bytes) -> bytes:
        """The text without them."""
        return self._secrets.sub(b"***", data)


def _spelled(secret: str) -> bytes:
    """A pattern for a secret, however its characters are spelled: as they are, escaped as in JSON, in HTML or in an
    address, or read in another encoding.
    """
    return b"".join(b"(?:%s)" % b"|".join(_spellings(character)) for character in secret)


def _spellings(character: str) -> Iterator[bytes]:
    """The longest first, since the last character of a secret may be one that begins an escape."""
    if character in '"\\/':
        yield rb"\\" + re.escape(character.encode())
    code = ord(character)
    names = [name for name, meant in html5.items() if meant == character and name.endswith(";")]
    yield b"&(?:%s)" % b"|".join([b"#0*%d;" % code, b"(?i:#x0*%x;)" % code, *map(str.encode, names)])
    yield b"(?i:%s)" % b"".join(b"%%%02x" % byte for byte in character.encode())
    if not character.isascii():
        misread = character.encode().decode("latin-1")
        yield b"".join(b"(?:%s)" % b"|".join(_plainly(byte)) for byte in misread)
        yield rb"(?:\xef\xbf\xbd|(?i:\\ufffd)|\?){1,%d}" % len(misread)
        if code < 0x100:
            yield re.escape(character.encode("latin-1"))
    yield from _plainly(character)


def _plainly(character: str) -> Iterator[bytes]:
    """A character in UTF-8, and as JSON escapes it."""
    units = character.encode("utf-16-be")
    yield b"(?i:%s)" % b"".join(rb"\\u%s" % units[at : at + 2].hex().encode() for at in range(0, len(units), 2))
    yield re.escape(character.encode())
