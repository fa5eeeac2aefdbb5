"""The hooks for pre-commit: their files are those that a delivery is made of, and real commits run them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fixtures.small import BAD, GOOD
from hypothesis import given, settings
from hypothesis import strategies as st
from process import run

from dsolint.cli.starters import HOOK, named_like_a_delivery, text_of
from dsolint.folders import OWN_FILES
from dsolint.rules.columns import type_of_name
from dsolint.schema import SUFFIXES, TYPES
from dsolint.version import __version__

ROOT = Path(__file__).parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
CHECK, FIX = yaml.safe_load(MANIFEST.read_text("utf-8"))
PACKED = (".gz", ".zip")

git = pytest.mark.skipif(not shutil.which("git"), reason="there is no git: the hooks are not run")


def pre_commit(folder, *arguments, **variables):
    home = {"PRE_COMMIT_HOME": str(folder.parent / "pre-commit"), "LC_ALL": "C.UTF-8"}
    home |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    path = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", *map(str, arguments)],
        cwd=folder,
        env=os.environ | home | path | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    ran.out = ran.stdout
    return ran


# Which files


def test_the_manifest_is_valid():
    ran = pre_commit(ROOT, "validate-manifest", MANIFEST)
    assert (ran.returncode, ran.out) == (0, "")
    assert [CHECK["entry"], FIX["entry"]] == ["dsolint check", "dsolint fix --in-place"]


def test_the_patterns_are_those_of_the_code():
    assert CHECK["files"] == named_like_a_delivery()
    assert FIX["files"] == named_like_a_delivery(tuple(suffix for suffix in SUFFIXES if suffix not in PACKED))
    assert CHECK["exclude"] == FIX["exclude"] == OWN_FILES


def taken(path):
    """Whether pre-commit gives a path to the hook; its own function, so that its reading of patterns holds."""
    from pre_commit.commands.run import filter_by_include_exclude

    return list(filter_by_include_exclude([path], CHECK["files"], CHECK["exclude"])) == [path]


parts = st.sampled_from(
    [*TYPES, "Items", "x", "1", "_", "-", ".", " ", "é", "fixed", ".fixed.", ".FIXED.", "csv", "item"]
)
names = st.tuples(st.lists(parts, min_size=1, max_size=5).map("".join), st.sampled_from([*SUFFIXES, ".CSV", ".py", ""]))


@settings(deadline=None)
@given(names.map("".join), st.sampled_from(["", "a/", "items/", "x_users/b/"]))
def test_the_files_are_those_whose_names_tell_their_type(name, folder):
    told = type_of_name(name.lower()) is not None and name.lower().endswith(SUFFIXES)
    own = any(f".{mark}." in name.lower() for mark in ("fixed", "accepted", "rejected"))
    assert taken(folder + name) == (told and not own)


@pytest.mark.parametrize("path", ["items.csv", "exports/items_20241122.txt", "DE_Clients.CSV", "a/b/users-2.csv.gz"])
def test_usual_names(path):
    assert taken(path)


@pytest.mark.parametrize(
    "path", ["notes.csv", "items.py", "items/notes.csv", "items.fixed.csv", "my-items.rejected.csv", "ITEMS.FIXED.CSV"]
)
def test_other_names(path):
    assert not taken(path)


# Real commits


@pytest.fixture
def repository(tmp_path):
    """A git repository with two deliveries."""
    folder = tmp_path / "exports"
    (folder / "north").mkdir(parents=True)
    (folder / "south").mkdir()
    (folder / "north" / "items.csv").write_text(GOOD)
    (folder / "south" / "items.csv").write_text(GOOD)
    commands(folder, ["init", "--quiet"], ["add", "."])
    return folder


def commands(folder, *several):
    for arguments in several:
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


HERE = """
repos:
  - repo: local
    hooks:
      - id: dsolint-check
        name: dsolint check
        language: system
        entry: dsolint check
        require_serial: true
        files: '{files}'
        exclude: '{exclude}'
"""
"""The hook as the manifest has it, but with the dsolint that is installed."""


@pytest.fixture
def hooked(repository):
    text = HERE.format(files=CHECK["files"], exclude=CHECK["exclude"])
    (repository / ".pre-commit-config.yaml").write_text(text)
    return repository


@git
def test_a_good_commit_passes_and_a_bad_one_does_not(hooked):
    assert pre_commit(hooked, "run").returncode == 0
    (hooked / "north" / "items.csv").write_text(BAD)
    commands(hooked, ["add", "."])
    ran = pre_commit(hooked, "run")
    assert ran.returncode == 1
    assert "V303" in ran.out and "line 3" in ran.out


@git
def test_changed_files_of_one_folder_are_one_delivery(hooked):
    (hooked / "north" / "clients.csv").write_text("client_code;client_business_name\nC0009;Nine\n")
    (hooked / "dsolint.toml").write_text("clients_complete = true\n")
    commands(hooked, ["add", "."])
    ran = pre_commit(hooked, "run")
    assert ran.returncode == 1
    assert ran.out.count("error  X501 unknown-customer") == 1
    commands(hooked, ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first", "--no-verify"])
    (hooked / "north" / "items.csv").write_text(GOOD.replace("C0001", "C0002"))
    commands(hooked, ["add", "."])
    assert pre_commit(hooked, "run").returncode == 0  # the customers did not change, and are not pulled in


@git
def test_hundreds_of_files_come_to_one_process(hooked):
    for number in range(300):
        (hooked / "south" / f"items_{number}.csv").write_text(GOOD.replace("00000123", f"{number:08}1"))
    commands(hooked, ["add", "."])
    ran = pre_commit(hooked, "run", "--verbose")
    assert ran.returncode == 0
    assert ran.out.count("PASS  302 files") == 1


@git
@pytest.mark.parametrize("hook", ["dsolint-check", "dsolint-fix"])
@pytest.mark.packaging
def test_this_repository_can_be_tried(repository, hook):
    space = GOOD.replace("00000123", " 00000123")
    (repository / "north" / "items.csv").write_text(space)
    commands(repository, ["add", "."])
    ran = pre_commit(repository, "try-repo", ROOT, hook, "--all-files", "--verbose")
    assert f"hook id: {hook}" in ran.out, ran.out
    if hook == "dsolint-check":
        assert ran.returncode == 0 and "PASS  2 files: 0 errors, 1 warning" in ran.out
    else:
        assert ran.returncode == 1 and "files were modified by this hook" in ran.out
        assert (repository / "north" / "items.csv").read_text() == GOOD


def test_init_writes_the_hook(tmp_path):
    ran = run(tmp_path, "init", "--hook")
    assert ran.returncode == 0
    written = tmp_path / HOOK.place
    assert written.read_text("utf-8") == text_of(HOOK)
    assert pre_commit(ROOT, "validate-config", written).returncode == 0
    (hook,) = yaml.safe_load(text_of(HOOK))["repos"][0]["hooks"]
    for name in ("id", "entry", "language", "files", "exclude", "require_serial"):
        assert hook[name] == CHECK[name]


@git
@pytest.mark.packaging
def test_what_init_writes_runs(repository):
    run(repository, "init", "--hook")
    written = repository / HOOK.place
    written.write_text(written.read_text("utf-8").replace(f"dsolint=={__version__}", str(ROOT)), "utf-8")
    (repository / "north" / "items.csv").write_text(BAD)
    commands(repository, ["add", "."])
    ran = pre_commit(repository, "run")
    assert ran.returncode == 1
    assert "V303" in ran.out, ran.out
