"""The documentation as a site, served and opened in a real browser: it asks nobody else for anything, and is searched."""

import http.server
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.browser


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the site, built anew, a warning being an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(
        [*command, "--config-file", str(ROOT / "docs" / "site" / "mkdocs.yml")], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pages_load_nothing_from_elsewhere(running, site):
    page = running.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for name in ("index", "library", "commands", "configuration", "report", "rules/V303", "data-owners", "benchmarks"):
        page.goto(f"{site}/{name}.html", wait_until="networkidle")
        assert page.locator("h1").count() == 1
    assert [url for url in asked if not url.startswith(site)] == []
    assert said == []
    page.close()


def test_rules_are_found(running, site):
    page = running.new_page()
    page.goto(f"{site}/index.html")
    search = page.get_by_role("textbox", name="Search")
    search.click()
    search.press_sequentially("V303")
    page.locator(".md-search-result__link", has_text="V303 bad-date").first.click()
    page.wait_for_url(f"{site}/rules/V303.html**")
    page.close()
