"""Everything that can be set. The file that `dsolint init` writes, `--show-config` and the documentation are made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from dsolint import toml_values as read
from dsolint.config import DELTA, MAX_FINDINGS, MODES, Thresholds
from dsolint.findings import Severity
from dsolint.language import LANGUAGES
from dsolint.reading.text import UTF8
from dsolint.schema import KINDS, TYPES, import_type

NEVER = "never"
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
        Setting("type", read.one_of(TYPES), None, "The import type; told from header and name unless given.", 'type = "items"'),
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
