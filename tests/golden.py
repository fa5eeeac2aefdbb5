"""The reports of the deliveries in tests/deliveries. `python tests/golden.py` refreshes what is expected of them.

Every delivery has its JSON and its text; a few have all the other formats too.
"""

import contextlib
import io
import json
import os
import re
import tempfile
from functools import cache
from pathlib import Path
from unittest import mock

from dsolint.cli.main import group
from dsolint.reporters import FORMATS as ALL
from dsolint.version import __version__

DELIVERIES = Path(__file__).parent / "deliveries"
EXPECTED = DELIVERIES / "expected"
TODAY = "2024-06-30"
NO_HISTORY = str(DELIVERIES / "no-history")
FORMATS = {"json": "json", "txt": "text"}
"""The suffix of each expected file, and the report's format."""
FEW = ("failed_export", "own_config", "unescaped_quotes")
"""The deliveries with all formats: files that are refused, rows that are left out, and odd quotes."""
MORE = tuple(format for format in ALL if format not in (*FORMATS.values(), "html"))
"""The formats that these few have beside; the format is the suffix. Pages of HTML are in reports/."""
TRANSLATED = Path(__file__).parent / "languages"
IN_LANGUAGES = [(name, language) for name in ("excel_by_hand", "sage_fr") for language in ("de", "fr")]
"""The deliveries whose text report is kept in other languages too."""


def names() -> list[str]:
    """The deliveries, each a folder."""
    return sorted(path.name for path in DELIVERIES.iterdir() if path.is_dir() and path != EXPECTED)


def formats(name: str) -> dict[str, str]:
    """The formats of the reports that a delivery has, by their suffix."""
    return FORMATS | ({format: format for format in MORE} if name in FEW else {})


@cache
def run(name: str) -> tuple[int, dict[str, str]]:
    """The exit code and the reports, by suffix, of `dsolint check NAME`; the version masked, paths with slashes."""
    with tempfile.TemporaryDirectory() as folder:
        files = {suffix: Path(folder, f"report.{suffix}") for suffix in formats(name)}
        outputs = [f"--output={formats(name)[suffix]}={file}" for suffix, file in files.items()]
        arguments = ["check", name, "--lang", "en", "--today", TODAY, *outputs]
        with (
            contextlib.chdir(DELIVERIES),
            mock.patch.dict(os.environ, COLUMNS="80", DSOLINT_HISTORY=NO_HISTORY),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            code = group.main(arguments, standalone_mode=False)
        reports = {suffix: _masked(file.read_bytes().decode(), name) for suffix, file in files.items()}
    return int(code or 0), reports


def _masked(text: str, name: str) -> str:
    text = re.sub(rf'"(dsolint|version)": "{re.escape(__version__)}"', r'"\1": "*"', text)
    if os.sep != "/":
        text = text.replace(json.dumps(name + os.sep)[1:-1], f"{name}/").replace(name + os.sep, f"{name}/")
    return text


def translated(name: str, language: str) -> str:
    """The text report of `dsolint check NAME --lang LANGUAGE`; paths with slashes."""
    report = io.StringIO()
    with (
        contextlib.chdir(DELIVERIES),
        mock.patch.dict(os.environ, COLUMNS="80", DSOLINT_HISTORY=NO_HISTORY),
        contextlib.redirect_stdout(report),
    ):
        group.main(["check", name, "--lang", language, "--today", TODAY], standalone_mode=False)
    return report.getvalue().replace(name + os.sep, f"{name}/")


def refresh() -> None:
    """Write what the reports are now, and say which of them changed."""
    _refresh(EXPECTED, {f"{name}.{suffix}": text for name in names() for suffix, text in run(name)[1].items()})
    _refresh(TRANSLATED, {f"{name}.{language}.txt": translated(name, language) for name, language in IN_LANGUAGES})


def _refresh(folder: Path, fresh: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in fresh:
            path.unlink()
            print(f"gone     {path.name}")
    for file, text in fresh.items():
        path = folder / file
        if not path.exists() or path.read_bytes() != text.encode():
            path.write_bytes(text.encode())
            print(f"changed  {file}")


if __name__ == "__main__":
    refresh()
