"""The page at /: what the account holds, and the last requests with their answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

_FOLDER = Path(__file__).parent
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def render(state: Mapping[str, Any]) -> str:
    """The page of a state, as /sandbox/state gives it."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"money": _money, "pretty": lambda answer: json.dumps(answer, indent=2, ensure_ascii=False)}
    return environment.get_template("page.html").render(state_of=state)


def response(text: str) -> Response:
    return HTMLResponse(text, headers=_HEADERS)


def style(_request: Request) -> Response:
    return FileResponse(_FOLDER / "style.css", headers=_HEADERS)


def script(_request: Request) -> Response:
    return FileResponse(_FOLDER / "script.js", headers=_HEADERS)


def _money(amount: str) -> str:
    """A decimal string with its thousands apart and at least two decimals."""
    _, _, fraction = amount.partition(".")
    return f"{Decimal(amount):,.{max(2, len(fraction))}f}"
