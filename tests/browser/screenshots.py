"""Pictures of the example pages, for the README. `make reports` runs it."""

import sys
from pathlib import Path

from chromium import browser, executable

REPORTS = Path(__file__).parent.parent.parent / "reports"
SIZE = {"width": 1280, "height": 1600}


def main():
    """Take the top of each page, as wide as a usual window."""
    if executable() is None:
        print("there is no Chromium: the pictures of the pages stay as they are")
        return
    with browser() as running:
        for path in sorted(REPORTS.glob("*.html")):
            page = running.new_page(viewport=SIZE, color_scheme="light")
            page.goto(path.as_uri())
            page.screenshot(path=path.with_suffix(".png"))
            page.close()


if __name__ == "__main__":
    sys.exit(main())
