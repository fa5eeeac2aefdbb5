"""A file's type and columns by the names that the reader knows them by."""

from __future__ import annotations

from collections.abc import Mapping

from dsolint.language import Language
from dsolint.report import FileReport
from dsolint.reporters.html.model import Column
from dsolint.reporters.html.words import short
from dsolint.schema import ImportType, import_type, is_own_schema


def type_of(file: FileReport) -> ImportType | None:
    config = file.config
    if file.type is None:
        return config.type if config is not None else None
    return config.known(import_type(file.type)) if config is not None else import_type(file.type)


class Names:
    """The names of one file's type and columns in one language."""

    def __init__(self, file: FileReport, language: Language) -> None:
        self._type = type_of(file)
        self._language = language

    def type(self) -> str:
        if self._type is None:
            return self._language.translate("Unknown")
        if self._type.name is None:
            return self._language.translate("Schema of your own")
        return self._titled(self._type.titles, self._type.name)

    def key(self) -> str:
        """What people know a row by."""
        key = self._type.key if self._type is not None else ()
        return self.label(key[0]) if key else self._language.translate("Key")

    def label(self, column: str) -> str:
        field = self._type.field(column) if self._type is not None else None
        return self._titled(field.titles, short(column)) if field is not None else short(column)

    @property
    def own_schema(self) -> bool:
        """Whether the file is none for the import."""
        return is_own_schema(self._type)

    def is_mandatory(self, column: str | None) -> bool:
        return self._type is not None and column in self._type.mandatory

    def column(self, name: str) -> Column:
        return Column(self.label(name), short(name))

    def in_sentence(self, name: str) -> str:
        column = self.column(name)
        return f"{column.label} ({column.name})" if column.label != column.name else column.name

    def _titled(self, titles: Mapping[str, str], name: str) -> str:
        return short(titles.get(self._language.code) or titles.get("en") or name)
