"""What the server would do with a file, from what the rules found."""

from __future__ import annotations

from typing import Any

from dsolint.findings import Effect
from dsolint.report import Forecast, Part, Settled
from dsolint.rules import RULES, decides_acceptance
from dsolint.schema import ImportType

EMPTY, BAD_SYNTAX = "CSV_EMPTY", "CSV_BAD_SYNTAX"
_EMPTY_RULES = frozenset({"F001", "F002"})
_MAX_LINES = 100
_COUNTED = {
    "items": ("nb_item_added", "nb_item_modified"),
    "clients": ("nb_client_added", "nb_client_modified"),
    "contacts": ("nb_contact_added",),
    "users": ("nb_user_added", "nb_user_modified"),
}
"""The counts of the answer that depend on what the server already holds."""


def forecast(part: Part, settled: Settled, type: ImportType | None, active: frozenset[str]) -> Forecast:
    """The forecast for a file. Lines are left out by effect, not by severity; a refused file has none accepted."""
    refusal = settled.refusal()
    ignored = part.rows if refusal is not None else part.ignored
    unknown = () if refusal is not None or type is None else _COUNTED.get(type.name or "", ())
    own_schema = type is not None and not type.is_import
    return Forecast(
        refused=refusal is not None,
        accepted=part.rows - ignored,
        ignored=ignored,
        swallowed=part.swallowed,
        response=_response(settled),
        unknown=unknown,
        weakened_by=tuple(
            code
            for code, rule in RULES.items()
            if code not in active and decides_acceptance(rule) and not (own_schema and code[0] == "V")
        ),
    )


def _response(settled: Settled) -> dict[str, Any]:
    refusal = settled.refusal()
    if refusal is not None:
        code = EMPTY if refusal.code in _EMPTY_RULES else BAD_SYNTAX
        return {"success": "false", "error_code": code, "error_description": refusal.sentence}
    lines: dict[str, str] = {}
    for finding in settled.findings:
        if finding.effect is Effect.LINE and finding.line is not None and len(lines) < _MAX_LINES:
            lines.setdefault(f"line {finding.line}", finding.sentence)
    response: dict[str, Any] = {"success": "true"}
    if lines:
        response["exception_lines"] = lines
    return response
