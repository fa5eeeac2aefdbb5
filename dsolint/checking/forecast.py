"""What the server would do with a file, from what the rules found."""

from __future__ import annotations

from typing import Any

from dsolint.checking.settling import Settled
from dsolint.config import STOCK, Config
from dsolint.findings import Effect, Finding
from dsolint.parts import Money, Part
from dsolint.phrases import Phrase
from dsolint.report import Clears, Forecast
from dsolint.rules import deciding
from dsolint.rules.rows import MISCOUNTED
from dsolint.schema import ImportType, is_own_schema

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


def forecast(part: Part, settled: Settled, type: ImportType | None, config: Config, clears: Clears | None) -> Forecast:
    """The forecast for a file. Lines are left out by effect, not by severity; a refused file has none accepted.

    `clears` is what would go of what the account holds, None where that is not known.
    """
    refused = settled.refusal is not None
    name = type.name if type is not None else None
    ignored = part.rows if refused else part.ignored
    items_lost = 0 if refused else ignored - part.no_items + part.swallowed
    response = _response(settled)
    return Forecast(
        refused=refused,
        accepted=part.rows - ignored,
        ignored=ignored,
        swallowed=part.swallowed,
        money=(part.money.refused() if refused else part.money) if name == "items" else Money(),
        cleared_by_mistake=items_lost if name == "items" and config.mode == STOCK else None,
        removed_by_mistake=items_lost if name == "users" else None,
        clears=clears if name == "items" else None,
        removes=clears if name == "users" else None,
        response=response,
        unlisted=0 if refused else max(0, ignored - len(response.get("exception_lines", {}))),
        unknown=() if refused else _COUNTED.get(name or "", ()),
        weakened_by=tuple(
            code
            for code in deciding(config, type)
            if code not in config.rules and not (is_own_schema(type) and code.startswith("V"))
        ),
    )


def _response(settled: Settled) -> dict[str, Any]:
    refusal = settled.refusal
    if refusal is not None:
        code = EMPTY if refusal.code in _EMPTY_RULES else BAD_SYNTAX
        return {"success": "false", "error_code": code, "error_description": refusal.sentence}
    lines: dict[str, str] = {}
    for finding in settled.findings:
        if finding.effect is Effect.LINE and finding.line is not None and len(lines) < _MAX_LINES:
            lines.setdefault(f"line {finding.line}", _answered(finding))
    response: dict[str, Any] = {"success": "true"}
    if lines:
        response["exception_lines"] = lines
    return response


def _answered(finding: Finding) -> str:
    """What the server says of a line: in its own words, as far as its page has them."""
    counted = finding.params.keys() >= {"defined", "found"}
    return Phrase(MISCOUNTED, finding.params) if counted else finding.sentence
