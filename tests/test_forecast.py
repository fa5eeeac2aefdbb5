"""What goes in and what is left out: lines, money by currency, the server's answer, and what follows in STOCK mode."""

import io
import json
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dsolint
from dsolint.engine import check_file
from dsolint.settings import make_settings

TODAY = date(2024, 6, 1)
ITEMS = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency"
OPEN = f"{ITEMS};item_amount_remaining_inc_tax;item_date_payment"
CLIENTS = "client_code;client_business_name"
CONTACTS = "client_code;contact_lastname"
USERS = "client_code;user_lastname"
NOTHING = {"accepted": 0, "ignored": 0}


def item(number, amount, *more, client="C0001", due="2024-05-24", currency="EUR"):
    return ";".join(["FAC", str(number), client, "2024-04-24", due, amount, currency, *more])


def text_of(header, *lines):
    return "".join(f"{line}\n" for line in (header, *lines))


def forecast(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    report = dsolint.check(io.BytesIO(data), today=TODAY, **options).to_dict()
    (file,) = report["files"]
    assert file["forecast"]["accepted"] + file["forecast"]["ignored"] == file["rows"]
    return file["forecast"]


def accepted(header, *lines):
    """The amounts that go in, where nothing is left out and every amount can be read."""
    found = forecast(text_of(header, *lines))
    assert (found["ignored"], found["unreadable"]) == (0, NOTHING)
    assert {sums["ignored"] for sums in found["amounts"].values()} == {"0.00"}
    return {currency: sums["accepted"] for currency, sums in found["amounts"].items()}


def euros(accepted, ignored):
    return {"EUR": {"accepted": accepted, "ignored": ignored}}


def test_the_answer_names_a_hundred_lines_at_most():
    found = forecast(text_of(ITEMS, *(item(number, "x") for number in range(150))), max_findings=1000)
    assert found["ignored"] == 150
    assert [*found["response"]["exception_lines"]] == [f"line {line}" for line in range(2, 102)]


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        (["1200"], "1200.00"),
        (["0.1"] * 10_000, "1000.00"),
        (["1 200,00", "1200.00123"], "2400.00123"),
        (["1\u00a0200,50", "1\u202f200.50", "1 234 567"], "1236968.00"),
        (["+5,5", "-5.5"], "0.00"),
        (["-0.01", "-0"], "-0.01"),
        (["1200.100", "0.9000"], "1201.00"),
        (["0.30000000000000004", "0.1"], "0.40000000000000004"),
        (["999999999999999999.99", "0.01"], "1000000000000000000.00"),
    ],
)
def test_amounts_are_exact(amounts, total):
    assert accepted(ITEMS, *(item(number, amount) for number, amount in enumerate(amounts))) == {"EUR": total}


def test_amounts_are_exact_in_blocks_of_unlike_precision(tmp_path):
    path = tmp_path / "items.csv"
    amounts = ["0.1", "0.01", "0.000000000001", "1 000,5"] * 100
    path.write_text(text_of(ITEMS, *(item(number, amount) for number, amount in enumerate(amounts))), encoding="utf-8")
    report = check_file(path, make_settings(today=TODAY).for_file(str(path)), block_size=300)
    assert report.forecast.to_dict()["amounts"] == euros("100061.0000000001", "0.00")


def test_currencies_are_added_up_apart():
    rows = [item(1, "1"), item(2, "2", currency="USD"), item(3, "4"), item(4, "0", currency="CHF")]
    assert accepted(ITEMS, *rows) == {"CHF": "0.00", "EUR": "5.00", "USD": "2.00"}


def test_no_currency_is_a_currency_of_its_own():
    rows = [item(1, "1", currency=""), item(2, "2", currency=" "), item(3, "4", currency="\u00a0"), item(4, "8")]
    assert accepted(ITEMS, *rows) == {"": "7.00", "EUR": "8.00"}


def test_no_currency_column():
    header, row = (line.rpartition(";")[0] for line in (ITEMS, item(1, "5")))
    assert accepted(header, row) == {"": "5.00"}


@pytest.mark.parametrize(
    ("initial", "remaining", "payment", "amount"),
    [
        ("100", "40", "", "40.00"),
        ("100", "", "", "100.00"),
        ("100", " ", "", "100.00"),
        ("100", "\u00a0", "", "100.00"),
        ("100", "0", "", "0.00"),
        ("100", "", "2024-05-02", "0.00"),
        ("100", " ", "2024-05-02", "0.00"),
        ("100", "40", "2024-05-02", "40.00"),
        ("100", "", " ", "100.00"),
        ("100", "", "\u00a0", "100.00"),
        ("-100", "-40", "", "-40.00"),
        ("100", "", "0000-00-00", "100.00"),
        ("100", "", "NULL", "100.00"),
    ],
)
def test_open_amount(initial, remaining, payment, amount):
    assert accepted(OPEN, item(1, initial, remaining, payment)) == {"EUR": amount}


def test_open_amount_of_a_paid_item_without_the_column_of_what_remains():
    header = f"{ITEMS};item_date_payment"
    assert accepted(header, item(1, "100", "2024-05-02"), item(2, "5", "")) == {"EUR": "5.00"}


def test_net_amounts_are_not_added_up():
    header = f"{ITEMS};item_amount_initial;item_amount_remaining"
    assert accepted(header, item(1, "119", "100", "50")) == {"EUR": "119.00"}


def test_unreadable_amounts_are_counted_beside():
    rows = [
        item(1, "abc", "", ""),
        item(2, "100", "abc", ""),
        item(3, "1.200,00", "7", ""),
        f"{item(4, '8', '', '')};x",
    ]
    found = forecast(text_of(OPEN, *rows))
    assert (found["accepted"], found["ignored"]) == (1, 3)
    assert found["unreadable"] == {"accepted": 1, "ignored": 2}
    assert found["amounts"] == euros("0.00", "7.00")


def test_only_items_have_money():
    found = forecast(text_of(f"{CLIENTS};client_credit_limit", "C0001;My company;5000"), mode="stock")
    assert (found["amounts"], found["unreadable"]) == ({}, NOTHING)


KINDS = ["good", "open", "paid", "no number", "bad date", "bad amount", "bad open", "short", "header", "total", "blank"]
AMOUNTS = ["1", "0.1", "-2,5", "1 200,00", "0.000000000001", "1200.00123"]
NO_ITEMS = {"header", "total"}
LEFT_OUT = {"no number", "bad date", "bad amount", "short", *NO_ITEMS}


def line_of(kind, number, amount, currency):
    match kind:
        case "header":
            return OPEN
        case "total":
            return f"Total;;;;;{amount};;;"
        case "blank":
            return ""
        case "short":
            return item(number, amount, currency=currency)
        case "no number":
            return item("", amount, "", "", currency=currency)
        case "bad date":
            return item(number, amount, "", "", currency=currency, due="soon")
        case "bad amount":
            return item(number, "abc", "", "", currency=currency)
        case "bad open":
            return item(number, "7", "abc", "", currency=currency)
        case "open":
            return item(number, "7", amount, "", currency=currency)
        case "paid":
            return item(number, "7", "", "2024-05-02", currency=currency)
    return item(number, amount, "", "", currency=currency)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(AMOUNTS), st.sampled_from(["EUR", "USD", ""]))),
    st.sampled_from(["delta", "stock"]),
)
def test_every_row_is_accepted_or_ignored(rows, mode):
    rows = [("good", "5", "EUR"), *rows]
    found = forecast(text_of(OPEN, *(line_of(kind, n, *rest) for n, (kind, *rest) in enumerate(rows))), mode=mode)

    kinds = Counter(kind for kind, *_ in rows)
    ignored = sum(kinds[kind] for kind in LEFT_OUT)
    assert (found["accepted"], found["ignored"]) == (len(rows) - kinds["blank"] - ignored, ignored)
    assert found["unreadable"] == {"accepted": kinds["bad open"], "ignored": kinds["bad amount"] + kinds["short"]}
    sums = {}
    for kind, amount, currency in rows:
        if kind in ("good", "open", "paid", "no number", "bad date"):
            value = Decimal(0) if kind == "paid" else Decimal(amount.replace(" ", "").replace(",", "."))
            side = "ignored" if kind in LEFT_OUT else "accepted"
            sums.setdefault(currency, Counter(accepted=Decimal(0), ignored=Decimal(0)))[side] += value
    amounts = {
        currency: {side: Decimal(total) for side, total in sides.items()}
        for currency, sides in found["amounts"].items()
    }
    assert amounts == sums
    if mode == "stock":
        assert found["cleared_by_mistake"]["items"] == ignored - sum(kinds[kind] for kind in NO_ITEMS)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "CSV_EMPTY"),
        (text_of(ITEMS), "CSV_EMPTY"),
        (text_of(ITEMS.replace("item_date_due", "item_date_order"), item(1, "100")), "CSV_BAD_SYNTAX"),
        (text_of(ITEMS.replace("item_date_due", "item_type"), item(1, "100")), "CSV_BAD_SYNTAX"),
        (text_of(ITEMS, item(1, "100")).replace(";", ","), "CSV_BAD_SYNTAX"),
        (text_of(item(1, "100"), item(2, "100")), "CSV_BAD_SYNTAX"),
        (text_of(CLIENTS, "C0001;My company"), "CSV_BAD_SYNTAX"),
        (text_of(ITEMS, item(1, "100"), item(2, "100", currency='"EUR')), "CSV_BAD_SYNTAX"),
        (text_of("sep=;", ITEMS, item(1, "100")), "CSV_BAD_SYNTAX"),
        (text_of(ITEMS, item(1, "100"), item(2, "100", client="Müller")).encode("cp1252"), "CSV_BAD_SYNTAX"),
    ],
    ids=["F001", "F002", "H101", "H103", "F006", "H106", "H107", "F007", "H108", "F004"],
)
def test_refused_file_accepts_none(text, error):
    found = forecast(text, type="items", mode="stock")
    assert (found["refused"], found["accepted"], found["unreadable"]["accepted"]) == (True, 0, 0)
    assert {sums["accepted"] for sums in found["amounts"].values()} <= {"0.00"}
    assert found["cleared_by_mistake"] == {"items": 0, "amounts": {}}
    assert found["response"].keys() == {"success", "error_code", "error_description"}
    assert (found["response"]["success"], found["response"]["error_code"]) == ("false", error)
    assert found["unknown"] == []


def test_money_of_a_refused_file_is_left_out():
    header = f"{ITEMS};item_type"
    found = forecast(text_of(header, item(1, "100", "FAC"), item("", "50", "FAC"), item(2, "x", "FAC")))
    assert (found["accepted"], found["ignored"]) == (0, 3)
    assert found["amounts"] == euros("0.00", "150.00")
    assert found["unreadable"] == {"accepted": 0, "ignored": 1}


def test_headers_and_totals_are_no_items_and_no_money():
    found = forecast(text_of(ITEMS, item(1, "100"), ITEMS, item(2, "200"), "Total;;;;;300;EUR"), mode="stock")
    assert (found["accepted"], found["ignored"], found["unreadable"]) == (2, 2, NOTHING)
    assert found["amounts"] == euros("300.00", "0.00")
    assert found["cleared_by_mistake"] == {"items": 0, "amounts": {}}


def test_swallowed_records_count_with_their_money():
    text = text_of(
        ITEMS,
        item('"1', "100"),
        item(2, "200"),
        item(3, "400", currency="USD"),
        item(4, "abc") + '"',
        item(5, "800"),
    )
    found = forecast(text, mode="stock")
    assert (found["accepted"], found["ignored"], found["swallowed"]) == (1, 1, 3)
    assert found["amounts"] == euros("800.00", "300.00") | {"USD": {"accepted": "0.00", "ignored": "400.00"}}
    assert found["unreadable"] == {"accepted": 0, "ignored": 1}
    assert found["cleared_by_mistake"] == {"items": 4, "amounts": {"EUR": "300.00", "USD": "400.00"}}


def test_records_swallowed_by_a_cell_of_a_whole_record_count_too():
    text = text_of(
        f"{ITEMS};item_business_case",
        item(1, "100", '"open'),
        item(2, "200", "x"),
        item(3, "400", "y"),
        'end"',
        item(4, "800", "z"),
    )
    found = forecast(text, mode="stock")
    assert (found["accepted"], found["ignored"], found["swallowed"]) == (1, 1, 2)
    assert found["amounts"] == euros("800.00", "700.00")
    assert found["cleared_by_mistake"]["items"] == 3


def test_swallowed_records_count_with_what_is_open_of_them():
    text = text_of(
        OPEN,
        item('"1', "100", "", ""),
        item(2, "200", "50", "2024-05-02"),
        item(3, "400", "", "2024-05-02"),
        item(4, "800", "10", "") + '"',
        item(5, "1600", "", ""),
    )
    found = forecast(text, mode="stock")
    assert (found["accepted"], found["ignored"], found["swallowed"]) == (1, 1, 3)
    assert found["amounts"] == euros("1600.00", "160.00")


def test_swallowed_records_count_where_a_quoted_value_with_the_delimiter_ends_the_quote():
    rows = [item('"1', "100"), item(2, "200"), item(3, "400", client='"C;1"'), item(4, "800")]
    found = forecast(text_of(ITEMS, *rows), mode="stock")
    assert (found["accepted"], found["ignored"], found["swallowed"]) == (1, 1, 2)
    assert found["amounts"] == euros("800.00", "700.00")


def test_swallowed_record_is_not_paid_on_a_day_that_never_was():
    rows = [item('"1', "100", "", ""), item(2, "200", "", "9999-12-31"), item(3, "400", "", "") + '"']
    found = forecast(text_of(OPEN, *rows))
    assert (found["swallowed"], found["amounts"]) == (2, euros("0.00", "700.00"))


def test_swallowed_amount_that_no_currency_has_is_in_no_sum():
    found = forecast(text_of(ITEMS, item('"1', "100"), item(2, "1234567890123456789"), item(3, "400") + '"'))
    assert (found["amounts"], found["unreadable"]) == (euros("0.00", "500.00"), {"accepted": 0, "ignored": 1})


def test_record_that_never_ends_has_no_amount_that_can_be_read():
    found = forecast(text_of(ITEMS, item(1, "100"), item('"2', "200"), item(3, "400")))
    assert (found["accepted"], found["ignored"]) == (0, 2)
    assert (found["amounts"], found["unreadable"]) == (euros("0.00", "100.00"), {"accepted": 0, "ignored": 1})


@pytest.mark.parametrize(("rule", "row"), [("R201", item(2, "200", "x")), ("F007", item('"2', "200"))])
def test_malformed_records_that_no_rule_leaves_out_have_no_amount_that_can_be_read(rule, row):
    found = forecast(text_of(ITEMS, item(1, "100"), row), ignore=[rule])
    assert (found["accepted"], found["ignored"], found["weakened_by"]) == (2, 0, [rule])
    assert (found["amounts"], found["unreadable"]) == (euros("100.00", "0.00"), {"accepted": 1, "ignored": 0})


@pytest.mark.parametrize("many", [1, 1000])
def test_amounts_add_up_under_the_currency_that_is_meant(many):
    euro = ["EUR", " EUR", "EUR\u00a0", "EUR\u200b", "\ufeffEUR"]
    none = ["", " ", "\u200b", "NULL", " n/a", "-", "#N/A", "#REF!"]
    rows = [item(number, "1", currency=currency) for number, currency in enumerate([*euro, *none] * many)]
    assert accepted(ITEMS, *rows) == {"": f"{len(none) * many}.00", "EUR": f"{len(euro) * many}.00"}


def test_lines_that_are_left_out_are_cleared_by_mistake_in_stock_mode():
    rows = [item(1, "100"), item("", "200"), item(2, "400", due="soon"), item(3, "x"), item(4, "800", currency="")]
    assert "cleared_by_mistake" not in forecast(text_of(ITEMS, *rows), mode="delta")
    assert "cleared_by_mistake" not in forecast(text_of(ITEMS, *rows))
    found = forecast(text_of(ITEMS, *rows), mode="stock")
    assert found["cleared_by_mistake"] == {"items": 3, "amounts": {"EUR": "600.00"}}


@pytest.mark.parametrize(("header", "row"), [(CLIENTS, "C0001;"), (CONTACTS, ";Jackson"), (USERS, "C0001;")])
def test_only_items_are_cleared_by_mistake(header, row):
    assert "cleared_by_mistake" not in forecast(text_of(header, row), mode="stock")


def test_only_users_are_removed_by_mistake():
    found = forecast(text_of(USERS, "C0001;Roy", "C0001;", ";Smith", "C0002;Roy;x", USERS))
    assert found["removed_by_mistake"] == {"associations": 3}
    for header, row in ((ITEMS, item("", "1")), (CLIENTS, "C0001;"), (CONTACTS, "C0001;")):
        assert "removed_by_mistake" not in forecast(text_of(header, row), mode="stock")


def test_response_where_all_goes_in():
    found = forecast(text_of(ITEMS, item(1, "100")))
    assert (found["refused"], found["response"]) == (False, {"success": "true"})


def test_response_names_each_line_that_is_left_out_once():
    broken = item("", "1", due="soon")
    text = text_of(ITEMS, item(1, "100"), "", f"{item(2, '1')};x", broken, item(3, "1", client='"C\n1"'), broken)
    lines = forecast(text)["response"]["exception_lines"]
    assert list(lines) == ["line 4", "line 5", "line 8"]
    assert lines["line 4"] == "Column count doesn't match (defined=7, found=8)"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        (text_of(ITEMS, item(1, "1")), ["nb_item_added", "nb_item_modified"]),
        (text_of(CLIENTS, "C0001;My company"), ["nb_client_added", "nb_client_modified"]),
        (text_of(CONTACTS, "C0001;Jackson"), ["nb_contact_added"]),
        (text_of(USERS, "C0001;Roy"), ["nb_user_added", "nb_user_modified"]),
    ],
    ids=["items", "clients", "contacts", "users"],
)
def test_what_depends_on_the_server_is_unknown(text, unknown):
    assert forecast(text)["unknown"] == unknown


def test_money_is_no_float():
    found = forecast(text_of(OPEN, item(1, "0.1", "", ""), item("", "0.2", "", "")), mode="stock")
    assert json.loads(json.dumps(found), parse_float=pytest.fail) == found


DECISIVE = [
    *("F001", "F002", "F003", "F004", "F006", "F007", "F010"),
    *("H101", "H103", "H104", "H105", "H106", "H107", "H108"),
    *("R201", "R203", "R205", "R207", "V301", "V302", "V303", "V304", "V312", "V313"),
]


@pytest.mark.parametrize("code", DECISIVE)
def test_rule_that_is_off_weakens_the_forecast(code):
    assert forecast(text_of(ITEMS, item(1, "1")), ignore=[code])["weakened_by"] == [code]


def test_rules_that_leave_nothing_out_do_not_weaken_the_forecast():
    assert forecast(text_of(ITEMS, item(1, "1")))["weakened_by"] == []
    assert forecast(text_of(ITEMS, item(1, "1")), ignore=["V309", "V318", "R202", "B", "X501"])["weakened_by"] == []


def test_selected_rules_weaken_the_forecast_by_all_others():
    assert set(DECISIVE) <= set(forecast(text_of(ITEMS, item(1, "1")), select=["B"])["weakened_by"])


@pytest.mark.parametrize("header", [OPEN, f"{OPEN};item_type"], ids=["lines", "refused"])
def test_severities_do_not_change_the_forecast(header, tmp_path):
    config = tmp_path / "dsolint.toml"
    config.write_text('severity = { H103 = "info", R201 = "warning", V301 = "info", V303 = "info", V309 = "error" }')
    more = header.removeprefix(OPEN).replace("item_type", "FAC")
    rows = [item("", "1", "", ""), item(1, "1", "", "", due="soon"), item(2, "1", "", ""), item(3, "1", client=" C1")]
    text = text_of(header, *(row + more for row in rows))
    assert forecast(text, mode="stock", config=config) == forecast(text, mode="stock")


@pytest.fixture
def delivery(tmp_path):
    """Check files of one folder; give the forecasts by their names."""

    def check(files, config="", known="", **options):
        (tmp_path / "dsolint.toml").write_text(config, encoding="utf-8")
        if known:
            options["clients"] = tmp_path / "known"
            options["clients"].write_text(known, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        paths = [tmp_path / name for name in files]
        report = dsolint.check(paths, today=TODAY, **options)
        return {name: file.forecast.to_dict() for name, file in zip(files, report.files, strict=True)}

    return check


COMPLETE = "clients_complete = true"
STRANGERS = text_of(ITEMS, item(1, "1"), item(2, "2", client="C9"), item(3, "4", client="C9", due="soon"))


def test_unknown_customers_cost_nothing_where_customers_are_not_complete(delivery):
    found = delivery({"items.csv": STRANGERS, "clients.csv": text_of(CLIENTS, "C0001;My company")})["items.csv"]
    assert (found["accepted"], found["ignored"], found["amounts"]) == (2, 1, euros("3.00", "4.00"))


@pytest.mark.parametrize("how", ["config", "option"])
def test_unknown_customers_move_money_where_customers_are_complete(delivery, how):
    customers = text_of(CLIENTS, "C0001;My company")
    if how == "config":
        found = delivery({"items.csv": STRANGERS, "clients.csv": customers}, COMPLETE, mode="stock")
    else:
        found = delivery({"items.csv": STRANGERS}, known=customers, mode="stock")
    found = found["items.csv"]
    assert (found["accepted"], found["ignored"], found["amounts"]) == (1, 2, euros("1.00", "6.00"))
    assert found["cleared_by_mistake"] == {"items": 2, "amounts": {"EUR": "6.00"}}
    assert list(found["response"]["exception_lines"]) == ["line 3", "line 4"]


def test_customer_left_out_leaves_items_contacts_and_users_without_him(delivery):
    files = {
        "clients.csv": text_of(CLIENTS, "C0001;My company", "C0002;"),
        "items.csv": text_of(ITEMS, item(1, "1"), item(2, "2", client="C0002"), item(3, "x", client="C0002")),
        "contacts.csv": text_of(CONTACTS, "C0001;Jackson", "C0002;Jackson"),
        "users.csv": text_of(USERS, "C0001;Roy", "C0002;Roy"),
    }
    found = delivery(files, COMPLETE)
    assert {name: (one["accepted"], one["ignored"]) for name, one in found.items()} == {
        "clients.csv": (1, 1),
        "items.csv": (1, 2),
        "contacts.csv": (1, 1),
        "users.csv": (1, 1),
    }
    assert found["items.csv"]["amounts"] == euros("1.00", "2.00")
    assert found["items.csv"]["unreadable"] == {"accepted": 0, "ignored": 1}
    assert found["users.csv"]["removed_by_mistake"] == {"associations": 1}


def test_amount_that_moves_may_be_unreadable(delivery):
    rows = [item(1, "1", "", ""), item(2, "2", "x", "", client="C9"), item(3, "4", "x", "", client="C0001")]
    found = delivery({"items.csv": text_of(OPEN, *rows)}, known=text_of(CLIENTS, "C0001;My company"))["items.csv"]
    assert found["unreadable"] == {"accepted": 1, "ignored": 1}
    assert found["amounts"] == euros("1.00", "0.00")


def test_amounts_that_move_are_exact(delivery):
    rows = [item(n, amount, client="C9") for n, amount in enumerate(["0.30000000000000004", "0.1", "-1 000,5"])]
    found = delivery({"items.csv": text_of(ITEMS, *rows)}, known=text_of(CLIENTS, "C0001;My company"))["items.csv"]
    assert found["amounts"] == euros("0.00", "-1000.09999999999999996")


def test_sums_that_move_may_be_huge(delivery):
    rows = [item(number, "999999999999999999", client="C9") for number in range(20)]
    found = delivery({"items.csv": text_of(ITEMS, *rows)}, known=text_of(CLIENTS, "C0001;My company"))["items.csv"]
    assert found["amounts"] == euros("0.00", "19999999999999999980.00")


def test_sums_that_move_may_have_more_digits_than_python_keeps_by_itself(delivery):
    rows = [item(number, "999999999999999999.1234567891", client="C9") for number in range(20)]
    found = delivery({"items.csv": text_of(ITEMS, *rows)}, known=text_of(CLIENTS, "C0001;My company"))["items.csv"]
    assert found["amounts"] == euros("0.00", "19999999999999999982.469135782")


def test_amounts_that_move_may_be_huge(delivery):
    rows = [item(1, "123 456 789 012 345 678 901", client="C9"), item(2, "1")]
    found = delivery({"items.csv": text_of(ITEMS, *rows)}, known=text_of(CLIENTS, "C0001;My company"))["items.csv"]
    assert (found["accepted"], found["ignored"]) == (1, 1)


def test_what_moves_is_exact_where_findings_are_capped(delivery):
    rows = [item(number, "0.1", client="C9") for number in range(1000)]
    customers = text_of(CLIENTS, "C0001;My company")
    found = delivery({"items.csv": text_of(ITEMS, *rows)}, known=customers, max_findings=1)["items.csv"]
    assert (found["accepted"], found["ignored"], found["amounts"]) == (0, 1000, euros("0.00", "100.00"))


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_refusal_does_not_hang_on_how_many_findings_are_kept(limit):
    header = ITEMS.replace("item_type;", "Item_Type;").replace(";item_currency", "")
    text = text_of(f"Item_Currency;{header}", "EUR;FAC;1;C0001;2024-04-24;2024-05-24;100.00")
    found = forecast(text, max_findings=limit)
    assert (found["refused"], found["accepted"]) == (True, 0)
    assert found["response"]["error_description"] == "The column Item_Type must be written item_type."


def test_known_customers_count_whatever_else_is_wrong_with_them(delivery):
    known = "client_code\nC0001\nC9\n"
    found = delivery({"items.csv": STRANGERS}, known=known)["items.csv"]
    assert (found["accepted"], found["amounts"]) == (2, euros("3.00", "4.00"))


def test_rule_on_customers_that_is_off_weakens_the_forecast_where_they_are_complete(delivery):
    customers = text_of(CLIENTS, "C0001;My company")
    found = delivery({"items.csv": STRANGERS}, known=customers, ignore=["X501"])["items.csv"]
    assert found["weakened_by"] == ["X501"]
