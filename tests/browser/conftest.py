"""A browser for all tests of pages, and what it takes to look at them as everybody does."""

import os
from pathlib import Path

import pytest

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def _absent(what):
    if os.environ.get("CI"):
        pytest.fail(f"{what} is absent, and CI has to have it")
    pytest.skip(f"{what} is absent: the pages are not tested in a browser")


@pytest.fixture(scope="module")
def running():
    try:
        from browser.chromium import browser, executable
    except ImportError:
        _absent("playwright")
    if executable() is None:
        _absent("chromium")
    with browser() as started:
        yield started


@pytest.fixture
def barriers():
    """What axe-core finds on a page that would keep somebody out, each with its first place."""
    if not AXE.exists():
        _absent("axe-core (npm ci in tests/browser)")

    def find(page):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        return [(v["id"], v["impact"], v["nodes"][0]["html"]) for v in page.evaluate("axe.run()")["violations"]]

    return find
