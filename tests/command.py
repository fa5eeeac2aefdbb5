"""The command line in this process, for tests that ask it often: what it prints on both streams, and its exit code."""

import contextlib
import io
import sys
from typing import NamedTuple
from unittest.mock import patch

from dsolint.cli.main import main


class Ran(NamedTuple):
    returncode: int
    stdout: bytes
    err: str

    @property
    def out(self):
        return self.stdout.decode()


def run(folder, *arguments):
    """Run the command in a folder."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with (
        contextlib.chdir(folder),
        patch.object(sys, "argv", ["dsolint", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as exit:
            code = exit.code
    out.flush(), err.flush()
    return Ran(code, out.buffer.getvalue(), err.buffer.getvalue().decode())
