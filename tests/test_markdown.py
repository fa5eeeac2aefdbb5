"""Markdown, read back by the parser that GitHub itself uses."""

from decimal import Decimal
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from fixtures.reports import FAILURE, NASTY, SKIPPED, file, finding, forecast, hostile, report
from golden import FEW, run
from hypothesis import given, settings

from dsolint.cli.streams import encoded
from dsolint.parts import Money
from dsolint.report import Diagnosis, NotChecked, lacks_columns
from dsolint.reporters import FORMATS
from dsolint.reporters.markdown import LONGEST, code, escaped
from dsolint.reporters.visible import visible
from dsolint.rules import RULES
from dsolint.rules.rule import EXAMPLES

OURS = {"h2", "h3", "p", "ul", "li", "strong", "em", "code", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}  # fmt: skip
MENTIONS = ("@", "#1", "!1", "http:", "www.")
"""What GitHub or GitLab make links of, except in code."""


class Page(HTMLParser):
    """The elements of a page, its text outside of code, and each piece of code."""

    def __init__(self, markdown):
        super().__init__()
        self.elements, self.text, self.codes, self._depth = set(), "", [], 0
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        assert not attrs or tag in ("th", "td")
        if tag == "code":
            self._depth += 1
            self.codes.append("")

    def handle_endtag(self, tag):
        self._depth -= tag == "code"

    def handle_data(self, data):
        if self._depth:
            self.codes[-1] += data
        else:
            self.text += data


def render(made):
    return encoded(FORMATS["markdown"](made)).decode()


@pytest.mark.parametrize("name", FEW)
def test_deliveries_are_read_back(name):
    page = Page(run(name)[1]["markdown"])
    assert page.elements <= OURS
    assert {"table", "details", "li"} <= page.elements
    assert "dsolint: FAIL" in page.text


@settings(max_examples=60, deadline=None)
@given(made=hostile)
def test_data_never_becomes_markup(made):
    page = Page(render(made))
    assert page.elements <= OURS
    assert not [mention for mention in MENTIONS if mention in page.text]


@pytest.mark.parametrize("value", [text for text in NASTY if text.strip(" ")])
def test_a_value_is_told_to_the_letter(value):
    """What is cut is as long as a line or two."""
    page = Page(render(report(file(finding(value=value)))))
    shown = visible(value)
    assert shown[:100] in page.text or any(shown[:100].strip(" ") == text[:100].strip(" ") for text in page.codes)


@pytest.mark.parametrize("text", ["a", "`", "``a`", " a", "a ", "`" * 5, "a|b", "<b>", "\\"])
def test_a_code_span_holds_any_text(text):
    assert Page(code(text)).codes == [text]


@pytest.mark.parametrize("code", RULES)
def test_our_own_words_are_no_markup(code):
    told = {name: words for name, words in RULES[code].sections.items() if name not in EXAMPLES}
    for words in (RULES[code].what, *told.values()):
        page = Page(" ".join(escaped(words).split()))
        assert page.elements == {"p"}
        assert page.text.strip() == " ".join(words.split())


def test_a_sentence_of_ours_is_no_markup():
    made = finding(message="{value}: *a* _b_ <c> [d](e) `f` CSV_EMPTY_ &amp; #1", value="x")
    page = Page(render(report(file(made))))
    assert "x: *a* _b_ <c> [d](e) `f` CSV_EMPTY_ &amp; #1" in page.text
    assert page.elements <= OURS - {"em"}


def test_the_verdict_and_the_money_come_first():
    money = Money({"EUR": Decimal(10)}, {"EUR": Decimal(2)}, 1, 2)
    made = forecast(money=money, cleared_by_mistake=3)
    text = render(report(file(finding(), forecast=made)))
    assert text.startswith("## dsolint: FAIL\n\nFiles: 1. Findings: error 1, warning 0, info 0.\n")
    page = Page(text)
    for told in (
        "Lines that go in: 9. Lines left out: 1.",
        "10.00 go in, 2.00 do not.",
        "in no sum: 3.",
        "STOCK mode would clear by mistake: 3.",
    ):
        assert told in page.text


def test_many_currencies_are_counted():
    """They come out of the file: shifted columns make thousands."""
    sums = {f"C{n:04}": Decimal(1) for n in range(5000)}
    text = render(report(file(forecast=forecast(money=Money(sums)))))
    assert "- `C0009`: 1.00 go in, 0.00 do not.\n- Further currencies: 4,990.\n" in text


def test_a_refused_file():
    assert (
        "The file would be refused: no line goes in."
        in Page(render(report(file(forecast=forecast(refused=True))))).text
    )


def test_a_diagnosis_and_its_remedy():
    cause = Diagnosis("V303", "a", 3, "{count} dates in {column}.", "Write {form}.", {"count": "3", "column": "a_b", "form": "Y-M-D"})  # fmt: skip
    assert "- **3 dates in `a_b`.** Write `Y-M-D`.\n" in render(report(file(finding(), diagnoses=(cause,))))


def test_findings_are_folded_up_and_counted():
    many = [finding(line=n, suggestion="2024-04-24") for n in range(2, 32)]
    text = render(report(file(*many, counts={"V303": 1234})))
    assert "| V303 bad-date | error | value | 1,234 |" in text
    assert "- line 2, `item_date_due`: `24.04.2024` is not right. → `2024-04-24`\n" in text
    assert text.count("- line ") == 10
    assert "- Not shown: 1,224.\n" in text


def test_a_long_report_is_cut_where_it_still_reads_well():
    files = [file(*[finding(c, line=n) for c in RULES for n in range(2, 12)], path=f"{n}.csv") for n in range(15)]
    text = render(report(*files))
    assert LONGEST - 5000 < len(text) <= LONGEST
    assert text.endswith("\n*The report is longer than this; the rest is left out here.*\n")
    assert text.count("<details>") == text.count("</details>") > 0
    assert Page(text).elements <= OURS


def test_what_was_not_checked():
    made = report(
        file(not_checked=[NotChecked("X501", "a.csv names no customer"), NotChecked("B401", lacks_columns(["a"]))]),
        failures=[FAILURE],
        skipped=[SKIPPED],
    )
    text = render(made)
    assert f"**Could not be checked:** `{FAILURE.message}`\n" in text
    assert f"Skipped: `notes.csv`. `{SKIPPED.reason}`\n" in text
    assert "- Not checked, since `a.csv names no customer`: X501.\n" in text
    assert "- Not checked, since the file lacks their columns: B401.\n" in text


def test_nothing_found():
    assert render(report(file())).startswith("## dsolint: PASS\n")
    assert "|" not in render(report(file()))
