"""The server on its socket."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import uvicorn
from msgspec import Struct, field
from starlette.types import Scope

from dsolint.errors import UsageError
from dsolint.sandbox import HOST, PORT
from dsolint.sandbox.app import Sandbox, make_app
from dsolint.sandbox.faults import Fault, Faults
from dsolint.sandbox.imports import Numbering, Rule
from dsolint.sandbox.store import Store

_LOCAL_NAMES = ["127.0.0.1", "localhost", "[::1]", "::1"]
_EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104
_LAST_ANSWERS = 3
"""Seconds that answers under way have when the server ends."""


class Settings(Struct, frozen=True):
    """How a sandbox is run; without a `store` it forgets all when it ends, and port 0 is any that is free."""

    user: str
    password: str
    host: str = HOST
    port: int = PORT
    store: Path | None = None
    rules: frozenset[Rule] = frozenset()
    numbering: Numbering = Numbering.LINE
    faults: Sequence[Fault] = field(default=())


class Server:
    """A sandbox that listens. Raises UsageError where the port or the store can't be had."""

    def __init__(
        self,
        settings: Settings,
        *,
        ready: Callable[[], None] = lambda: None,
        notify: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        with ExitStack() as opened:
            self._socket = opened.enter_context(_listening(settings.host, settings.port))
            path = settings.store
            if path is None:
                folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="dsolint-"))
                path = Path(folder, "sandbox.sqlite")
            store = Store(path)
            opened = opened.pop_all()
        self.url = f"http://{_bracketed(settings.host)}:{self._socket.getsockname()[1]}"
        sandbox = Sandbox(
            store,
            settings.user,
            settings.password,
            self._hang_up,
            notify,
            settings.rules,
            settings.numbering,
            Faults(settings.faults),
        )
        hosts = ["*"] if settings.host in _EVERY_INTERFACE else [*_LOCAL_NAMES, settings.host]
        config = uvicorn.Config(
            make_app(sandbox, hosts, ready=ready, ended=opened.close),
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until `stop` is called, from any thread, or a signal comes."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        self._server.should_exit = True

    def _hang_up(self, scope: Scope) -> None:
        for connection in list(self._server.server_state.connections):
            if connection.transport.get_extra_info("peername")[:2] == tuple(scope["client"]):
                connection.transport.abort()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (")[0]
        raise UsageError(f"{host}:{port} can't be listened on: {reason}. Name another --port or --host.") from error


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
