"""`dsolint sandbox` over a real socket: what it answers, what it holds, and what goes wrong on request."""

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers.sandbox import PASSWORD, USER, sandbox

import dsolint
from dsolint.cli.main import group
from dsolint.errors import UsageError
from dsolint.sandbox.faults import KINDS, from_dict, parse
from dsolint.sandbox.imports import COUNTS, Numbering, Rule
from dsolint.sandbox.server import Server, Settings
from dsolint.schema import TYPES

DELIVERY = Path(__file__).parent / "deliveries" / "good"
NAMES = ("client_code", "item_type", "item_number", "item_date_issue", "item_date_due", "item_amount_initial_inc_tax")
ITEMS = ";".join((*NAMES, "item_currency")) + "\n"
CLIENTS = "client_code;client_business_name\n"
CONTACTS = "client_code;contact_lastname\n"
USERS = "client_code;user_lastname\n"


def item(number, amount="100", *, client="C1", issued="2024-04-24", currency="EUR"):
    return f"{client};FAC;{number};{issued};2024-05-24;{amount};{currency}\n"


@pytest.fixture(scope="module")
def running():
    with sandbox() as client:
        yield client


@pytest.fixture
def server(running):
    running.empty()
    return running


def counts(answer):
    return {name: count for name, count in answer.items() if name.startswith("nb_") and count}


# The import


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
    for _ in range(200):
        if server.state()["items"]["cleared"]["count"]:
            break
        time.sleep(0.02)
    state = server.state()
    assert (state["items"]["open"]["count"], state["items"]["cleared"]["count"], state["queued"]) == (1, 1, 0)


# Who may ask


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !", "Bearer x", "Basic anVlcmdlbjpwYXNz", "Basic " + "anVlcmdlbjpwYXNz" * 5],
)
@pytest.mark.parametrize("path", ["/api/items", "/apiPutFiles/items", "/", "/sandbox/state", "/sandbox/records/items"])
def test_access_is_denied(server, authorization, path):
    body = (ITEMS + item(1)).encode() if path.startswith("/api") else None
    status, answer, headers = server.ask(path, body, Authorization=authorization)
    assert (status, json.loads(answer)["error_code"]) == (401, "ACCESS_DENIED")
    assert headers["WWW-Authenticate"].startswith("Basic ")
    assert server.state()["items"]["open"]["count"] == 0


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/api/items", "GET", 405), ("/api/orders", "POST", 404), ("/other", "POST", 404)]
)
def test_there_is_nothing_else(server, path, method, status):
    assert server.ask(path, b"x" if method == "POST" else None, method)[0] == status


def test_it_is_asked_by_its_own_name_alone(server):
    assert server.ask("/", Host="attacker.example")[0] == 400
    assert server.ask("/", Host="localhost:1")[0] == 200


# Faults


def test_every_fault_and_choice_is_described():
    page = (Path(__file__).parent.parent / "docs" / "sandbox.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        assert f"| `{kind.name}` | {kind.what} | {'yes' if kind.imports else 'no'} |" in page
    for choice in (*Rule, *Numbering):
        assert re.search(rf"`(--rule |--numbering )?{choice}`", page)


STATUSES = {"429": 429, "500": 500, "502": 502, "503": 503, "504": 504, "redirect": 307}
HANGS_UP = [kind for kind in KINDS if kind.startswith("drop")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_imports_or_not(server, kind):
    server.set_faults({"kind": kind, "type": "contacts", "times": 1, "seconds": 0.01, "to": "http://127.0.0.1:9/"})
    try:
        status, _, headers = server.ask("/api/contacts", (CONTACTS + "C1;Roy\n").encode(), Content_Type="text/csv")
    except (urllib.error.URLError, ConnectionError, http.client.HTTPException):
        assert kind in HANGS_UP
    else:
        assert kind not in HANGS_UP
        assert status == STATUSES.get(kind, 200)
        assert headers["Retry-After"] == ("1" if kind in ("429", "503") else None)
        assert headers["Location"] == ("http://127.0.0.1:9/" if kind == "redirect" else None)
    state = server.state()
    assert state["contacts"] == int(KINDS[kind].imports)
    assert state["requests"][0]["event"] == kind
    assert state["faults"] == []
    server.post("/api/contacts", CONTACTS + "C1;Roy\n")
    assert server.state()["contacts"] == 1 + int(KINDS[kind].imports)


@pytest.mark.parametrize(
    ("kind", "body"), [("empty", rb""), ("html", rb"<!doctype html>.*"), ("malformed", rb"\{.*[^}]"), ("trailing-comma", rb"\{.*,\n\}")]
)  # fmt: skip
def test_answers_that_are_no_json(server, kind, body):
    server.set_faults({"kind": kind})
    status, answer, _ = server.ask("/api/clients", (CLIENTS + "C1;A\n").encode())
    assert status == 200
    assert re.fullmatch(body, answer, re.DOTALL)


def test_faults_wait_for_their_type(server):
    server.set_faults({"kind": "500", "type": "clients", "times": 2}, {"kind": "429", "type": "users"})
    asked = ["/api/items", "/api/clients", "/apiPutFiles/clients", "/api/clients", "/api/users", "/api/users"]
    assert [server.ask(path, b"x")[0] for path in asked] == [200, 500, 500, 200, 429, 429]


def test_a_large_body_is_dropped_before_it_is_read(server):
    server.set_faults({"kind": "drop-before-body"})
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        server.ask("/api/items", ITEMS.encode() + b"x" * (32 << 20))
    assert server.state()["requests"][0]["bytes"] is None


def test_a_client_that_hangs_up_in_the_body(server):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/api/items")
    connection.putheader("Content-Length", "1000")
    connection.endheaders()
    connection.send(ITEMS.encode())
    while not server.state()["requests"]:
        time.sleep(0.01)
    connection.close()
    while server.state()["requests"][0]["event"] is None:
        time.sleep(0.01)
    assert server.state()["requests"][0]["event"] == "the client hung up"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("503", {"kind": "503"}),
        ("503@items", {"kind": "503", "type": "items"}),
        ("latency@users,seconds=0.5,times=3", {"kind": "latency", "type": "users", "seconds": 0.5, "times": 3}),
        ("redirect,to=http://a@b:1/?x=1", {"kind": "redirect", "to": "http://a@b:1/?x=1"}),
    ],
)
def test_faults_on_the_command_line(text, fault):
    assert parse(text) == from_dict(fault)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no fault"),
        ("50", "is no kind of fault.*Did you mean 50"),
        ("503@item", "no import type 'item'"),
        ("503,times=0", "'0' is no times of a fault: it is a number from 1"),
        ("503,seconds=x", "'x' is no seconds of a fault"),
        ("503,seconds=nan", "'nan' is no seconds of a fault"),
        ("503,often=2", "A fault has no 'often'"),
        ("503,times", "is no fault"),
    ],
)
def test_faults_that_are_none(text, said):
    with pytest.raises(UsageError, match=said):
        parse(text)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b'[{"kind": "no"}]', b"[{]", b"\xff", b'[{"kind": "503", "times": []}]']
)
def test_faults_that_are_no_json(server, body):
    status, answer, _ = server.ask("/sandbox/faults", body, "PUT", Content_Type="application/json")
    assert status == 400
    assert json.loads(answer)["error"]


def test_a_page_elsewhere_can_not_set_faults(server):
    assert server.ask("/sandbox/faults", b"[]", "PUT", Content_Type="text/plain")[0] == 400


# Beside the linter

UNSEEN = {"R203", "R205", "X501"}
"""Rules by which lines are foretold to be left out that a simple server takes: there is no page that says what it does."""


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_leaves_out_the_lines_that_are_foretold(server, tmp_path, type, seed):
    path = tmp_path / f"{type}.csv"
    planted = ["--rows", "600", "--errors", "0.5", "--seed", str(seed)]
    group.main(["sample", type, *planted, "--output", str(path)], standalone_mode=False)
    foretold_and_left_out(server, path)


@pytest.mark.parametrize(
    "folder", ["sap_de", "sage_fr", "as400_padded", "oracle_ebs", "lost_zeros", "shifted_columns", "line_feeds"]
)
def test_it_leaves_out_the_lines_of_real_exports_that_are_foretold(server, folder):
    for path in sorted((DELIVERY.parent / folder).glob("*.*")):
        foretold_and_left_out(server, path)


def foretold_and_left_out(server, path):
    """Hold a file's forecast against what comes of it."""
    (file,) = dsolint.check(path, today="2024-06-30", max_findings=10_000).files
    answer = server.post(f"/api/{file.type}?encoding={file.encoding}", path.read_bytes())
    assert file.forecast.refused is (answer["success"] == "false")
    if file.forecast.refused:
        return
    foretold = {f"line {finding.line}": finding.code for finding in file.findings if finding.effect == "line"}
    left_out = answer.get("exception_lines", {})
    assert left_out.keys() <= foretold.keys()
    assert {foretold[line] for line in foretold.keys() - left_out.keys()} <= UNSEEN
    assert sum(answer[name] for name in COUNTS) == file.rows - len(left_out)


# The page


def test_the_page_shows_what_it_holds(server):
    server.post("/api/items", ITEMS + item(1, "1234567.5") + item(2, "x", client="<script>alert(1)</script>"))
    server.post("/api/items?clear_items_not_modified=true", ITEMS + item(3))
    server.set_faults({"kind": "500", "type": "users"})
    status, body, headers = server.ask("/")
    page = body.decode()
    assert status == 200
    assert "1,234,567.50" in page
    assert "Amount is not valid" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_what_comes_in_is_escaped(server):
    server.post("/api/items?encoding=%3Cscript%3E", ITEMS)
    server.post("/api/items", ITEMS.replace("item_currency", "<img src=x>") + item(1))
    page = server.ask("/")[1].decode()
    assert "<script>" not in page.replace('<script src="/sandbox/script.js" defer></script>', "")
    assert "<img" not in page
    assert "Unknown encoding: &lt;script&gt;" in page


# The store


def test_a_store_is_kept(tmp_path):
    store = tmp_path / "held.sqlite"
    for cleared in (0, 1):
        with sandbox(store=store) as client:
            client.post("/api/items?clear_items_not_modified=true", ITEMS + item(cleared))
            assert client.state()["items"]["cleared"]["count"] == cleared
    if os.name == "posix":
        assert store.stat().st_mode & 0o777 == 0o600


def other_database(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()


@pytest.mark.parametrize("make", [other_database, lambda path: path.write_text("client_code;x\n" * 100)])
def test_somebody_elses_file_is_no_store(tmp_path, make):
    path = tmp_path / "mine.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"mine\.db: .*Name a new file"):
        Server(Settings(USER, PASSWORD, port=0, store=path))
    assert path.read_bytes() == before


# The command


def environment(**variables):
    return {name: value for name, value in os.environ.items() if not name.startswith("DSOLINT_")} | variables


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals as POSIX has them")
@pytest.mark.parametrize("variables", [{}, {"DSOLINT_USER": "me", "DSOLINT_PASSWORD": "mine"}])
def test_the_command_says_where_it_is_and_ends_on_ctrl_c(variables, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "dsolint", "sandbox", "--port", "0", "--fault", "503@users"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**variables, TMPDIR=str(tmp_path)),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    url = process.stdout.readline()
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+\n", url)
    assert list(tmp_path.iterdir())
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=20)
    assert (process.returncode, printed) == (130, "")
    assert ("password" in said) is not bool(variables)
    assert "mine" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["--port", "70000"], {}, "70000 is not in the range"),
        (["--fault", "50"], {}, "is no kind of fault"),
        (["--rule", "mine"], {}, "currency-required"),
        (["--port", "0"], {"DSOLINT_USER": "me"}, "DSOLINT_PASSWORD is not set"),
    ],
)
def test_what_the_command_can_not_follow(arguments, variables, said):
    ran = subprocess.run(
        [sys.executable, "-m", "dsolint", "sandbox", *arguments], capture_output=True, text=True, env=environment(**variables)
    )  # fmt: skip
    assert ran.returncode == 2
    assert said in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr


def test_a_port_that_is_taken(running, monkeypatch):
    monkeypatch.setenv("DSOLINT_USER", USER)
    monkeypatch.setenv("DSOLINT_PASSWORD", PASSWORD)
    with pytest.raises(UsageError, match="Name another --port or --host"):
        group.main(["sandbox", "--port", running.url.rpartition(":")[2]], standalone_mode=False)


def test_the_extra_that_is_missing(monkeypatch):
    for name in ("starlette", "uvicorn", "dsolint.sandbox.server"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match=re.escape('pip install "dsolint[sandbox]"')):
        group.main(["sandbox", "--port", "0"], standalone_mode=False)


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
