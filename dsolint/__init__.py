"""dsolint: lint the CSV files that a receivables platform imports, before it leaves lines out.

The public names are imported when they are first asked for, so that `dsolint --version` starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dsolint.version import __version__

if TYPE_CHECKING:
    from dsolint.api import Report, check
    from dsolint.errors import DsolintError, ReadError, SchemaError, UnknownTypeError, UsageError
    from dsolint.findings import Effect, Finding, Severity
    from dsolint.report import FileReport

_HOMES = {
    "check": "api",
    "DsolintError": "errors",
    "ReadError": "errors",
    "SchemaError": "errors",
    "UnknownTypeError": "errors",
    "UsageError": "errors",
    "Effect": "findings",
    "Finding": "findings",
    "Severity": "findings",
    "FileReport": "report",
    "Report": "api",
}

__all__ = [
    "DsolintError",
    "Effect",
    "FileReport",
    "Finding",
    "ReadError",
    "Report",
    "SchemaError",
    "Severity",
    "UnknownTypeError",
    "UsageError",
    "__version__",
    "check",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
