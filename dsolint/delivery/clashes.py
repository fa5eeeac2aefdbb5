"""Files that can't go to one account together: one would clear what another brings, or bring it once more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dsolint.config import STOCK
from dsolint.delivery.request import IN_STOCK_MODE, REPLACING, Options, clears
from dsolint.errors import UsageError
from dsolint.report import FileReport


def refuse_clashes(files: Sequence[FileReport], options: Options) -> None:
    """Refuse files of one delivery that clash. Raises UsageError."""
    for type in ("items", "users"):
        same = [file for file in files if file.type == type]
        how = next(filter(None, (clears(file, options) for file in same)), None)
        if how is not None and len(same) > 1:
            names = " and ".join(file.path for file in same)
            raise UsageError(
                f"{how[0].upper()}{how[1:]} each {type} file clears what the one before it brought: send one alone, not {names}."
            )
    paths: dict[str | None, str] = {}
    for file in files:
        if file.type != "contacts":
            continue
        if file.sha256 is not None and file.sha256 in paths:
            raise UsageError(
                f"{file.path}: these are the very contacts of {paths[file.sha256]}, and contacts are only added: send one of both."
            )
        paths[file.sha256] = file.path


def clash(
    one: Sequence[FileReport], other: Sequence[FileReport], options: Options, modes: Collection[str]
) -> str | None:
    """How two deliveries to one account would clear what the other brings, in words; None where they would not.

    Where one of them is in STOCK mode, by its `modes` or those of its files, it clears whatever the other has ever sent.
    """
    ours, theirs = ({clears(file, options) for file in files} for files in (one, other))
    if STOCK in modes or IN_STOCK_MODE in ours | theirs:
        return IN_STOCK_MODE
    return REPLACING if REPLACING in ours & theirs else None
