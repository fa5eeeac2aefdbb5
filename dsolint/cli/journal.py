"""The journal of a repair: each change, as CSV for spreadsheets or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from dsolint.cli.streams import encoded
from dsolint.errors import UsageError
from dsolint.fixing.changes import Change
from dsolint.reporters import csv

COLUMNS = ("path", "line", "column", "before", "after", "rule")
_SUFFIXES = (".csv", ".json")


class Journal:
    """The changes of several files, in the form that the journal's name asks for.

    Those of a file count once it is kept: `drop` forgets what came since the last `keep`.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._is_json = kind_of(path) == ".json"
        self._file = file
        self._any = self._any_kept = False
        self._file.write(b"[" if self._is_json else encoded(csv.heading(COLUMNS)))
        self.keep()

    def add(self, path: str, changes: Iterable[Change]) -> None:
        """Write changes of a file down."""
        rows: list[dict[str, Any]] = [
            {
                "path": path,
                "line": change.line,
                "column": change.column,
                "before": change.before,
                "after": change.after,
                "rule": change.rule,
            }
            for change in changes
        ]
        if not rows:
            return
        if self._is_json:
            text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
            self._file.write(encoded(("," if self._any else "") + "\n" + text))
        else:
            self._file.write(encoded(csv.lines(COLUMNS, rows)))
        self._any = True

    def keep(self) -> None:
        """The changes so far are made."""
        self._kept, self._any_kept = self._file.tell(), self._any

    def drop(self) -> None:
        """The changes since the last `keep` are not made."""
        self._file.seek(self._kept)
        self._file.truncate()
        self._any = self._any_kept

    def close(self) -> None:
        """Nothing more comes."""
        if self._is_json:
            self._file.write(b"\n]\n" if self._any else b"]\n")


def kind_of(path: Path) -> str:
    """What a journal's name says that it is. Raises UsageError for a name that says something else."""
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError(f"--journal: {path} is neither .csv nor .json: its name says in which of them it is written.")
    return suffix
