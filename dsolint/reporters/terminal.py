"""The terminal that people read on."""

from __future__ import annotations

import shutil


def width() -> int:
    """How wide lines are: as the terminal, within reason."""
    return max(60, min(shutil.get_terminal_size((80, 24)).columns, 140))
