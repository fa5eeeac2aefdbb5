"""A run as a whole: files side by side, interrupted, within memory, with a bar."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest
from fixtures.small import HEADER
from process import measured, posix

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


def _heed_ctrl_c():
    """What a shell starts in the background ignores Ctrl-C, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@posix
@pytest.mark.parametrize(
    ("format", "sent"), [("text", signal.SIGINT), ("json", signal.SIGINT), ("json", signal.SIGTERM)]
)
def test_ctrl_c_prints_what_was_found_so_far(tmp_path, format, sent):
    output = tmp_path / "report.json"
    output.write_text("yesterday's")
    process = subprocess.Popen(
        [*COMMAND, "--format", format, "--output", f"json={output}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_heed_ctrl_c,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(HEADER.encode() + rows(0, 200_000))
    process.stdin.flush()
    time.sleep(3)
    process.send_signal(sent)
    printed, said = process.communicate(timeout=60)

    assert process.returncode == 130
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
    assert 0 < file["rows"] < 200_000
    assert file["counts"]["V303"] == file["rows"]


@posix
def test_ctrl_c_names_the_files_that_it_never_came_to(tmp_path):
    (tmp_path / "items.csv").write_bytes(HEADER.encode() + rows(0, 10))
    process = subprocess.Popen(
        [*COMMAND, "--format", "json", "--jobs", "1", str(tmp_path / "items.csv")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=_heed_ctrl_c,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    # More than a pipe holds: once all is written, the command is reading.
    process.stdin.write(HEADER.encode() + rows(0, 20_000))
    process.stdin.flush()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    report = json.loads(process.stdout.read())
    process.stdin.close()
    assert process.wait(60) == 130
    process.stdout.close()
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
    environment = {key: value for key, value in os.environ.items() if key != "CI"} | {"TERM": "xterm"}
    process = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=follower, env=environment | ({"CI": ci} if ci else {}),
    )  # fmt: skip
    os.close(follower)
    assert process.stdin is not None
    process.stdin.write(HEADER.encode())
    for start in range(0, 400_000, 100_000):
        process.stdin.write(rows(start, 100_000))
        process.stdin.flush()
        time.sleep(0.8)
    process.stdin.close()
    shown = b""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    assert process.wait(60) == 1
    os.close(leader)
    assert (b"rows" in shown) is not bool(ci)
    assert bool(shown) is not bool(ci)
