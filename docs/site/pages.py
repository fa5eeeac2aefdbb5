"""What the site shows out of the rest of the repository. Links in pages are those of the repository; here they lead to the site's."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent.parent
PAGES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/README.md": "measuring.md",
}
"""Pages outside docs/, by their names in the site."""
SHOWN = ("reports/*", "action.yml", "benchmarks/*.sql")
"""Files outside docs/ that pages lead to."""

_LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside docs/, and the files that pages lead to."""
    for source, name in PAGES.items():
        path = ROOT / source
        files.append(File.generated(config, name, content=_moved(path.read_text(encoding="utf-8"), path.parent)))
    for path in sorted(path for pattern in SHOWN for path in ROOT.glob(pattern)):
        files.append(File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links out of docs/ lead to where the site has these files."""
    of_docs = page.file.generated_by is None and "/" not in page.file.src_uri
    return _moved(markdown, Path(config.docs_dir)) if of_docs else markdown


def _moved(markdown: str, folder: Path) -> str:
    """Markdown of a page in a folder of the repository, as it stands at the top of the site."""
    return _LINK.sub(lambda match: _place(match[1], folder), markdown)


def _place(link: str, folder: Path) -> str:
    path = (folder / link).resolve()
    if not path.is_relative_to(ROOT):
        return link
    inside = path.relative_to(ROOT).as_posix()
    return PAGES.get(inside, inside.removeprefix("docs/"))
