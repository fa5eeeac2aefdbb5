"""Requests over HTTP, with tries: how far each came, and whether another may follow."""

from __future__ import annotations

import datetime
import os
import random
import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from msgspec import Struct, field
from msgspec.structs import replace

from dsolint.delivery.account import Credentials, is_loopback
from dsolint.delivery.deadline import Deadline
from dsolint.delivery.mask import Mask
from dsolint.delivery.request import Request
from dsolint.errors import DsolintError, UsageError
from dsolint.phrases import Number, Phrase

LEAST, MOST = 3, 5
"""How often a request is tried at least, and at most."""
BUDGET = 45.0
"""Seconds within which a request is tried again."""
BACK_OFF = 0.5
"""Seconds before the second try; twice as many before each that follows."""
CONNECT, WRITE, READ = 8.0, 60.0, 600.0
"""Seconds to wait for a connection, for the server to take bytes, and for it to import them and give its whole answer."""
SLOWEST = 8192
"""How many bytes in a second the server takes at least."""
MAX_ANSWER, LEAST_ANSWER, ANSWER_TO_ROW = 64 << 20, 1 << 20, 1 << 10
"""How many bytes of an answer are read: so many at most, and no more than these and so many for each row of the file, since
an answer names rows, and takes many times its size to be understood."""

BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")
"""The variables that may name certificates to trust, the first that is set."""

_UNCERTAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
"""A gateway says these when it has passed the request on, all of it or as much as came in time, and has no answer: the
import may have run. 408 is a connection that failed, told in an answer."""
_RETRIED = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, *_UNCERTAIN}
"""429 and 503 are said instead of passing a request on."""
_NOT_REACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

Notify = Callable[[str], None]


class Reach(StrEnum):
    """How far a request came."""

    NEVER = "never"
    """Nothing of it has reached the import."""
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    """All or some of it was sent, and no answer came whole."""


class Response(Struct, frozen=True):
    """What came of a request after all its tries. `problem` says why there is no answer. One that is `too_long` was not
    read to its end.

    `uncertain` tells that a try before the last one, or the last one, may have been imported although no answer says so.
    """

    reach: Reach
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    too_long: bool = False
    problem: str | None = None
    uncertain: bool = False
    again: bool = False
    tries: int = 1


_NOTHING_SENT = Response(Reach.NEVER, tries=0)


class Client:
    """Sends requests to one account. A context manager. Raises UsageError where the environment can't be followed."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        notify: Notify = lambda _: None,
    ) -> None:
        self._authorization = credentials.authorization
        self._mask = Mask(credentials)
        self.so_far = _NOTHING_SENT
        """What came of the request that is being sent if it is cut off now: what to go by after Ctrl-C."""
        self._clock = clock
        self._sleep = sleep
        self._notify = notify
        try:
            self._http = httpx.Client(
                transport=transport,
                verify=_trusted(),
                # Plain http is for this machine alone, so no proxy may get it; httpx takes proxies from the environment.
                trust_env=not is_loopback(urlsplit(url).hostname or ""),
                timeout=httpx.Timeout(READ, connect=CONNECT, write=WRITE),
                # A kept connection that the server is just closing would look like an outcome that nobody knows.
                limits=httpx.Limits(max_keepalive_connections=0),
                follow_redirects=False,
            )
        except (ImportError, ValueError, httpx.InvalidURL):
            # Without the cause, which may show the proxy's password.
            raise UsageError(
                "The environment names a proxy of a kind or form that can't be used; write http://host:port."
            ) from None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, request: Request) -> Response:
        """Send a request, again where that may help and does no harm. Raises a DsolintError where the body can't be
        given as it was checked, unless an earlier try may have been imported.
        """
        begun = self._clock()
        self.so_far = _NOTHING_SENT
        while True:
            before, number = self.so_far, self.so_far.tries + 1
            self.so_far = Response(Reach.UNKNOWN, uncertain=True, tries=number)
            try:
                response = self._try(request)
            except DsolintError as error:
                if before.uncertain:
                    return replace(self.so_far, problem=str(error))
                self.so_far = before
                raise
            response = replace(response, tries=number, uncertain=before.uncertain or response.uncertain)
            self.so_far = response
            if not response.again or (response.uncertain and not request.repeatable):
                return response
            wait = _wait(number, self._clock() - begun, _retry_after(response))
            if wait is None:
                return response
            self._notify(f"{request.file.path}: {_told(response)}; trying again in {wait:.1f} s.")
            self._sleep(wait)

    def _try(self, request: Request) -> Response:
        """Send a request once. Raises a DsolintError where the body can't be given as it was checked."""
        pieces = request.body()
        # One piece is read first, so that a short file that has changed is told before it is announced.
        content = chain([next(pieces, b"")], pieces)
        response: Response | None = None
        with Deadline(WRITE + (request.file.bytes or 0) / SLOWEST, READ) as deadline:
            try:
                response = self._post(request, content, deadline)
            except _NOT_REACHED as error:
                return _not_reached(error)
            except httpx.TransportError as error:
                if not deadline.passed and not isinstance(error, httpx.ReadTimeout):
                    problem = Phrase("the connection broke before an answer came: {reason}", {"reason": _reason(error)})
                    return Response(Reach.UNKNOWN, problem=problem, uncertain=True, again=True)
        if response is None or deadline.passed:
            # The import may be running still: a second one beside it would help nobody.
            problem = Phrase("no whole answer came within {count} seconds", {"count": Number(int(deadline.seconds))})
            return Response(Reach.UNKNOWN, problem=problem, uncertain=True)
        headers = {name: self._mask.over(value.encode()).decode() for name, value in response.headers.items()}
        return replace(response, headers=headers, body=self._mask.over(response.body))

    def _post(self, request: Request, content: Iterable[bytes], deadline: Deadline) -> Response:
        """Post a request, and read the answer as far as it is not too long."""
        longest = min(MAX_ANSWER, LEAST_ANSWER + ANSWER_TO_ROW * request.file.rows)
        body = bytearray()
        with (
            self._http.stream(
                "POST",
                request.url + request.target,
                headers=request.headers(self._authorization),
                content=content,
                extensions={"trace": deadline.follow},
            ) as got,
            suppress(httpx.DecodingError),
        ):
            for chunk in got.iter_bytes() if _unpacks(got.headers) else got.iter_raw():
                body += chunk
                if len(body) > longest:
                    break
        return Response(
            Reach.ANSWERED,
            got.status_code,
            dict(got.headers),
            bytes(body),
            too_long=len(body) > longest,
            uncertain=got.status_code in _UNCERTAIN,
            again=got.status_code in _RETRIED,
        )


def _unpacks(headers: httpx.Headers) -> bool:
    """Whether an answer that was packed unasked is unpacked: not where a few bytes of it may be any number."""
    return headers.get("content-encoding", "identity").strip().lower() in ("identity", "gzip", "deflate")


def _not_reached(error: httpx.TransportError) -> Response:
    reason = {"reason": _reason(error)}
    if _is_untrusted(error):
        message = "the server's certificate is not trusted: {reason}. SSL_CERT_FILE may name a file with your authority's certificate"
        return Response(Reach.NEVER, problem=Phrase(message, reason))
    return Response(Reach.NEVER, problem=Phrase("the server could not be reached: {reason}", reason), again=True)


def _wait(tries: int, elapsed: float, told: float) -> float | None:
    """Seconds until the next try; None where there is none. `told` is how long the server asks to wait.

    A server that asks for more than there is time for is asked all the same, as late as LEAST tries allow.
    """
    left = BUDGET - elapsed
    wanted = max(BACK_OFF * float(2 ** (tries - 1)) * random.uniform(0.5, 1), told)  # noqa: S311 - no secret depends on it
    owed = LEAST - tries
    if owed > 0 and left > 0:
        return min(wanted, left / (owed + 1))
    return wanted if tries < MOST and wanted + CONNECT < left else None


def _retry_after(response: Response) -> float:
    """How many seconds the server asks to wait; 0 where it says nothing that can be understood."""
    value = response.headers.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return max(0, (moment - datetime.datetime.now(datetime.UTC)).total_seconds())


def _told(response: Response) -> str:
    return response.problem or f"the server answered with status {response.status}"


def _trusted() -> ssl.SSLContext:
    """The certificates to trust: those that a variable names, else those that the client comes with."""
    for name in BUNDLES:
        path = os.environ.get(name)
        if path:
            try:
                if Path(path).is_dir():
                    return ssl.create_default_context(capath=path)
                return ssl.create_default_context(cafile=path)
            except OSError as error:
                reason = error.strerror or error
                raise UsageError(f"{name}: {path} can't be read as certificates: {reason}.") from error
    return httpx.create_ssl_context()


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _reason(error: Exception) -> str:
    """Why, without the system's number of it, and without what the server sent that is no HTTP: it may be an echo."""
    told = re.sub(r"^\[Errno -?[0-9]+\] ", "", str(error))
    if isinstance(error, httpx.RemoteProtocolError):
        told = told.partition(":")[0]
    return told.rstrip(".") or type(error).__name__
