"""Tests read English, whatever language the developer's system has, and know nothing of what the developer has sent;
those that take minutes have to be asked for.
"""

import sys

import pytest
from fixtures import small
from fixtures.ways import WAYS

from dsolint.cli.main import main


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
    small.write(tmp_path, good=small.GOOD, bad=small.BAD, warned=small.WARNED)
    return tmp_path


@pytest.fixture
def write(tmp_path):
    """Write a file below the test's own folder; give its path."""

    def write_one(name, *lines):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write_one


@pytest.fixture
def cli(monkeypatch, capsys):
    """Run the command line; give its exit code and what it printed."""

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["dsolint", *map(str, args)])
        with pytest.raises(SystemExit) as exit:
            main()
        return exit.value.code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module", params=WAYS)
def each_way(request):
    """The tests of a module run each way, in lists and in Arrow."""
    with WAYS[request.param]():
        yield


@pytest.fixture(scope="module")
def running():
    """A sandbox for the tests of a module."""
    from servers.sandbox import sandbox

    with sandbox() as client:
        yield client


@pytest.fixture
def server(running):
    """The sandbox, with nothing in it."""
    running.empty()
    return running
