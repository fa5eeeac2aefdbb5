"""Every command in the README and in docs/ runs, and prints what is shown."""

import re
import shutil

import pytest
from pages import PAGES, ROOT, SHELLS, Shell, blocks, same

SLOW = [ROOT / "docs" / "release.md"]
"""Pages whose commands take minutes and the package index."""


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash: the commands of the pages are not run")
@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[pytest.mark.packaging] * (page in SLOW)) for page in PAGES],
    ids=lambda page: page.stem,
)
def test_commands(page, tmp_path):
    shell = Shell(tmp_path)
    try:
        for block in blocks(page.read_text(encoding="utf-8")):
            for command in block.remarks.get("setup", ()):
                _run(shell, f"ROOT={ROOT}; {command}", [0], block)
            if block.not_run:
                continue
            if block.title:
                path = tmp_path / block.title
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("\n".join(block.text) + "\n", encoding="utf-8")
            elif block.language == "python":
                (tmp_path / "block.py").write_text("\n".join(block.text), encoding="utf-8")
                _run(shell, "python -W error block.py", [0], block)
            elif block.language == "console":
                for command, expected in block.commands():
                    printed = _run(shell, command, block.exits, block)
                    if expected:
                        assert same(expected, printed), f"line {block.line}: {command} prints:\n{printed}"
    finally:
        shell.close()


def _run(shell, command, codes, block):
    printed, code = shell.run(command)
    assert code in codes, f"line {block.line}: {command} ended with {code}:\n{printed}"
    return printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_says_what_it_is(page):
    text = page.read_text(encoding="utf-8")
    for block in blocks(text):
        where = f"{page.name}, line {block.line}"
        assert block.language, f"{where}: a block has a language"
        if block.language in SHELLS and block.language != "console":
            assert block.not_run or block.title, f"{where}: only `console` blocks are run; say why this one is not"
    outside = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4,}(?:\$ )?(?:dsolint|pip|make|python|npm) .*$", outside, flags=re.MULTILINE)
    assert not indented, f"{page.name}: commands stand in `console` blocks, which are run"


def test_what_is_shown_is_compared():
    assert same(["a", "b"], "a\nb\n")
    assert same(["a…z", "…", "end"], "abcz\n1\n2\nend")
    assert same(["a", "…", "b"], "a\nb")
    assert not same(["a"], "a\nb")
    assert not same(["a…z"], "ab\nz")
    assert not same(["…", "b"], "a\nc")


def test_blocks_are_read():
    page = """
<!-- setup: cp a b -->
<!-- exits: 2 -->
```console
$ one \\
    --more
out
$ two
```

  ```toml title="x/y.toml"
  a = 1
  ```
"""
    first, second = blocks(page)
    assert first.commands() == [["one \\\n    --more", ["out"]], ["two", []]]
    assert (first.remarks, first.exits) == ({"setup": ["cp a b"], "exits": ["2"]}, [2])
    assert (second.title, second.text, second.exits) == ("x/y.toml", ["a = 1"], [0, 1])
