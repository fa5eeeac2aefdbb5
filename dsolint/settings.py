"""Where the settings of a run come from: defaults, a configuration file, its overrides by file name, options.

The later of these goes before the earlier. `SETTINGS` names everything that can be set; the file that `dsolint init`
writes, `--show-config` and the documentation are made from it.
"""

from __future__ import annotations

import datetime
import fnmatch
import glob
import os
import re
import stat
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from dsolint import toml_values as read
from dsolint.baseline import Baseline
from dsolint.baseline import load as load_baseline
from dsolint.config import DELTA, LEAST_MEMORY, MAX_FINDINGS, MEMORY, MODES, Config, Entity, Thresholds
from dsolint.errors import UsageError, did_you_mean
from dsolint.findings import Severity
from dsolint.fingerprints import ANY
from dsolint.language import LANGUAGES
from dsolint.reading.source import is_folder
from dsolint.reading.text import UTF8, WIDE
from dsolint.rules import selected
from dsolint.schema import DELIMITER, KINDS, TYPES, ImportType, import_type, load_schema, parse_schema

FILE_NAME = "dsolint.toml"
PYPROJECT = "pyproject.toml"
NEVER = "never"
DEFAULT, OPTION = "default", "option"
_PLAIN_ADDRESS = re.compile(r"\w+://(\[[^]@/]*\]|[^]@:/?#]+)(:[0-9]{1,5})?(/[^@?#]*)?")
"""An address with no place for a secret: without user, password and parameters."""


class Origin(NamedTuple):
    """A setting's value, and where it came from."""

    value: Any
    origin: str


class Setting(Struct, frozen=True):
    """Something that can be set: how its value is read out of TOML (ValueError where it can't be), and what it is for."""

    name: str
    read: read.Read
    default: Any
    help: str
    example: str
    in_overrides: bool = True


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("select", read.codes, (), "Only these rules: codes, names, or beginnings of codes.", 'select = ["F", "H", "R", "V"]'),
        Setting("ignore", read.codes, (), "All but these rules.", 'ignore = ["V309"]'),
        Setting(
            "severity",
            read.table(read.code, read.one_of(Severity)),
            {},
            "The severity of single rules; their effect on the import stays what it is.",
            'severity = { B408 = "warning", V310 = "error" }',
        ),
        Setting("fail_on", read.one_of([*Severity, NEVER]), Severity.ERROR, "The mildest severity that fails a run.", 'fail_on = "error"'),
        Setting("max_findings", read.number(0), MAX_FINDINGS, "How many findings are kept for each rule and file.", "max_findings = 100"),
        Setting("encoding", read.encoding, UTF8, "The encoding that the files are sent in.", 'encoding = "utf-8"'),
        Setting("mode", read.one_of(MODES), DELTA, "How items are imported: delta, or stock, which clears what is missing.", 'mode = "delta"'),
        Setting("language", read.one_of(LANGUAGES), None, "The language of reports: en, de or fr; that of the system unless set.", 'language = "en"', in_overrides=False),
        Setting("type", read.one_of(TYPES), None, "The import type, where header and name do not tell it.", 'type = "items"'),
        Setting("clients", read.text, None, "A file of known customers for X501, seen from the configuration's folder.", 'clients = "known_customers.csv"', in_overrides=False),
        Setting("clients_complete", read.flag, default=False, help="Whether the delivery's customers file names all customers.", example="clients_complete = false", in_overrides=False),
        Setting(
            "columns",
            read.table(str, read.one_of(KINDS)),
            {},
            f"Columns of your own, each with its kind: {', '.join(KINDS)}.",
            'columns = { item_region = "text" }',
        ),
        Setting(
            "item_types",
            read.table(str, read.one_of(import_type("items").fields["item_type"].enum)),
            {},
            "The ERP's own item types, where the product maps them.",
            'item_types = { INV = "FAC", CM = "AVO" }',
        ),
        Setting(
            "thresholds",
            read.thresholds,
            asdict(Thresholds()),
            "Limits: dates before earliest_date or years_ahead from today (V318); percent for D601, D602 and D604.",
            'thresholds = { earliest_date = 1990-01-01, years_ahead = 10, shrunken_delivery = 20, mass_clearing = 20, balance_jump = 50 }',
        ),
        Setting("baseline", read.text, None, "A file of findings that are known already, seen from the configuration's folder.", 'baseline = "known.json"', in_overrides=False),
        Setting("url", read.address, None, "The address of your account, for upload.", 'url = "https://account.example.com"', in_overrides=False),
        Setting("history", read.text, None, "The file that remembers what was sent, seen from the configuration's folder; one of the user's own unless set.", 'history = "dsolint-history.sqlite3"', in_overrides=False),
        Setting("files", read.table(str, read.any_table), {}, "Settings for files by the pattern of their names.", 'files."items_*.csv" = { encoding = "cp1252" }', in_overrides=False),
        Setting("entities", read.table(str, read.entity), {}, "The entities of a group, each with its account.", 'entities.north = { url = "https://north.example.com", mode = "stock", files = ["north/"] }', in_overrides=False),
    )
}  # fmt: skip


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


class Settings(Struct):
    """The settings of a run: the options that were given, the entity whose files are meant, and the configuration files
    that hold for them.
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
            where = self.config or find(folder)
            self._files[folder] = load(where) if where is not None else None
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
    if delimiter != DELIMITER and schema is None:
        raise UsageError("--delimiter goes with --schema only: the import's delimiter is the semicolon.")
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise UsageError(
            f"--delimiter takes one ASCII character that is no quote and no line end, and not {delimiter!r}."
        )
    if jobs is not None and (not isinstance(jobs, int) or jobs < 1):
        raise UsageError("--jobs takes a whole number from 1.")
    try:
        given_day = today.date() if isinstance(today, datetime.datetime) else today
        day = read.day(given_day) if given_day is not None else datetime.date.today()
    except ValueError as error:
        raise UsageError(f"--today {error}") from error
    given = {name: value for name, value in options.items() if value is not None}
    if schema is not None and "type" in given:
        raise UsageError("--type and --schema exclude one another: a schema of your own stands in place of a type.")
    values: dict[str, Any] = {}
    for name, value in given.items():
        try:
            values[name] = SETTINGS[name].read(value)
        except ValueError as error:
            raise UsageError(f"--{name.replace('_', '-')} {error}") from error
    return Settings(
        options=values,
        config=Path(config) if config is not None else None,
        schema=_schema(schema) if schema is not None else None,
        delimiter=delimiter,
        today=day,
        jobs=jobs,
        memory=MEMORY if memory is None else _memory(memory),
        looked_for=ANY if with_fingerprints else None,
        replace_users=replace_users,
    )


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


def shown(value: object, name: str = "") -> str:
    """A setting's value as one would write it in TOML, as far as TOML can. An address that may hold a secret is masked."""
    if value is None:
        return "(not set)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if name != "url" or _PLAIN_ADDRESS.fullmatch(value) else '"***"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {shown(entry, name)}" for name, entry in value.items()) + "}"
    if isinstance(value, Iterable):
        return "[" + ", ".join(shown(entry) for entry in value) + "]"
    return str(value)


def template() -> str:
    """A configuration file with every setting and what it is for, all commented out."""
    lines = ["# dsolint's configuration. It holds for this folder and those below; options go before it.", ""]
    for setting in SETTINGS.values():
        lines += [f"# {setting.help}", f"# {setting.example}", ""]
    return "\n".join(lines)
