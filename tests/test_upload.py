"""`dsolint upload` over a real socket: the bytes on the wire, what the user sees, and the exit code."""

import base64
import gzip
import json
import os
import subprocess
import sys

import pytest
from servers.plain import Answer, HangUp, answer, closed_port, plain_server

USER, PASSWORD = "import-user", "s3cret-Päss"
TOKEN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
ITEMS = (
    "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax;item_currency\n"
    "FAC;00000123;C0001;2024-04-24;2024-05-24;1200;EUR\n"
    "FAC;00000124;C0001;2024-04-24;2024-05-24;99.50;EUR\n"
)
CLIENTS = "client_code;client_business_name\nC0001;One\n"
CONTACTS = "client_code;contact_lastname\nC0001;Roy\n"
USERS = "client_code;user_lastname\nC0001;Roy\n"
BAD = ITEMS.replace("2024-05-24", "24/05/2024", 1)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "delivery"
    place.mkdir()
    for name, text in (("items", ITEMS), ("clients", CLIENTS), ("contacts", CONTACTS), ("users", USERS)):
        (place / f"{name}.csv").write_text(text)
    return tmp_path


def upload(folder, server, *arguments, data=None, command="upload", **variables):
    """The real command in a folder, with a history in it; None as a server names none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DSOLINT", "COLUMNS"))}
    environment = {
        **kept, "DSOLINT_USER": USER, "DSOLINT_PASSWORD": PASSWORD,
        "DSOLINT_HISTORY": str(folder / "history.sqlite3"), "PYTHONPATH": "", **variables,
    }  # fmt: skip
    url = ["--url", server if isinstance(server, str) else server.url] if server is not None else []
    ran = subprocess.run(
        [sys.executable, "-m", "dsolint", command, *url, "--today", "2024-11-22", *arguments],
        cwd=folder,
        input=data,
        capture_output=True,
        env={name: value for name, value in environment.items() if value is not None},
        check=False,
    )
    ran.out, ran.err = ran.stdout.decode(), ran.stderr.decode()
    assert "Traceback" not in ran.err, ran.err
    return ran


def receipt(folder, name="receipt.json"):
    return json.loads((folder / name).read_text("utf-8"))["deliveries"]


# What is sent


def test_a_request_is_what_the_contract_says(folder):
    with plain_server() as server:
        assert upload(folder, server, "delivery/items.csv").returncode == 0
    (request,) = server.requests
    assert request.line == "POST /api/items?encoding=UTF-8&clear_items_not_modified=false HTTP/1.1"
    assert request.headers["authorization"] == f"Basic {TOKEN}"
    assert request.headers["content-type"] == "text/csv; charset=UTF-8"
    assert request.headers["content-length"] == str(len(ITEMS))
    assert "transfer-encoding" not in request.headers
    assert request.body == ITEMS.encode()


@pytest.mark.parametrize(
    ("file", "options", "line"),
    [
        ("items.csv", ["--mode", "stock"], "/api/items?encoding=UTF-8&clear_items_not_modified=true"),
        ("items.csv", ["--async"], "/apiPutFiles/items?encoding=UTF-8&clear_items_not_modified=false"),
        ("users.csv", [], "/api/users?encoding=UTF-8"),
        ("users.csv", ["--replace-users"], "/api/users?encoding=UTF-8&replace_users_association=1"),
        ("clients.csv", ["--replace-users", "--mode", "stock"], "/api/clients?encoding=UTF-8"),
        ("contacts.csv", ["--async"], "/apiPutFiles/contacts?encoding=UTF-8"),
    ],
)
def test_path_and_query(folder, file, options, line):
    with plain_server() as server:
        assert upload(folder, server, f"delivery/{file}", *options).returncode == 0
    assert [request.line for request in server.requests] == [f"POST {line} HTTP/1.1"]


@pytest.mark.parametrize(
    ("codec", "name", "warned"), [("latin-1", "ISO-8859-1", False), ("cp1252", "windows-1252", True)]
)
def test_the_encoding_is_that_of_the_check(folder, codec, name, warned):
    (folder / "users.csv").write_bytes(USERS.replace("Roy", "Müller").encode(codec))
    with plain_server() as server:
        ran = upload(folder, server, "users.csv", "--encoding", codec)
    assert ran.returncode == 0
    (request,) = server.requests
    assert request.line == f"POST /api/users?encoding={name} HTTP/1.1"
    assert request.headers["content-type"] == f"text/csv; charset={name}"
    assert request.body == USERS.replace("Roy", "Müller").encode(codec)
    assert (f"{name} is no encoding that the import documents" in ran.err) is warned


def test_packed_files_are_sent_unpacked(folder):
    (folder / "items.csv.gz").write_bytes(gzip.compress(ITEMS.encode()))
    with plain_server() as server:
        assert upload(folder, server, "items.csv.gz").returncode == 0
    assert [request.body for request in server.requests] == [ITEMS.encode()]


def test_standard_input_is_sent_as_it_was_checked(folder):
    with plain_server() as server:
        assert upload(folder, server, "-", "--type", "items", data=ITEMS.encode()).returncode == 0
    assert [request.body for request in server.requests] == [ITEMS.encode()]


def test_a_large_file_is_sent_whole(folder):
    rows = "".join(f"FAC;{n:08};C0001;2024-04-24;2024-05-24;1200;EUR\n" for n in range(90_000))
    large = ITEMS.partition("\n")[0] + "\n" + rows
    (folder / "items.csv").write_text(large)
    with plain_server() as server:
        assert upload(folder, server, "items.csv").returncode == 0
    assert [request.body for request in server.requests] == [large.encode()]


@pytest.mark.parametrize("suffix", ["", "/", "/api", "/api/"])
def test_the_address_may_be_as_the_vendor_prints_it(folder, suffix):
    with plain_server() as server:
        assert upload(folder, server.url + suffix, "delivery/clients.csv").returncode == 0
    assert [request.path for request in server.requests] == ["/api/clients"]


def test_the_address_may_be_a_variable_or_a_setting(folder):
    with plain_server() as server:
        assert upload(folder, None, "delivery/clients.csv", DSOLINT_URL=server.url).returncode == 0
        (folder / "dsolint.toml").write_text(f'url = "{server.url}"\n')
        assert upload(folder, None, "delivery/users.csv").returncode == 0
        nowhere = f"http://127.0.0.1:{closed_port()}"
        assert upload(folder, server, "delivery/items.csv", DSOLINT_URL=nowhere).returncode == 0
    assert [request.path for request in server.requests] == ["/api/clients", "/api/users", "/api/items"]


def test_files_go_in_their_order(folder):
    with plain_server() as server:
        assert upload(folder, server, "delivery").returncode == 0
    assert [request.path for request in server.requests] == [
        "/api/clients",
        "/api/contacts",
        "/api/users",
        "/api/items",
    ]


# What is not sent


def test_one_failing_file_stops_the_delivery(folder):
    (folder / "delivery" / "items.csv").write_text(BAD)
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
    assert ran.returncode == 1
    assert "delivery/items.csv" in ran.out.partition("Nothing was sent")[2]
    assert server.begun == []
    assert receipt(folder)[0]["outcome"] == "not sent"


def test_a_warning_stops_it_where_it_is_asked_to(folder):
    (folder / "items.csv").write_text(ITEMS.replace("item_currency", "remark"))
    with plain_server() as server:
        assert upload(folder, server, "items.csv", "--fail-on", "warning").returncode == 1
        assert server.begun == []
        assert upload(folder, server, "items.csv").returncode == 0


@pytest.mark.parametrize(
    "arguments", [["--fail-on", "never"], ["--schema", "own.json"], ["--url", "http://example.com"]]
)
def test_what_an_upload_refuses(folder, arguments):
    (folder / "own.json").write_text('{"fields": [{"name": "client_code"}]}')
    with plain_server() as server:
        ran = upload(folder, server, "delivery/clients.csv", *arguments)
    assert ran.returncode == 2
    assert arguments[0] in ran.err
    assert server.begun == []


def test_a_configuration_can_not_loosen_it(folder):
    (folder / "dsolint.toml").write_text('fail_on = "never"\n')
    with plain_server() as server:
        ran = upload(folder, server, "delivery/clients.csv")
    assert (ran.returncode, server.begun) == (2, [])
    assert "fail_on = never" in ran.err


def test_a_file_that_can_not_be_read_stops_all(folder):
    with plain_server() as server:
        assert upload(folder, server, "delivery/clients.csv", "delivery/no-such.csv").returncode == 2
    assert server.begun == []


def test_two_items_files_in_stock_mode(folder):
    (folder / "delivery" / "items_2.csv").write_text(ITEMS.replace("000123", "000125").replace("000124", "000126"))
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--mode", "stock")
        assert ran.returncode == 2
        assert "items_2.csv" in ran.err
        assert server.begun == []
        assert upload(folder, server, "delivery").returncode == 0


def test_switched_off_rules_are_named(folder):
    with plain_server() as server:
        ran = upload(folder, server, "delivery/items.csv", "--ignore", "V303")
    assert ran.returncode == 0
    assert "V303" in ran.err


# Answers


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (answer(), 0, ["accepted"]),
        (answer({"nb_item_added": "2"}), 0, ["2 items added"]),
        (Answer(b'{"success": "true", "nb_item_modified": 2,}'), 0, ["2 items modified"]),
        (answer({"exception_lines": {"line 3": "a reason"}}), 3, ["line 3: a reason", "did not foretell"]),
        (answer({"success": "false", "error_code": "CSV_EMPTY"}), 3, ["finds no data"]),
        (answer({"success": "false", "error_code": "CSV_BAD_SYNTAX", "error_description": "at 7"}), 3, ["delimiter", "at 7"]),
        (answer({"success": False, "error_code": "ACCESS_DENIED"}), 3, ["user and password"]),
        (answer({"success": "false", "error_code": "QUOTA"}), 3, ["QUOTA", "not documented"]),
        (Answer(b"<h1>No</h1>", 401), 3, ["user and password"]),
        (Answer(b"", 403), 3, ["user and password"]),
        (Answer(b"<h1>No</h1>", 404), 3, ["404"]),
        (Answer(b"<h1>Hello</h1>"), 4, ["page for people"]),
        (Answer(b""), 4, ["empty"]),
        (Answer(b"[]"), 4, ["no object"]),
        (Answer(b'{"success": "maybe"}'), 4, ["neither true nor false"]),
        (Answer(b"oops", 500), 4, ["500"]),
        (Answer(b"", 302, {"Location": "https://elsewhere.example.com/login?token=1"}), 4, ["https://elsewhere.example.com/login,", "--url"]),
    ],
)  # fmt: skip
def test_what_comes_of_an_answer(folder, said, code, words):
    with plain_server(said) as server:
        ran = upload(folder, server, "delivery/items.csv", COLUMNS="1000")
    assert ran.returncode == code
    assert [word for word in words if word not in ran.out] == []
    assert len(server.requests) == 1


def test_a_refused_file_stops_those_after_it(folder):
    with plain_server(answer(), answer({"success": "false", "error_code": "CSV_BAD_SYNTAX"})) as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
    assert ran.returncode == 3
    assert [request.path for request in server.requests] == ["/api/clients", "/api/contacts"]
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "refused", "unsent", "unsent"]
    assert "delivery/items.csv  not sent" in ran.out


def test_the_largest_exit_code_counts(folder):
    with plain_server(answer({"exception_lines": ["line 2: no"]}), Answer(b"")) as server:
        assert upload(folder, server, "delivery/clients.csv", "delivery/items.csv").returncode == 4


def test_queued(folder):
    with plain_server() as server:
        ran = upload(folder, server, "delivery/items.csv", "--async", "--receipt", "receipt.json")
    assert ran.returncode == 0
    assert receipt(folder)[0]["outcome"] == "queued"
    assert "queued" in ran.out


# Tries


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_tried_again_until_it_is_taken(folder, status):
    with plain_server(Answer(b"", status), Answer(b"", status)) as server:
        assert upload(folder, server, "delivery/items.csv").returncode == 0
    assert [request.body for request in server.requests] == [ITEMS.encode()] * 3


@pytest.mark.parametrize("hang_up", HangUp)
def test_a_broken_connection_is_tried_again(folder, hang_up):
    with plain_server(Answer(hang_up=hang_up)) as server:
        assert upload(folder, server, "delivery/items.csv").returncode == 0
    assert len(server.begun) == 2


def test_tries_come_to_an_end(folder):
    with plain_server(otherwise=Answer(b"", 503)) as server:
        ran = upload(folder, server, "delivery")
    assert ran.returncode == 4
    assert 3 <= len(server.requests) <= 5
    assert {request.path for request in server.requests} == {"/api/clients"}


def test_nobody_there(folder):
    ran = upload(folder, f"http://127.0.0.1:{closed_port()}", "delivery/items.csv", "--receipt", "receipt.json")
    assert ran.returncode == 4
    (file,) = receipt(folder)[0]["files"]
    assert file["state"] == "unsent"
    assert 3 <= file["tries"] <= 5


@pytest.mark.parametrize("said", [Answer(b"", 502), Answer(b"", 504), *(Answer(hang_up=hang_up) for hang_up in HangUp)])
def test_contacts_are_not_sent_again_when_nobody_knows(folder, said):
    with plain_server(answer(), said) as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
        assert ran.returncode == 4
        assert len(server.begun) == 2
        assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "unknown", "unsent", "unsent"]
        again = upload(folder, server, "delivery")
        assert again.returncode == 4
        assert "delivery 1" in again.err
        assert "contacts.csv" in again.err
        sent = [request.path for request in server.requests if request.path != "/api/contacts"]
        assert sent == ["/api/clients", "/api/clients", "/api/users", "/api/items"]
        assert len(server.begun) == 5
        assert upload(folder, server, "delivery/contacts.csv").returncode == 0
        assert upload(folder, server, "delivery").returncode == 0


@pytest.mark.parametrize("status", [429, 503])
def test_contacts_are_sent_again_when_they_were_not_taken(folder, status):
    with plain_server(Answer(b"", status)) as server:
        assert upload(folder, server, "delivery/contacts.csv").returncode == 0
    assert len(server.requests) == 2
