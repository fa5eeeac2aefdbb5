"""Credentials in the system's keyring, by the library of that name, which is an extra."""

from __future__ import annotations

import json
from types import ModuleType

from dsolint.errors import UsageError

SERVICE = "dsolint"
EXTRA = 'pip install "dsolint[keyring]"'


def read(entry: str) -> tuple[str, str] | None:
    """User and password of an entry; None where there is none, or no keyring. Raises UsageError."""
    try:
        library = _library()
    except UsageError:
        return None
    from keyring.errors import KeyringError, NoKeyringError

    try:
        kept = library.get_password(SERVICE, entry)
    except NoKeyringError:
        return None
    except KeyringError as error:
        raise UsageError(f"{entry}: the system's keyring can't be read: {error}.") from None
    if kept is None:
        return None
    try:
        user, password = json.loads(kept)
    except (TypeError, ValueError):
        # Without the cause, which would show what is kept.
        raise UsageError(f"{entry}: its entry in the keyring is not dsolint's; run dsolint login again.") from None
    return str(user), str(password)


def require() -> None:
    """Raises UsageError where there is no keyring that credentials can be written to."""
    library = _library()
    from keyring.backends import fail

    if isinstance(library.get_keyring(), fail.Keyring):
        raise UsageError(
            "This system has no keyring that can be used. Set the variables instead, or install one that is."
        )


def write(entry: str, user: str, password: str) -> None:
    """Keep user and password under an entry. Raises UsageError."""
    library = _library()
    from keyring.errors import KeyringError

    try:
        library.set_password(SERVICE, entry, json.dumps([user, password]))
    except KeyringError as error:
        raise UsageError(_unusable(error)) from None


def delete(entry: str) -> bool:
    """Forget an entry; whether there was one. Raises UsageError."""
    require()
    library = _library()
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        library.delete_password(SERVICE, entry)
    except PasswordDeleteError:
        return False
    except KeyringError as error:
        raise UsageError(_unusable(error)) from None
    return True


def _unusable(error: Exception) -> str:
    reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    return f"This system has no keyring that can be used: {reason}. Set the variables instead."


def _library() -> ModuleType:
    try:
        import keyring
    except ImportError as error:
        raise UsageError(f"The system's keyring needs a library that is not there: {EXTRA}.") from error
    return keyring
