"""What can't be written is named, with the reason and the remedy: before anything is checked, where that can be known."""

import os
import subprocess
import sys
import tempfile

import pytest
from command import run

USERS = "user_lastname;client_code\nRoy;C0001\n"
ITEMS = (
    "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
    + "FAC;1;C0001;2024-04-24;24/05/2024;x\n" * 2000
)


posix = pytest.mark.skipif(os.name != "posix", reason="needs limits of POSIX")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "users.csv").write_text(USERS)
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "taken").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["check", "users.csv", "--output", "html={}"],
        ["check", "users.csv", "--output", "json=good.json", "--output", "html={}"],
        ["check", "users.csv", "--write-baseline", "{}"],
        ["upload", "--dry-run", "--url", "http://127.0.0.1:9", "users.csv", "--output", "html={}"],
        ["upload", "--dry-run", "--url", "http://127.0.0.1:9", "users.csv", "--receipt", "{}"],
        ["fix", "users.csv", "--journal", "{}.csv"],
        ["sample", "items", "--output", "{}"],
        ["sample", "items", "--output", "good.csv", "--truth", "{}"],
    ],
)
def test_a_folder_that_is_not_there(folder, command, monkeypatch):
    def fail(*_, **_options):
        raise RuntimeError("it was checked first")

    monkeypatch.setattr("dsolint.engine.check", fail)
    monkeypatch.setattr("dsolint.cli.fix.fix", fail)
    ran = run(folder, *[part.format("missing/r") for part in command])
    place = "missing/r.csv" if "--journal" in command else "missing/r"
    assert ran.err == f"dsolint: {place}: can't be written: there is no folder {folder / 'missing'}; make it first.\n"
    assert ran.returncode == 2
    assert sorted(path.name for path in folder.iterdir()) == ["items.csv", "taken", "users.csv"]


@pytest.mark.parametrize(
    "command",
    [
        ["check", "users.csv", "--output", "html=taken"],
        ["sample", "items", "--output", "taken"],
        ["sample", "items", "--truth", "taken"],
    ],
)
def test_a_folder_in_the_place_of_a_file(folder, command):
    ran = run(folder, *command)
    assert ran.returncode == 2
    assert ran.err == "dsolint: taken: can't be written: it is a folder.\n"


@pytest.mark.parametrize(("command", "place"), [("fix", "users.fixed.csv"), ("split", "users.rejected.csv")])
def test_a_folder_in_the_place_of_a_result(folder, command, place):
    (folder / place).mkdir()
    ran = run(folder, command, "users.csv")
    assert ran.returncode == 2
    assert ran.err == f"dsolint: {place}: can't be written: it is a folder.\n"


def limited():
    """Let no file grow beyond 20 kB, as if the disk were full then."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@posix
@pytest.mark.parametrize(
    ("command", "place"),
    [
        (["check", "items.csv", "--output", "json=report.json"], "report.json"),
        (["fix", "items.csv"], "items.fixed.csv"),
        (["fix", "items.csv", "--in-place"], "items.csv"),
        (["fix", "items.csv", "--journal", "journal.json", "--output", "parts"], "parts/items.fixed.csv"),
        (["split", "items.csv"], "items.rejected.csv"),
        (["sample", "items", "--output", "sample.csv"], "sample.csv"),
    ],
)
def test_a_disk_that_is_full(folder, command, place):
    ran = subprocess.run(
        [sys.executable, "-m", "dsolint", *command], cwd=folder, capture_output=True, check=False, encoding="utf-8",
        preexec_fn=limited,
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr
    assert f"{place}: can't be written: File too large.\n" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert (folder / "items.csv").read_text() == ITEMS
    assert not (folder / place).exists() or place == "items.csv"
    if command[0] == "check":
        assert "items.csv  items, 2,000 rows" in ran.stdout


@posix
@pytest.mark.parametrize("command", ["fix", "split"])
def test_a_disk_without_room_for_standard_input(folder, command):
    ran = subprocess.run(
        [sys.executable, "-m", "dsolint", command, "-"], cwd=folder, capture_output=True, check=False, encoding="utf-8",
        input=ITEMS, preexec_fn=limited,
    )  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr == f"dsolint: -: can't be kept in {tempfile.gettempdir()}, to be read again: File too large.\n"
