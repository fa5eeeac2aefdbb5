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
    for number, file in enumerate(files):
        told = _added_twice(file, files[:number])
        if told is not None:
            raise UsageError(told)


def _added_twice(file: FileReport, others: Sequence[FileReport]) -> str | None:
    """Which other file has the very contacts of this one, in a sentence; None where none has, or these are no contacts."""
    for other in others:
        if file.type == other.type == "contacts" and file.sha256 is not None and file.sha256 == other.sha256:
            return f"{file.path}: these are the very contacts of {other.path}, and contacts are only added: send one of both."
    return None


def clash(
    one: Sequence[FileReport], other: Sequence[FileReport], options: Options, modes: Collection[str]
) -> str | None:
    """How two deliveries to one account clash, in a sentence; None where they do not.

    Where one of them is in STOCK mode, by its `modes` or those of its files, it clears whatever the other has ever sent.
    """
    ours, theirs = ({clears(file, options) for file in files} for files in (one, other))
    if STOCK in modes or IN_STOCK_MODE in ours | theirs:
        how = IN_STOCK_MODE
    elif REPLACING in ours & theirs:
        how = REPLACING
    else:
        return next(filter(None, (_added_twice(file, other) for file in one)), None)
    return f"{how} each would clear what the other brings."
