"""What reaches the terminal: nothing that steers it, and lines that fit it."""

import os
import unicodedata

import pytest
from fixtures.small import BAD, HEADER, USERS, write
from process import check, linux, posix

from dsolint.reporters import FORMATS

NASTY = "\x1b[31mred\x1b[0m\x07\x08\x9b1m\u202edlo\u200b\x7f"


def is_visible(text):
    return all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in text)


def test_nothing_steers_the_terminal(tmp_path):
    write(
        tmp_path,
        cells=f"user_lastname;client_code;user_email\n{NASTY};;{NASTY}\n",
        header=f"user_lastname;client_code;{NASTY};{NASTY}\nRoy;;x;\n",
        value=f"{HEADER}{NASTY};{NASTY};{NASTY};{NASTY};{NASTY};{NASTY}\n",
    )
    for name in ("cells", "header", "value"):
        ran = check(tmp_path, f"{name}.csv", "--max-findings", "1000")
        assert "red" in ran.out
        assert is_visible(ran.out + ran.err)


@posix
def test_file_names_do_not_steer_the_terminal(tmp_path):
    name = f"users{NASTY}\r\t.csv"
    (tmp_path / name).write_text(USERS)
    (tmp_path / f"notes{NASTY}.csv").write_text("hello\n")
    (tmp_path / f"{NASTY}.toml").write_text("no = 1")
    (tmp_path / f"{NASTY}.json").write_text("{}")
    for arguments in (
        [name],
        ["."],
        [f"notes{NASTY}.csv"],
        [f"not-there{NASTY}.csv"],
        [name, "--show-config"],
        [name, "--config", f"{NASTY}.toml"],
        [name, "--schema", f"{NASTY}.json"],
        [name, "--output", f"json={NASTY}/x"],
        [name, "--output", f"{NASTY}=x"],
        [name, "--select", NASTY],
        [name, "--encoding", NASTY],
        [name, "--type", NASTY],
        [name, "--today", NASTY],
    ):
        ran = check(tmp_path, *arguments)
        assert is_visible(ran.out + ran.err), arguments


@linux
@pytest.mark.parametrize("format", FORMATS)
def test_a_file_name_that_is_no_text(tmp_path, format):
    (tmp_path / os.fsdecode(b"users_M\xfcller.csv")).write_text(USERS)
    ran = check(tmp_path, "--format", format, os.fsdecode(b"users_M\xfcller.csv"))
    assert ran.returncode == 0
    ran.stdout.decode("utf-8")


def test_readable_on_80_columns(tmp_path):
    long = "x" * 300 + " " + "words and more words " * 20
    folder = tmp_path / ("a-very-long-folder-name" * 5)
    folder.mkdir()
    write(
        folder,
        users=f"user_lastname;client_code;{long}\n{long};;\n{long};C1\n\n",
        items=f"{HEADER}{long};{long};{long};{long};{long};{long}\n" + BAD.removeprefix(HEADER),
        notes="hello\n",
        wide=f"user_lastname;client_code;{'日本' * 60}\n日本;;\n",
    )
    ran = check(tmp_path, folder.name)
    assert ran.returncode == 1
    assert "\x1b" not in ran.out
    too_long = [line for line in ran.out.splitlines() if columns(line) > 80]
    assert not too_long


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_colours_are_for_terminals_alone(folder):
    for variables in ({}, {"TERM": "xterm-256color"}, {"NO_COLOR": "1"}):
        assert "\x1b" not in check(folder, "bad.csv", **variables).out
