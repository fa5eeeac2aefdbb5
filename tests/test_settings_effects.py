"""What settings do: severities, columns and item types of one's own, thresholds, known customers."""

import pytest
from fixtures.configured import CLIENTS, GOOD, ITEMS, NO_NUMBER, TODAY, ZERO, codes, found

import dsolint


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


def test_a_balance_may_move_by_more_than_all_of_it(write):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", "thresholds = { balance_jump = 500, mass_clearing = 100 }")
    assert dsolint.check(items).passed
