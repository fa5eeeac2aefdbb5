"""Where the history is."""

from __future__ import annotations

import os
from pathlib import Path

from dsolint.errors import HistoryError

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


def is_there(path: Path) -> bool:
    """Whether there is a history yet. Raises HistoryError where that can't be told, for want of a permission mostly."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise HistoryError(f"{path}: the history can't be opened: {error.strerror or error}.") from error
    return True
