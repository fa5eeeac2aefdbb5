"""Streams that are closed, full or read no more: the exit code tells it, and no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.small import HEADER, write
from process import linux, posix


@posix
@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize("closed_at_once", [True, False])
def test_a_reader_that_goes_away(folder, format, closed_at_once):
    row = "FAC;{};C0001;2024-04-24;24/04/2024;x\n"
    write(folder, many=HEADER + "".join(row.format(number) for number in range(5000)))
    command = [
        sys.executable,
        "-m",
        "dsolint",
        "check",
        "many.csv",
        "bad.csv",
        "--format",
        format,
        "--max-findings",
        "5000",
    ]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        if not closed_at_once:
            assert process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read().decode()
    assert error == ""


@linux
@pytest.mark.parametrize(
    "command",
    [
        ["check", "bad.csv"],
        ["check", "bad.csv", "--format", "json"],
        ["fix", "bad.csv", "--diff"],
        ["rules"],
        ["sample", "items"],
        ["schema"],
        ["--help"],
    ],
)
def test_a_full_disk(folder, command):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "dsolint", *command], cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == 2
    assert ran.stderr.decode() == "dsolint: standard output can't be written: No space left on device.\n"


@posix
def test_no_standard_input(folder):
    script = f'exec "{sys.executable}" -m dsolint check - <&-'
    ran = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, check=False)
    assert b"Traceback" not in ran.stderr
    assert ran.returncode == 2


@posix
@pytest.mark.parametrize("format", ["text", "json"])
def test_no_standard_output(folder, format):
    script = f'exec "{sys.executable}" -m dsolint check good.csv --format {format} >&-'
    ran = subprocess.run(["sh", "-c", script], cwd=folder, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in ran.stderr


@posix
def test_a_note_that_nobody_reads_changes_no_exit_code(tmp_path):
    read, written = os.pipe()
    os.close(read)
    arguments = [sys.executable, "-m", "dsolint", "check", "no-file.csv"]
    with os.fdopen(written, "wb") as unread:
        assert subprocess.run(arguments, cwd=tmp_path, stderr=unread, check=False).returncode == 2
