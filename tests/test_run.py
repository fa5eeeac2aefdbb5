"""A run as a whole: files side by side, interrupted, within memory, with a bar."""

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pyarrow as pa
import pytest
from fixtures.small import HEADER
from process import begin, measured, posix

from dsolint import check, engine
from dsolint.checking import key_store
from dsolint.checking.files import FileCheck
from dsolint.checking.key_store import KeyStore
from dsolint.checking.keys import KeyRows
from dsolint.cli.main import group
from dsolint.errors import UsageError
from dsolint.settings import make_settings

DELIVERIES = Path(__file__).parent / "deliveries"
COMMAND = [sys.executable, "-m", "dsolint", "check", "-", "--type", "items", "--lang", "en"]


def rows(first, count):
    return "".join(f"FAC;{n};C1;2024-04-24;2024-05-32;{n}\n" for n in range(first, first + count)).encode()


@pytest.mark.parametrize("jobs", [2, 7])
def test_files_side_by_side_give_the_same_report(jobs):
    one_by_one, together = (
        engine.check([DELIVERIES], make_settings(jobs=1, today="2024-06-30")),
        engine.check([DELIVERIES], make_settings(jobs=jobs, today="2024-06-30")),
    )
    assert together == one_by_one
    folders = sorted(path for path in DELIVERIES.iterdir() if path.is_dir() and path.name != "expected")
    reports = [engine.check(folders, make_settings(jobs=n, today="2024-06-30")).to_dict() for n in (1, jobs)]
    assert reports[0] == reports[1]
    assert len(reports[0]["files"]) > len(folders)


def test_a_refused_customers_file_takes_no_other_with_it(tmp_path):
    good = "client_code;client_business_name;client_group\nC1;One;G\n"
    (tmp_path / "clients_a.csv").write_text(good)
    (tmp_path / "clients_b.csv").write_text("client_code;client_group\nC2;G\n")
    (tmp_path / "items.csv").write_text(HEADER + "FAC;1;C1;2024-04-24;2024-05-24;5\nFAC;2;C2;2024-04-24;2024-05-24;5\n")
    reports = [check(tmp_path, jobs=jobs, today="2024-06-30").to_dict() for jobs in (1, 4)]
    assert reports[0] == reports[1]


@posix
@pytest.mark.parametrize(
    ("format", "sent"), [("text", signal.SIGINT), ("json", signal.SIGINT), ("json", signal.SIGTERM)]
)
def test_ctrl_c_prints_what_was_found_so_far(tmp_path, format, sent):
    output = tmp_path / "report.json"
    output.write_text("yesterday's")
    command = [*COMMAND, "--jobs", "2", "--format", format, "--output", f"json={output}"]
    with begin(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as checking:
        # Of several blocks, which are not read ahead: once the pipe has taken all, the first are checked.
        checking.stdin.write(HEADER.encode() + rows(0, 300_000))
        checking.stdin.flush()
        checking.send_signal(sent)
        printed, said = checking.stdout.read(), checking.stderr.read()
        checking.stdin.close()
        assert checking.wait(60) == 130
    assert said.decode().strip() == "dsolint: interrupted: the report is incomplete, and no --output was written."
    assert output.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [output]
    if format == "text":
        text = " ".join(printed.decode().split())
        assert "the check was interrupted after" in text
        assert "Interrupted: the report holds what was found so far." in text
        return
    report = json.loads(printed)
    (file,) = report["files"]
    assert (report["interrupted"], report["verdict"], file["complete"]) == (True, "fail", False)
    assert 0 < file["rows"] < 300_000
    assert file["counts"]["V303"] == file["rows"]


@posix
def test_ctrl_c_names_the_files_that_it_never_came_to(tmp_path):
    (tmp_path / "items.csv").write_bytes(HEADER.encode() + rows(0, 10))
    command = [*COMMAND, "--format", "json", "--jobs", "1", str(tmp_path / "items.csv")]
    with begin(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as checking:
        # More than a pipe holds: once all is written, the command is reading.
        checking.stdin.write(HEADER.encode() + rows(0, 20_000))
        checking.stdin.flush()
        checking.send_signal(signal.SIGINT)
        report = json.loads(checking.stdout.read())
        checking.stdin.close()
        assert checking.wait(60) == 130
    assert report["verdict"] == "fail"
    assert [(file["path"], file["complete"]) for file in report["files"]] == [("-", False)]
    skipped = [entry for delivery in report["deliveries"] for entry in delivery["skipped"]]
    reason = "the check was interrupted before it came to this file"
    assert skipped == [{"path": str(tmp_path / "items.csv"), "reason": reason}]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_our_own_in_one_file_hides_no_other(tmp_path, monkeypatch, jobs):
    for name in ("clients.csv", "contacts.csv"):
        (tmp_path / name).write_text("client_code;client_business_name\nC1;x\n")
    monkeypatch.setattr(FileCheck, "read", lambda _: [][0])
    with pytest.raises(IndexError):
        engine.check([str(tmp_path)], make_settings(jobs=jobs))


def test_a_complete_report_says_so():
    report = check(DELIVERIES / "good").to_dict()
    assert report["interrupted"] is False
    assert all(file["complete"] for file in report["files"])


def repeats(memory):
    count = 300_000
    with KeyStore(memory) as store:
        for start in range(0, count, 50_000):
            lines = pa.array(range(start, start + 50_000), pa.int64())
            keys = pa.array(
                [f"a number that is long enough to fill memory {n % 299_000:08}" for n in lines.to_pylist()]
            )
            store.add_keys("t", KeyRows(lines, lines, [keys], keys))
        return store.repeats("t", 1, 20)


def test_keys_spill_to_disk_and_say_the_same(monkeypatch):
    monkeypatch.setattr(key_store, "_HELD", 0)
    assert repeats(48 << 20) == repeats(1 << 30)
    counts, _ = repeats(48 << 20)
    assert counts == {True: 1000}


def test_memory_does_not_grow_with_the_file(tmp_path):
    row = "FAC;{0:08};C{1:04};2024-04-24;2024-05-{2:02};{0},25\n"
    for name, rows in (("small", 30_000), ("large", 300_000)):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            file.write(HEADER)
            file.writelines(row.format(number, number % 5000, number % 40) for number in range(rows))
    small = measured(tmp_path, "small.csv", "--jobs", "2")[1]
    ran, large = measured(tmp_path, "large.csv", "--jobs", "2")
    assert ran.returncode == 1
    assert large < 500 << 20
    assert large - small < 200 << 20


@pytest.mark.parametrize(
    ("given", "size"), [("512MB", 512 << 20), ("2G", 2 << 30), ("1 GiB", 1 << 30), (1 << 30, 1 << 30)]
)
def test_memory_takes_sizes(given, size):
    assert make_settings(memory=given).for_file("items.csv").memory == size


@pytest.mark.parametrize("given", ["1MB", "0", "much", "-1GB", "1XB", ""])
def test_memory_says_what_it_takes(given):
    with pytest.raises(UsageError, match="--memory takes"):
        make_settings(memory=given)


def test_memory_is_an_option(capsys, tmp_path):
    (tmp_path / "items.csv").write_bytes(HEADER.encode() + rows(0, 10))
    code = group.main(["check", str(tmp_path), "--memory", "300MB", "--format", "json"], standalone_mode=False)
    assert code == 1
    assert json.loads(capsys.readouterr().out)["counts"]["error"] == 10


@posix
@pytest.mark.parametrize("ci", ["", "true"])
def test_a_bar_on_a_terminal_and_never_in_ci(ci):
    import pty

    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "CI": ci}
    streams = {"stdin": PIPE, "stdout": DEVNULL, "stderr": follower}
    with os.fdopen(leader, "rb", buffering=0) as terminal, begin(COMMAND, env=environment, **streams) as checking:
        os.close(follower)
        checking.stdin.write(HEADER.encode())
        shown = b""
        end = time.monotonic() + (3 if ci else 60)
        while b"rows" not in shown and time.monotonic() < end:
            checking.stdin.write(rows(0, 20_000))
            checking.stdin.flush()
            if select.select([terminal], [], [], 0.1)[0]:
                shown += terminal.read(1 << 16)
        checking.stdin.close()
        with suppress(OSError):  # which says that nobody has the terminal open any more
            while piece := terminal.read(1 << 16):
                shown += piece
        assert checking.wait(60) == 1
    assert (b"rows" in shown) is not bool(ci)
    assert bool(shown) is not bool(ci)
