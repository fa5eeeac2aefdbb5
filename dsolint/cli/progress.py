"""A bar on standard error for work that takes long."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dsolint.schema import SUFFIXES

if TYPE_CHECKING:
    from rich.progress import Progress

_WAIT = 1.0
"""Seconds of work before there is a bar."""


class Bar:
    """How far a run is: bytes, rows, rate and time left. A context manager.

    It appears after a second, and only where standard error is a terminal that nobody else reads: never in a pipe or in CI.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self.shown = sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
        self._total = _size(paths) if self.shown else None
        self._begun = time.monotonic()
        self._bytes = self._rows = 0
        self._progress: Progress | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def advance(self, bytes: int, rows: int) -> None:
        """Take word of bytes that were read and rows that were checked; from any thread."""
        with self._lock:
            self._bytes += bytes
            self._rows += rows
            if self._progress is None and time.monotonic() - self._begun > _WAIT:
                self._progress = _started(self._total)
            if self._progress is not None:
                self._progress.update(self._progress.task_ids[0], completed=self._bytes, rows=f"{self._rows:,} rows")


def _started(total: int | None) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    progress = Progress(
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rows]}"),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.add_task("", total=total, rows="")
    progress.start()
    return progress


def _size(paths: Iterable[str]) -> int | None:
    """How many bytes there are to read; None where nobody knows."""
    total = 0
    for path in map(Path, paths):
        try:
            members = (
                [one for one in path.iterdir() if one.name.lower().endswith(SUFFIXES)] if path.is_dir() else [path]
            )
            if not all(one.is_file() for one in members):
                return None
            total += sum(one.stat().st_size for one in members)
        except OSError:
            return None
    return total
