"""The configuration file that holds for a folder: found, and read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from dsolint import toml_values as read
from dsolint.errors import UsageError, did_you_mean
from dsolint.reading.text import WIDE
from dsolint.setting_table import SETTINGS, Origin

FILE_NAME = "dsolint.toml"
PYPROJECT = "pyproject.toml"


def _read_table(table: Mapping[str, Any], origin: str, *, overrides: bool = False) -> dict[str, Origin]:
    """The settings of a table. Raises TableError, naming the keys and what would be right."""
    allowed = {name: s for name, s in SETTINGS.items() if s.in_overrides or not overrides}
    found: dict[str, Origin] = {}
    faults: list[read.Fault] = []
    for name, value in table.items():
        if name not in allowed:
            faults.append(read.Fault(_why_not(name, value), (name,)))
            continue
        try:
            found[name] = Origin(allowed[name].read(value), origin)
        except ValueError as error:
            faults += [read.Fault(f"{name} {message}", (name, *keys)) for message, keys in read.faults_of(error)]
    if faults:
        raise read.TableError(faults)
    return found


def _why_not(name: str, value: object) -> str:
    """Why a name is no setting where it stands."""
    if name in SETTINGS:
        return f"{name} holds for all files and can't be set by their names: set it outside of files."
    if name == "tool" and isinstance(value, dict) and "dsolint" in value:
        return f"[tool.dsolint] is for {PYPROJECT} alone: here its settings stand without it."
    return f"there is no setting {name!r}.{did_you_mean(name, SETTINGS)}"


class ConfigFile(Struct, frozen=True):
    """A configuration file: its settings, and those for single files."""

    path: Path
    values: Mapping[str, Origin]
    overrides: Sequence[tuple[str, Mapping[str, Origin]]]
    """Those for single files by the pattern of their names, in their order."""


def load(path: Path) -> ConfigFile:
    """Read a configuration file. Raises UsageError, with a line for all that is wrong in it."""
    try:
        return _load(path)
    except RecursionError as error:
        raise UsageError(f"{path}: the configuration can't be read: it is nested too deep.") from error


def _load(path: Path) -> ConfigFile:
    import tomllib

    text = _text_of(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        begun = read.begun(text) if "end of document" in str(error) else None
        where = f", in what begins on line {begun}" if begun is not None else ""
        raise UsageError(f"{path}: the configuration is no TOML: {error}{where}.") from error
    own = _own_table(document) if path.name == PYPROJECT else document
    if not isinstance(own, dict):
        raise UsageError(f"{path}: [tool.dsolint] takes a table.")
    above = ("tool", "dsolint") if path.name == PYPROJECT else ()
    found: dict[tuple[str, ...], dict[str, Origin]] = {}
    faults: list[tuple[int, str, str]] = []
    for place, table in _tables(own):
        origin = f'{path} [files."{place[1]}"]' if place else str(path)
        try:
            found[place] = _read_table(table, origin, overrides=bool(place))
        except read.TableError as error:
            lines = read.lines_of(text)
            faults += [(lines[above + place + fault.keys], origin, fault.message) for fault in error.faults]
    if faults:
        raise UsageError(*(f"{origin}: line {line}: {message}" for line, origin, message in sorted(faults)))
    return ConfigFile(path, found.pop(()), [(place[1], values) for place, values in found.items()])


def _text_of(path: Path) -> str:
    """The text of a configuration file. Raises UsageError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: the configuration can't be read: {error.strerror or error}.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeError as error:
        if data.startswith(tuple(WIDE["utf-16"])):
            raise UsageError(
                f"{path}: the configuration is UTF-16, as > in PowerShell writes it, and has to be UTF-8. Save it as UTF-8 "
                f'in an editor, or by: (Get-Content "{path}") | Set-Content -Encoding utf8 "{path}".'
            ) from error
        raise UsageError(
            f"{path}: the configuration is no UTF-8, which it has to be: {error}. Save it as UTF-8 in an editor."
        ) from error


def _tables(own: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The tables of settings by the keys that lead to them: that for all files, and those for single ones."""
    yield (), own
    files = own.get("files")
    for pattern, table in files.items() if isinstance(files, dict) else ():
        if isinstance(table, dict):
            yield ("files", pattern), table


def find(folder: Path) -> Path | None:
    """The configuration that holds for a folder: dsolint.toml, or a pyproject.toml with [tool.dsolint], in it or above.

    Raises UsageError where the folder can be read and one above it, that may have the configuration, can't.
    """
    for place in (folder.absolute(), *folder.absolute().parents):
        try:
            if _is_file(place / FILE_NAME):
                return place / FILE_NAME
            project = place / PYPROJECT
            if _is_file(project) and _has_own_table(project):
                return project
        except PermissionError as error:
            if os.access(folder, os.X_OK):
                raise UsageError(
                    f"{place}: can't be searched for a configuration: {error.strerror}. Name one with --config."
                ) from error
    return None


def _is_file(path: Path) -> bool:
    """Whether a path is a file. Raises PermissionError where that may not be known."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False


def _own_table(document: Mapping[str, Any]) -> object:
    """What a pyproject.toml has under [tool.dsolint]; None where it has nothing."""
    tool = document.get("tool")
    return tool.get("dsolint") if isinstance(tool, dict) else None


def _has_own_table(project: Path) -> bool:
    import tomllib

    try:
        text = project.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError):
        return False
    try:
        return _own_table(tomllib.loads(text)) is not None
    except (tomllib.TOMLDecodeError, RecursionError):
        return "[tool.dsolint" in text


def template() -> str:
    """A configuration file with every setting and what it is for, all commented out."""
    lines = ["# dsolint's configuration. It holds for this folder and those below; options go before it.", ""]
    for setting in SETTINGS.values():
        lines += [f"# {setting.help}", f"# {setting.example}", ""]
    return "\n".join(lines)
