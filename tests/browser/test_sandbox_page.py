"""The sandbox's page in a real browser: it follows what comes, quietly, and keeps out nobody."""

import pytest
from servers.sandbox import PASSWORD, USER, sandbox

pytestmark = pytest.mark.browser

CLIENTS = "client_code;client_business_name\n"
ITEMS = "client_code;item_type;item_number;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency\n"
HOSTILE = "<img src=https://evil.example/x onerror=alert(1)>"
ROW = f"{HOSTILE};FAC;{HOSTILE};2024-04-24;2024-05-24;1200;{HOSTILE}\n"


@pytest.fixture(scope="module")
def server():
    with sandbox() as client:
        client.post("/api/clients", CLIENTS + f"C1;{HOSTILE}\nC2\n")
        client.post("/api/items?clear_items_not_modified=true", ITEMS + ROW + "C1;FAC\n")
        client.post(f"/api/items?encoding={'%3Cb%3E' * 9}", ITEMS)
        client.set_faults({"kind": "503", "type": "items"})
        yield client


@pytest.fixture
def opened(running, server):
    contexts, noise = [], []

    def open_page(**options):
        context = running.new_context(http_credentials={"username": USER, "password": PASSWORD}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: (noise.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: noise.append(asked.url) if not asked.url.startswith(server.url) else None)
        page.on("console", lambda message: noise.append(message.text) if "401" not in message.text else None)
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.goto(server.url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_accessible_and_no_wider_than_the_screen(opened, barriers, width, scheme):
    page = opened(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("img").count() == 0
    assert barriers(page) == []


def test_it_follows_what_comes_and_keeps_open_what_is_read(opened, server):
    page = opened()
    page.locator("summary").first.click()
    answer = page.locator("details[open] pre").inner_text()
    server.post("/api/clients", CLIENTS + "C3;New\n")
    page.locator("tbody tr", has_text="/api/clients").nth(1).wait_for()
    assert page.locator("details[open] pre").inner_text() == answer
