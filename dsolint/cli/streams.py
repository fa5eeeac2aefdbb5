"""What is said on standard output and standard error, whatever becomes of those who read it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click


def prepare() -> None:
    """Streams that exist and that take any character, whatever the console's encoding."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def let_go_of(stream: TextIO) -> None:
    """Write to nowhere from now on: a reader that went away (`| head -1`) is no failure of ours."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def give_up(output: TextIO, error: OSError) -> None:
    """Write no more where it failed, and say why, unless the reader went away."""
    let_go_of(output)
    if not isinstance(error, BrokenPipeError):
        say(f"standard output can't be written: {error.strerror or error}.")


@contextmanager
def heard_or_not() -> Iterator[None]:
    """What can't be written on standard error changes nothing: no exit code, and nothing that is being done."""
    try:
        yield
    except OSError:
        let_go_of(sys.stderr)


def say(message: str) -> None:
    """A note or a failure, on standard error."""
    from dsolint.reporters.visible import visible

    with heard_or_not():
        click.echo(f"dsolint: {visible(message)}", err=True)


def write(text: str) -> None:
    """A machine format on standard output: UTF-8 with LF on every platform."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    buffer.write(encoded(text))
    buffer.flush()


def encoded(text: str) -> bytes:
    """A machine format as UTF-8; what a file's name has that is no text stands as an escape."""
    return text.encode("utf-8", "backslashreplace")
