"""The server as an ASGI application: the import's two paths, and the sandbox's own pages."""

from __future__ import annotations

import asyncio
import base64
import binascii
import datetime
import hashlib
import hmac
import json
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from itertools import count, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from msgspec import Struct, field
from msgspec.structs import asdict
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from dsolint.errors import UsageError
from dsolint.sandbox import page
from dsolint.sandbox.answers import HalfAnswer, faulty
from dsolint.sandbox.faults import Fault, Faults, from_dict
from dsolint.sandbox.imports import Numbering, Order, Outcome, RefusedError, Rule, failure, success, take
from dsolint.sandbox.store import Store
from dsolint.schema import TYPES

LARGEST = 4 << 30
"""Bytes of a request that are taken at most."""
_IN_MEMORY = 1 << 20
_ENTRIES = 200
"""Requests that are remembered."""
_LINES_KEPT = 100
"""Left-out lines that are remembered of each."""
_REALM = {"WWW-Authenticate": 'Basic realm="dsolint sandbox", charset="UTF-8"'}


class _TooLargeError(Exception):
    pass


class Entry(Struct):
    """What is known of a request by now."""

    number: int
    at: str
    path: str
    query: str
    bytes: int | None = None
    sha256: str | None = None
    event: str | None = None
    """The fault, or that the client hung up."""
    status: int | None = None
    rows: int | None = None
    left_out: int | None = None
    cleared: int | None = None
    answer: Mapping[str, Any] | None = None


class Job(Struct, frozen=True):
    """A file that has come, and what to do with it; whoever imports it closes it."""

    file: IO[bytes]
    order: Order
    entry: Entry


class Sandbox(Struct):
    """One account. `hang_up` cuts a connection; `notify` is told of each import in a sentence."""

    store: Store
    user: str
    password: str
    hang_up: Callable[[Scope], None]
    notify: Callable[[str], None]
    rules: frozenset[Rule] = frozenset()
    numbering: Numbering = Numbering.LINE
    faults: Faults = field(default_factory=Faults)
    queue: asyncio.Queue[Job] = field(default_factory=asyncio.Queue)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    log: deque[Entry] = field(default_factory=lambda: deque(maxlen=_ENTRIES))

    # The import

    async def post(self, request: Request) -> Response:
        """POST /api/TYPE and POST /apiPutFiles/TYPE"""
        type = request.path_params["type"]
        if type not in TYPES:
            return JSONResponse(failure("UNKNOWN_TYPE", f"There is no import type {type}"), 404)
        entry = Entry(next(self.numbers), _now(), request.url.path, request.url.query)
        self.log.append(entry)
        fault = self.faults.next(type)
        if fault is not None:
            entry.event = fault.kind.name
            if fault.kind.name == "drop-before-body":
                return await self._hung_up(request)
        with ExitStack() as kept:
            file = kept.enter_context(cast("IO[bytes]", SpooledTemporaryFile(_IN_MEMORY)))  # noqa: SIM115
            try:
                entry.bytes, entry.sha256 = await _fill(file, request)
            except ClientDisconnect:
                entry.event = "the client hung up"
                return Response()
            except _TooLargeError:
                return _answered(entry, JSONResponse(failure("TOO_LARGE", f"At most {LARGEST} bytes are taken"), 413))
            if not self._knows(request):
                return _answered(entry, _denied())
            try:
                order = _order(type, request.query_params)
            except UsageError as error:
                return _answered(entry, JSONResponse(failure("BAD_PARAMETER", str(error)), 400))
            job = Job(file, order, entry)
            if fault is not None and not fault.kind.imports:
                answer: Mapping[str, Any] = failure("CSV_BAD_SYNTAX", "The sandbox was asked to refuse this file")
            elif request.url.path.startswith("/apiPutFiles/"):
                kept.pop_all()
                self.queue.put_nowait(job)
                answer = success()
            else:
                answer = await self._import(job)
        return await self._respond(request, entry, fault, answer)

    async def _respond(
        self, request: Request, entry: Entry, fault: Fault | None, answer: Mapping[str, Any]
    ) -> Response:
        if fault is None:
            return _answered(entry, JSONResponse(answer))
        if fault.kind.name.startswith("drop-after"):
            return await self._hung_up(request)
        if fault.kind.name == "drop-in-answer":
            return HalfAnswer(json.dumps(answer).encode(), lambda: self.hang_up(request.scope))
        if fault.kind.name == "latency":
            await asyncio.sleep(fault.seconds)
        return _answered(entry, faulty(fault, answer))

    async def _hung_up(self, request: Request) -> Response:
        """The connection is cut, and nobody is there to read what is returned."""
        self.hang_up(request.scope)
        await asyncio.sleep(0)
        return Response()

    async def _import(self, job: Job) -> Mapping[str, Any]:
        outcome = await run_in_threadpool(self._take, job)
        entry = job.entry
        entry.rows, entry.left_out, entry.cleared = outcome.rows, outcome.left_out, outcome.cleared
        entry.answer = _shortened(outcome.answer)
        self.notify(_sentence(job.order, outcome))
        return outcome.answer

    def _take(self, job: Job) -> Outcome:
        try:
            with job.file, self.store.transaction() as connection:
                return take(connection, job.file, job.order, rules=self.rules, numbering=self.numbering)
        except RefusedError as refused:
            return Outcome(refused.answer)
        except sqlite3.Error as error:
            return Outcome(failure("INTERNAL_ERROR", f"The store can't be written: {error}"))

    async def work(self) -> None:
        """Import what /apiPutFiles/ has taken, one after the other, for ever."""
        while True:
            job = await self.queue.get()
            try:
                await self._import(job)
            finally:
                self.queue.task_done()

    # Its own pages

    async def state(self) -> dict[str, Any]:
        return {
            **await run_in_threadpool(self.store.totals),
            "queued": self.queue.qsize(),
            "faults": [fault.to_dict() for fault in self.faults.waiting],
            "requests": [asdict(entry) for entry in reversed(self.log)],
        }

    async def show(self, _request: Request) -> Response:
        """GET /"""
        return page.response(page.render(await self.state()))

    async def get_state(self, _request: Request) -> Response:
        """GET /sandbox/state"""
        return JSONResponse(await self.state())

    async def get_records(self, request: Request) -> Response:
        """GET /sandbox/records/TYPE"""
        if request.path_params["type"] not in TYPES:
            return JSONResponse({"error": "no such import type"}, 404)
        return JSONResponse(await run_in_threadpool(self.store.records, request.path_params["type"]))

    async def set_faults(self, request: Request) -> Response:
        """PUT /sandbox/faults: these faults wait, and no others."""
        try:
            self.faults.waiting = _faults(request.headers.get("Content-Type", ""), await request.body())
        except (UsageError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse([fault.to_dict() for fault in self.faults.waiting])

    async def empty(self, _request: Request) -> Response:
        """DELETE /sandbox/records: all that it holds is forgotten."""
        await run_in_threadpool(self.store.empty)
        self.log.clear()
        return Response(status_code=204)

    def guarded(self, endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint for those who know the password."""

        async def answer(request: Request) -> Response:
            return await endpoint(request) if self._knows(request) else _denied()

        return answer

    def _knows(self, request: Request) -> bool:
        """Whether the request has the account's user and password (RFC 7617, UTF-8)."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            decoded = base64.b64decode(given.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(decoded, f"{self.user}:{self.password}".encode())


def make_app(sandbox: Sandbox, hosts: list[str], *, ready: Callable[[], None], ended: Callable[[], None]) -> Starlette:
    """The application; `hosts` are the names by which it may be asked.

    `ready` is called when it takes requests, and `ended` when it does no more.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        worker = asyncio.create_task(sandbox.work())
        ready()
        yield
        await sandbox.queue.join()
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker
        ended()

    return Starlette(
        routes=[
            Route("/api/{type}", sandbox.post, methods=["POST"]),
            Route("/apiPutFiles/{type}", sandbox.post, methods=["POST"]),
            Route("/", sandbox.guarded(sandbox.show)),
            Route("/sandbox/style.css", page.style),
            Route("/sandbox/script.js", page.script),
            Route("/sandbox/state", sandbox.guarded(sandbox.get_state)),
            Route("/sandbox/records/{type}", sandbox.guarded(sandbox.get_records)),
            Route("/sandbox/records", sandbox.guarded(sandbox.empty), methods=["DELETE"]),
            Route("/sandbox/faults", sandbox.guarded(sandbox.set_faults), methods=["PUT"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)],
        lifespan=lifespan,
    )


async def _fill(file: IO[bytes], request: Request) -> tuple[int, str]:
    """The body into a file; returns its size and SHA-256."""
    size, digest = 0, hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise _TooLargeError
        digest.update(chunk)
        file.write(chunk)
    file.seek(0)
    return size, digest.hexdigest()


def _order(type: str, query: Mapping[str, str]) -> Order:
    """The documented options. Raises UsageError for any other, and for values that are not documented."""
    known: dict[str, tuple[str, ...]] = {"encoding": ()}
    if type == "items":
        known["clear_items_not_modified"] = ("false", "true")
    if type == "users":
        known["replace_users_association"] = ("0", "1")
    for name, value in query.items():
        if name not in known:
            raise UsageError(f"{type} has no option {name}")
        values = known[name]
        if values and value not in values:
            raise UsageError(f"{name} is {' or '.join(values)}, not {value}")
    return Order(
        type,
        query.get("encoding", "UTF-8"),
        clear=query.get("clear_items_not_modified") == "true",
        replace=query.get("replace_users_association") == "1",
    )


def _faults(content_type: str, body: bytes) -> list[Fault]:
    """Faults out of JSON. Raises UsageError or ValueError where it is something else."""
    if content_type.partition(";")[0] != "application/json":
        # A web page elsewhere can't send this type to us without asking first.
        raise UsageError("Faults come as Content-Type: application/json.")
    given = json.loads(body)
    if not isinstance(given, list) or not all(isinstance(fault, dict) for fault in given):
        raise UsageError("Faults come as a list of objects.")
    return [from_dict(fault) for fault in given]


def _answered(entry: Entry, response: Response) -> Response:
    entry.status = response.status_code
    return response


def _shortened(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer for the log: with the first of its lines."""
    lines = answer.get("exception_lines", {})
    return {**answer, "exception_lines": dict(islice(lines.items(), _LINES_KEPT))} if lines else answer


def _denied() -> Response:
    return JSONResponse(failure("ACCESS_DENIED", "Wrong login or password"), 401, headers=_REALM)


def _sentence(order: Order, outcome: Outcome) -> str:
    if "error_code" in outcome.answer:
        return f"{order.type}: refused, {outcome.answer['error_code']}: {outcome.answer['error_description']}."
    sentence = f"{order.type}: {outcome.rows - outcome.left_out:,} lines taken, {outcome.left_out:,} left out"
    if order.clear or order.replace:
        sentence += f", {outcome.cleared:,} {'cleared' if order.clear else 'removed'}"
    return f"{sentence}."


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
