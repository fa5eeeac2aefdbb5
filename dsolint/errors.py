"""What can go wrong with the tool itself. Findings are no exceptions and never live here."""

from __future__ import annotations

from collections.abc import Iterable


class DsolintError(Exception):
    """Base of every failure of the tool; each argument is a line for the user."""

    def __str__(self) -> str:
        return " ".join(map(str, self.args))


class UsageError(DsolintError):
    """An option or argument that can't be followed."""


class ReadError(DsolintError):
    """A file that can't be read, or may not be."""


class SchemaError(DsolintError):
    """A file given as a Table Schema that is none."""


class RepairError(DsolintError):
    """A file that can't be repaired or split as it is."""


class HistoryError(DsolintError):
    """A history that can't be read or written."""


class UnknownTypeError(DsolintError):
    """Neither header nor name tell which import type a file is. `reason` is the sentence without the file's name."""

    def __init__(self, text: str, reason: str = "") -> None:
        super().__init__(text)
        self.reason = reason


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question to end a message with, where a known name is close; empty where none is."""
    import difflib

    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]}?" if close else ""
