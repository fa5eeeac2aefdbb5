"""`dsolint`, and `python -m dsolint`."""

from __future__ import annotations

import gc
import sys

from dsolint.version import VERSION


def main() -> None:
    """Run the command line and exit. The version is told without click, which takes longer to import than to answer."""
    if sys.argv[1:] == ["--version"] and _told(VERSION):
        return
    gc.set_threshold(100_000)  # what starts up is no garbage: to look through it again and again costs 20 ms
    from dsolint.cli import main as run

    run()


def _told(text: str) -> bool:
    try:
        print(text, flush=True)
    except OSError:
        return False
    return sys.stdout is not None


if __name__ == "__main__":
    main()
