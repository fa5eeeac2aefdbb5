"""One run of a command as a process of its own: how long it took and how much memory it held."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

COMPLETED = (0, 1)
"""The exit codes of a linter that did its work: nothing found, or something."""


class Run(NamedTuple):
    """The wall time, the processors' time, and the peak of resident memory in bytes; the last two None where the system
    does not tell them.

    A process takes its peak over from the one that starts it, so none is below this program's own 20 MiB or so.
    """

    seconds: float
    cpu: float | None
    peak: int | None
    gave_up: bool = False


def run(command: Sequence[str], *, timeout: float | None = None) -> Run:
    """Run a command and throw its output away; one that takes longer than `timeout` is stopped.

    Raises RuntimeError where it fails.
    """
    with tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr)
        watch = threading.Timer(timeout, process.kill) if timeout is not None else None
        if watch is not None:
            watch.start()
        cpu, peak = _wait(process)
        seconds = time.perf_counter() - start
        if watch is not None:
            watch.cancel()
            if seconds >= watch.interval:
                return Run(seconds, cpu, peak, gave_up=True)
        if process.returncode not in COMPLETED:
            stderr.seek(0)
            told = stderr.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}.\n{told}")
    return Run(seconds, cpu, peak)


def _wait(process: subprocess.Popen[bytes]) -> tuple[float | None, int | None]:
    """Wait for the end; the peak is that of the largest process, the command itself or one that it started."""
    if sys.platform == "win32":
        process.wait()
        return None, None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Summary(NamedTuple):
    """Several runs of one command: the medians of their times and the largest peak."""

    seconds: float
    cpu: float | None
    peak: int | None
    runs: list[float]


def summary(runs: Sequence[Run]) -> Summary:
    peaks = [run.peak for run in runs if run.peak is not None]
    cpu = [run.cpu for run in runs if run.cpu is not None]
    seconds = [run.seconds for run in runs]
    return Summary(
        statistics.median(seconds), statistics.median(cpu) if cpu else None, max(peaks, default=None), seconds
    )


def alternating(
    commands: Mapping[str, Sequence[str]], rounds: int, patience: float, say: Callable[[str], None]
) -> dict[str, Summary]:
    """Run the commands in turn, round by round, so that what else the machine does hits all of them alike.

    Each runs at least once; one whose runs took longer than `patience` seconds in all sits out the rounds that follow.
    """
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if sum(one.seconds for one in runs[name]) <= patience:
                runs[name].append(run(command))
                say(f"  {name}: {runs[name][-1].seconds:.2f} s")
    return {name: summary(done) for name, done in runs.items()}
