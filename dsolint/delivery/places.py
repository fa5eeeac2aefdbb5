"""Where the history is."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "DSOLINT_HISTORY"
"""The variable that says where the history is."""
NAME = "history.sqlite3"


def history_path(configured: Path | None) -> Path:
    """The history's file: as the variable says, else the configuration, else in the user's state folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    if configured is not None:
        return configured
    from platformdirs import user_state_path

    return user_state_path("dsolint", appauthor=False) / NAME
