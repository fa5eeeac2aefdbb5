"""What `dsolint fix` makes of values: those with one right answer, and what their column decides."""

import pytest
from fixtures.repairs import CLIENTS, GOOD, HEADER, column, repaired, values_of


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fac;1; C0001\u00a0;2024-04-24;2024-05-24;1200;EUR", "FAC;1;C0001;2024-04-24;2024-05-24;1200;EUR"),
        ("FAC;1;C1;24.04.2024;24-MAY-24;1.200,50;eur", "FAC;1;C1;2024-04-24;2024-05-24;1200.50;EUR"),
        ("FAC;1;C1;20240424;2024/05/24;(1200);€", "FAC;1;C1;2024-04-24;2024-05-24;-1200;EUR"),
        ("FAC;1;C1;2024-04-24 00:00:00; 2024-05-24;1'200.50;£", "FAC;1;C1;2024-04-24;2024-05-24;1200.50;GBP"),
        ("FAC;1;C1;2024-04-24;2024-05-24;1.200,00 €;EUR", "FAC;1;C1;2024-04-24;2024-05-24;1200.00;EUR"),
        (
            'FAC;5" pipe;"C ""1"" ";2024-04-24;2024-05-24;12-;EUR',
            'FAC;"5"" pipe";"C ""1""";2024-04-24;2024-05-24;-12;EUR',
        ),
        ("FAC;MÃ¼ller;Ã\u0081rzte ;2024-04-24;2024-05-24;1;EUR", "FAC;Müller;Árzte;2024-04-24;2024-05-24;1;EUR"),
        ('FAC;"1\n2 ";C1;2024-04-24;2024-05-24;1;EUR', 'FAC;"1\n2";C1;2024-04-24;2024-05-24;1;EUR'),
    ],
)
def test_what_has_one_right_answer(tmp_path, before, after):
    assert repaired(tmp_path, f"{HEADER}{before}\n{GOOD}") == f"{HEADER}{after}\n{GOOD}"


@pytest.mark.parametrize(
    "row",
    [
        "INV;1;C1;2024-04-24;2024-05-24;1200;EUR",
        "Factur;1;C1;2024-04-24;2024-05-24;1200;EUR",
        "FAC;1;C1;45406;2024-05-24;1200;EUR",
        "FAC;1;C1;04/05/2024;2024-02-31;1200;EUR",
        "FAC;1;C1;2024-04-23T22:00:00Z;2024-05-24;1200;EUR",
        "FAC;1;C1;2024-04-24;2024-05-24;1.200;EUR",
        "FAC;1;C1;2024-04-24;2024-05-24;1.200 €;EUR",
        "FAC;1;C1;2024-04-24;2024-05-24;1200.00 USD;EUR",
        "FAC;1;C1;2024-04-24;2024-05-24;1200.00 $;USD",
        "FAC;1;C1;2024-04-24;2024-05-24;12a;$",
        "FAC;1;C1;2024-04-24;2024-05-24;#N/A;EUUR",
        'FAC;"1"x ; "C1";2024-04-24;2024-05-24;1;EUR',
        "FAC;1; =1+1;2024-04-24;2024-05-24;1;EUR",
        "FAC;1,23E+11;NULL;0000-00-00;2024-05-24;;EUR",
        "fac;1;C1;24.04.2024;2024-05-24;1200",
        "fac;1;C1;24.04.2024;2024-05-24;1200;EUR;",
        "Total;;;;;1.200,00;",
        "\u200bTotal;;;;;1200;",
        'FAC;"a;b;c;d;e;f\n1;x\n";C1;2024-04-24;2024-05-24;1;EUR',
        HEADER.strip().upper(),
        "",
    ],
)
def test_what_has_none(tmp_path, row):
    assert repaired(tmp_path, f"{HEADER}{row}\n{GOOD}") == f"{HEADER}{row}\n{GOOD}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("yes", "1"), ("Ja ", "1"), ("oui", "1"), ("X", "1"), ("FALSE", "0"), ("nein", "0"), ("Non", "0"), (" 0", "0"), ("o", "o"),
        ("2", "2"), ("1", "1"),
    ],
)  # fmt: skip
def test_flags(tmp_path, before, after):
    assert repaired(tmp_path, f"{CLIENTS}C1;My company;{before};\n") == f"{CLIENTS}C1;My company;{after};\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["24/04/2024", "04/05/2024"], ["2024-04-24", "2024-05-04"]),
        (["04/24/2024", "04/05/2024"], ["2024-04-24", "2024-04-05"]),
        (["03/05/2024", "04/05/2024"], None),
        (["24/04/2024", "04/24/2024", "04/05/2024"], ["2024-04-24", "2024-04-24", "04/05/2024"]),
        # Alone, the last two would tell that the day comes first.
        (["24/04/2024", "04/24/2024", "13/02/03", "04/05/2024"], None),
    ],
)
def test_the_column_decides_dates(tmp_path, before, after):
    text = repaired(tmp_path, column("item_date_issue", before))
    assert values_of(text, "item_date_issue") == (after or before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["1.200", "12,50"], ["1200", "12,50"]),
        (["1,200", "12.50"], ["1200", "12.50"]),
        (["1.200", "12.50"], None),
        (["1.200", "1.200,50"], ["1200", "1200.50"]),
        # What stays is read by the others: they go on telling their decimal sign.
        (["1,200", "1.200,50"], ["1,200", "1200,50"]),
        (["1.200", "1,200,000.5"], ["1.200", "1200000.5"]),
        (["1.200", "1,200,000"], None),
        (["1.200", "12.50", "1.200,50", "1200.50-"], ["1.200", "12.50", "1200,50", "-1200.50"]),
    ],
)
def test_the_column_decides_amounts(tmp_path, before, after):
    name = "item_amount_initial_inc_tax"
    assert values_of(repaired(tmp_path, column(name, before)), name) == (after or before)


def test_three_decimals_are_ordinary_in_some_currencies(tmp_path):
    name = "item_amount_initial_inc_tax"
    text = column(name, ["1.200", "12,50"], "tnd")
    assert values_of(repaired(tmp_path, text), name) == ["1.200", "12,50"]
    assert values_of(repaired(tmp_path, text), "item_currency") == ["TND", "TND"]


def test_an_amount_becomes_what_the_report_suggests_where_no_other_is_in_doubt(tmp_path):
    rows = GOOD.replace("1200", "100.00") + GOOD.replace("123;", "124;").replace("1200", "1.200,00")
    assert ";1200.00;EUR" in repaired(tmp_path, HEADER + rows)
