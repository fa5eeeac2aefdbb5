"""The pages that are derived from the code are those on disk."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
spec = importlib.util.spec_from_file_location("docs_make", DOCS / "make.py")
assert spec is not None and spec.loader is not None
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)


@pytest.mark.parametrize("path", sorted(make.pages()), ids=lambda path: path.name)
def test_page_is_fresh(path):
    assert path.read_text(encoding="utf-8") == make.pages()[path], "run `make docs` and commit the pages"


def test_no_page_is_left_over():
    assert set((DOCS / "rules").glob("*.md")) == set(make.pages())
