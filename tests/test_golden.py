"""The deliveries of tests/deliveries: their reports to the letter, and by hand what has to be true of each."""

import json
import re
from collections import Counter
from functools import cache

import pytest
from fixtures.ways import in_arrow
from golden import EXPECTED, formats, names, run

from dsolint.checking import diagnoses

CAUSES = {
    "opened_by_spreadsheet": ("excel_by_hand", "items", "A spreadsheet opened and saved the file"),
    "dates_in_another_form": ("sap_de", "items", "34 dates in item_date_issue are written as DD.MM.YYYY"),
    "amounts_in_another_form": ("sap_de", "items", "trailing minus"),
    "thousands_or_decimals": ("thousands_es", "items", "14 amounts can be read as thousands or as decimals"),
    "positive_credits": ("positive_credits", "items", "8 credit notes or payments are positive"),
    "own_item_types": ("protheus_br", "items", '"NF" = "FAC", "RA" = "RGL", "NCC" = "AVO"'),
    "values_outside_list": ("as400_padded", "contacts", "not in its list: COMPTA, ACHATS, DIRECTION. Export one of"),
    "trailing_delimiter": ("protheus_br", "clients", "header ends in a delimiter"),
    "renamed_columns": ("sage_fr", "items", "Date d'échéance is item_date_due"),
    "missing_columns": ("sap_fields", "items", "A mandatory column is missing: item_date_due"),
    "summary_rows": ("footer_totals", "items", "10 rows of totals"),
    "wrong_column_counts": ("shifted_columns", "clients", "From line 8 on all rows have 10 instead of 9 cells"),
    "shifted_columns": ("shifted_columns", "items", "From line 17 on the values of"),
    "wrong_encoding": ("latin1_contacts", "contacts", "in iso-8859-1"),
    "decoded_twice": ("double_encoded", "clients", "33 texts were decoded wrongly"),
    "wrong_delimiter": ("tab_separated", "items", "separated by a tab"),
    "joined_files": ("joined_files", "items", "Files were put end to end"),
    "stray_quotes": ("unescaped_quotes", "clients", "2 quotes inside values are not doubled"),
    "swallowed_lines": ("unescaped_quotes", "items", "swallows records (4)"),
    "unclosed_quote": ("unescaped_quotes", "users", "A quote opens in line 8 and never closes"),
    "refusals": ("failed_export", "users", "no CSV text but a web page"),
    "broken_off": ("truncated_export", "items", "The file breaks off in its last line"),
    "flags_in_words": ("us_english", "contacts", "11 flags in contact_collection are neither 0 nor 1"),
    "placeholders": ("as400_padded", "items", "26 cells in item_unique_key hold NULL"),
    "padded_values": ("as400_padded", "items", "26 values in client_code have white space around them"),
    "missing_values": ("own_config", "items", "One row lacks item_date_due"),
    "exported_twice": ("duplicates", "contacts", "10 rows were exported twice"),
    "customers_without_zeros": ("lost_zeros", "items", "24 rows name customers in another spelling"),
    "unknown_customers": ("own_config", "items", "One row names a customer that the customers file lacks"),
    "customers_left_out": ("own_config", "items", "3 rows name customers whose own lines are left out"),
}
"""Each diagnosis by its name: a delivery and a file that show it, and what it says there."""


@cache
def delivery(name):
    """The files of a delivery's report by the first word of their names."""
    report = json.loads(run(name)[1]["json"])
    assert report["failures"] == []
    return {re.split(r"[/_]", file["path"].removeprefix(f"{name}/"))[0]: file for file in report["files"]}


def told(file, code, column=None):
    """The diagnoses that go by this code and column."""
    return [one for one in file["diagnoses"] if (one["code"], one["column"]) == (code, column)]


def texts(file):
    return [f"{one['message']} {one['remedy']}" for one in file["diagnoses"]]


def lines(file, code):
    return [finding["line"] for finding in file["findings"] if finding["code"] == code]


def suggestions(file, code, column):
    return {
        finding["value"]: finding["suggestion"]
        for finding in file["findings"]
        if (finding["code"], finding["column"]) == (code, column)
    }


def probably(file):
    """The mandatory columns that are missing, and the file's columns that are probably meant."""
    return {finding["column"]: finding["suggestion"] for finding in file["findings"] if finding["code"] == "H101"}


def money(file, kind):
    return {currency: sums[kind] for currency, sums in file["forecast"]["amounts"].items()}


def cleanly(file):
    """The rows go in, every one, and nothing was found."""
    forecast = file["forecast"]
    return not file["counts"] and not forecast["refused"] and forecast["accepted"] == file["rows"] > 0


REPORTS = [(name, suffix) for name in names() for suffix in formats(name)]


@pytest.mark.parametrize(("name", "suffix"), REPORTS)
def test_report_is_as_expected(name, suffix):
    path = EXPECTED / f"{name}.{suffix}"
    assert run(name)[1][suffix] == path.read_bytes().decode(), (
        "refresh with python tests/golden.py and look at the diff"
    )


@pytest.mark.parametrize("name", names())
def test_report_in_arrow_is_as_expected(name):
    with in_arrow():
        assert run.__wrapped__(name)[1]["json"] == (EXPECTED / f"{name}.json").read_bytes().decode()


def test_nothing_is_expected_of_a_delivery_that_is_gone():
    assert {path.name for path in EXPECTED.iterdir()} == {f"{name}.{suffix}" for name, suffix in REPORTS}


def test_every_delivery_has_facts_of_its_own():
    assert [name for name in names() if f"test_{name}" not in globals()] == []


@pytest.mark.parametrize("name", names())
def test_text_fits_into_80_columns(name):
    assert [line for line in run(name)[1]["txt"].splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", names())
def test_every_row_goes_in_or_is_left_out(name):
    for file in delivery(name).values():
        assert file["forecast"]["accepted"] + file["forecast"]["ignored"] == file["rows"]


@pytest.mark.parametrize("cause", CAUSES)
def test_cause_is_told(cause):
    name, file, words = CAUSES[cause]
    assert [text for text in texts(delivery(name)[file]) if words in text] != []


def test_every_diagnosis_has_a_delivery_that_shows_it():
    assert {function.__name__ for function in diagnoses.DIAGNOSES} == set(CAUSES)


def test_good():
    files = delivery("good")
    assert run("good")[0] == 0
    assert set(files) == {"items", "clients", "contacts", "users"}
    assert all(cleanly(file) and not file["diagnoses"] for file in files.values())
    assert money(files["items"], "accepted") == {"CHF": "1987.77", "EUR": "55920.91", "TND": "5475.00"}


def test_good_utf8_bom():
    files = delivery("good_utf8_bom")
    assert run("good_utf8_bom")[0] == 0
    assert [file["counts"] for file in files.values()] == [{"F005": 1}, {"F005": 1}]
    assert files["items"]["columns"][0] == "item_type"
    assert money(files["items"], "accepted") == {"EUR": "62726.26"}


def test_sap_de():
    items = delivery("sap_de")["items"]
    (dates,) = told(items, "V303", "item_date_issue")
    (due,) = told(items, "V303", "item_date_due")
    (types,) = told(items, "V302", "item_type")
    assert "DD.MM.YYYY" in dates["message"] and "YYYYMMDD" in due["message"]
    assert dates["count"] == due["count"] == types["count"] == items["rows"] == 34
    assert all(
        f'"{code}" = "{type}"' in types["remedy"] for code, type in [("RV", "FAC"), ("DG", "AVO"), ("DZ", "RGL")]
    )
    assert suggestions(items, "V303", "item_date_issue")["08.01.2024"] == "2024-01-08"
    assert all(
        meant == f"-{value[:-1]}" for value, meant in suggestions(items, "V304", "item_amount_initial_inc_tax").items()
    )
    assert delivery("sap_de")["clients"]["counts"] == {"F004": 1}


@pytest.mark.parametrize("name", ["sap_de", "us_english"])
def test_columns_that_hold_what_they_should_have_not_shifted(name):
    assert [text for text in texts(delivery(name)["items"]) if "wrong columns" in text] == []


def test_sap_fields():
    files = delivery("sap_fields")
    assert probably(files["items"]) == {
        "item_type": "BLART",
        "item_number": "BELNR",
        "client_code": "KUNNR",
        "item_date_issue": "BLDAT",
        "item_date_due": None,
        "item_amount_initial_inc_tax": "WRBTR",
    }
    assert probably(files["clients"]) == {"client_code": "KUNNR", "client_business_name": "NAME1"}
    assert all(file["forecast"]["refused"] for file in files.values())


def test_oracle_ebs():
    files = delivery("oracle_ebs")
    items = files["items"]
    for column in ("item_date_issue", "item_date_due"):
        (dates,) = told(items, "V303", column)
        assert dates["count"] == 40 and "YYYY-MM-DD" in dates["remedy"]
    (types,) = told(items, "V302", "item_type")
    assert {"INV", "CM", "DEP", "PMT", "CB"} <= set(re.findall(r"\w+", types["message"]))
    for code, type in [("INV", "FAC"), ("CM", "AVO"), ("DEP", "DPA"), ("PMT", "RGL")]:
        assert f'"{code}" = "{type}"' in types["remedy"]
    assert suggestions(items, "V303", "item_date_issue")["10-JAN-24"] == "2024-01-10"
    assert [files[name]["counts"].get("H102") for name in ("items", "clients")] == [2, 2]
    assert money(items, "ignored") == {"EUR": "5238.37", "GBP": "61191.56", "USD": "4443.82"}


def test_form_of_dates_with_a_month_is_named():
    (dates,) = told(delivery("oracle_ebs")["items"], "V303", "item_date_issue")
    assert re.search("DD-M(ON|MM)-YY", dates["message"])


def test_protheus_br():
    files = delivery("protheus_br")
    assert all(told(file, "H104") for file in files.values())
    assert all(
        finding["effect"] == "none"
        for file in files.values()
        for finding in file["findings"]
        if finding["code"] == "H104"
    )
    assert all("R201" not in file["counts"] and "H102" not in file["counts"] for file in files.values())
    (types,) = told(files["items"], "V302", "item_type")
    assert types["count"] == 22 and types["amounts"] == {"BRL": "62950.99"}
    assert suggestions(files["clients"], "V306", "client_blocked") == {"2": None}


def test_sage_fr():
    items = delivery("sage_fr")["items"]
    assert probably(items) == {
        "client_code": "Code client",
        "item_date_due": "Date d'échéance",
    }
    assert items["forecast"]["refused"]
    (dates,) = told(items, "V303", "item_date_issue")
    assert dates["count"] == 28 and "DD/MM/YYYY" in dates["message"]
    assert (
        "V304" not in items["counts"] and "V305" not in items["counts"]
    )  # 1 200,00 with no-break spaces is documented
    assert delivery("sage_fr")["clients"]["counts"]["H101"] == 1


def test_renamed_column_is_not_told_as_missing_too():
    told_of_it = [text for text in texts(delivery("sage_fr")["items"]) if "client_code" in text]
    assert len(told_of_it) == 1


def test_proposed_type_fits_the_sign():
    (types,) = told(delivery("sage_fr")["items"], "V302", "item_type")
    assert '"FA" = "FAC"' in types["remedy"] and '"RG" = "FAC"' not in types["remedy"]


def test_navision_de():
    items = delivery("navision_de")["items"]
    meant = probably(items)
    assert meant["item_type"] == "Belegart"
    assert meant["item_number"] == "Belegnr."
    assert meant["item_date_due"] == "Fälligkeitsdatum"
    assert meant["item_amount_initial_inc_tax"] == "Betrag"
    assert items["type"] == "items" and items["forecast"]["refused"]


def test_usual_german_label_of_the_customer_number_is_known():
    assert probably(delivery("navision_de")["items"])["client_code"] == "Debitorennr."


def test_excel_by_hand():
    files = delivery("excel_by_hand")
    (opened,) = [one for one in files["items"]["diagnoses"] if "spreadsheet opened" in one["message"]]
    assert "1,23E+11" in opened["message"] and "leading zeros" in opened["message"]
    assert files["items"]["counts"]["V312"] == files["items"]["counts"]["X501"] == 24
    assert suggestions(files["items"], "X501", "client_code")["417"] == "000417"
    assert files["clients"]["counts"] == {"H108": 1} and lines(files["clients"], "H108") == [1]
    assert files["contacts"]["counts"] == {"F006": 1}


def test_one_file_has_one_encoding():
    told = " ".join(texts(delivery("excel_by_hand")["items"])).lower()
    assert not ("windows-1252" in told and "iso-8859-1" in told)


def test_traces_of_the_spreadsheet_are_told_once():
    items = delivery("excel_by_hand")["items"]
    assert not told(items, "F004") and not told(items, "X501", "client_code")


def test_lost_zeros():
    items = delivery("lost_zeros")["items"]
    assert items["counts"]["X501"] == 24
    assert suggestions(items, "X501", "client_code")["20260"] == "0020260"


def test_utf16_export():
    files = delivery("utf16_export")
    assert [file["counts"] for file in files.values()] == [{"F004": 1}, {"F004": 1}]
    assert all("utf-16" in " ".join(texts(file)) for file in files.values())
    assert all(file["forecast"]["refused"] for file in files.values())


def test_footer_totals():
    files = delivery("footer_totals")
    items = files["items"]
    assert items["counts"] == {"R207": 10} and lines(items, "R207")[-1] == 35
    assert (items["forecast"]["accepted"], items["forecast"]["ignored"]) == (24, 10)
    assert items["forecast"]["amounts"] == {"CHF": {"accepted": "28500.59", "ignored": "0.00"}}  # the file's own total
    assert lines(files["clients"], "R207") == [13]
    assert lines(files["contacts"], "V301") == [13]


def test_unescaped_quotes():
    files = delivery("unescaped_quotes")
    items = files["items"]
    assert items["counts"] == {"R204": 2, "R205": 1} and lines(items, "R205") == [11]
    assert items["forecast"]["swallowed"] == 4  # lines 12 to 15
    assert items["rows"] + items["forecast"]["swallowed"] == 24
    assert money(items, "ignored") == {"EUR": "17528.30"}  # of lines 11 to 15
    assert lines(files["users"], "F007") == [8] and files["users"]["forecast"]["refused"]
    assert files["clients"]["counts"] == {"R204": 2} and files["contacts"]["counts"] == {"R204": 2}


def test_diagnosis_of_swallowed_lines_has_their_money():
    assert {"EUR": "17528.30"} in [one["amounts"] for one in delivery("unescaped_quotes")["items"]["diagnoses"]]


def test_truncated_export():
    files = delivery("truncated_export")
    assert files["items"]["counts"] == {"F010": 1} and lines(files["items"], "F010") == [22]
    assert files["contacts"]["counts"] == {"F010": 1} and lines(files["contacts"], "F010") == [12]
    assert (files["items"]["forecast"]["accepted"], files["items"]["forecast"]["unreadable"]["ignored"]) == (20, 1)
    assert cleanly(files["clients"])


def test_joined_files():
    files = delivery("joined_files")
    assert lines(files["items"], "R203") == [13, 23]
    assert files["items"]["counts"]["F009"] == 1 and "F005" not in files["items"]["counts"]
    assert files["items"]["forecast"]["accepted"] == 26
    assert lines(files["contacts"], "R203") == [8] and lines(files["contacts"], "R201") == [9, 10, 11, 12, 13, 14]
    assert lines(files["clients"], "R201") == [5]


def test_header_behind_a_row_is_told_as_a_join():
    clients = delivery("joined_files")["clients"]
    assert [text for text in texts(clients) if "Quote values" in text] == []


def test_tab_separated():
    files = delivery("tab_separated")
    assert cleanly(files["clients"])
    assert files["items"]["counts"] == {"F006": 1} and files["items"]["forecast"]["refused"]
    (tabs,) = files["items"]["diagnoses"]
    assert "a tab" in tabs["message"] and "semicolon" in tabs["remedy"]


def test_us_english():
    files = delivery("us_english")
    (dates,) = told(files["items"], "V303", "item_date_issue")
    assert "MM/DD/YYYY" in dates["message"] and "DD/MM" not in dates["message"] and dates["count"] == 26
    amounts = suggestions(files["items"], "V304", "item_amount_initial_inc_tax")
    assert amounts["($135.30)"] == "-135.30" and amounts["$998.87"] == "998.87"
    assert set(suggestions(files["items"], "V307", "item_currency").items()) == {("US$", "USD")}
    assert suggestions(files["contacts"], "V306", "contact_collection") == {"Yes": "1", "No": "0"}
    assert suggestions(files["clients"], "V303", "client_blocked_date") == {"6/7/2024": None}


def test_proposed_mapping_names_every_type():
    (types,) = told(delivery("us_english")["items"], "V302", "item_type")
    assert all(code in types["remedy"] for code in ("Invoice", "Credit Memo", "Payment"))


def test_shifted_columns():
    files = delivery("shifted_columns")
    (shifted,) = [one for one in files["items"]["diagnoses"] if "wrong columns" in one["message"]]
    assert "From line 17 on" in shifted["message"] and shifted["rows_left_out"] == 17
    assert (files["items"]["forecast"]["accepted"], files["items"]["forecast"]["ignored"]) == (15, 17)
    assert money(files["items"], "accepted")["GBP"] == "42611.60"
    assert lines(files["clients"], "R201") == [8, 9, 10, 11, 12, 13]


def test_money_of_shifted_rows_is_counted_once():
    items = delivery("shifted_columns")["items"]
    (shifted,) = [one for one in items["diagnoses"] if "wrong columns" in one["message"]]
    ignored = {currency: amount for currency, amount in money(items, "ignored").items() if amount != "0.00"}
    assert shifted["amounts"] == ignored


def test_money_is_by_currency():
    assert set(delivery("shifted_columns")["items"]["forecast"]["amounts"]) <= {"GBP", ""}


def test_shifted_value_is_no_item_type():
    assert told(delivery("shifted_columns")["items"], "V302", "item_type") == []


def test_shifted_value_is_no_unknown_customer():
    items = delivery("shifted_columns")["items"]
    assert [text for text in texts(items) if "that the customers file lacks" in text] == []


@pytest.mark.parametrize(
    ("name", "line"), [("shifted_columns", 2), ("line_feeds", 5)], ids=["shifted_columns", "line_feeds"]
)
def test_customer_in_a_malformed_line_is_not_told_as_lacking(name, line):
    items = delivery(name)["items"]
    (finding,) = [f for f in items["findings"] if f["code"] == "X501" and f["line"] == line]
    assert "left out" in finding["message"]


def test_positive_credits():
    items = delivery("positive_credits")["items"]
    assert run("positive_credits")[0] == 0
    assert items["counts"] == {"B402": 8}
    (credits,) = told(items, "B402", "item_amount_initial_inc_tax")
    assert credits["count"] == 8 and "minus sign" in credits["remedy"]


def test_latin1_contacts():
    files = delivery("latin1_contacts")
    assert cleanly(files["items"]) and cleanly(files["clients"])
    assert files["contacts"]["counts"] == {"F004": 1}
    (finding,) = files["contacts"]["findings"]
    assert finding["suggestion"] == "iso-8859-1" and "line 2, column 20" in finding["message"]


def test_duplicates():
    files = delivery("duplicates")
    causes = {(one["code"], one["count"], "same content" in one["message"]) for one in files["items"]["diagnoses"]}
    assert causes == {("B405", 6, True), ("B405", 1, False)}
    assert [told(files["contacts"], "B406", "contact_unique_key")[0]["count"], files["contacts"]["rows"]] == [10, 20]
    assert "other content" in told(files["clients"], "B406", "client_code")[0]["message"]
    assert lines(files["users"], "B406") == [5]


def test_own_config():
    files = delivery("own_config")
    items = files["items"]
    assert (files["clients"]["encoding"], items["encoding"], files["contacts"]["encoding"]) == (
        "cp1252",
        "cp1252",
        "utf-8",
    )
    assert items["counts"] == {"V301": 1, "V302": 1, "X501": 4}  # mapped types and own columns are fine
    assert items["forecast"]["cleared_by_mistake"] == {"items": 6, "amounts": {"EUR": "15874.93"}}
    assert [f["line"] for f in items["findings"] if f["code"] == "X501" and "left out" in f["message"]] == [2, 4, 18]
    assert lines(files["clients"], "V301") == [6]


def test_diagnoses_of_customers_have_their_money():
    first = delivery("own_config")["items"]["diagnoses"][0]
    assert (first["code"], first["amounts"]) == ("X501", {"EUR": "12239.83"})


def test_no_advice_to_leave_rows_out_in_stock_mode():
    assert [text for text in texts(delivery("own_config")["items"]) if "leave such rows out" in text] == []


def test_as400_padded():
    files = delivery("as400_padded")
    items = files["items"]
    assert [told(items, "V313", column)[0]["count"] for column in ("item_date_payment", "item_unique_key")] == [26, 26]
    assert told(items, "V309", "client_code")[0]["count"] == told(items, "V309", "item_number")[0]["count"] == 26
    assert lines(items, "V301") == [9, 17] and items["forecast"]["ignored"] == 2
    assert suggestions(files["contacts"], "V306", "contact_collection") == {"O": "1", "N": "0"}


def test_placeholder_is_no_date():
    files = delivery("as400_padded")
    assert "B404" not in files["items"]["counts"] and "B413" not in files["clients"]["counts"]


def test_failed_export():
    files = delivery("failed_export")
    assert files["clients"]["counts"] == {"F001": 1}
    assert files["items"]["counts"] == {"F002": 1}
    assert "STOCK mode" in files["items"]["findings"][0]["message"]
    assert files["users"]["counts"] == {"F003": 1} and "web page" in files["users"]["findings"][0]["message"]
    assert all(file["forecast"]["refused"] and file["forecast"]["accepted"] == 0 for file in files.values())


@pytest.mark.parametrize(
    ("name", "type"), [("failed_export", "clients"), ("failed_export", "users"), ("utf16_export", "items")]
)
def test_type_is_told_by_the_name_of_a_file_without_a_header(name, type):
    assert delivery(name)[type]["type"] == type


def test_customers_file_without_customers_is_told_as_such():
    items = delivery("failed_export")["items"]
    (reason,) = [entry["reason"] for entry in items["not_checked"] if entry["rule"] == "X501"]
    assert reason == "failed_export/clients_20240630.txt names no customer"


def test_customers_whose_lines_are_all_left_out_are_known():
    items = delivery("trailing_semicolons")["items"]
    assert [entry for entry in items["not_checked"] if entry["rule"] == "X501"] == []


def test_double_encoded():
    files = delivery("double_encoded")
    assert {name: file["counts"] for name, file in files.items()} == {
        "clients": {"V310": 33},
        "contacts": {"V310": 26},
        "items": {"V310": 6},
    }
    assert suggestions(files["clients"], "V310", "client_address_city")["LogroÃ±o"] == "Logroño"
    assert all(one["count"] == sum(file["counts"].values()) for file in files.values() for one in file["diagnoses"])


def test_thousands_es():
    files = delivery("thousands_es")
    assert files["items"]["counts"] == {"V305": 14} and files["clients"]["counts"] == {"V305": 11}
    assert run("thousands_es")[0] == 0
    # No other value decides: 850 may be either, and nothing has two decimals.
    assert set(suggestions(files["items"], "V305", "item_amount_initial_inc_tax").values()) == {None}


def test_trailing_semicolons():
    files = delivery("trailing_semicolons")
    assert files["items"]["counts"] == {"R201": 18} and files["items"]["forecast"]["accepted"] == 0
    assert files["clients"]["counts"] == {"H104": 1, "R201": 12} and files["clients"]["forecast"]["refused"]
    assert [told(file, "R201")[0]["count"] for file in files.values()] == [12, 18]


@pytest.mark.parametrize("type", ["items", "clients"])
def test_rows_that_end_in_a_delimiter_are_told_as_such(type):
    told = texts(delivery("trailing_semicolons")[type])
    assert [text for text in told if "two exports were joined" in text] == []
    assert [text for text in told if "ends in a delimiter" in text] != []


def test_line_feeds():
    files = delivery("line_feeds")
    assert files["items"]["counts"]["R206"] == 2 and files["items"]["forecast"]["accepted"] == 16
    assert lines(files["items"], "R206") == [8, 14]
    assert lines(files["clients"], "R201") == [4, 5, 8, 9, 12, 13, 14]
    assert Counter(f["severity"] for f in files["clients"]["findings"]) == {"error": 7, "info": 1}


def test_remedy_of_cut_rows_names_line_ends():
    assert [text for text in texts(delivery("line_feeds")["clients"]) if re.search("line (end|feed|break)", text)] != []
