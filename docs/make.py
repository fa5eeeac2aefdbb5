"""Write the pages that are derived from the code. `make docs` runs it; a test says when a page is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from derive import commands, rules, schemas, settings

DOCS = Path(__file__).parent
RULE_PAGES = DOCS / "rules"
MAN_PAGE = DOCS / "dsolint.1"


def pages() -> dict[Path, str]:
    """Every derived page by its path."""
    return {
        **{RULE_PAGES / name: text for name, text in rules.pages().items()},
        **{DOCS / name: text for name, text in schemas.pages().items()},
        DOCS / "commands.md": commands.page(),
        DOCS / "configuration.md": settings.page(),
        MAN_PAGE: commands.man_page(),
    }


def main() -> int:
    """Write the pages, and take away those of rules that are gone."""
    made = pages()
    RULE_PAGES.mkdir(exist_ok=True)
    for path in set(RULE_PAGES.glob("*.md")) - made.keys():
        path.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
