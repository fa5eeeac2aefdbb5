"""Where the settings of a run come from: defaults, a configuration file, its overrides by file name, options.

The later of these goes before the earlier.
"""

from __future__ import annotations

import datetime
import fnmatch
import glob
import os
import re
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsolint import config_file
from dsolint import toml_values as read
from dsolint.baseline import Baseline
from dsolint.baseline import load as load_baseline
from dsolint.config import LEAST_MEMORY, MEMORY, Config, Entity, Thresholds
from dsolint.config_file import ConfigFile
from dsolint.errors import UsageError, did_you_mean
from dsolint.findings import Severity
from dsolint.fingerprints import ANY
from dsolint.reading.source import is_folder
from dsolint.rules import selected
from dsolint.schema import DELIMITER, ImportType, import_type
from dsolint.setting_table import NEVER, SETTINGS, Origin
from dsolint.table_schema import load_schema, parse_schema

DEFAULT, OPTION = "default", "option"


class Settings(Struct, frozen=True):
    """The settings of a run: the options that were given, the entity whose files are meant, and the configuration files
    that hold for them.

    `config` is the file that was named for all of them, `schema` a schema of the user's own. `baseline` is what is known already,
    and `looked_for` are the fingerprints of findings that are counted, None where none are.
    """

    options: Mapping[str, Any]
    config: Path | None = None
    entity: Entity | None = None
    schema: ImportType | None = None
    delimiter: str = DELIMITER
    today: datetime.date = field(default_factory=datetime.date.today)
    jobs: int | None = None
    memory: int = MEMORY
    baseline: Baseline | None = None
    looked_for: Container[str] | None = None
    replace_users: bool = False
    _files: dict[Path, ConfigFile | None] = field(default_factory=dict)

    def for_file(self, path: str) -> Config:
        """The settings that hold for one file; `-` and streams stand in the working folder."""
        get = {name: origin.value for name, origin in self.origins(path).items()}
        known = self.schema or (import_type(get["type"]) if get["type"] else None)
        return Config(
            rules=selected(get["select"], get["ignore"]),
            type=known,
            encoding=get["encoding"],
            delimiter=self.delimiter,
            fail_on=None if get["fail_on"] == NEVER else Severity(get["fail_on"]),
            max_findings=get["max_findings"],
            severity={code: Severity(severity) for code, severity in get["severity"].items()},
            today=self.today,
            mode=get["mode"],
            jobs=self.jobs,
            memory=self.memory,
            thresholds=Thresholds(**get["thresholds"]),
            clients=self.place("clients", path),
            clients_complete=get["clients_complete"],
            columns=get["columns"],
            item_types=get["item_types"],
            language=get["language"],
            history=self.place("history", path),
            looked_for=self.looked_for,
            entity=self.entity.name if self.entity is not None else None,
            url=get["url"],
            replace_users=self.replace_users,
        )

    def origins(self, path: str) -> dict[str, Origin]:
        """What holds for a file and where it came from."""
        values = {name: Origin(setting.default, DEFAULT) for name, setting in SETTINGS.items()}
        found = self._file_for(path)
        if found is not None:
            values = _over(values, found.values)
            name = Path(path).name
            for pattern, overrides in found.overrides:
                if fnmatch.fnmatch(name, pattern):
                    values = _over(values, overrides)
        if self.entity is not None:
            values = _over(values, _of_entity(self.entity))
        return values | {name: Origin(value, OPTION) for name, value in self.options.items()}

    def places(self, name: str, paths: Iterable[str]) -> set[Path | None]:
        """The files that a setting names for paths. What can't be read of a configuration is told of when its files are checked."""
        found: set[Path | None] = set()
        for path in paths:
            with suppress(UsageError):
                found.add(self.place(name, path))
        return found

    def place(self, name: str, path: str) -> Path | None:
        """The file that a setting names for a path: by an option as it is, in the configuration as seen from its folder."""
        named, origin = self.origins(path)[name]
        found = self._file_for(path)
        if named is None or origin == OPTION or found is None:
            return None if named is None else Path(named)
        return Path(found.path.parent / named)

    def with_baseline(self, paths: Iterable[str]) -> Settings:
        """The settings of a run over these paths, with what is known of them; where a baseline is to be written, by option alone.

        Raises UsageError where the baseline can't be read, and where the paths have several.
        """
        if self.looked_for is ANY and "baseline" not in self.options:
            return self
        named = self.places("baseline", paths)
        if len(named) > 1:
            raise UsageError(
                "The configurations of these paths name different baselines: check them apart, or name one with --baseline."
            )
        for path in filter(None, named):
            known = load_baseline(path)
            return replace(self, baseline=known, looked_for=known.fingerprints)
        return self

    def for_entity(self, entity: Entity | None) -> Settings:
        """The same settings with those of an entity, which go before the configuration's own."""
        return replace(self, entity=entity)

    @property
    def entities(self) -> dict[str, Entity]:
        """The entities that the working folder's configuration names, by their names."""
        found = self._file_for(".")
        if found is None or "entities" not in found.values:
            return {}
        folder = found.path.parent
        return {
            name: Entity(name, **{**given, "files": _seen_from(folder, given.get("files", ()))})
            for name, given in found.values["entities"].value.items()
        }

    def _file_for(self, path: str) -> ConfigFile | None:
        folder = self.config or (Path(path) if is_folder(path) else Path(path).parent)
        if folder not in self._files:
            where = self.config or config_file.find(folder)
            self._files[folder] = config_file.load(where) if where is not None else None
        return self._files[folder]

    def entity_named(self, name: str) -> Entity:
        """The entity that --entity names. Raises UsageError."""
        known = self.entities
        if name not in known:
            raise UsageError(f"--entity: the configuration names no entity {name!r}.{did_you_mean(name, known)}")
        return known[name]


def _over(values: Mapping[str, Origin], more: Mapping[str, Origin]) -> dict[str, Origin]:
    """Settings, and what goes before them: of a table, its entries alone."""
    found = dict(values)
    for name, (value, origin) in more.items():
        found[name] = Origin({**found[name].value, **value} if isinstance(value, Mapping) else value, origin)
    return found


def _of_entity(entity: Entity) -> dict[str, Origin]:
    """What an entity sets."""
    given = {"url": entity.url, "mode": entity.mode, "thresholds": entity.thresholds or None}
    origin = f"entity {entity.name}"
    return {name: Origin(value, origin) for name, value in given.items() if value is not None}


def _seen_from(folder: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """Paths that are written as seen from a folder, as they are seen from the working folder; patterns stand for what fits."""
    found: list[str] = []
    for path in paths:
        whole = os.path.normpath(folder.absolute() / path)
        near = os.path.relpath(whole) if Path(whole).is_relative_to(Path.cwd()) else whole
        found += sorted(glob.glob(near)) or [near]  # noqa: PTH207 - a Path takes no pattern that is absolute
    return tuple(found)


def make_settings(
    *,
    config: str | Path | None = None,
    schema: str | Path | Mapping[str, Any] | None = None,
    delimiter: str = DELIMITER,
    today: datetime.date | str | None = None,
    jobs: int | None = None,
    memory: str | int | None = None,
    with_fingerprints: bool = False,
    replace_users: bool = False,
    **options: object,
) -> Settings:
    """The settings of a run from its options; an option that is None was not given.

    `with_fingerprints` counts all findings by their fingerprints, so that a baseline can be made of them.

    Raises UsageError or SchemaError, naming the option and the remedy.
    """
    _refuse_delimiter(delimiter, with_schema=schema is not None)
    if jobs is not None and (not isinstance(jobs, int) or jobs < 1):
        raise UsageError("--jobs takes a whole number from 1.")
    day = _day(today)
    given = {name: value for name, value in options.items() if value is not None}
    if schema is not None and "type" in given:
        raise UsageError("--type and --schema exclude one another: a schema of your own stands in place of a type.")
    return Settings(
        options={name: _option(name, value) for name, value in given.items()},
        config=Path(config) if config is not None else None,
        schema=_schema(schema) if schema is not None else None,
        delimiter=delimiter,
        today=day,
        jobs=jobs,
        memory=MEMORY if memory is None else _memory(memory),
        looked_for=ANY if with_fingerprints else None,
        replace_users=replace_users,
    )


def _refuse_delimiter(delimiter: str, *, with_schema: bool) -> None:
    if delimiter != DELIMITER and not with_schema:
        raise UsageError("--delimiter goes with --schema only: the import's delimiter is the semicolon.")
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise UsageError(
            "--delimiter takes one ASCII character that is no quote and no line end, or \\t for a tab, "
            f"and not {delimiter!r}."
        )


def _day(given: datetime.date | str | None) -> datetime.date:
    """The day to check against: that of --today, else the user's own."""
    if given is None:
        return datetime.date.today()
    try:
        return read.day(given.date() if isinstance(given, datetime.datetime) else given)
    except ValueError as error:
        raise UsageError(f"--today {error}") from error


def _option(name: str, value: object) -> Any:
    """The value of an option, as that of the setting of its name is read."""
    try:
        return SETTINGS[name].read(value)
    except ValueError as error:
        raise UsageError(f"--{name.replace('_', '-')} {error}") from error


def _memory(given: str | int) -> int:
    """A size such as 512MB or 1GB, in bytes."""
    match = re.fullmatch(r"([0-9]{1,15})(?:\s*([KMGT])i?B?)?", str(given).strip(), re.IGNORECASE)
    if match is None:
        raise UsageError(f"--memory takes a size such as 512MB or 2GB, and not {given!r}.")
    size = int(match.group(1)) << (10 * " KMGT".index((match.group(2) or " ").upper()))
    if size < LEAST_MEMORY:
        raise UsageError(f"--memory takes {LEAST_MEMORY >> 20}MB at least: a check can't do with less.")
    return size


def _schema(given: str | Path | Mapping[str, Any]) -> ImportType:
    return parse_schema(dict(given)) if isinstance(given, Mapping) else load_schema(given)
