"""The example reports are what a run of today gives."""

from pathlib import Path

import pytest

import dsolint
from dsolint.reporters import FORMATS

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(("format", "name"), [("text", "examples.txt"), ("json", "examples.json")])
def test_report_is_fresh(format, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    made = FORMATS[format](dsolint.check("examples", today="2024-11-22"))
    assert (ROOT / "reports" / name).read_text(encoding="utf-8") == made, "run `make reports` and look at the diff"
