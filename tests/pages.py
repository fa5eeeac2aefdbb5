"""The command blocks of the documentation, and a shell that runs those of a page one after the other.

What a page's author has to know:

- Every `console` block is run: its lines that begin with `$ ` are commands, the rest is what they print. Output that is
  not shown is not compared; `…` stands for anything within a line, and for any lines where it stands alone.
- A command ends with 0 or 1 (findings), unless `<!-- exits: 2 -->` stands before its block.
- A block with a `title` is written to a file of that name; a `python` block without one is run.
- `<!-- setup: COMMAND -->` runs before the block that follows, unseen by readers.
- `<!-- not run: REASON -->` before a block of commands says why it can't be run.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = sorted(page for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")) if page.is_file())
SHELLS = ("console", "sh", "bash", "shell", "powershell", "bat", "cron", "fish", "zsh")
TIMEOUT = "600"

_FENCE = re.compile(r"^( *)```(\w*)(.*)$")
_TITLE = re.compile(r'title="([^"]+)"')
_REMARK = re.compile(r"^ *<!-- (setup|exits|not run): (.+?) -->$")
_BACKGROUND = re.compile(r" &( *#.*)?$")
_END = "=== the command ended with"


@dataclass
class Block:
    """A fenced block: its language and text, the line it begins on, and what the remarks before it say."""

    language: str
    title: str | None
    line: int
    remarks: dict[str, list[str]]
    text: list[str] = field(default_factory=list)

    @property
    def not_run(self):
        return self.remarks.get("not run")

    @property
    def exits(self):
        """The exit codes that its commands may have."""
        return [int(code) for code in self.remarks.get("exits", ["0", "1"])]

    def commands(self):
        """Each command with the lines that it is said to print."""
        found = []
        goes_on = False
        for line in self.text:
            if goes_on:
                found[-1][0] += "\n" + line
            elif line.startswith("$ "):
                found.append([line[2:], []])
            elif found:
                found[-1][1].append(line)
            else:
                raise ValueError(f"line {self.line}: a console block begins with a command, `$ …`")
            goes_on = line.endswith("\\") and (goes_on or line.startswith("$ "))
        return found


def blocks(text):
    """The fenced blocks of a page."""
    found, remarks, fence = [], {}, None
    for number, line in enumerate(text.splitlines(), 1):
        match = _FENCE.match(line)
        if fence is not None:
            if match and not match[2] and match[1] == fence:
                fence = None
            else:
                found[-1].text.append(line.removeprefix(fence))
        elif match:
            title = _TITLE.search(match[3])
            found.append(Block(match[2], title[1] if title else None, number, remarks))
            remarks, fence = {}, match[1]
        elif remark := _REMARK.match(line):
            remarks.setdefault(remark[1], []).append(remark[2])
    return found


class Shell:
    """A bash that keeps its folder and variables from command to command."""

    def __init__(self, folder):
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "80",
        }
        self._bash = subprocess.Popen(
            ["timeout", TIMEOUT, "bash", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def run(self, command):
        """What a command prints on both streams, and its exit code; what is left running prints into a file."""
        away = "> background.log 2>&1" if _BACKGROUND.search(command) else ""
        self._bash.stdin.write(f"{{ {command}\n}} < /dev/null {away}\nprintf '\\n%s %s\\n' {shlex.quote(_END)} $?\n")
        self._bash.stdin.flush()
        lines = []
        for line in self._bash.stdout:
            if line.startswith(_END):
                return "".join(lines).removesuffix("\n"), int(line.split()[-1])
            lines.append(line)
        raise AssertionError(f"{command!r} ended the shell, or took longer than {TIMEOUT} s: {''.join(lines)}")

    def close(self):
        """End the shell and what it left running."""
        self._bash.communicate("kill $(jobs -p) 2> /dev/null\nexit\n")


def same(expected, printed):
    """Whether the lines of a page are what was printed, with … for what it leaves out."""
    patterns = []
    for line in expected:
        parts = (re.escape(part) for part in line.rstrip().split("…"))
        patterns.append("(?:.*\n)*?" if line.strip() in ("…", "...") else ".*".join(parts) + " *\n")
    return re.fullmatch("".join(patterns) + "\n*", printed.rstrip() + "\n") is not None
