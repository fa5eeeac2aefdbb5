"""What is sent for one file: a request whose body is the very bytes that were checked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from dsolint.config import DELTA, STOCK
from dsolint.delivery.charsets import charset
from dsolint.errors import DsolintError
from dsolint.reading.source import Input, open_source
from dsolint.report import FileReport
from dsolint.version import __version__

NOW, LATER = "/api/", "/apiPutFiles/"
"""The paths of imports that happen at once, and of those that are queued."""
MASKED = "Basic ***"
IN_STOCK_MODE, REPLACING = "in STOCK mode", "with --replace-users"


class ChangedError(DsolintError):
    """A file has other bytes than those that were checked."""


class Options(Struct, frozen=True):
    """How a delivery is imported. `again` also sends contacts of which nobody knows whether they are in."""

    asynchronous: bool = False
    replace_users: bool = False
    again: bool = False


class Request(Struct, frozen=True):
    """A POST of one checked file. `source` gives its bytes anew for each try."""

    file: FileReport
    source: Input
    url: str
    target: str
    charset: str

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows what came of it: imports are upserts, but contacts are only added."""
        return self.file.type != "contacts"

    @property
    def path(self) -> str:
        """Path and query, as the request line has them."""
        return urlsplit(self.url).path + self.target

    def headers(self, authorization: str) -> Mapping[str, str]:
        return {
            "Authorization": authorization,
            "Content-Type": f"text/csv; charset={self.charset}",
            "Content-Length": str(self.file.bytes),
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": f"dsolint/{__version__}",
        }

    def body(self) -> Iterator[bytes]:
        """The bytes, unpacked. Raises ChangedError before the last of them is given, where they are not those that were
        checked: with the length that the header promises, a server then never has the whole of it.
        """
        held = b""
        with open_source(self.again()) as opened:
            for chunk in opened.chunks():
                if held:
                    yield held
                held = chunk
            if (opened.bytes_read, opened.sha256) != (self.file.bytes, self.file.sha256):
                raise ChangedError(
                    f"{self.file.path}: has changed since it was checked. Let the export finish, and run dsolint again."
                )
        if held:
            yield held

    def again(self) -> Input:
        """The file, to be read from its beginning."""
        if not isinstance(self.source, str | os.PathLike):
            self.source.seek(0)
        return self.source

    def verify(self) -> None:
        """Read the bytes once. Raises ChangedError or ReadError, where they can't be sent as they were checked."""
        for _ in self.body():
            pass


def import_mode(file: FileReport) -> str:
    """How the items of a file are imported: by the mode that it was checked for."""
    return file.config.mode if file.config is not None else DELTA


def clears(file: FileReport, options: Options) -> str | None:
    """How the import of a file clears what is there and not in it, in words; None where it only adds and changes."""
    if file.type == "items" and import_mode(file) == STOCK:
        return IN_STOCK_MODE
    return REPLACING if file.type == "users" and options.replace_users else None


def make_request(file: FileReport, source: Input, url: str, options: Options) -> Request:
    """The request for a file that was checked to its end. Raises UsageError for an encoding that can't be named."""
    name = charset(file.encoding)
    query = {"encoding": name}
    if file.type == "items":
        query["clear_items_not_modified"] = "true" if clears(file, options) else "false"
    if clears(file, options) == REPLACING:
        query["replace_users_association"] = "1"
    path = LATER if options.asynchronous else NOW
    return Request(file, source, url, f"{path}{file.type}?{urlencode(query)}", name)
