"""What can go wrong with the tool itself. Findings are no exceptions and never live here."""

from __future__ import annotations


class DsolintError(Exception):
    """Base of every failure of the tool; its text is a sentence for the user."""


class UsageError(DsolintError):
    """An option or argument that can't be followed."""


class ReadError(DsolintError):
    """A file that can't be read, or may not be."""


class SchemaError(DsolintError):
    """A file given as a Table Schema that is none."""


class UnknownTypeError(DsolintError):
    """Neither header nor name tell which import type a file is."""
