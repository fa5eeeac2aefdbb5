"""Completion with the Tab key, in the shells themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(sys.executable).parent.resolve()

BASH = """
eval "$(_DSOLINT_COMPLETE=bash_source dsolint)"
COMP_WORDS=({words}) COMP_CWORD={last}
_dsolint_completion dsolint
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
autoload -Uz compinit; compinit -u
eval "$(_DSOLINT_COMPLETE=zsh_source dsolint)"
words=({words}) CURRENT={last}+1
_describe() {{ local -a found; found=("${{(@P)3}}"); print -l -- ${{found%%:*}} }}
compadd() {{ print -l -- ${{(@P)@[-1]}} }}
_dsolint_completion
"""
FISH = """
_DSOLINT_COMPLETE=fish_source dsolint | source
complete -C '{line}'
"""


def completions(shell, script, line, home):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell}: its completion is not tested")
    words = line.split(" ")
    environment = {"PATH": f"{PROGRAMS}:/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    told = script.format(words=" ".join(words), last=len(words) - 1, line=line)
    ran = subprocess.run([shell, "-c", told], capture_output=True, text=True, env=environment)
    assert not ran.stderr
    return [each.split("\t")[0] for each in ran.stdout.splitlines() if each]


@pytest.mark.parametrize(("shell", "script"), [("bash", BASH), ("zsh", ZSH), ("fish", FISH)])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dsolint che", ["check"]),
        ("dsolint check --max-f", ["--max-findings"]),
        ("dsolint check --mode st", ["stock"]),
        ("dsolint sample cl", ["clients"]),
    ],
)
def test_completion(shell, script, line, expected, tmp_path):
    assert completions(shell, script, line, tmp_path) == expected
