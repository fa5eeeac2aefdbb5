"""Three languages: every message is there in each, data is never taken for words, and numbers are as readers write them."""

import copy
import datetime
import importlib.util
import io
import json
import pickle
import re
import string
import sys
from decimal import Decimal
from pathlib import Path

import jinja2
import pytest
from golden import DELIVERIES, IN_LANGUAGES, TRANSLATED, names, translated

import dsolint
from dsolint.cli.main import group
from dsolint.language import ENGLISH, LANGUAGES, language, pick_language
from dsolint.phrases import Counted, Number, Phrase
from dsolint.reporters import FORMATS, READABLE, render
from dsolint.reporters.text import render as render_text
from dsolint.rules import RULES
from dsolint.rules.rule import first_sentence, unwrapped

DOCS = Path(__file__).parent.parent / "docs"
spec = importlib.util.spec_from_file_location("docs_messages", DOCS / "messages.py")
assert spec is not None and spec.loader is not None
messages = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = messages
spec.loader.exec_module(messages)

OTHERS = list(messages.translated())
DE, FR = language("de"), language("fr")
ITEMS = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency\n"
ROW = "FAC;00000123;C0001;2024-04-24;2024-05-24;1200;EUR\n"


def check(text, **options):
    return dsolint.check(io.BytesIO(text.encode()), today="2024-11-22", **options)


def run(*arguments):
    return group.main([str(argument) for argument in arguments], standalone_mode=False)


def fields(text):
    """The {names} and the %(names)s in a message."""
    braces = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    return sorted(braces + re.findall(r"%\(\w+\)s", text))


# The catalogues


@pytest.fixture(scope="module", params=OTHERS)
def catalogue(request):
    with messages.catalogue_file(request.param).open("rb") as file:
        return messages.read_po(file, locale=request.param)


def translations(catalogue):
    """Each message with what it is in the language: for a singular and plural both."""
    for message in catalogue:
        if message.pluralizable:
            yield from zip(message.id, message.string, strict=True)
        elif message.id:
            yield message.id, message.string


def test_there_is_a_catalogue_for_every_language_but_english():
    assert sorted(OTHERS) == sorted(path.name for path in messages.catalogue_file("de").parents[2].iterdir())
    assert {"en", *OTHERS} == set(LANGUAGES)


def test_every_message_is_translated(catalogue):
    assert [message for message, text in translations(catalogue) if not text.strip()] == [], "translate them in the .po"


def test_no_translation_is_a_guess(catalogue):
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_translations_have_the_placeholders_of_their_message(catalogue):
    wrong = [(message, text) for message, text in translations(catalogue) if fields(message) != fields(text)]
    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_catalogue_is_fresh(code):
    with messages.catalogue_file(code).open("rb") as file:
        kept = messages.read_po(file, locale=code)
    assert {message.id for message in kept} == {message.id for message in messages.updated(code, messages.collect())}, (
        "run `make messages` and translate what is new"
    )
    assert not kept.obsolete


def test_an_update_loses_no_translation():
    collected = messages.collect()
    collected.add("a message that is new")
    updated = messages.updated("de", collected)
    assert not updated.get("a message that is new").string
    assert updated.get("line {line}").string == "Zeile {line}"


def test_no_english_is_left_over(catalogue):
    """A translation that is the message itself: a slip, but for patterns of placeholders and words that languages share."""
    same = {message for message, text in translations(catalogue) if message == text}
    assert {message for message in same if re.search("[a-z]", re.sub(r"{\w+}", "", message))} <= {
        "Mode",
        "Source",
        "Text",
        "Type",
    }


def test_french_has_its_spaces():
    with messages.catalogue_file("fr").open("rb") as file:
        french = messages.read_po(file, locale="fr")
    data = '"[^"]*":?|sep=;|FAC;.*Jones'
    told = [re.sub(data, "", text) for _, text in translations(french)]
    assert any("\u00a0:" in text for text in told)
    assert [text for text in told if re.search(r"(?<!\u00a0)[:;?»](\s|$)|«(?!\u00a0)", text)] == []


def test_french_elides_nothing_before_the_name_of_a_column(catalogue):
    """`d'item_number` and `de client_code`: a word of ours stands between."""
    names = "{(column|columns|fields|names|own|documented|meant)}"
    assert [text for _, text in translations(catalogue) if re.search(rf"\b(de|que|le|la) {names}", text)] == []


def test_french_tells_columns_by_that_word():
    report = check(ITEMS + ROW.replace("2024-05-24", "24.05.2024"), type="items")
    assert "Une date de la colonne item_date_due est écrite" in " ".join(render_text(report, FR).split())


def test_french_has_its_spaces_where_pieces_are_put_together():
    report = check(ITEMS + ROW.replace("2024-05-24", "24.05.2024"), type="items")
    assert "(colonnes absentes)\u00a0; X501 (" in render_text(report, FR)
    assert "Informatique, dans l&#39;export\u00a0:</b>" in render(report, "html", FR)


def test_a_headline_goes_on_below_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "clients.csv").write_text("client_code;client_business_name\nC0002;Durand\n")
    (tmp_path / "items.csv").write_text(ITEMS + ROW)
    text = render_text(dsolint.check(tmp_path, today="2024-11-22"), FR)
    assert "X501 unknown-customer, 1 fois\u00a0: aucun effet sur ce qui est\n               accepté\n" in text


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_has_one_title_in_every_language(rule, code):
    """A sentence ends where it ends in English: no abbreviation is taken for an end."""
    text = language(code).translate(unwrapped(rule.what))
    assert len(re.findall(r"[.](?= [A-ZÀ-Þ]|$)", text)) == len(re.findall(r"[.](?= [A-Z]|$)", unwrapped(rule.what)))
    assert 0 < len(first_sentence(text)) < 160


def phrases(text):
    """A sentence and the phrases in it."""
    if isinstance(text, Phrase):
        yield text
        for value in text.params.values():
            yield from phrases(value)


@pytest.fixture(scope="module")
def known():
    return {message.id for message in messages.collect()}


@pytest.mark.parametrize("name", names())
def test_whatever_a_report_says_is_in_the_catalogue(name, known):
    report = dsolint.check(DELIVERIES / name, today="2024-06-30")
    said = [sentence for file in report.files for sentence in (f.sentence for f in file.findings)]
    reasons = [entry.reason for file in report.files for entry in file.not_checked]
    reasons += [entry.reason for delivery in report.deliveries for entry in delivery.skipped]
    assert [reason for reason in reasons if not isinstance(reason, Phrase)] == []
    said += [*reasons]
    said += [text for file in report.files for d in file.diagnoses for text in (d.sentence, d.advice)]
    found = {
        (phrase.one, phrase.message) if isinstance(phrase, Counted) else phrase.message
        for text in said
        for phrase in phrases(text)
    }
    assert found <= known
    assert found or name.startswith("good")


# Collecting


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('Problem("a {x}", params)', ["a {x}"]),
        ('Problem("two " "pieces")', ["two pieces"]),
        ('Flagged(mask, "a", "column")', ["a"]),
        ('Problem("a" if x else "b")', ["a", "b"]),
        ('def f():\n    message = "a"\n    if x: message = "b"\n    return Problem(message)', ["a", "b"]),
        ('TEXT = "a"\ndef f():\n    return Phrase(TEXT)', ["a"]),
        ('group.diagnosis("many", "remedy", one="one", x=y)', [("one", "many"), "remedy"]),
        ('group.diagnosis("a", "remedy")', ["a", "remedy"]),
        ('language.plural("one", "many", n)', [("one", "many")]),
        ('language.translate("{a}: {b}", a=b)', ["{a}: {b}"]),
        ("Phrase(finding.message)", []),
        ("language.translate(word)", []),
        ('print("a")', []),
    ],
)
def test_messages_are_collected(source, found):
    assert list(messages.messages_of_code(source, "x.py")) == found


@pytest.mark.parametrize(
    "source",
    ['Problem(f"a {x}")', 'Problem("a" + x)', "Problem(message)", 'Phrase("a %s" % x)', 'language.translate(f"{x}")'],
)
def test_a_message_that_is_put_together_is_refused(source):
    with pytest.raises(messages.NoLiteralError, match=r"x\.py:1"):
        list(messages.messages_of_code(source, "x.py"))


TEMPLATE = """\
<h1>{{ _("line") }}</h1>{% trans file=name %}The file {{ file }}{% endtrans %}
{% trans count=n %}{{ count }} line{% pluralize %}{{ count }} lines{% endtrans %}"""


def test_templates_are_collected(tmp_path):
    folder = tmp_path / "reporters" / "html"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(TEMPLATE)
    found = messages.collect(tmp_path)
    assert found.get("line").locations == [("dsolint/reporters/html/report.html", 0)]
    assert found.get("The file %(file)s").id == "The file %(file)s"
    assert found.get("%(count)s line").id == ("%(count)s line", "%(count)s lines")


def test_templates_are_rendered_in_a_language():
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.install_gettext_translations(DE.catalogue, newstyle=True)
    assert environment.from_string('{{ _("line") }} {{ _("error") }}').render() == "Zeile Fehler"


# Words and data


def test_a_phrase_is_english_and_says_itself_in_other_languages():
    phrase = Phrase("The columns are separated by {found}; {wanted} is what the import takes.",
                    {"found": Phrase("a comma"), "wanted": Phrase("a semicolon")})  # fmt: skip
    assert phrase == "The columns are separated by a comma; a semicolon is what the import takes."
    assert DE.tell(phrase) == "Die Spalten sind durch ein Komma getrennt; der Import erwartet ein Semikolon."
    assert ENGLISH.tell(phrase) == phrase


@pytest.mark.parametrize("data", ["a comma", "line", "{count}", "{value.__class__}", "{", "%(x)s", "error"])
@pytest.mark.parametrize("speaker", [ENGLISH, DE, FR], ids=LANGUAGES)
def test_data_is_never_taken_for_words(speaker, data):
    told = speaker.tell(Phrase("{value} is not one of {allowed}.", {"value": data, "allowed": data}))
    assert told.count(data) == 2
    assert speaker.tell(data) == data


@pytest.mark.parametrize("value", ["{count}", "a comma", "{}", "line", "{value.__class__}"])
@pytest.mark.parametrize(
    ("speaker", "not_one_of"),
    [(ENGLISH, "is not one of AVO"), (DE, "ist keiner der Werte AVO"), (FR, "n'est pas l'une des valeurs AVO")],
    ids=LANGUAGES,
)
def test_values_of_a_file_stand_as_they_are(value, speaker, not_one_of):
    report = check(ITEMS + ROW.replace("FAC", value))
    assert f"{value} {not_one_of}" in " ".join(render_text(report, speaker).split())


def test_what_hides_in_data_is_shown_and_the_spaces_of_french_are_not():
    text = render_text(check(ITEMS + ROW.replace("EUR", "E\u00a0\u202e")), FR)
    assert "E\\xa0\\u202e" in text
    assert "1 fois\u00a0: la valeur" in text


@pytest.mark.parametrize("text", [Number(1234), Phrase("{a} or {b}", {"a": "{b}", "b": Number(1)}),
                                  Counted("one", "{count} of {x}", 2, {"x": "{y}"})])  # fmt: skip
def test_phrases_are_copied_whole(text):
    for copied in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert type(copied) is type(text)
        assert copied == text
        assert [getattr(copied, name) for name in text.__slots__] == [getattr(text, name) for name in text.__slots__]


# Numbers


@pytest.mark.parametrize(
    ("speaker", "number", "amount", "money", "day", "list"),
    [
        (ENGLISH, "1,234,567", "-1,234.50", "0.125 TND", "1 November 2024", "a, b and c"),
        (DE, "1.234.567", "-1.234,50", "0,125 TND", "1. November 2024", "a, b und c"),
        (FR, "1\u202f234\u202f567", "-1\u202f234,50", "0,125 TND", "1 novembre 2024", "a, b et c"),
    ],
    ids=LANGUAGES,
)
def test_numbers_dates_and_lists(speaker, number, amount, money, day, list):
    assert speaker.number(1234567) == number
    assert speaker.amount(Decimal("-1234.5")) == amount
    assert speaker.money(Decimal("0.12500"), "TND") == money.replace(" ", "\u00a0")
    assert speaker.money(Decimal(0), "") == speaker.amount(Decimal(0))
    assert speaker.date(datetime.date(2024, 11, 1)) == day
    assert speaker.listed(["a", "b", "c"]) == list


def test_amounts_lose_no_digit():
    digits = "123456789" * 8 + ".01"
    assert DE.amount(Decimal(digits)).replace(".", "").replace(",", ".") == digits


@pytest.mark.parametrize(
    ("number", "en", "de", "fr"),
    [
        (0, "0 lines", "0 Zeilen", "0 ligne"),
        (1, "1 line", "1 Zeile", "1 ligne"),
        (1500, "1,500 lines", "1.500 Zeilen", "1\u202f500 lignes"),
    ],
)
def test_singular_and_plural(number, en, de, fr):
    told = {
        speaker.code: speaker.plural("{count} line would go in", "{count} lines would go in", number)
        for speaker in (ENGLISH, DE, FR)
    }
    assert told["en"].startswith(f"{en} would")
    assert told["de"].startswith(f"{de} würde")
    assert told["fr"].startswith(f"{fr} serai")


# Which language


@pytest.mark.parametrize(
    ("setting", "environment", "code"),
    [
        ("fr", {"LC_ALL": "de_DE.UTF-8"}, "fr"),
        (None, {"LC_ALL": "de_DE.UTF-8", "LANG": "fr_FR"}, "de"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "fr_CH", "LANG": "de"}, "fr"),
        (None, {"LANG": "de_AT@euro"}, "de"),
        (None, {"LANG": "DE"}, "de"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {"LANG": "POSIX"}, "en"),
        (None, {"LANG": "pt_BR.UTF-8"}, "en"),
        (None, {"LANG": "../../fr"}, "en"),
    ],
)
def test_option_or_configuration_before_environment_before_english(setting, environment, code):
    assert pick_language(setting, environment).code == code


@pytest.mark.parametrize(("system", "code"), [("de_DE.UTF-8", "de"), ("C", "en"), ("UTF-8", "en"), ("tlh_QO", "en")])
def test_the_system_is_asked_where_no_variable_is_set(system, code, monkeypatch):
    monkeypatch.setattr("locale.setlocale", lambda category: system)
    monkeypatch.setattr("sys.platform", "linux")
    assert pick_language(None, {}).code == code


@pytest.fixture
def items(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "items.csv"
    path.write_text(ITEMS + ROW)
    return path


def test_the_command_follows_option_configuration_and_environment(items, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    run("check", items)
    assert "1 Zeile würde übernommen" in capsys.readouterr().out
    Path("dsolint.toml").write_text('language = "fr"\n')
    run("check", items)
    assert "1 ligne serait acceptée" in capsys.readouterr().out
    run("check", items, "--lang", "en")
    assert "1 line would go in" in capsys.readouterr().out
    run("rules", "V303")
    assert "Pourquoi" in capsys.readouterr().out
    run("rules", "--lang", "de")
    assert "dokumentiert" in capsys.readouterr().out


def test_the_language_is_that_of_a_run_and_not_of_a_file(items):
    Path("dsolint.toml").write_text('files."*.csv" = { language = "fr" }\n')
    with pytest.raises(dsolint.UsageError, match="language"):
        run("check", items)


def test_what_is_for_programs_stays_english(items):
    items.write_text(ITEMS + ROW.replace("2024-04-24", "24.04.2024"))
    run("check", items, "--lang", "de", "--output", "json=de.json", "--output", "text=de.txt")
    run("check", items, "--lang", "en", "--output", "json=en.json")
    assert Path("de.json").read_bytes() == Path("en.json").read_bytes()
    assert "is no date" in json.loads(Path("de.json").read_text("utf-8"))["files"][0]["findings"][0]["message"]
    assert "ist kein Datum" in " ".join(Path("de.txt").read_text("utf-8").split())


def test_readable_formats_are_formats_and_take_the_language():
    report = check(ITEMS + ROW)
    assert READABLE.keys() <= FORMATS.keys()
    for format in FORMATS:
        assert render(report, format, ENGLISH) == FORMATS[format](report)
        assert (render(report, format, DE) != FORMATS[format](report)) == (format in READABLE)


@pytest.mark.parametrize("path", sorted(TRANSLATED.glob("*.fr.txt")), ids=lambda path: path.name)
def test_no_line_breaks_before_a_french_sign(path):
    text = path.read_text(encoding="utf-8")
    assert "\u00a0:" in text
    assert [line for line in text.splitlines() if re.match(r"\s*[:;!?»]", line)] == []


@pytest.mark.parametrize(("name", "code"), IN_LANGUAGES)
def test_report_is_as_expected(name, code):
    assert translated(name, code) == (TRANSLATED / f"{name}.{code}.txt").read_bytes().decode(), (
        "refresh with python tests/golden.py and look at the diff"
    )
