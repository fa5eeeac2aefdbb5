"""What `dsolint sandbox` makes of a file: what goes in, what is left out or refused, and what it answers."""

import json
from urllib.parse import urlencode

import pytest
from fixtures.imports import CLIENTS, CONTACTS, DELIVERY, ITEMS, USERS, counts, item
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from process import wait_for
from servers.sandbox import sandbox

from dsolint.sandbox.imports import COUNTS, Numbering, Rule
from dsolint.schema import TYPES


def test_a_delivery_goes_in_and_again(server):
    for added in (True, False):
        for type, count in (("clients", 13), ("users", 13), ("items", 29)):
            (file,) = DELIVERY.glob(f"{type}*")
            answer = server.post(f"/api/{type}?encoding=UTF-8", file.read_bytes())
            assert answer["success"] == "true"
            assert set(COUNTS) < set(answer)
            assert counts(answer) == {f"nb_{type[:-1]}_{'added' if added else 'modified'}": count}
    state = server.state()
    assert (state["clients"], state["users"]) == (13, 13)
    assert state["items"]["open"] == {
        "count": 28,
        "amounts": {"CHF": "1987.77", "EUR": "55920.91", "TND": "5475.000"},
    }
    assert state["items"]["paid"]["count"] == 1


def test_contacts_are_only_added(server):
    for _ in range(2):
        assert counts(server.post("/api/contacts", CONTACTS + "C1;Roy\nC1;Jackson\n")) == {"nb_contact_added": 2}
    assert server.state()["contacts"] == 4


def test_items_are_known_by_key_or_else_by_number_and_year(server):
    own = ITEMS.replace("\n", ";item_unique_key\n")
    lines = [
        item("1").replace("\n", ";A\n"),
        item("1").replace("\n", ";B\n"),
        item("1").replace("\n", ";\n"),
        item("1", issued="2023-12-31").replace("\n", ";\n"),
    ]
    assert counts(server.post("/api/items", own + "".join(lines))) == {"nb_item_added": 4}
    again = [lines[0], lines[2], item("2").replace("\n", ";\n")]
    assert counts(server.post("/api/items", own + "".join(again))) == {"nb_item_added": 1, "nb_item_modified": 2}


def test_stock_mode_clears_what_is_absent_and_delta_does_not(server):
    server.post("/api/items", ITEMS + item(1, "1 200,50") + item(2) + item(3, currency="USD"))
    server.post("/api/items?clear_items_not_modified=false", ITEMS + item(4))
    assert server.state()["items"]["cleared"] == {"count": 0, "amounts": {}}
    server.post("/api/items?clear_items_not_modified=true", ITEMS + item(2) + item(4))
    items = server.state()["items"]
    assert items["open"] == {"count": 2, "amounts": {"EUR": "200"}}
    assert items["cleared"] == {"count": 2, "amounts": {"EUR": "1200.50", "USD": "100"}}
    server.post("/api/items", ITEMS + item(1, "7"))
    assert server.state()["items"]["cleared"]["count"] == 1
    assert server.told[-2] == "items: 2 lines taken, 0 left out, 2 cleared."


def test_a_line_left_out_is_cleared_in_stock_mode(server):
    server.post("/api/items", ITEMS + item(1) + item(2))
    server.post("/api/items?clear_items_not_modified=true", ITEMS + item(1) + item(2, "a lot"))
    assert server.state()["items"]["cleared"]["count"] == 1


def test_open_amounts(server):
    header = ITEMS.replace("\n", ";item_amount_remaining_inc_tax;item_date_payment\n")
    lines = [
        item(n).replace("\n", f";{rest}\n") for n, rest in enumerate(["40;", ";", ";2024-05-01", "0.5;2024-05-01"])
    ]
    server.post("/api/items", header + "".join(lines))
    items = server.state()["items"]
    assert (items["open"]["amounts"], items["paid"]["amounts"]) == ({"EUR": "140"}, {"EUR": "0.5"})


def test_users_are_added_or_replaced(server):
    server.post("/api/users", USERS + "C1;Roy\nC1;Ray\nC2;Roy\n")
    answer = server.post("/api/users?replace_users_association=0", USERS + "C1;Roy\nC1;New\n")
    assert counts(answer) == {"nb_user_added": 1, "nb_user_modified": 1}
    assert server.state()["users"] == 4
    server.post("/api/users?replace_users_association=1", USERS + "C1;Roy\n")
    held = [record["cells"] for record in server.records("users")]
    assert sorted((cells["client_code"], cells["user_lastname"]) for cells in held) == [("C1", "Roy"), ("C2", "Roy")]


# What is left out or refused


LEFT_OUT = [
    (item(1).replace("\n", ";1;2;3\n"), "Column count doesn't match (defined=7, found=10)"),
    ("C1;FAC\n", "Column count doesn't match (defined=7, found=2)"),
    (item(" "), "Mandatory value is missing (item_number)"),
    (item(1, issued="24/04/2024"), "Date is not valid (item_date_issue)"),
    (item(1, issued="2024-02-30"), "Date is not valid (item_date_issue)"),
    (item(1, "1.200,00"), "Amount is not valid (item_amount_initial_inc_tax)"),
    (item(1).replace("FAC", "INV"), "Value is not allowed (item_type)"),
]


@pytest.mark.parametrize(("line", "reason"), LEFT_OUT, ids=[reason for _, reason in LEFT_OUT])
def test_a_bad_line_is_left_out_and_the_others_go_in(server, line, reason):
    answer = server.post("/api/items", ITEMS + item(8) + line + item(9))
    assert answer["success"] == "true"
    assert answer["exception_lines"] == {"line 3": reason}
    assert server.state()["items"]["open"]["count"] == 2
    (entry,) = server.state()["requests"]
    assert (entry["rows"], entry["left_out"], entry["answer"]) == (3, 1, answer)


@pytest.mark.parametrize(
    ("numbering", "line"), [(Numbering.LINE, 6), (Numbering.RECORD, 2), (Numbering.RECORD_WITH_HEADER, 3)]
)
def test_how_lines_are_numbered(numbering, line):
    with sandbox(numbering=numbering) as client:
        text = CLIENTS + '"C1";"A\nB"\n\n\nC2;\nC3;C\n'
        answer = client.post("/api/clients", text)
    assert answer["exception_lines"] == {f"line {line}": "Mandatory value is missing (client_business_name)"}


@pytest.mark.parametrize(
    ("body", "query", "code"),
    [
        (b"", "", "CSV_EMPTY"),
        (b"\r\n\r\n", "", "CSV_EMPTY"),
        (ITEMS.encode(), "", "CSV_EMPTY"),
        (b"client_code;item_type\nC1;FAC\n", "", "CSV_BAD_SYNTAX"),
        ((ITEMS + item(1)).replace(";", ",").encode(), "", "CSV_BAD_SYNTAX"),
        ((ITEMS.replace("\n", ";item_type\n") + item(1)).encode(), "", "CSV_BAD_SYNTAX"),
        ((ITEMS + item(1) + item("é")).encode("latin-1"), "", "CSV_BAD_SYNTAX"),
        ((ITEMS + item(1)).encode(), "encoding=no-such", "CSV_BAD_SYNTAX"),
        ((ITEMS + item(1)).encode(), "clear_items_not_modified=1", "BAD_PARAMETER"),
        ((ITEMS + item(1)).encode(), "replace_users_association=1", "BAD_PARAMETER"),
    ],
)  # fmt: skip
def test_a_refused_file_changes_nothing(server, body, query, code):
    server.post("/api/items", ITEMS + item(7))
    answer = server.post(f"/api/items?{query}", body)
    assert (answer["success"], answer["error_code"]) == ("false", code)
    assert answer["error_description"]
    assert server.state()["items"]["open"] == {"count": 1, "amounts": {"EUR": "100"}}


def test_encodings(server):
    for encoding in ("ISO-8859-1", "windows-1252", "UTF-8"):
        answer = server.post(f"/api/clients?encoding={encoding}", (CLIENTS + "C1;Café\n").encode(encoding))
        assert answer["success"] == "true"
        (record,) = server.records("clients")
        assert record["cells"] == {"client_code": "C1", "client_business_name": "Café"}
    assert server.post("/api/clients", "\ufeff" + CLIENTS + "C1;A\n")["success"] == "true"


@pytest.mark.parametrize(
    ("rule", "line", "by_default"),
    [
        (Rule.CURRENCY_REQUIRED, item(1, currency=""), True),
        (Rule.CUSTOMER_REQUIRED, item(1), True),
        (Rule.ANY_ITEM_TYPE, item(1).replace("FAC", "INV"), False),
    ],
)
def test_rules_that_differ(server, rule, line, by_default):
    with sandbox(rules=frozenset({rule})) as other:
        taken = ["exception_lines" not in client.post("/api/items", ITEMS + line) for client in (server, other)]
    assert taken == [by_default, not by_default]


def test_files_are_put_and_imported_afterwards(server):
    assert counts(server.post("/apiPutFiles/items", ITEMS + item(1) + item(2))) == {}
    server.post("/apiPutFiles/items?clear_items_not_modified=true", ITEMS + item(1))
    wait_for(lambda: server.state()["items"]["cleared"]["count"])
    state = server.state()
    assert (state["items"]["open"]["count"], state["items"]["cleared"]["count"], state["queued"]) == (1, 1, 0)


# Anything at all


CELLS = st.sampled_from(
    ["", "C1", "FAC", "1", "-1,5", "1 200", "2024-04-24", "2024-02-30", '"', "é", "\x00", "\r", "a\nb"]
)
LINES = st.lists(CELLS, max_size=9).map(";".join)
FILES = st.one_of(
    st.binary(max_size=200),
    st.builds(
        lambda header, lines: (header + "\n".join(lines)).encode(),
        st.sampled_from([ITEMS, CLIENTS, CONTACTS, USERS]), st.lists(LINES, max_size=6),
    ),
)  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(["encoding", "clear_items_not_modified", "replace_users_association", "x"]),
    st.sampled_from(["UTF-8", "ISO-8859-1", "utf-16", "idna", "zip", "", "\x00", "true", "false", "0", "1"]),
    max_size=2,
)


def held(state):
    """How many of each type there are."""
    return {**state, "items": sum(items["count"] for items in state["items"].values())}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(TYPES), QUERIES, FILES)
def test_any_file_gets_a_documented_answer(server, type, query, file):
    path = f"/api/{type}?{urlencode(query)}"
    before = held(server.state())
    status, body, headers = server.ask(path, file, "POST")
    answer = json.loads(body)
    state = server.state()
    after = held(state)
    assert headers["Content-Type"] == "application/json"
    added = answer.get(f"nb_{type[:-1]}_added", 0)
    if answer["success"] == "true":
        assert status == 200
        entry = state["requests"][0]
        assert sum(answer[name] for name in COUNTS) == entry["rows"] - entry["left_out"]
        assert entry["left_out"] == len(answer.get("exception_lines", []))
        removed = entry["cleared"] if type == "users" else 0
        assert after[type] == before[type] + added - removed
    else:
        assert status in (200, 400)
        assert answer["error_code"] in ("CSV_EMPTY", "CSV_BAD_SYNTAX", "BAD_PARAMETER")
        assert after[type] == before[type]
