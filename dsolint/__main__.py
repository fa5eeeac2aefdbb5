"""`dsolint`, and `python -m dsolint`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from dsolint.version import VERSION

_NOT_NEEDED = ("numpy", "pandas")
"""What Arrow imports where it is installed: nothing here uses it, and it takes longer than a small file."""


def main() -> None:
    """Run the command line and exit. The version is told without click, which takes longer to import than to answer."""
    if sys.argv[1:] == ["--version"] and _told(VERSION):
        return
    # A job that is cut short ends as by Ctrl-C: nothing is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.set_threshold(100_000)  # what starts up is no garbage: to look through it again and again takes 20 ms
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as fast here, and it gives memory back
    for name in _NOT_NEEDED:
        sys.modules[name] = None  # type: ignore[assignment]  # as if it were not installed
    from dsolint.cli import main as run

    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, int):
            _leave(end.code)
        raise


def _leave(code: int) -> NoReturn:
    """Exit without taking apart what is left, which takes up to 50 ms; the files are closed, and no thread is waited for."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def _told(text: str) -> bool:
    try:
        print(text, flush=True)
    except OSError:
        return False
    return sys.stdout is not None


if __name__ == "__main__":
    main()
