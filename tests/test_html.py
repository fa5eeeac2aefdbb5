"""The HTML report: what it says, that data stays data in it, and that it stays small."""

import base64
import csv
import hashlib
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

import dsolint
from dsolint.findings import Severity
from dsolint.language import ENGLISH, language
from dsolint.parts import Money, Places, Spread
from dsolint.reporters import html, render
from dsolint.reporters.html import model
from dsolint.reporters.html.model import Piece
from dsolint.reporters.html.pictures import STRIP_HEIGHT, shares, strip
from dsolint.reporters.html.view import page_of
from dsolint.reporters.html.words import pieces
from dsolint.reporters.redact import redacted

LANGUAGES = ("en", "de", "fr")
ITEMS = (
    "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency;remark"
)
CLIENTS = "client_code;client_business_name;client_email"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><svg/onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title></textarea><iframe src=//evil.example>",
    "javascript:alert(1)",
    "https://evil.example/",
    "<!-- -->",
    "]]><a href=//evil.example>x</a>",
    "&lt;b&gt;&#60;i&#62;",
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "{0} {value} %s %(x)s",
    "\u202egpj.exe",
    "\ud7ff\u0000\u001b[31m",
    "`${alert(1)}`",
]
HARMLESS = [f"harmless{number}" for number in range(len(HOSTILE))]


class Page(HTMLParser):
    """What a page is made of, and what it says."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.said = set(), set(), []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags |= {(tag, None), *((tag, name) for name, _ in attrs)}
        self.links |= {value for name, value in attrs if name in ("href", "src")}
        self.inside = tag

    def handle_data(self, data):
        if self.inside not in ("style", "script"):
            self.said.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.said).split())


def deliver(folder, texts):
    """A delivery with these texts wherever a text can be: cells, the header, currencies, keys."""
    items = [[text] * 8 for text in texts]
    items += [["FAC", n, text, "2024-04-24", "2024-05-24", f"{n}.5", text, "x"] for n, text in enumerate(texts)]
    clients = [[text, "", text] for text in texts]
    folder.mkdir()
    for name, header, rows in (
        ("items.csv", ITEMS.split(";"), items),
        ("items_2.csv", [*ITEMS.split(";"), *texts], []),
        ("clients.csv", CLIENTS.split(";"), clients),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])
    return folder


def rendered(path, lang="en", **options):
    return html.render(dsolint.check(path, today="2024-06-30", **options), language(lang))


def items(rows):
    return f"{ITEMS.removesuffix(';remark')}\n" + "".join(f"{row}\n" for row in rows)


def check(tmp_path, text, **options):
    path = tmp_path / "items.csv"
    path.write_text(text, encoding="utf-8")
    return dsolint.check(path, today="2024-06-30", **options)


GOOD = "FAC;1;C1;2024-04-24;2024-05-24;1200.00;EUR"
BAD = "FAC;2;C1;2024-04-24;24.05.2024;300.50;EUR"


# What it says


def test_a_clean_file_is_told_in_a_few_words(tmp_path):
    page = Page(html.render(check(tmp_path, items([GOOD]))))
    assert "The file goes in as it is. Nothing was found." in page.text
    assert "Check passed" in page.text
    for absent in ("Suggestion", "What to change", "Where the findings are", "by mistake"):
        assert absent not in page.text


def test_what_a_bad_file_costs_and_who_changes_what(tmp_path):
    text = Page(html.render(check(tmp_path, items([GOOD, BAD])))).text
    assert "The file goes in, but 1 line does not." in text
    assert "Open amounts that do not go in 300.50 EUR" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "One date in Due date (item_date_due) is written as DD.MM.YYYY." in text
    assert "IT, in the export: Set the date format of the export to YYYY-MM-DD." in text
    assert "Check not passed" in text


@pytest.mark.parametrize(
    ("lang", "forms"),
    [
        ("en", ["DD.MM.YYYY", "YYYY-MM-DD", "DD MON YYYY with a time"]),
        ("de", ["TT.MM.JJJJ", "JJJJ-MM-TT", "TT MON JJJJ mit einer Uhrzeit"]),
        ("fr", ["JJ.MM.AAAA", "AAAA-MM-JJ", "JJ MON AAAA avec une heure"]),
    ],
)
@pytest.mark.parametrize("hidden", [False, True])
def test_the_forms_of_dates_have_the_letters_of_their_reader(tmp_path, lang, forms, hidden):
    report = check(tmp_path, items([BAD, "FAC;3;C1;1er mai 2024 10:00;2024-05-24;300.50;EUR"]))
    text = Page(html.render(redacted(report) if hidden else report, language(lang))).text
    assert [form for form in forms if form not in text] == []
    assert ("DD.MM.YYYY" in text) == (lang == "en")


@pytest.mark.parametrize("column", ["client_code", "item_date_due"])
def test_a_placeholder_in_a_mandatory_column_is_filled_in_by_accounting(tmp_path, column):
    row = GOOD.replace("C1" if column == "client_code" else "2024-05-24", "NULL")
    text = Page(html.render(check(tmp_path, items([GOOD, row])))).text
    assert f"({column}) holds NULL in place of nothing. Accounting, in the ERP: Fill it in the ERP" in text
    assert "IT, in the export: Export empty cells" not in text


def test_a_placeholder_where_nothing_is_mandatory_becomes_an_empty_cell(tmp_path):
    text = Page(html.render(check(tmp_path, items([GOOD.replace("EUR", "NULL")])))).text
    assert "IT, in the export: Export empty cells for missing values." in text


def test_stock_mode_says_what_would_be_cleared(tmp_path):
    report = check(tmp_path, items([GOOD, BAD]), mode="stock")
    (alarm,) = page_of(report, ENGLISH).files[0].alarms
    assert alarm.title == "1 open item would be cleared although nobody paid it."
    assert "300.50" in alarm.text
    assert "This one is missing because its line is left out. It amounts to 300.50" in alarm.text
    assert page_of(check(tmp_path, items([GOOD, BAD])), ENGLISH).files[0].alarms == ()


def test_a_customer_that_differs_in_a_blank_is_seen_to(tmp_path):
    (tmp_path / "items.csv").write_text(items([GOOD]))
    (tmp_path / "clients.csv").write_text("client_code;client_business_name\nC1 ;One\n")
    assert "There is no customer C1; C1␣ was probably meant." in Page(rendered(tmp_path)).text


@pytest.mark.parametrize("severity", Severity)
def test_the_badge_of_a_severity_has_the_style_of_no_other_part(severity):
    style = (Path(html.__file__).parent / "style.css").read_text("utf-8")
    assert re.findall(rf"^\s*\.{severity}(?![\w-]).*", style, re.MULTILINE) == []


def test_what_would_be_cleared_says_which_amounts_are_in_no_sum(tmp_path):
    (alarm,) = (
        page_of(check(tmp_path, items([GOOD, BAD, BAD.replace("300.50", "x")]), mode="stock"), ENGLISH).files[0].alarms
    )
    told = alarm.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "They amount to 300.50 EUR. The amount of 1 line that does not go in can't be read" in told


@pytest.mark.parametrize(
    ("rows", "lang", "text"),
    [
        ([BAD], "de", "Dieser fehlt, weil seine Zeile ausgelassen wird. Es geht um 300,50 EUR."),
        ([BAD, BAD], "de", "Diese fehlen, weil ihre Zeilen ausgelassen werden. Es geht um 601,00 EUR."),
        ([BAD], "fr", "Celui-ci est absent parce que sa ligne est écartée. Il représente 300,50 EUR."),
        ([BAD, BAD], "en", "These are missing because their lines are left out. They amount to 601.00 EUR."),
    ],
)
def test_one_item_that_would_be_cleared_is_told_in_the_singular(tmp_path, rows, lang, text):
    page = page_of(check(tmp_path, items(rows), mode="stock"), language(lang))
    assert page.files[0].alarms[0].text.replace("\N{NO-BREAK SPACE}", " ").endswith(text)


def test_the_top_says_what_stock_mode_would_clear_of_all_files(tmp_path):
    for name in ("items_1.csv", "items_2.csv"):
        (tmp_path / name).write_text(items([GOOD, BAD]))
    page = page_of(dsolint.check(tmp_path, today="2024-06-30", mode="stock"), ENGLISH)
    assert page.alarm is not None
    assert page.alarm.title == "2 open items would be cleared although nobody paid them."
    assert page.alarm.text.startswith("Do not send this as it is")
    assert page_of(dsolint.check(tmp_path, today="2024-06-30"), ENGLISH).alarm is None


def test_how_many_items_a_truncated_file_lacks_is_not_known(tmp_path):
    report = check(tmp_path, items([GOOD]) + "FAC;3;C1;2024", mode="stock")
    at_least = "at least 1 open item would be cleared although nobody paid it; how many more are missing is not known."
    page = page_of(report, ENGLISH)
    assert page.alarm is not None
    assert [page.alarm.title.lower(), page.files[0].alarms[0].title.lower()] == [at_least, at_least]
    assert "at least 1 open item would be taken for paid" in " ".join(render(report, "text", ENGLISH).split())
    assert "by mistake: at least 1; how many more are missing is not known." in render(report, "markdown", ENGLISH)


def test_no_sum_is_spoken_of_where_none_is_shown(tmp_path):
    page = page_of(check(tmp_path, items([GOOD]) + "FAC;3;C1;2024"), ENGLISH)
    assert page.lost == ()
    assert page.notes == ("The amount of 1 line that does not go in can't be read and is in no sum.",)


@pytest.mark.parametrize(
    ("lang", "end"), [("en", "and 1 other currency."), ("de", "und 1 weitere Währung."), ("fr", "et 1 autre devise.")]
)
def test_many_currencies_are_listed_with_one_and(tmp_path, lang, end):
    rows = [BAD.replace("EUR", currency) for currency in ("EUR", "USD", "GBP", "JPY")]
    (alarm,) = page_of(check(tmp_path, items(rows), mode="stock"), language(lang)).files[0].alarms
    before, _, _ = alarm.text.rpartition(end)
    assert alarm.text.endswith(end)
    assert not before.endswith((", and ", " and ", " und ", " et "))


@pytest.mark.parametrize(
    ("rows", "level", "sentence"),
    [
        ([GOOD], "good", "The file goes in as it is. Nothing was found."),
        ([BAD], "stop", "No line of the file goes in."),
        ([], "stop", "The file does not go in: it would be refused."),
        ([GOOD.replace("EUR", "eur")], "look", "All lines go in, but some values may be lost."),
        ([GOOD.replace("04-24", "05-25")], "look", "All lines go in, and there is something to look at."),
    ],
)
def test_the_verdict(tmp_path, rows, level, sentence):
    verdict = page_of(check(tmp_path, items(rows)), ENGLISH).verdict
    assert (verdict.level, verdict.sentence) == (level, sentence)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "1 time the line is left out, 2 times the value may be lost"),
        ("de", "1-mal wird die Zeile ausgelassen, 2-mal geht der Wert möglicherweise verloren"),
        ("fr", "1 fois la ligne est écartée, 2 fois la valeur risque d'être perdue"),
    ],
)
def test_a_rule_says_how_many_of_its_findings_do_what(tmp_path, lang, told):
    header = ITEMS.replace("remark", "item_amount_remaining_inc_tax")
    rows = [f"{GOOD};12-", GOOD.replace("1200.00", "12-") + ";12-"]
    report = check(tmp_path, f"{header}\n" + "".join(f"{row}\n" for row in rows), max_findings=1)
    effects = {rule.code: rule.effect for rule in page_of(report, language(lang)).files[0].rules}
    assert effects["V304"] == told
    assert told in " ".join(render(report, "text", language(lang)).split())
    assert "| V304 bad-amount | error | line, value | 3 |" in render(report, "markdown", ENGLISH)


def test_several_files_have_an_overview(tmp_path):
    folder = deliver(tmp_path / "delivery", HARMLESS)
    page = page_of(dsolint.check(folder, today="2024-06-30"), ENGLISH)
    entries = page.groups[0].files
    assert [(Path(entry.path).name, entry.verdict.level, entry.anchor) for entry in entries] == [
        ("clients.csv", "stop", "file-1"),
        ("items.csv", "part", "file-3"),
        ("items_2.csv", "stop", "file-2"),
    ]
    assert page.verdict.sentence == "2 files do not go in. 1 file goes in without some of its lines."
    text = html.render(dsolint.check(folder, today="2024-06-30"))
    assert Page(text).links == {"#file-1", "#file-2", "#file-3"}
    assert all(text.count(f'id="file-{number}"') == 1 for number in (1, 2, 3))


def test_amounts_of_different_currencies_are_never_added_up(tmp_path):
    report = check(tmp_path, items([BAD, BAD.replace("EUR", "USD").replace("300.50", "7")]))
    assert page_of(report, ENGLISH).lost == ("300.50\N{NO-BREAK SPACE}EUR", "7.00\N{NO-BREAK SPACE}USD")
    assert "307" not in html.render(report)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_columns_are_named_as_the_reader_knows_them(tmp_path, lang):
    report = check(tmp_path, items([GOOD, BAD]))
    (row,) = page_of(report, language(lang)).files[0].rules[0].rows
    assert row.column is not None
    label = {"en": "Due date", "de": "Fälligkeitsdatum", "fr": "Date d'échéance"}[lang]
    assert (row.column.label, row.column.name) == (label, "item_date_due")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_in_the_language_asked_for(tmp_path, lang):
    text = html.render(check(tmp_path, items([GOOD, BAD]), mode="stock"), language(lang))
    assert f'<html lang="{lang}">' in text
    english = ["What to change", "Findings", "left out", "Suggestion", "Check not passed", "Due date"]
    assert [word in Page(text).text for word in english] == [lang == "en"] * len(english)


def test_what_was_not_checked_and_the_settings_are_told(tmp_path):
    report = check(tmp_path, items([GOOD]), ignore=["B401"])
    text = Page(html.render(report)).text
    assert "for want of columns B403" in text
    assert "B407 The amount without tax is larger in magnitude than the amount with tax (item_amount_initial)" in text
    assert "Rules switched off B401" in text
    assert "Checked against the day 30 June 2024" in text
    assert str(report.files[0].sha256) in text


def test_files_that_can_not_be_checked_are_told(tmp_path):
    from dsolint import engine
    from dsolint.settings import make_settings

    (tmp_path / "items.csv").write_text(items([GOOD]))
    report = engine.check([tmp_path / "items.csv", tmp_path / "none.csv"], make_settings())
    page = page_of(report, ENGLISH)
    assert page.verdict.level == "stop"
    assert page.verdict.sentence == "1 file can't be checked."
    assert page.failures[0].label.endswith("none.csv")
    assert "none.csv" not in page.failures[0].text, "it stands beside it"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain text", [("plain text", False)]),
        (" x ", [("␣", True), ("x", False), ("␣", True)]),
        ("a  b", [("a", False), ("␣␣", True), ("b", False)]),
        ("a\u00a0b", [("a", False), ("\\xa0", True), ("b", False)]),
        ("\u202ex\n", [("\\u202e", True), ("x", False), ("\\n", True)]),
        ("x" * 90, [("x" * 80, False), ("…", True)]),
    ],
)
def test_what_can_not_be_seen_is_made_visible(value, shown):
    assert pieces(value) == tuple(Piece(*piece) for piece in shown)


# Data stays data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_text_makes_no_tag_and_no_attribute(tmp_path, lang):
    hostile = Page(rendered(deliver(tmp_path / "hostile", HOSTILE), lang))
    harmless = Page(rendered(deliver(tmp_path / "harmless", HARMLESS), lang))
    assert hostile.tags == harmless.tags
    assert hostile.links == harmless.links
    assert not {name for _, name in hostile.tags if name and (name.startswith("on") or name in ("style", "src"))}
    for text in HOSTILE[:6]:
        assert text in hostile.text


def test_hostile_names_of_files(tmp_path):
    for name in ("items<img src=x onerror=alert(1)>.csv", "items'\"><script>.csv", "items\u202e.csv"):
        path = tmp_path / name
        try:
            path.write_text(items([GOOD, BAD]))
        except OSError:
            pytest.skip("this system has no such names")
        page, plain = Page(rendered(path)), Page(html.render(check(tmp_path, items([GOOD, BAD]))))
        assert page.tags == plain.tags
        assert "\u202e" not in page.text


def test_the_policy_allows_what_is_inline_and_nothing_else(tmp_path):
    text = html.render(check(tmp_path, items([BAD])))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    allowed = dict(part.strip().split(" ", 1) for part in policy.replace("&#39;", "'").split(";"))
    assert allowed["default-src"] == "'none'"
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (inline,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert allowed[directive] == f"'sha256-{digest}'"
    assert "http" not in text.replace("Content-Security-Policy", "").replace("http-equiv", "")


# It stays small


def test_many_findings_make_no_large_page_and_are_counted(tmp_path, monkeypatch):
    odd = "\u202e" + "<&>\x01" * 30
    rows = [f'"{odd}";"{n}{odd}";"{odd}";"{odd}";"{odd}";"{odd}";"{odd}"' for n in range(5000)]
    report = check(tmp_path, items(rows), max_findings=1_000_000)
    file = report.files[0]
    many = replace(file, counts=dict.fromkeys(file.counts, 1000000))
    text = html.render(replace(report, deliveries=(replace(report.deliveries[0], files=(many,)),)))
    assert len(text.encode()) < 2_000_000
    assert text.count("<tr data-kind") <= model.ROWS
    count = 1_000_000 * len(file.counts)
    assert f"{count:,} findings, of which" in text
    assert "1,000,000 findings" in text
    assert "more are counted and not listed here" in text


def test_many_files_make_no_large_page(tmp_path):
    report = dsolint.check(deliver(tmp_path / "delivery", HOSTILE), today="2024-06-30")
    files = report.files * 200
    text = html.render(replace(report, deliveries=(replace(report.deliveries[0], files=files),)))
    assert len(text.encode()) < 2_000_000
    assert text.count('<section class="card file"') == model.FILES
    assert "There are 600 files; 20 of them are shown in full" in text
    assert "The overview lists the first 200 files." in text


def test_many_currencies_are_counted(tmp_path):
    report = check(tmp_path, items([GOOD]))
    money = Money(accepted={f"X{n}": Decimal(1) for n in range(40)}, ignored={f"X{n}": Decimal(n) for n in range(40)})
    file = replace(report.files[0], forecast=replace(report.files[0].forecast, money=money))
    page = page_of(replace(report, deliveries=(replace(report.deliveries[0], files=(file,)),)), ENGLISH)
    assert len(page.files[0].outlook.sums) == model.CURRENCIES
    assert "30 more currencies are not shown." in page.files[0].outlook.notes
    assert page.lost[-1] == "36 other currencies"


# Pictures


def test_a_bar_has_the_length_of_its_shares():
    assert [(part.kind, part.start, part.length) for part in shares([("a", 1), ("b", 3)])] == [
        ("a", "0.00%", "25.00%"),
        ("b", "25.00%", "75.00%"),
    ]
    assert shares([("a", 0), ("b", 0)]) == ()
    assert shares([("a", Decimal(-5)), ("b", Decimal(9))]) == ()
    assert [part.length for part in shares([("a", Decimal(-1)), ("b", Decimal(-1))])] == ["50.00%", "50.00%"]


@pytest.mark.parametrize("last_line", [1, 9, 97, 1000, 123_456, 10_000_000])
def test_the_strip_shows_each_finding_in_its_place(last_line):
    places = {severity: Places() for severity in Severity}
    places[Severity.ERROR].add([1, last_line])
    places[Severity.WARNING].add([last_line])
    picture = strip(places, last_line)
    assert picture is not None
    assert sum(mark.count for mark in picture.marks) == 3
    assert picture.marks[0].first_line == 1
    assert picture.marks[-1].first_line <= last_line <= picture.marks[-1].last_line
    assert [mark.kind for mark in picture.marks][-2:] == ["error", "warning"]
    ends = [float(mark.start[:-1]) + float(mark.length[:-1]) for mark in picture.marks]
    assert all(0 < end <= 100 for end in ends)
    assert 0 <= min(mark.top for mark in picture.marks) <= 1
    assert STRIP_HEIGHT - 1 <= sum(mark.height for mark in picture.marks[-2:]) <= STRIP_HEIGHT
    assert picture.fullest == (picture.marks[-1].first_line, picture.marks[-1].last_line)


def test_pictures_take_exact_counts_where_there_are_some(tmp_path):
    report = check(tmp_path, items([BAD] * 9), max_findings=2)
    file = report.files[0]
    places = {severity: Places() for severity in Severity}
    places[Severity.ERROR].add(range(2, 11))
    counted = replace(file, spread=Spread({"item_date_due": 9}, places))
    where, guessed = (
        page_of(replace(report, deliveries=(replace(report.deliveries[0], files=(one,)),)), ENGLISH).files[0].where
        for one in (counted, file)
    )
    assert where is not None
    assert guessed is not None
    assert where.columns[0].count == "9"
    assert where.note == ""
    assert len(where.marks) == 9
    assert "leave out" in guessed.note
