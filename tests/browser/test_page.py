"""The HTML report in a real browser: quiet, closed, accessible, and with its scripts at work."""

from pathlib import Path

import pytest

import dsolint
from dsolint.language import language
from dsolint.reporters import html

HERE = Path(__file__).parent
DELIVERIES = HERE.parent / "deliveries"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "</style></script><svg onload=alert(1)>",
    "\"' onmouseover=alert(1) x='\"",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
)
COLUMNS = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax"

pytestmark = pytest.mark.browser


BETWEEN_MARGINS = {"width": 688, "height": 900}
"""The width of a page of A4 inside its margins."""
BROKEN_WORDS = """(selector) => [...document.querySelectorAll(selector)].flatMap(cell => {
  const found = [];
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) found.push(word[0]);
    }
  }
  return found;
})"""


@pytest.fixture
def opened(running, tmp_path):
    """Opens a report, and notes what a good page never does."""
    contexts, noise = [], []

    def open_page(report, lang="en", **options):
        path = tmp_path / "report.html"
        path.write_text(html.render(report, language(lang)), encoding="utf-8")
        context = running.new_context(permissions=["clipboard-read", "clipboard-write"], **options)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: (noise.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: noise.append(request.url) if request.url != path.as_uri() else None)
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise == []


def hostile(folder):
    rows = [";".join([text] * 6) for text in (f'"{text.replace(chr(34), chr(34) * 2)}"' for text in HOSTILE)]
    folder.mkdir()
    (folder / "items<img src=x>.csv").write_text("\n".join([COLUMNS, *rows, ""]), encoding="utf-8")
    (folder / "items_2.csv").write_text("\n".join([f"{COLUMNS};<b onclick=alert(1)>", rows[0], ""]), encoding="utf-8")
    return dsolint.check(folder, today="2024-06-30", mode="stock")


@pytest.fixture(scope="module")
def bad():
    return dsolint.check(DELIVERIES / "as400_padded", today="2024-06-30", mode="stock")


@pytest.mark.parametrize("lang", ["en", "de", "fr"])
def test_hostile_text_does_nothing(opened, tmp_path, lang):
    page = opened(hostile(tmp_path / "hostile"), lang)
    for summary in page.locator("summary").all():
        summary.click()
    for cell in page.locator("td:visible").all()[:40]:
        cell.hover()
    assert page.locator("img, iframe, object, embed, form, base, link").count() == 0
    assert page.evaluate("document.scripts.length") == 1
    assert page.locator("html").get_attribute("lang") == lang


def test_the_policy_stops_what_would_slip_through(running, tmp_path):
    report = dsolint.check(DELIVERIES / "good", today="2024-06-30")
    path = tmp_path / "report.html"
    slip = "<script>document.title = 'slipped'</script><img src=x onerror=\"document.title = 'slipped'\"></main>"
    path.write_text(html.render(report).replace("</main>", slip), encoding="utf-8")
    page = running.new_page()
    page.goto(path.as_uri())
    assert page.title().startswith("Import check")
    page.close()


def test_everything_is_readable_without_scripts(opened, bad):
    page = opened(bad, java_script_enabled=False)
    items = page.locator(".file").first
    assert items.get_by_text("2 open items would be cleared although nobody paid them.").is_visible()
    rows = items.locator(".cells tbody tr")
    assert rows.count() > 20
    assert all(row.is_visible() for row in rows.all())
    assert page.locator(".filter:visible, button:visible").count() == 0
    assert items.locator("summary").first.is_visible()


def test_the_filter(opened, bad):
    page = opened(bad)
    items = page.locator(".findings").first
    shown = items.locator("tbody tr:visible")
    items.locator(".by-kind").select_option("error")
    assert {row.get_attribute("data-kind") for row in shown.all()} == {"error"}
    items.locator(".by-kind").select_option("")
    items.locator(".by-column").select_option(label="Due date")
    assert shown.count() > 0
    assert all("item_date_due" in row.inner_text() for row in shown.all())
    items.locator(".by-column").select_option("")
    some = shown.count()
    items.locator(".by-text").fill("NULL")
    assert 0 < shown.count() != some
    assert all("NULL" in row.inner_text() for row in shown.all())
    items.locator(".by-text").fill("no such text")
    assert shown.count() == 0
    assert items.get_by_text("No finding fits.").is_visible()
    items.locator(".by-text").fill("")
    assert shown.count() == some


def test_sorting(opened, bad):
    page = opened(bad)
    rule = page.locator(".rule", has=page.get_by_text("V309")).last
    rule.locator("button.all").click()
    head = rule.get_by_role("columnheader", name="Line")
    lines = [int(cell.inner_text()) for cell in rule.locator("tbody td:first-child").all()]
    head.get_by_role("button").click()
    assert [int(cell.inner_text()) for cell in rule.locator("tbody td:first-child").all()] == sorted(lines)
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    assert [int(cell.inner_text()) for cell in rule.locator("tbody td:first-child").all()] == sorted(lines)[::-1]


def test_long_tables_are_short_until_asked(opened, bad):
    page = opened(bad)
    rule = page.locator(".rule", has=page.get_by_text("V309")).last
    assert rule.locator("tbody tr:visible").count() == 10
    rule.locator("button.all").click()
    assert rule.locator("tbody tr:visible").count() == rule.locator("tbody tr").count() > 10


def test_lines_are_copied_as_csv_that_no_spreadsheet_runs(opened, tmp_path):
    page = opened(hostile(tmp_path / "hostile"))
    rule = page.locator(".rule", has=page.get_by_text("V304")).first
    rule.locator("button.copy").click()
    rule.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[0] == '"Line";"Item number";"Column";"Value and problem"'
    assert len(copied) == rule.locator("tbody tr").count() + 1
    assert any("\"'=cmd|" in line for line in copied)
    assert not any('"=' in line for line in copied)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("delivery", ["as400_padded", "sap_de", "good", "failed_export"])
def test_accessible_and_no_wider_than_the_screen(opened, barriers, delivery, width, scheme):
    report = dsolint.check(DELIVERIES / delivery, today="2024-06-30", mode="stock")
    page = opened(report, "de", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page) == []


def test_it_prints(opened, bad):
    page = opened(bad)
    page.emulate_media(media="print")
    assert page.locator(".filter:visible, button.copy:visible, button.all:visible").count() == 0
    rule = page.locator(".rule", has=page.get_by_text("V309")).last
    assert rule.locator("tbody tr:visible").count() == 5
    assert rule.get_by_text("On paper only the first five are shown.").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_no_word_breaks_in_the_overview_on_paper_and_no_table_loses_its_head(opened):
    page = opened(dsolint.check(DELIVERIES / "sap_de", today="2024-06-30"), "de", viewport=BETWEEN_MARGINS)
    page.emulate_media(media="print")
    assert page.evaluate(BROKEN_WORDS, ".overview th, .overview td + td, .overview small") == []
    inside = "table => [table, table.tHead].map(part => getComputedStyle(part).breakInside)"
    assert page.locator(".overview").first.evaluate(inside) == ["auto", "avoid"]
    assert page.locator(".rule .cells").first.evaluate(inside) == ["avoid", "avoid"]


def test_a_large_report_opens_at_once(opened, tmp_path):
    rows = [f"x;;{n},{n};24.04.{n};x;y" for n in range(30_000)]
    path = tmp_path / "items.csv"
    path.write_text("\n".join([COLUMNS, *rows, ""]))
    page = opened(dsolint.check(path, today="2024-06-30", max_findings=1000))
    assert page.locator(".found", has_text="are listed").is_visible()
    timing = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert timing < 3000


def test_a_notebook_shows_the_page_in_a_closed_frame(running, tmp_path):
    path = tmp_path / "notebook.html"
    outside = "<!doctype html><title>notebook</title><script>window.secret = 1</script>"
    path.write_text(outside + hostile(tmp_path / "hostile")._repr_html_(), encoding="utf-8")
    page = running.new_page()
    page.goto(path.as_uri())
    frame = page.locator("iframe").content_frame
    frame.locator(".by-text").first.fill("no such text")
    assert frame.locator(".findings").first.locator("tbody tr:visible").count() == 0, "the page's own script runs"
    assert page.title() == "notebook"
    with pytest.raises(Exception, match="Blocked a frame"):
        page.frames[1].evaluate("window.parent.secret")
    page.close()
