"""dsolint's rules as a check of frictionless, which finds its plugins by the names of modules: `frictionless_*`.

frictionless imports this module in every program that uses it, so it imports nothing of dsolint until a check runs.

    frictionless validate items.csv --checks dsolint:importType=items
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

import attrs
from frictionless import Check, Error, Plugin, errors, system

if TYPE_CHECKING:
    from dsolint import FileReport, Finding, Report


@attrs.define(kw_only=True, repr=False)
class FileError(errors.TableError):
    """A finding about the file or its header; `rule` is its code."""

    type = "dsolint-file"
    title = "dsolint: file"
    description = "The import would not take the file as it is."
    template = "{note}"
    tags: ClassVar[list[str]] = ["#table", "#dsolint"]

    rule: str

    metadata_profile_patch: ClassVar = {"properties": {"rule": {"type": "string"}}}


@attrs.define(kw_only=True, repr=False)
class RowError(errors.RowError):
    """A finding about a row. `row_number` is the physical line where the row begins."""

    type = "dsolint-row"
    title = "dsolint: row"
    description = "The import would not take the row as it is."
    template = "{note}"
    tags: ClassVar[list[str]] = ["#table", "#row", "#dsolint"]

    rule: str

    metadata_profile_patch: ClassVar = FileError.metadata_profile_patch


@attrs.define(kw_only=True, repr=False)
class CellError(errors.CellError):
    """A finding about a cell. `row_number` is the physical line where its row begins."""

    type = "dsolint-cell"
    title = "dsolint: cell"
    description = "The import would not take the value as it is."
    template = "{note}"
    tags: ClassVar[list[str]] = ["#table", "#row", "#cell", "#dsolint"]

    rule: str

    metadata_profile_patch: ClassVar = FileError.metadata_profile_patch


ERRORS = {error.type: error for error in (FileError, RowError, CellError)}

_OPTIONS = ("select", "ignore", "fail_on", "encoding", "mode", "clients", "config", "today")
_TEXT = {"type": "string"}
_CODES = {"type": "array", "items": _TEXT}


@attrs.define(kw_only=True, repr=False)
class DsolintCheck(Check):
    """The options of `dsolint check` that hold for one file. Findings that do not fail a run are no errors."""

    type = "dsolint"
    Errors: ClassVar = list(ERRORS.values())

    import_type: str | None = None
    select: list[str] | None = None
    ignore: list[str] | None = None
    fail_on: str | None = None
    encoding: str | None = None
    mode: str | None = None
    clients: str | None = None
    config: str | None = None
    today: str | None = None

    metadata_profile_patch: ClassVar = {
        "properties": {
            "importType": _TEXT,
            "select": _CODES,
            "ignore": _CODES,
            "failOn": _TEXT,
            "encoding": _TEXT,
            "mode": _TEXT,
            "clients": _TEXT,
            "config": _TEXT,
            "today": _TEXT,
        },
    }

    def validate_start(self) -> Iterable[Error]:
        """The findings of the whole file, before frictionless reads its rows."""
        from dsolint import DsolintError

        try:
            self._refuse_unknown_options()
            report = self._report()
        except DsolintError as error:
            yield errors.CheckError(note=str(error))
            return
        for file in report.files:
            yield from _errors(file)

    def _refuse_unknown_options(self) -> None:
        from dsolint.errors import UsageError, did_you_mean

        for name in self.custom:
            known = self.metadata_profile_patch["properties"]
            raise UsageError(f"the check dsolint has no option {name!r}.{did_you_mean(name, known)}")

    def _report(self) -> Report:
        """dsolint's report on the resource: on its file where it is one, else on the bytes that frictionless loads."""
        import dsolint

        if not self.resource.scheme:
            raise dsolint.UsageError("dsolint checks files, and this resource has its data in itself.")
        options = {"type": self.import_type, **{name: getattr(self, name) for name in _OPTIONS}}
        if self.resource.scheme == "file" and not self.resource.compression:
            return dsolint.check(self.resource.normpath, **options)
        with system.create_loader(self.resource.to_copy()) as loader:
            return dsolint.check(loader.byte_stream, **options)


def _errors(file: FileReport) -> Iterator[Error]:
    for finding in file.findings:
        if file.fails(finding.severity):
            yield _error(finding, file)


def _error(finding: Finding, file: FileReport) -> Error:
    from dsolint.reporters.view import told

    note = told(finding)
    if finding.record is None:
        return FileError(note=note, rule=finding.code)
    if finding.column not in file.columns:
        return RowError(note=note, rule=finding.code, row_number=finding.line, cells=[])
    return CellError(
        note=note,
        rule=finding.code,
        row_number=finding.line,
        cells=[],
        cell=finding.value or "",
        field_name=finding.column,
        field_number=file.columns.index(finding.column) + 1,
    )


class DsolintPlugin(Plugin):
    """What frictionless asks for the check and its errors."""

    def select_check_class(self, type: str | None = None) -> type[Check] | None:
        return DsolintCheck if type == DsolintCheck.type else None

    def select_error_class(self, type: str | None = None) -> type[Error] | None:
        return ERRORS.get(type or "")
