"""The pages that are derived from the code are those on disk."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS))
import make  # noqa: E402


@pytest.mark.parametrize("path", sorted(make.pages()), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_page_is_fresh(path):
    assert path.read_text(encoding="utf-8") == make.pages()[path], "run `make docs` and commit the pages"


def test_no_page_is_left_over():
    assert set(make.RULE_PAGES.glob("*.md")) == {path for path in make.pages() if path.parent == make.RULE_PAGES}


@pytest.mark.skipif(not shutil.which("groff"), reason="there is no groff: the man page is not set")
def test_the_man_page_is_set_without_a_warning():
    ran = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-P-cbou", make.MAN_PAGE], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "dsolint check [OPTIONS] PATH..." in ran.stdout
