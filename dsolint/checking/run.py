"""What the files of a run share: threads, word of how far they are, and whether to stop."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
R = TypeVar("R")

Notify = Callable[[int, int], None]
"""Takes word of bytes that were read and rows that were checked since it was last called; from any thread."""

_POLL = 0.1
_PATIENCE = 2.0
"""How many seconds a thread has to stop: one that waits for standard input may never come back."""


class InterruptedCheckError(Exception):
    """A file's check was stopped on its way."""


class Run:
    """The threads of one run. A context manager.

    `jobs` blocks are checked at once, of whatever files; as many files are read side by side.
    """

    def __init__(self, jobs: int | None = None, notify: Notify | None = None) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        self._notify = notify
        self._stop = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._making_pool = threading.Lock()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def stopped(self) -> bool:
        """Whether the run was interrupted."""
        return self._stop.is_set()

    def advance(self, bytes: int = 0, rows: int = 0) -> None:
        """Tell how much more is done. Raises InterruptedCheckError where the run is to stop."""
        if self._notify is not None:
            self._notify(bytes, rows)
        if self.stopped:
            raise InterruptedCheckError

    def in_order(self, function: Callable[[T], R], blocks: Iterable[T]) -> Iterator[R]:
        """What a function gives for each block, in their order; as many at once as there are jobs."""
        with self._making_pool:
            if self._pool is None:
                from concurrent.futures import ThreadPoolExecutor

                self._pool = ThreadPoolExecutor(self.jobs, "dsolint-block")
        pending: deque[Future[R]] = deque()
        for block in blocks:
            pending.append(self._pool.submit(function, block))
            if len(pending) > self.jobs:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def side_by_side(self, tasks: Iterable[Callable[[], None]]) -> None:
        """Do tasks, as many at once as there are jobs, in threads of their own: Ctrl-C never breaks into one.

        After Ctrl-C the run is `stopped`; the tasks are told by `advance`.
        """
        waiting = deque(tasks)
        errors: list[BaseException] = []

        def work() -> None:
            while waiting and not self.stopped and not errors:
                try:
                    task = waiting.popleft()
                except IndexError:
                    return
                try:
                    task()
                except BaseException as error:  # raised again below
                    errors.append(error)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(min(self.jobs, len(waiting)))]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(_POLL)
        except KeyboardInterrupt:
            self._stop.set()
            for thread in threads:
                thread.join(_PATIENCE)
        if errors:
            raise errors[0]
