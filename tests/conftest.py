"""Tests read English, whatever language the developer's system has, and know nothing of what the developer has sent;
those that take minutes have to be asked for.
"""

import pytest
from fixtures.small import BAD, GOOD, WARNED, write


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")


def pytest_collection_modifyitems(config, items):
    if "packaging" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("packaging"):
                item.add_marker(pytest.mark.skip(reason="`make packaging` runs it, with the package index at hand"))


@pytest.fixture(autouse=True)
def no_history(monkeypatch, tmp_path):
    monkeypatch.setenv("DSOLINT_HISTORY", str(tmp_path / "no-history" / "history.sqlite3"))


@pytest.fixture
def folder(tmp_path):
    """A folder with a file that has nothing wrong, one with an error and one with a warning."""
    write(tmp_path, good=GOOD, bad=BAD, warned=WARNED)
    return tmp_path
