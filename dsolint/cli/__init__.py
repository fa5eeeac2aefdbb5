"""The command line: the only place that prints, prompts or exits. One module per command."""

from __future__ import annotations

from dsolint.cli.main import main

__all__ = ["main"]
