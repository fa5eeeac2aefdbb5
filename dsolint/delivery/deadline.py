"""An end to a request that a server draws out: the timeouts of a socket begin anew with each byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self


class Deadline:
    """Cuts a connection off when the server has not taken all of the request in `sending` seconds, or its answer is not
    there whole `answering` seconds after that. A context manager; `passed` tells whether it did, and `seconds` after how many.

    It follows a request by httpcore's trace extension, which tells what httpx does not: when an answer begins to be awaited.
    """

    def __init__(self, sending: float, answering: float) -> None:
        self.passed = False
        self.seconds = sending
        self._sending = sending
        self._answering = answering
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def follow(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpcore calls at each step. Behind a proxy there are two requests on one connection."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
        if event.endswith(("connect_tcp.complete", "send_request_headers.started")):
            self._begin(self._sending)
        elif event.endswith("receive_response_headers.started"):
            self._begin(self._answering)

    def _begin(self, seconds: float) -> None:
        if self.passed:
            return  # an answer is looked for also after the request was cut off
        if self._timer is not None:
            self._timer.cancel()
        self.seconds = seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):
                # The plain socket's own way: an SSLSocket's would take its state from under the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
