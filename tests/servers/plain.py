"""A tiny HTTP server of the standard library: it keeps each request byte for byte, answers as it is told, and hangs up.

It shares no code with `dsolint sandbox`, so that no fault of one hides in both.
"""

import json
import socket
import socketserver
import struct
import sys
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

ACCEPTED = {
    "success": "true",
    "nb_client_added": 0,
    "nb_client_modified": 0,
    "nb_contact_added": 0,
    "nb_item_added": 0,
    "nb_item_modified": 0,
    "nb_user_added": 0,
    "nb_user_modified": 0,
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came; `head` ends with its blank line."""

    head: bytes
    body: bytes

    @property
    def line(self):
        return self.head.partition(b"\r\n")[0].decode("latin-1")

    @property
    def headers(self):
        """By lower-case name."""
        lines = self.head.decode("latin-1").split("\r\n")[1:-2]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    @property
    def path(self):
        """Without the query."""
        return self.line.split(" ")[1].partition("?")[0]


class HangUp(StrEnum):
    BEFORE_BODY = "before the body is read"
    AFTER_BODY = "after the body, before an answer"
    IN_ANSWER = "in the middle of the answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, after `wait` seconds; `hang_up` says where the connection is cut.

    `pace` are the seconds before each byte of the answer, `takes` those before each piece of the body is read. A header
    that is None is left out.
    """

    body: bytes = json.dumps(ACCEPTED).encode()
    status: int = 200
    headers: dict = field(default_factory=dict)
    wait: float = 0
    pace: float = 0
    takes: float = 0
    hang_up: HangUp | None = None

    def to_bytes(self):
        headers = {"Content-Type": "application/json", "Content-Length": str(len(self.body)), **self.headers}
        lines = [
            f"HTTP/1.1 {self.status} Whatever",
            *(f"{name}: {value}" for name, value in headers.items() if value is not None),
        ]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + self.body


def answer(changes=None, **others):
    """The documented answer of success, with some keys changed."""
    return Answer(json.dumps({**ACCEPTED, **(changes or {})}).encode(), **others)


class PlainServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1.

    `answers` are given in turn, and `otherwise` (an Answer, or a function from Request to Answer, which is asked once the
    body is there) when none is left.
    `requests` holds what came whole, and `begun` the heads of all, hung up on or not.
    """

    daemon_threads = True

    def __init__(self, *answers, otherwise=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = deque(answers)
        self.otherwise = otherwise or Answer()
        self.requests = []
        self.begun = []
        self.stopping = threading.Event()
        self._turn = threading.Lock()

    @property
    def port(self):
        return self.server_address[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def next_answer(self):
        with self._turn:
            return self.answers.popleft() if self.answers else self.otherwise

    def handle_error(self, request, client_address):
        """A client that went away is what some tests are about."""


class _Handler(socketserver.StreamRequestHandler):
    server: PlainServer

    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline(1 << 16)
            if not line:
                return
            head += line
        self.server.begun.append(head)
        answer = self.server.next_answer()
        if isinstance(answer, Answer) and answer.hang_up is HangUp.BEFORE_BODY:
            self._hang_up()
            return
        length = int(Request(head, b"").headers.get("content-length", 0))
        request = Request(head, b"".join(self._pieces(length, answer)))
        if len(request.body) < length:
            return
        self.server.requests.append(request)
        if callable(answer):
            answer = answer(request)
        if answer.wait:
            self.server.stopping.wait(answer.wait)
        if answer.hang_up in (HangUp.BEFORE_BODY, HangUp.AFTER_BODY):
            self._hang_up()
        elif answer.hang_up is HangUp.IN_ANSWER:
            self.wfile.write(answer.to_bytes()[: -max(1, len(answer.body) // 2)])
        else:
            self._write(answer)

    def _pieces(self, length, answer):
        slowly = isinstance(answer, Answer) and answer.takes
        while length and not (slowly and self.server.stopping.wait(slowly)):
            piece = self.rfile.read(min(length, 1 << 16))
            if not piece:
                return
            length -= len(piece)
            yield piece

    def _write(self, answer):
        data = answer.to_bytes()
        if not answer.pace:
            self.wfile.write(data)
            return
        for place in range(len(data)):
            if self.server.stopping.wait(answer.pace):
                return
            self.wfile.write(data[place : place + 1])

    def _hang_up(self):
        """The connection is reset, as when a process dies with bytes unread."""
        at_once = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.connection.close()


@contextmanager
def plain_server(*answers, otherwise=None):
    """A PlainServer that runs for as long as the block."""
    with PlainServer(*answers, otherwise=otherwise) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()


def closed_port():
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
