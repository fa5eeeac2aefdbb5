"""What can't be read is named, with the reason, and fails the run; it is never taken for what can't be written."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from types import SimpleNamespace

import pytest

from dsolint.errors import ReadError
from dsolint.reading.kept import Kept

USERS = "user_lastname;client_code\nRoy;C0001\n"
NOBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
LONG = "x" * 300 + ".csv"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")


def run(folder, *arguments):
    """Run the command without the right to read everything, which root has."""
    command = [sys.executable, "-m", "dsolint", *arguments]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may read everything")
        command = NOBODY + command
    credentials = {"DSOLINT_USER": "me", "DSOLINT_PASSWORD": "secret"}
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, env=os.environ | credentials, check=False, encoding="utf-8"
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran


@pytest.fixture
def locked(tmp_path):
    """A folder that may not be searched."""
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "users.csv").write_text(USERS)
    folder.chmod(0)
    yield folder
    folder.chmod(0o700)


@pytest.mark.parametrize("command", [["check"], ["fix"], ["split"], ["upload", "--url", "http://127.0.0.1:9"]])
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("locked/users.csv", "no permission"),
        ("locked/sub/users.csv", "no permission"),
        (LONG, "name too long"),
        (f"{LONG}/users.csv", "name too long"),
    ],
)
def test_a_path_that_can_not_be_read(locked, command, path, why):
    ran = run(locked.parent, *command, path)
    assert ran.returncode == 2
    assert f"dsolint: {path}: " in ran.stderr
    assert why in ran.stderr
    assert "written" not in ran.stderr


@pytest.mark.parametrize("command", [["check"], ["fix"], ["upload", "--url", "http://127.0.0.1:9"]])
def test_a_folder_that_can_not_be_read(locked, command):
    ran = run(locked.parent, *command, "locked")
    assert ran.returncode == 2
    assert "dsolint: locked: the folder can't be read: Permission denied." in ran.stderr


def test_a_folder_that_may_be_listed_and_not_searched(locked):
    locked.chmod(0o400)
    (locked.parent / "users.csv").write_text(USERS)
    ran = run(locked.parent, "check", "--format", "json", "users.csv", "locked")
    assert ran.returncode == 2
    assert "dsolint: locked/users.csv: no permission to read it" in ran.stderr
    assert [file["path"] for file in json.loads(ran.stdout)["files"]] == ["users.csv"]


def test_a_configuration_above_that_may_not_be_looked_for(tmp_path):
    inside = tmp_path / "locked" / "inside"
    inside.mkdir(parents=True)
    (inside / "users.csv").write_text(USERS)
    script = f'chmod 0 .. && exec "{sys.executable}" -m dsolint check users.csv "$@"'
    command = ["sh", "-c", script, "sh"] if os.geteuid() else [*NOBODY, "sh", "-c", script, "sh"]
    try:
        ran = subprocess.run(command, cwd=inside, capture_output=True, check=False, encoding="utf-8")
        named = subprocess.run(
            [*command, "--config", os.devnull], cwd=inside, capture_output=True, check=False, encoding="utf-8"
        )
    finally:
        inside.parent.chmod(0o700)
    assert ran.returncode == 2
    assert f"{inside}: can't be searched for a configuration: Permission denied. Name one with --config." in ran.stderr
    assert named.returncode == 0, named.stderr


def test_a_link_that_leads_nowhere_is_no_file_less(tmp_path):
    folder = tmp_path / "night"
    folder.mkdir()
    (folder / "users.csv").write_text(USERS)
    (folder / "items.csv").symlink_to("../gone/items.csv")
    (folder / ".#items.csv").symlink_to("me@here.1")
    (folder / "sub.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    ran = run(tmp_path, "check", "night", "--format", "json")
    assert ran.returncode == 2
    assert ran.stderr == "dsolint: night/items.csv: is a link to ../gone/items.csv, which is not there.\n"
    found = json.loads(ran.stdout)
    assert found["verdict"] == "fail"
    assert [file["path"] for file in found["files"]] == ["night/users.csv"]


def test_an_input_that_breaks_off_while_it_is_kept_leaves_nothing_open(monkeypatch):
    def breaks_off(size):
        raise OSError("broken")

    opened = []
    temporary_file = tempfile.TemporaryFile
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(read=breaks_off)))
    monkeypatch.setattr(
        tempfile, "TemporaryFile", lambda **options: opened.append(temporary_file(**options)) or opened[0]
    )
    with pytest.raises(ReadError), Kept("-"):
        pass
    assert [file.closed for file in opened] == [True]
