"""Where settings come from, which goes before which, and what is said of those that can't be followed."""

import sys
import tomllib
from datetime import date

import pytest

import dsolint
from dsolint.cli.main import main
from dsolint.settings import SETTINGS, load

TODAY = date(2024, 6, 1)
ITEMS = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency"
GOOD = "FAC;1;C0001;2024-04-24;2024-05-24;1200.00;EUR"
NO_NUMBER = "FAC;;C0001;2024-04-24;2024-05-24;1200.00;EUR"
ZERO = "FAC;1;C0001;2024-04-24;2024-05-24;0;EUR"
CLIENTS = "client_code;client_business_name"


@pytest.fixture
def write(tmp_path):
    """Write a file below the test's own folder; give its path."""

    def write_one(name, *lines):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write_one


@pytest.fixture
def cli(monkeypatch, capsys):
    """Run the command line; give its exit code and what it printed."""

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["dsolint", *map(str, args)])
        with pytest.raises(SystemExit) as exit:
            main()
        return exit.value.code, *capsys.readouterr()

    return run


def found(path, **options):
    """The codes and severities of a file's findings."""
    (file,) = dsolint.check(path, today=TODAY, **options).files
    return [(finding.code, finding.severity.value) for finding in file.findings]


def codes(path, **options):
    return [code for code, _ in found(path, **options)]


@pytest.mark.parametrize("place", ["dsolint.toml", "far/dsolint.toml", "far/below/dsolint.toml"])
def test_file_beside_or_above_holds(write, place):
    items = write("far/below/items.csv", ITEMS, NO_NUMBER)
    assert codes(items) == ["V301"]
    write(place, 'ignore = ["V301"]')
    assert codes(items) == []


@pytest.mark.parametrize("place", ["pyproject.toml", "far/pyproject.toml", "far/below/pyproject.toml"])
def test_table_in_pyproject_holds(write, place):
    items = write("far/below/items.csv", ITEMS, NO_NUMBER)
    write(place, "[project]", 'name = "x"', "[tool.other]", "a = 1", "[tool.dsolint]", 'ignore = ["V301"]')
    assert codes(items) == []


def test_nearest_file_holds_alone(write):
    items = write("far/below/items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'ignore = ["V301"]')
    write("far/dsolint.toml", 'severity = { V301 = "info" }')
    assert found(items) == [("V301", "info")]


def test_own_file_goes_before_pyproject_beside_it(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("pyproject.toml", "[tool.dsolint]", 'ignore = ["V301"]')
    write("dsolint.toml", 'severity = { V301 = "info" }')
    assert found(items) == [("V301", "info")]


@pytest.mark.parametrize("text", ["", "[tool.other]\na = 1", "[tool]\n", "[project]\nname = 'x'"])
def test_pyproject_without_own_table_is_passed_over(write, text):
    items = write("below/items.csv", ITEMS, NO_NUMBER)
    write("below/pyproject.toml", text)
    write("dsolint.toml", 'ignore = ["V301"]')
    assert codes(items) == []


def test_empty_file_changes_nothing_and_ends_the_search(write):
    items = write("below/items.csv", ITEMS, NO_NUMBER)
    write("below/dsolint.toml")
    write("dsolint.toml", 'ignore = ["V301"]')
    assert codes(items) == ["V301"]


def test_each_file_of_a_run_has_its_own(write):
    paths = [write(f"{name}/items.csv", ITEMS, NO_NUMBER) for name in ("north", "south")]
    write("north/dsolint.toml", 'ignore = ["V301"]')
    report = dsolint.check(paths, today=TODAY)
    assert [dict(file.counts) for file in report.files] == [{}, {"V301": 1}]


def test_byte_order_mark_of_the_configuration_is_no_key(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", '\ufeffignore = ["V301"]')
    assert codes(items) == []


def test_named_configuration_stands_in_place_of_the_found_one(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'ignore = ["V301"]')
    other = write("other/settings.toml", 'severity = { V301 = "info" }')
    project = write("other/pyproject.toml", "[tool.dsolint]", 'severity = { V301 = "warning" }')
    assert found(items, config=other) == [("V301", "info")]
    assert found(items, config=project) == [("V301", "warning")]


@pytest.mark.parametrize(
    ("setting", "options", "codes_found"),
    [
        ('ignore = ["V301"]', {"ignore": ["B408"]}, ["V301"]),
        ('select = ["B408"]', {"select": ["V301"]}, ["V301"]),
        ('ignore = ["V301"]', {"select": ["V"]}, []),
        ("max_findings = 0", {"max_findings": 1, "select": ["V301"]}, ["V301"]),
        ('type = "clients"', {"type": "items", "select": ["V301"]}, ["V301"]),
        ('encoding = "utf-16"', {"encoding": "utf-8", "select": ["V301"]}, ["V301"]),
    ],
)
def test_options_go_before_the_file(write, setting, options, codes_found):
    items = write("items.csv", ITEMS, NO_NUMBER, ZERO)
    write("dsolint.toml", setting)
    assert codes(items, **options) == codes_found


def test_mode_as_option_goes_before_the_file(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'mode = "stock"')
    (stock,) = dsolint.check(items).files
    (delta,) = dsolint.check(items, mode="delta").files
    assert (stock.forecast.cleared_by_mistake, delta.forecast.cleared_by_mistake) == (1, None)


def test_options_of_the_command_go_before_the_file(write, cli):
    items = write("items.csv", ITEMS, ZERO)
    write("dsolint.toml", 'fail_on = "info"')
    assert cli("check", items)[0] == 1
    assert cli("check", items, "--fail-on", "warning")[0] == 0


def test_files_of_a_pattern_have_settings_of_their_own(write):
    write(
        "dsolint.toml",
        'ignore = ["B408"]',
        'files."items_*.csv" = { ignore = ["V301"], severity = { B408 = "error" } }',
    )
    assert found(write("items_1.csv", ITEMS, NO_NUMBER, ZERO)) == [("B408", "error")]
    assert found(write("items.csv", ITEMS, NO_NUMBER, ZERO)) == [("V301", "error")]
    assert found(write("below/items_2.csv", ITEMS, NO_NUMBER, ZERO)) == [("B408", "error")]


def test_encoding_of_a_pattern(write):
    write("dsolint.toml", 'files."*_old.csv" = { encoding = "cp1252" }')
    old, new = (write(f"clients_{name}.csv", CLIENTS, "C0001;x") for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(f"{CLIENTS}\nC0001;Müller\n".encode("cp1252"))
    assert (codes(old), codes(new)) == ([], ["F004"])


def test_options_go_before_patterns(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'files."*.csv" = { ignore = ["V301"] }')
    assert codes(items, ignore=["B408"]) == ["V301"]


def test_known_customers_are_of_a_delivery_and_not_of_a_pattern(write):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", 'files."items*.csv" = { clients = "known.csv" }')
    with pytest.raises(dsolint.UsageError, match="clients holds for all files"):
        dsolint.check(items)


@pytest.mark.parametrize(
    ("severity", "options", "code"),
    [
        ('B408 = "error"', [], 1),
        ('B408 = "warning"', [], 0),
        ('B408 = "warning"', ["--fail-on", "warning"], 1),
        ('V301 = "warning"', [], 0),
        ('V301 = "info"', ["--fail-on", "warning"], 0),
        ('V301 = "info"', ["--fail-on", "info"], 1),
        ('V301 = "info"', ["--fail-on", "never"], 0),
    ],
)
def test_severity_of_a_rule_decides_the_exit_code(write, cli, severity, options, code):
    items = write("items.csv", ITEMS, ZERO if severity.startswith("B") else NO_NUMBER)
    write("dsolint.toml", f"severity = {{ {severity} }}")
    assert cli("check", items, "--today", TODAY, *options)[0] == code


def test_effect_stays_where_the_severity_changes(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'severity = { V301 = "info" }')
    (file,) = dsolint.check(items).files
    assert [(finding.severity, finding.effect) for finding in file.findings] == [("info", "line")]
    assert (file.passed, file.forecast.ignored) == (True, 1)


def test_severity_goes_before_that_of_a_single_case(write):
    items = write("items.csv", ITEMS, "FAC;NULL;C0001;2024-04-24;2024-05-24;1200.00;NULL")
    write("dsolint.toml", 'severity = { V313 = "info" }')
    assert found(items) == [("V313", "info"), ("V313", "info")]


BAD_VALUES = [
    ("text", "MÃ¼ller", "V310", "warning"),
    ("amount", "abc", "V304", "warning"),
    ("amount", "1,23E+11", "V312", "warning"),
    ("date", "31.12.2024", "V303", "warning"),
    ("date", "0000-00-00", "V313", "warning"),
    ("date", "45406", "V303", "warning"),
    ("flag", "yes", "V306", "warning"),
    ("currency", "EURO", "V307", "warning"),
    ("email", "mike@example", "V308", "warning"),
    ("phone", "=1+1", "V311", "warning"),
    ("url", "no page", "V317", "info"),
    ("list", "MÃ¼ller,Roy", "V310", "warning"),
    ("key", "NULL", "V313", "warning"),
    ("key", "1,23E+11", "V312", "warning"),
]
GOOD_VALUES = [
    ("text", "Rhineland"),
    ("amount", "1 200,00"),
    ("date", "2024-04-24"),
    ("flag", "1"),
    ("currency", "CHF"),
    ("email", "mike@example.com"),
    ("phone", "+49 221 555 0100"),
    ("url", "www.example.com"),
    ("list", "Retail,Rhineland"),
    ("key", "000123"),
]


@pytest.mark.parametrize(("kind", "value", "code", "severity"), BAD_VALUES)
def test_bad_value_in_a_column_of_ones_own_is_never_an_error(write, kind, value, code, severity):
    items = write("items.csv", f"{ITEMS};our_column", f"{GOOD};{value}")
    write("dsolint.toml", f'columns = {{ our_column = "{kind}" }}')
    (file,) = dsolint.check(items, today=TODAY).files
    assert [(f.code, f.column, f.severity.value) for f in file.findings] == [(code, "our_column", severity)]
    assert (file.passed, file.forecast.accepted) == (True, 1)


@pytest.mark.parametrize(("kind", "value"), GOOD_VALUES)
def test_column_of_ones_own_is_known(write, kind, value):
    items = write("items.csv", f"{ITEMS};our_column", f"{GOOD};{value}", f"{GOOD.replace('1', '2', 1)};")
    assert codes(items) == ["H102"]
    write("dsolint.toml", f'columns = {{ our_column = "{kind}" }}')
    assert codes(items) == []


@pytest.mark.parametrize("header", [CLIENTS, "client_code;contact_lastname", "client_code;user_lastname"])
def test_column_of_ones_own_in_every_import_type(write, header):
    path = write("file.csv", f"{header};our_column", "C0001;Jackson;Rhineland")
    write("dsolint.toml", 'columns = { our_column = "text" }')
    assert codes(path) == []


def test_declared_column_leaves_a_documented_one_as_it_is(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'columns = { item_number = "amount" }')
    assert codes(items) == ["V301"]


def test_columns_of_ones_own_need_not_be_there(write):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", 'columns = { our_column = "key" }')
    assert codes(items) == []


def test_item_types_of_the_erp(write):
    rows = [
        "INV;1;C0001;2024-04-24;2024-05-24;1200.00;EUR",
        "INV;2;C0001;2024-04-24;2024-05-24;-1200.00;EUR",
        "INV;3;C0001;2024-04-24;2024-04-01;1200.00;EUR",
        "CM;4;C0001;2024-04-24;2024-04-01;-1200.00;EUR",
        "CM;5;C0001;2024-04-24;2024-05-24;1200.00;EUR",
        "MISC;6;C0001;2024-04-24;2024-05-24;-1200.00;EUR",
        "inv;7;C0001;2024-04-24;2024-05-24;1200.00;EUR",
        "FAC;8;C0001;2024-04-24;2024-05-24;-1200.00;EUR",
    ]
    items = write("items.csv", ITEMS, *rows)
    write("dsolint.toml", 'item_types = { INV = "FAC", CM = "AVO", MISC = "ODI" }')
    (file,) = dsolint.check(items, today=TODAY).files
    assert [(finding.line, finding.code) for finding in file.findings] == [
        (3, "B402"),
        (4, "B401"),
        (6, "B402"),
        (8, "V302"),
        (9, "B402"),
    ]
    assert (file.forecast.accepted, file.forecast.ignored) == (7, 1)


@pytest.mark.parametrize(
    ("thresholds", "lines"),
    [
        ("", [2, 5]),
        ("earliest_date = 2024-01-01", [2, 3, 5]),
        ('earliest_date = "1980-01-01"', [5]),
        ("years_ahead = 1", [2, 4, 5]),
        ("years_ahead = 200", [2]),
        ("years_ahead = 9999", [2]),
        ("years_ahead = 0, earliest_date = 2024-04-25", [2, 3, 4, 5]),
    ],
)
def test_thresholds_of_plausible_dates(write, thresholds, lines):
    dates = ["1989-12-31", "2023-12-31", "2025-06-02", "2094-01-01"]
    rows = [f"ODI;{number};C0001;{TODAY};{day};1200.00;EUR" for number, day in enumerate(dates)]
    items = write("items.csv", ITEMS, *rows)
    write("dsolint.toml", f"thresholds = {{ {thresholds} }}")
    (file,) = dsolint.check(items, today=TODAY).files
    assert [(finding.line, finding.code) for finding in file.findings] == [(line, "V318") for line in lines]


def test_known_customers_are_seen_from_the_configurations_folder(write, monkeypatch, tmp_path):
    items = write("below/items.csv", ITEMS, GOOD)
    write("known/customers.csv", CLIENTS, "C0002;My company")
    write("dsolint.toml", 'clients = "known/customers.csv"')
    monkeypatch.chdir(tmp_path / "below")
    assert found(items) == [("X501", "error")]
    assert found("items.csv") == [("X501", "error")]


def test_known_customers_as_option_are_seen_from_the_working_folder(write, monkeypatch, tmp_path):
    items = write("below/items.csv", ITEMS, GOOD)
    write("known.csv", CLIENTS, "C0002;My company")
    write("below/dsolint.toml", 'clients = "none.csv"')
    monkeypatch.chdir(tmp_path)
    assert found(items, clients="known.csv") == [("X501", "error")]


@pytest.mark.parametrize(("complete", "severity"), [("true", "error"), ("false", "warning")])
def test_customers_of_the_delivery_may_be_complete(write, complete, severity):
    paths = [write("items.csv", ITEMS, GOOD), write("clients.csv", CLIENTS, "C0002;My company")]
    write("dsolint.toml", f"clients_complete = {complete}")
    items, _ = dsolint.check(paths, today=TODAY).files
    assert [(finding.code, finding.severity.value) for finding in items.findings] == [("X501", severity)]


ERRORS = [
    ("ignroe = []", ["ignroe", "ignore"]),
    ("no_such_thing = 1", ["no_such_thing"]),
    ('ignore = "V309"', ["ignore", "list"]),
    ("ignore = [309]", ["ignore", "list"]),
    ('ignore = ["V3O9"]', ["ignore", "V3O9", "V309"]),
    ('select = ["bad-dat"]', ["select", "bad-dat", "bad-date"]),
    ('select = [""]', ["select"]),
    ('severity = "error"', ["severity", "table"]),
    ('severity = { V3O9 = "error" }', ["severity", "V3O9", "V309"]),
    ('severity = { V309 = "eror" }', ["severity", "V309", "error, warning, info"]),
    ('fail_on = "fatal"', ["fail_on", "error, warning, info, never"]),
    ("max_findings = -1", ["max_findings", "0"]),
    ("max_findings = 1.5", ["max_findings", "whole number"]),
    ("max_findings = true", ["max_findings", "whole number"]),
    ('encoding = "utf-99"', ["encoding", "utf-99", "utf-8"]),
    ("encoding = 8", ["encoding", "text"]),
    ('mode = "stok"', ["mode", "stock"]),
    ('type = "item"', ["type", "items"]),
    ('language = "it"', ["language", "en, de, fr"]),
    ("clients = 3", ["clients", "text"]),
    ('clients = "a\\u0000b"', ["clients", "NUL"]),
    ('clients_complete = "yes"', ["clients_complete", "true or false"]),
    ('columns = { region = "txt" }', ["columns", "region", "text"]),
    ('columns = ["region"]', ["columns", "table"]),
    ('item_types = { INV = "FACT" }', ["item_types", "INV", "FAC"]),
    ("thresholds = { years = 3 }", ["thresholds", "years", "years_ahead"]),
    ('thresholds = { years_ahead = "ten" }', ["thresholds", "years_ahead", "whole number"]),
    ('thresholds = { earliest_date = "1.1.1990" }', ["thresholds", "earliest_date", "YYYY-MM-DD"]),
    ("thresholds = { earliest_date = 1990-01-01T00:00:00 }", ["thresholds", "earliest_date", "YYYY-MM-DD"]),
    ('entities.north = { ulr = "https://north.example.com" }', ["entities", "north", "ulr", "url"]),
    ('entities.north = { mode = "full" }', ["entities", "north", "mode", "delta, stock"]),
    ("entities.north = 3", ["entities", "north", "table"]),
    ("files = 3", ["files", "table"]),
    ('files."*.csv" = 3', ["files", "*.csv", "table"]),
    ('files."*.csv" = { encodign = "utf-8" }', ["*.csv", "encodign", "encoding"]),
    ('files."*.csv" = { max_findings = "x" }', ["*.csv", "max_findings", "whole number"]),
    ('files."none*.csv" = { max_findings = "x" }', ["none*.csv", "max_findings"]),
    ('files."*.csv" = { files = {} }', ["*.csv", "files"]),
    (
        'files."*.csv" = { language = "de" }',
        ["*.csv", "line 1", "language", "can't be set by their names", "outside of files"],
    ),
    ('files."*.csv" = { langage = "de" }', ["*.csv", "'langage'", "Did you mean language?"]),
    ('[tool.dsolint]\nignore = ["V309"]', ["line 1: [tool.dsolint] is for pyproject.toml alone"]),
    ('# Ours\nmode = "stock"\n\nignore = ["V309"\n# more', ["TOML", "begins on line 4"]),
    ('mode = "stock"\nclients = """known.csv', ["TOML", "begins on line 2"]),
    ('mode = "stock"\n[thresholds', ["TOML", "line 2"]),
    ('mode = "delta"\nurl = "ftp://account.example.com"', ["line 2: url", "https://account.example.com"]),
    ('url = "account.example.com"', ["line 1: url", "https://account.example.com"]),
    ('[entities.north]\nmode = "stock"\nurl = "north.example.com"', ["line 3", "north", "url", "https://"]),
    ("thresholds = { mass_clearing = 101 }", ["thresholds", "mass_clearing", "from 0 to 100"]),
    ("[thresholds]\nshrunken_delivery = 200", ["line 2", "shrunken_delivery", "from 0 to 100"]),
    ("entities.north = { thresholds = { mass_clearing = 1000 } }", ["north", "mass_clearing", "from 0 to 100"]),
    ('ignore = ["V309"', ["TOML", "begins on line 1"]),
    ('ignore = []\nignore = ["V309"]', ["TOML", "line 2"]),
    ("[[ignore]]", ["ignore", "list"]),
]


def said(cli, *args):
    """The one line that a run says which could not be made."""
    code, out, err = cli(*args)
    assert (code, out) == (2, "")
    assert err.startswith("dsolint: ")
    assert (err.count("\n"), err.endswith((".\n", "?\n"))) == (1, True)
    return err


@pytest.mark.parametrize(("text", "words"), ERRORS)
def test_error_is_one_line_with_file_key_and_remedy(write, cli, text, words):
    items = write("items.csv", ITEMS, GOOD)
    config = write("dsolint.toml", text)
    message = said(cli, "check", items)
    assert [word for word in (str(config), *words) if word not in message] == []


def test_all_faults_of_a_configuration_are_told_at_once_each_with_its_line(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    config = write(
        "dsolint.toml",
        "# Ours",
        'mode = "full"',
        'ignore = [ # "',
        '  "V309",',
        '  "V3O9",',
        "]",
        'clients = """',
        "type = 3",
        '"""',
        'item_types = { INV = "FACT", CM = "CREDIT" }',
        " [ thresholds ] # in percent",
        "years = 1",
        "years_ahead = 'x'",
        'entities.north.ulr = "x"',
        '[files."*.csv"]',
        'encoding = "utf-8"',
        'url = """',
        'mode = 1"""',
        'mode = "full"',
        "[[files.x]]",
    )
    code, out, err = cli("check", items)
    told = [line.removeprefix(f"dsolint: {config}").partition(": line ")[::2] for line in err.splitlines()]
    assert (code, out) == (2, "")
    assert [(place, line.partition(":")[0]) for place, line in told] == [
        ("", "2"),
        ("", "3"),
        ("", "10"),
        ("", "10"),
        ("", "12"),
        ("", "13"),
        ("", "14"),
        (' [files."*.csv"]', "17"),
        (' [files."*.csv"]', "19"),
        ("", "20"),
    ]
    with pytest.raises(dsolint.UsageError, match=r"line 2: mode .*\. .*: line 20: files has an entry x"):
        dsolint.check(items)


def test_lines_of_faults_in_pyproject(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool]", "other.mode = 1", "[tool.dsolint]\r", 'mode = "full"\r', "fail_on = 3")
    code, _, err = cli("check", items)
    assert code == 2
    assert [line.partition(" takes")[0] for line in err.splitlines()] == [
        f"dsolint: {project}: line 4: mode",
        f"dsolint: {project}: line 5: fail_on",
    ]


@pytest.mark.parametrize("text", ['ignore = "V309"', 'ignore = ["V390"]', 'files."*.csv" = { ignore = 3 }'])
def test_error_in_pyproject(write, cli, text):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool.dsolint]", text)
    message = said(cli, "check", items)
    assert str(project) in message
    assert "ignore" in message


def test_pyproject_that_is_no_toml(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool.dsolint]", 'ignore = ["V309"')
    assert str(project) in said(cli, "check", items)


def test_pyproject_whose_own_table_is_none(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool]", "dsolint = 3")
    assert str(project) in said(cli, "check", items)


def test_pyproject_without_a_table_of_tools(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("pyproject.toml", "tool = 3")
    assert codes(items) == ["V301"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_configuration_that_is_no_utf_8(write, cli, tmp_path, encoding):
    items = write("items.csv", ITEMS, GOOD)
    (tmp_path / "dsolint.toml").write_bytes("# für alle\n".encode(encoding))
    message = said(cli, "check", items)
    assert f"{tmp_path / 'dsolint.toml'}: the configuration is" in message
    assert "Save it as UTF-8 in an editor" in message
    assert ("PowerShell" in message) == (encoding == "utf-16")


def test_a_balance_may_move_by_more_than_all_of_it(write):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", "thresholds = { balance_jump = 500, mass_clearing = 100 }")
    assert dsolint.check(items).passed


@pytest.mark.parametrize("name", ["none.toml", "folder", "bytes.toml"])
def test_named_configuration_that_can_not_be_read(write, cli, tmp_path, name):
    items = write("items.csv", ITEMS, GOOD)
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes.toml").write_bytes(b'type = "\xff"')
    assert str(tmp_path / name) in said(cli, "check", items, "--config", tmp_path / name)


def test_known_customers_that_can_not_be_read(write, cli, tmp_path):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", 'clients = "none.csv"')
    assert str(tmp_path / "none.csv") in said(cli, "check", items)


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--ignore", "V3O9", "V309"),
        ("--select", "bad-dat", "bad-date"),
        ("--fail-on", "eror", "error"),
        ("--encoding", "utf-99", "utf-8"),
    ],
)
def test_option_that_can_not_be_followed(write, cli, option, value, remedy):
    message = said(cli, "check", write("items.csv", ITEMS, GOOD), option, value)
    assert [word for word in (option, remedy) if word not in message] == []


def test_library_raises_what_the_command_says(write):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", "ignroe = []")
    with pytest.raises(dsolint.UsageError, match=r"ignroe.*Did you mean ignore"):
        dsolint.check(items)


def shown(out):
    """Every setting that --show-config printed, with its value and its origin."""
    lines = [line.strip().removesuffix(")").rpartition("  (") for line in out.splitlines() if line.startswith("  ")]
    return {line.partition(" = ")[0]: (line.partition(" = ")[2], origin) for line, _, origin in lines}


def test_show_config_names_the_origin_of_each_setting(write, cli):
    items = write("items.csv", ITEMS, NO_NUMBER)
    config = write(
        "dsolint.toml",
        'ignore = ["V309"]',
        'mode = "stock"',
        'severity = { B408 = "warning" }',
        'files."items*.csv" = { mode = "delta" }',
        'files."clients*.csv" = { encoding = "cp1252" }',
    )
    code, out, err = cli("check", items, "--show-config", "--fail-on", "warning")
    assert (code, err, out.splitlines()[0]) == (0, "", str(items))
    settings = shown(out)
    assert settings.keys() == SETTINGS.keys()
    assert settings["ignore"] == ('["V309"]', str(config))
    assert settings["severity"] == ('{B408 = "warning"}', str(config))
    assert settings["mode"] == ('"delta"', f'{config} [files."items*.csv"]')
    assert settings["fail_on"] == ('"warning"', "option")
    assert settings["encoding"] == ('"utf-8"', "default")
    assert settings["clients"] == ("(not set)", "default")
    assert settings["clients_complete"] == ("false", "default")


def test_show_config_of_several_paths_and_of_a_named_file(write, cli, tmp_path):
    paths = [write(f"{name}/items.csv", ITEMS, NO_NUMBER) for name in ("north", "south")]
    write("north/dsolint.toml", 'mode = "stock"')
    _, out, _ = cli("check", *paths, "--show-config")
    assert [line for line in out.splitlines() if line.startswith("  mode")] == [
        f'  mode = "stock"  ({tmp_path / "north" / "dsolint.toml"})',
        '  mode = "delta"  (default)',
    ]
    other = write("other.toml", 'mode = "stock"')
    _, out, _ = cli("check", paths[1], "--show-config", "--config", other)
    assert shown(out)["mode"] == ('"stock"', str(other))


def test_init_writes_a_file_with_everything_commented_out(cli, tmp_path):
    code, out, err = cli("init", tmp_path)
    path = tmp_path / "dsolint.toml"
    assert (code, out, str(path) in err) == (0, "", True)
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line and not line.startswith("# ")] == []
    assert dict(load(path).values) == {}
    for setting in SETTINGS.values():
        assert f"# {setting.help}\n# {setting.example}\n" in text


def test_init_holds_for_the_working_folder_unless_told(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("init")[0] == 0
    assert (tmp_path / "dsolint.toml").is_file()


def test_init_overwrites_nothing(cli, tmp_path):
    path = tmp_path / "dsolint.toml"
    path.write_text('mode = "stock"\n', encoding="utf-8")
    assert str(path) in said(cli, "init", tmp_path)
    assert path.read_text(encoding="utf-8") == 'mode = "stock"\n'


def test_init_into_a_folder_that_is_not_there(cli, tmp_path):
    assert cli("init", tmp_path / "new" / "ci")[0] == 0
    assert (tmp_path / "new" / "ci" / "dsolint.toml").is_file()
    (tmp_path / "file").touch()
    assert f"{tmp_path / 'file' / 'ci'}: can't be made" in said(cli, "init", tmp_path / "file" / "ci")


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_example_of_a_setting_loads(write, setting):
    assert tomllib.loads(setting.example).keys() == {setting.name}
    assert load(write("dsolint.toml", setting.example)).values.keys() == {setting.name}
    assert setting.help.endswith(".")


def test_all_examples_load_together(write):
    examples = [setting.example for setting in SETTINGS.values()]
    assert load(write("dsolint.toml", *examples)).values.keys() == SETTINGS.keys()
    assert load(write("pyproject.toml", "[tool.dsolint]", *examples)).values.keys() == SETTINGS.keys()


@pytest.mark.parametrize(
    "deep", ["mode = " + "[" * 5000 + "]" * 5000, "x" + ".x" * 5000 + " = 1"], ids=["list", "keys"]
)
def test_a_configuration_that_is_nested_too_deep(write, cli, deep):
    items = write("items.csv", ITEMS, GOOD)
    config = write("dsolint.toml", deep)
    assert f"{config}: the configuration can't be read: it is nested too deep." in said(cli, "check", items)


def test_a_long_list_takes_no_time_to_be_found(write):
    config = write("dsolint.toml", "", "ignore = [", *['  "V309",'] * 20_000, '  "V3O9",', "]")
    with pytest.raises(dsolint.UsageError, match="line 2: ignore"):
        load(config)
