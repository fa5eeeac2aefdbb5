"""Which account a delivery goes to, and the credentials that open it."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from msgspec import Struct

from dsolint.config import Entity
from dsolint.delivery import keyring
from dsolint.errors import UsageError

URL = "DSOLINT_URL"
USER, PASSWORD = "DSOLINT_USER", "DSOLINT_PASSWORD"
"""The variables that hold credentials, where an entity names none of its own."""

_PATHS = ("/api", "/apiPutFiles")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)  # a Struct shows all that is in it
class Credentials:
    """User and password. Neither is ever part of a text: only `authorization` gives them away."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def authorization(self) -> str:
        """The value of the header, by RFC 7617 in UTF-8."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


class Account(Struct, frozen=True):
    """An account: the server's address without a path of the API, and the entity whose account it is."""

    url: str
    entity: Entity | None = None

    @property
    def name(self) -> str:
        """What people call it, and what its entry in the system's keyring is named by."""
        return self.url if self.entity is None else self.entity.keyring or self.entity.name

    def identity(self, credentials: Credentials) -> str:
        """What tells it from all other accounts. An account that is no entity's is told by its user, of whom only a hash shows."""
        if self.entity is not None:
            return f"{self.entity.name} {self.url}"
        return f"{self.url} {hashlib.sha256(credentials.user.encode()).hexdigest()[:12]}"


def pick_url(
    option: str | None, entity: Entity | None, configured: str | None, environment: Mapping[str, str] = os.environ
) -> str:
    """The account's address: the option's, else the entity's, the variable's, the configuration's. Raises UsageError."""
    own = (f"entities.{entity.name}.url", entity.url) if entity is not None else ("", None)
    for name, value in (("--url", option), own, (URL, environment.get(URL)), ("url", configured)):
        if value:
            return _read_url(name, value)
    raise UsageError(f"Name the server with --url, with the variable {URL}, or in the configuration as url.")


def _read_url(name: str, value: str) -> str:
    """An address that is fit to send credentials to, in the one spelling by which its account is known: as people write
    it. One that is not fit is never shown, since it may hold some.
    """
    if "@" in value:
        raise UsageError(f"{name}: an address holds no user and no password; see {USER} and {PASSWORD}.")
    try:
        parts = urlsplit(value.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host.encode("idna")
    except ValueError:
        # Without the cause, which quotes what it does not understand.
        raise UsageError(f"{name}: is no address; write one such as https://account.example.com.") from None
    if parts.scheme not in _PORTS or not host:
        raise UsageError(f"{name}: takes an address such as https://account.example.com.")
    if parts.query or parts.fragment:
        raise UsageError(f"{name}: takes an address without ? and #; the parameters are added.")
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(
            f"{name}: http would send the password and the file for all to read; write https. Only this machine itself may be asked by http."
        )
    path = parts.path.rstrip("/")
    if path.endswith(_PATHS[1]):
        raise UsageError(f"{name}: name the address without {_PATHS[1]}, and ask for it with --async.")
    shown = f"[{host}]" if ":" in host else host
    if port not in (None, _PORTS[parts.scheme]):
        shown += f":{port}"
    return f"{parts.scheme}://{shown}{path.removesuffix(_PATHS[0])}".rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, whatever any name server says."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def find_credentials(account: Account, environment: Mapping[str, str] = os.environ) -> Credentials:
    """The account's credentials, from the variables or the system's keyring. Raises UsageError, naming both ways."""
    entity = account.entity
    own = entity is not None and bool(entity.user_variable or entity.password_variable)
    user = (entity.user_variable if entity else None) or USER
    password = (entity.password_variable if entity else None) or PASSWORD
    kept_elsewhere = entity is not None and entity.keyring is not None and not own
    found = [] if kept_elsewhere else [name for name in (user, password) if environment.get(name)]
    if len(found) == 2:
        return checked(environment[user], environment[password], f"{user} and {password}")
    if len(found) == 1 or own:
        lacking = " and ".join(name for name in (user, password) if name not in found)
        raise UsageError(f"{account.name}: set {lacking}: its credentials are taken from {user} and {password}.")
    kept = keyring.read(account.name)
    if kept is None:
        login = "dsolint login" if entity is None else f"dsolint login --entity {entity.name}"
        raise UsageError(f"{account.name}: there are no credentials: set {user} and {password}, or run {login}.")
    return checked(*kept, f"keyring entry {account.name}")


def checked(user: str, password: str, origin: str) -> Credentials:
    """Credentials that a header can carry. Raises UsageError, which shows nothing of them."""
    if not user or not password:
        raise UsageError(f"{origin}: user and password must not be empty.")
    if ":" in user:
        raise UsageError(f"{origin}: a user must not have a colon.")
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in user + password):
        raise UsageError(f"{origin}: there is a line end or another control character in the credentials.")
    try:
        (user + password).encode()
    except UnicodeEncodeError:
        raise UsageError(f"{origin}: the credentials are no text in the encoding of this system.") from None
    return Credentials(user, password)
