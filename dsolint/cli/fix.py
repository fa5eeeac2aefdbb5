"""`dsolint fix`"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from msgspec import Struct

from dsolint.cli.exits import COULD_NOT_RUN, INTERRUPTED
from dsolint.cli.files import beside, written_whole
from dsolint.cli.journal import Journal, kind_of
from dsolint.cli.options import some_options
from dsolint.cli.places import make_folder, place_of, readable, real, refuse_twice
from dsolint.cli.streams import say
from dsolint.cli.told import sums, tell
from dsolint.decimals import add_amounts
from dsolint.errors import DsolintError, RepairError, UnknownTypeError, UsageError
from dsolint.fixing.changes import Stretch
from dsolint.fixing.diff import Diff
from dsolint.fixing.fix import Fixed, fix
from dsolint.folders import files_of
from dsolint.reading.kept import STDIN, reads_once
from dsolint.reading.source import is_packed
from dsolint.reporters.visible import visible
from dsolint.rules import RULES
from dsolint.settings import Settings, make_settings


@click.command("fix")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write into this folder, which is made."
)
@click.option("--in-place", is_flag=True, help="Write the files themselves anew, where there is something to repair.")
@click.option("--backup", is_flag=True, help="With --in-place: keep each original as FILE.bak.")
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="List each change; CSV or JSON by the file's name.",
)
@some_options("type", "select", "ignore", "encoding", "config", "today")
def command(
    paths: tuple[str, ...],
    folder: Path | None,
    journal: Path | None,
    *,
    in_place: bool,
    backup: bool,
    diff: bool,
    **options: Any,
) -> int:
    """Repair what has exactly one right answer, and nothing else.

    Writes NAME.fixed.csv beside each file, in UTF-8; what comes from standard input goes to standard output. A cell that no
    rule objects to keeps its bytes. A file whose rows and sums would not be the same as before is not written.
    """
    if diff and (in_place or folder is not None or journal is not None):
        raise UsageError("--diff only shows: it goes with neither --in-place, --output nor --journal.")
    if in_place and folder is not None:
        raise UsageError("--in-place and --output exclude one another.")
    if backup and not in_place:
        raise UsageError("--backup goes with --in-place: nothing else touches the original.")
    refuse_twice(paths)
    work = _Work(
        make_settings(**options),
        make_settings(**{**options, "select": None, "ignore": None}),
        folder,
        in_place=in_place,
        backup=backup,
        diff=diff,
    )
    files, failures = files_of(paths)
    named = {str(path): is_named for path, is_named in files}
    places = work.places(named, journal)
    for failure in failures:
        say(failure.message)
    failed = bool(failures)
    done = 0
    with _opened(journal) as kept:
        for path, place in places.items():
            try:
                work.repair(path, place, kept)
                done += 1
            except UnknownTypeError as error:
                say(str(error) if named[path] else f"{path}: skipped: {error.reason}")
                failed |= named[path]
            except DsolintError as error:
                say(str(error))
                failed = True
            except KeyboardInterrupt:
                say(f"interrupted at {path}: each file is as it was, or repaired as a whole.")
                return INTERRUPTED
    if not done and not failed:
        say("nothing was repaired; name the files with --type.")
    return 0 if done and not failed else COULD_NOT_RUN


class _Work(Struct, frozen=True):
    """What is to be done with each file. `settings` say which rules repair, `everything` by which findings are left."""

    settings: Settings
    everything: Settings
    folder: Path | None
    in_place: bool
    backup: bool
    diff: bool

    def places(self, paths: Iterable[str], journal: Path | None) -> dict[str, Path | None]:
        """Where each file is written; None for standard output. Raises UsageError where another file would be lost."""
        make_folder(self.folder)
        found = {path: self._place(path) for path in paths}
        read = {real(path): path for path in found if path != STDIN}
        if journal is not None:
            kind_of(journal)
            if real(journal) in read:
                raise UsageError(f"--journal: {journal} is a file that is read; write to another one.")
            read[real(journal)] = str(journal)
        taken = {} if self.in_place else read
        for path, place in found.items():
            if place is not None and taken.setdefault(real(place), path) != path:
                other = taken[real(place)]
                raise UsageError(
                    f"{path}: would be written to {place}, which is taken by {other}. Name another folder with --output."
                )
            if place is not None and self.backup and backup_of(place) in read:
                raise UsageError(f"--backup: {backup_of(place)} is a file that is read; leave one of the two out.")
        return found

    def _place(self, path: str) -> Path | None:
        if self.diff:
            return None
        if self.in_place:
            if reads_once(path):
                raise UsageError(f"--in-place: {path} is no file that could be written anew; name one.")
            return real(path)
        if reads_once(path) and self.folder is None:
            return None
        return place_of(path, "fixed", self.folder)

    def repair(self, path: str, place: Path | None, journal: Journal | None) -> None:
        """Repair one file and say what was done. Raises DsolintError where it can't be done: it is not written then."""
        if self.in_place and is_packed(path):
            raise RepairError(f"{path}: is packed, and can't be repaired in place. Unpack it, or leave --in-place out.")
        diff = _Shown(path) if self.diff else None

        def notice(stretch: Stretch) -> None:
            if journal is not None:
                journal.add(path, stretch.changes)
            if diff is not None:
                diff.show(stretch)

        wanted = self.settings.for_file(path).rules
        with readable(path) as kept, beside(place) as target:
            try:
                fixed = fix(kept.again, self.everything.for_file(path), wanted, target, notice)
                self._deliver(fixed, target, place)
            except BaseException:
                if journal is not None:
                    journal.drop()
                raise
        if diff is not None:
            diff.close()
        if journal is not None:
            journal.keep()
        self._tell(path, place, fixed)

    def _deliver(self, fixed: Fixed, target: BinaryIO, place: Path | None) -> None:
        """Put what was repaired in its place."""
        target.seek(0)
        if place is None:
            if not self.diff:
                sys.stdout.flush()
                shutil.copyfileobj(target, sys.stdout.buffer)
                sys.stdout.buffer.flush()
            return
        if self.in_place and not fixed.changed:
            return
        if self.backup:
            with place.open("rb") as original, written_whole(backup_of(place), like=place) as copy:
                shutil.copyfileobj(original, copy)
        with written_whole(place, like=place if self.in_place else None) as file:
            shutil.copyfileobj(target, file)

    def _tell(self, path: str, place: Path | None, fixed: Fixed) -> None:
        """Say what was done: on standard output, or beside what is there already."""
        if place is None or (self.in_place and not fixed.changed):
            where = ""
        elif self.in_place:
            where = " in place" + (f"; the original is {backup_of(place).name}" if self.backup else "")
        else:
            where = f" -> {place}"
        for line in _told(path, where, fixed):
            tell(line, err=place is None)
        if fixed.encoding is not None:
            say(
                f"{path}: is {fixed.encoding}; what is written is UTF-8: check and send it as UTF-8, by option or configuration."
            )


def backup_of(place: Path) -> Path:
    """Where the original of a file is kept that is written anew."""
    return place.with_name(f"{place.name}.bak")


def _told(path: str, where: str, fixed: Fixed) -> Iterator[str]:
    """What became of a file, line by line."""
    changes, left = sum(fixed.changes.values()), sum(fixed.left.values())
    yield f"{path}{where}: {_counted(changes, 'change')}, {_counted(left, 'finding')} left"
    codes = [code for code in RULES if code in fixed.changes or code in fixed.left]
    width = max((len(RULES[code].name) for code in codes), default=0)
    for code in codes:
        done = f"{fixed.changes[code]:,} repaired" if code in fixed.changes else ""
        stays = f"{fixed.left[code]:,} left" if code in fixed.left else ""
        yield f"  {code} {RULES[code].name:{width}}  {done:>16}  {stays:>12}".rstrip()
    yield f"  control totals, the same before and after: {_counted(fixed.totals.rows, 'row')}"
    for column in dict.fromkeys([*fixed.totals.sums, *fixed.gains]):
        total = dict(fixed.totals.sums.get(column, {}))
        yield f"    {column}: {sums(total) or 'no amount that could be read'}"
        if column in fixed.gains:
            gain = fixed.gains[column]
            add_amounts(total, gain.sums.items())
            yield f"      + {_counted(gain.count, 'amount')} that can be read now: {sums(gain.sums)}"
            yield f"      = {sums(total)}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


class _Shown:
    """The diff of a file on standard output."""

    def __init__(self, path: str) -> None:
        self._head = [f"--- {path}", f"+++ {path} (fixed)"]
        self._diff = Diff()

    def show(self, stretch: Stretch) -> None:
        self._print(self._diff.add(stretch))

    def close(self) -> None:
        self._print(self._diff.close())

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            for head in self._head:
                click.echo(visible(head))
            self._head.clear()
            click.echo(visible(line))


@contextmanager
def _opened(path: Path | None) -> Iterator[Journal | None]:
    """The journal, written to its end or not at all."""
    if path is None:
        yield None
        return
    with written_whole(path) as file:
        journal = Journal(path, file)
        yield journal
        journal.close()
