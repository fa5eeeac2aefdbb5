"""Answers that are not as documented."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from dsolint.sandbox.faults import Fault

_PAGE = "<!doctype html><title>{0}</title><h1>{0}</h1>"
_JSON = "application/json"


class HalfAnswer(Response):
    """The length of a whole answer, and half of it; then `hang_up` is called."""

    media_type = _JSON

    def __init__(self, content: bytes, hang_up: Callable[[], None]) -> None:
        super().__init__(content)
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})
        self._hang_up()
        await asyncio.sleep(0)


def faulty(fault: Fault, answer: Mapping[str, Any]) -> Response:
    """What a fault makes of the answer that was due."""
    name = fault.kind.name
    if name.isdecimal():
        headers = {"Retry-After": str(math.ceil(fault.seconds))} if name in ("429", "503") else None
        return HTMLResponse(_PAGE.format(f"Error {name}"), int(name), headers)
    text = json.dumps(answer, indent=2)
    match name:
        case "malformed":
            return Response(text[: len(text) // 2], media_type=_JSON)
        case "trailing-comma":
            return Response(text.removesuffix("\n}") + ",\n}", media_type=_JSON)
        case "empty":
            return Response(media_type=_JSON)
        case "html":
            return HTMLResponse(_PAGE.format("We will be back soon"))
        case "redirect":
            return RedirectResponse(fault.to, 307)
        case _:
            return JSONResponse(answer)
