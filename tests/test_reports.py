"""The example reports are what a run of today gives."""

from pathlib import Path

import pytest

import dsolint
from dsolint.language import LANGUAGES, language
from dsolint.reporters import FORMATS, render

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "reports"


@pytest.mark.parametrize(("format", "name"), [("text", "examples.txt"), ("json", "examples.json")])
def test_report_is_fresh(format, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    made = FORMATS[format](dsolint.check("examples", today="2024-11-22"))
    assert (REPORTS / name).read_text(encoding="utf-8") == made, "run `make reports` and look at the diff"


def test_there_is_a_page_in_each_language():
    assert {path.stem.split(".")[1] for path in REPORTS.glob("*.html")} == set(LANGUAGES)


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.html")), ids=lambda path: path.name)
def test_page_is_fresh(path, monkeypatch):
    monkeypatch.chdir(ROOT / "tests" / "deliveries")
    delivery, lang = path.stem.split(".")
    made = render(dsolint.check(delivery, today="2024-06-30"), "html", language(lang))
    assert path.read_text(encoding="utf-8") == made, "run `make reports` and look at the page"


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.html")), ids=lambda path: path.name)
def test_page_has_its_picture(path):
    picture = path.with_suffix(".png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert f"reports/{path.stem}.png" in (ROOT / "README.md").read_text(encoding="utf-8")
