"""`dsolint upload` over a real socket: the bytes on the wire, what the user sees, and the exit code."""

import base64
import contextlib
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from unittest.mock import patch

import jsonschema
import pytest
from referencing import Registry
from servers.plain import Answer, HangUp, answer, closed_port, plain_server

import dsolint
from dsolint.cli import upload as upload_command
from dsolint.cli.main import main
from dsolint.delivery.database import Database
from dsolint.delivery.history import History
from dsolint.delivery.sending import Sending
from dsolint.errors import HistoryError

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


def environment(folder, **variables):
    """What a user has set: credentials and a history in the folder; None takes a variable away."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DSOLINT", "COLUMNS"))}
    ours = {
        "DSOLINT_USER": USER,
        "DSOLINT_PASSWORD": PASSWORD,
        "DSOLINT_HISTORY": str(folder / "history.sqlite3"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return {name: value for name, value in {**kept, **ours, **variables}.items() if value is not None}


def arguments_for(server, arguments):
    url = ["--url", server if isinstance(server, str) else server.url] if server is not None else []
    return ["upload", *url, "--today", "2024-11-22", *arguments]


class Ran:
    def __init__(self, returncode, out, err):
        self.returncode, self.out, self.err = returncode, out.decode(), err.decode()


def upload(folder, server, *arguments, data=b"", **variables):
    """The command line in this process, in a folder; None as a server names none."""
    streams = [io.TextIOWrapper(io.BytesIO(given), encoding="utf-8") for given in (data, b"", b"")]
    with (
        contextlib.chdir(folder),
        patch.dict(os.environ, environment(folder, **variables), clear=True),
        patch.multiple(
            sys,
            argv=["dsolint", *arguments_for(server, arguments)],
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
        ),
        patch("dsolint.delivery.client.BACK_OFF", 0.01),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    for stream in streams:
        stream.flush()
    ran = Ran(ended.value.code, *(stream.buffer.getvalue() for stream in streams[1:]))
    assert "fault of dsolint" not in ran.err, ran.err
    return ran


def begin(folder, server, *arguments, **variables):
    """The real command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dsolint", *arguments_for(server, arguments)],
        cwd=folder,
        env=environment(folder, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


SCHEMAS = Path(dsolint.__file__).parent / "delivery"
SCHEMA, HISTORY_SCHEMA = (
    json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")) for name in ("receipt", "history")
)


def receipt(folder):
    """The deliveries of receipt.json, which is held against its schema."""
    found = json.loads((folder / "receipt.json").read_text("utf-8"))
    jsonschema.validate(found, SCHEMA, jsonschema.Draft202012Validator)
    return found["deliveries"]


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_sent_as_it_was_checked(folder):
    os.mkfifo(folder / "items.csv")
    writer = threading.Thread(target=(folder / "items.csv").write_text, args=[ITEMS])
    writer.start()
    with plain_server() as server:
        assert upload(folder, server, "items.csv").returncode == 0
    writer.join()
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


def test_an_account_is_one_however_its_address_is_spelled(folder):
    with plain_server() as server:
        for url in (f"http://localhost:{server.port}", f"HTTP://LocalHost.:{server.port}/api/"):
            assert upload(folder, url, "delivery/items.csv", "--mode", "stock").returncode == 0
        (folder / "delivery" / "items.csv").write_text(ITEMS.rpartition("FAC")[0])
        assert (
            upload(folder, f"http://LOCALHOST:{server.port}/", "delivery/items.csv", "--mode", "stock").returncode == 1
        )
    with History(folder / "history.sqlite3") as history:
        assert [account.url for account in history.accounts()] == [f"http://localhost:{server.port}"]


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
    "arguments",
    [["--fail-on", "never"], ["--schema", "own.json"], ["--delimiter", ","], ["--url", "http://example.com"]],
)
def test_what_an_upload_refuses(folder, arguments):
    (folder / "own.json").write_text('{"fields": [{"name": "client_code"}]}')
    with plain_server() as server:
        ran = upload(folder, server, "delivery/clients.csv", *arguments)
    assert ran.returncode == 2
    assert arguments[0] in ran.err
    assert server.begun == []


def test_the_help_names_no_option_that_is_refused(folder):
    with plain_server() as server:
        told = upload(folder, server, "--help").out
    assert [option for option in ("--schema", "--delimiter") if option in told] == []
    assert "--encoding" in told


def test_a_configuration_can_not_loosen_it(folder):
    (folder / "dsolint.toml").write_text('fail_on = "never"\n')
    with plain_server() as server:
        ran = upload(folder, server, "delivery/clients.csv")
    assert (ran.returncode, server.begun) == (2, [])
    assert "fail_on = never" in ran.err


def test_a_baseline_lets_no_error_through(folder):
    (folder / "items.csv").write_text(BAD)
    known = ["check", "items.csv", "--today", "2024-11-22", "--write-baseline", "known.json"]
    subprocess.run([sys.executable, "-m", "dsolint", *known], cwd=folder, check=False, capture_output=True)
    with plain_server() as server:
        ran = upload(folder, server, "items.csv", "--baseline", "known.json")
    assert ran.returncode == 1
    assert "items.csv" in ran.out.partition("Nothing was sent")[2]
    assert server.begun == []


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


def test_a_guard_that_is_switched_off_is_named(folder):
    with plain_server() as server:
        ran = upload(folder, server, "delivery/items.csv", "--mode", "stock", "--ignore", "D602")
        assert upload(folder, server, "delivery/clients.csv", "--ignore", "D").err == ""
    assert ran.returncode == 0
    assert "switched off: D602." in ran.err


def test_the_guard_stops_what_would_clear_too_much(folder):
    stock = ["delivery/items.csv", "--mode", "stock", "--receipt", "receipt.json"]
    with plain_server() as server:
        assert upload(folder, server, *stock).returncode == 0
        (folder / "delivery" / "items.csv").write_text(ITEMS.rpartition("FAC")[0])
        stopped = upload(folder, server, *stock)
        assert stopped.returncode == 1
        assert "D602" in stopped.out.partition("The guard stops the delivery")[2]
        assert receipt(folder)[0]["outcome"] == "not sent"
        assert len(server.requests) == 1
        forced = upload(folder, server, *stock, "--force")
        assert forced.returncode == 0
        assert "D602" in forced.err
        assert receipt(folder)[0]["forced"]
        assert server.requests[1].line == "POST /api/items?encoding=UTF-8&clear_items_not_modified=true HTTP/1.1"


def test_force_overrides_the_guard_alone(folder):
    (folder / "delivery" / "items.csv").write_text(BAD)
    with plain_server() as server:
        assert upload(folder, server, "delivery/items.csv", "--mode", "stock", "--force").returncode == 1
    assert server.begun == []


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
        (Answer(b'{"a' + b'\\"' * 200_000), 4, ["no JSON"]),
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


@pytest.mark.parametrize("said", [Answer(b"OK"), Answer(b"", 202), Answer(b"<p>Thank you</p>")])
def test_what_is_not_said_to_be_queued_is_unknown(folder, said):
    with plain_server(said) as server:
        ran = upload(folder, server, "delivery", "--async", "--receipt", "receipt.json")
    assert ran.returncode == 4
    assert len(server.requests) == 1
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["unknown", "unsent", "unsent", "unsent"]


# Tries


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
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


@pytest.mark.parametrize(
    "said", [*(Answer(b"", status) for status in (408, 502, 504)), *(Answer(hang_up=hang_up) for hang_up in HangUp)]
)
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
        assert upload(folder, server, "delivery/contacts.csv").returncode == 4
        assert len(server.begun) == 5
        assert upload(folder, server, "delivery/contacts.csv", "--again").returncode == 0
        assert upload(folder, server, "delivery", "--again").returncode == 0
        assert sum(b"/api/contacts" in head for head in server.begun[5:]) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_contacts_are_sent_again_when_they_were_not_taken(folder, status):
    with plain_server(Answer(b"", status)) as server:
        assert upload(folder, server, "delivery/contacts.csv").returncode == 0
    assert len(server.requests) == 2


def wait_for(condition):
    """Wait until something another process does has happened."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
def test_ctrl_c_while_a_file_is_on_its_way(folder):
    with plain_server(answer(), Answer(wait=60)) as server:
        running = begin(folder, server, "delivery", "--receipt", "receipt.json")
        wait_for(lambda: len(server.requests) == 2)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        assert running.returncode == 130
        assert b"Traceback" not in err
        assert "delivery/contacts.csv  UNKNOWN" in out.decode()
        assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "unknown", "unsent", "unsent"]
        assert "delivery 1" in upload(folder, server, "delivery/clients.csv").err


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
def test_a_kill_while_a_file_is_on_its_way(folder):
    with plain_server(answer(), Answer(wait=60)) as server:
        running = begin(folder, server, "delivery")
        wait_for(lambda: len(server.requests) == 2)
        running.kill()
        running.communicate(timeout=60)
        again = upload(folder, server, "delivery")
    assert "delivery 1" in again.err
    assert "contacts.csv" in again.err
    assert again.returncode == 4
    assert [request.path for request in server.requests].count("/api/contacts") == 1
    assert server.requests[-1].path == "/api/items"


def test_one_delivery_at_a_time(folder):
    with plain_server(Answer(wait=2)) as server:
        first = begin(folder, server, "delivery/items.csv")
        wait_for(lambda: server.requests)
        second = upload(folder, server, "delivery/items.csv")
        first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Delivery 2 to" in second.out


def meanwhile(monkeypatch, act):
    """Let something happen between a check and what follows it."""
    check = upload_command.check_all

    def checked(jobs):
        reports = check(jobs)
        monkeypatch.setattr(upload_command, "check_all", check)
        act()
        return reports

    monkeypatch.setattr(upload_command, "check_all", checked)


def test_an_older_delivery_never_goes_after_a_newer_one(folder, monkeypatch):
    with plain_server() as server:
        meanwhile(monkeypatch, lambda: begin(folder, server, "delivery/clients.csv").communicate())
        ran = upload(folder, server, "delivery/items.csv")
    assert ran.returncode == 2
    assert "an older one never goes after a newer one" in ran.err
    assert [request.path for request in server.requests] == ["/api/clients"]


@pytest.mark.parametrize("change", ["items", "clients"])
def test_a_file_that_changes_after_its_check(folder, monkeypatch, change):
    path = folder / "delivery" / f"{change}.csv"
    meanwhile(monkeypatch, lambda: path.write_text(path.read_text().replace("C0001", "C0002")))
    with plain_server() as server:
        ran = upload(folder, server, "delivery")
    assert ran.returncode == 2
    assert f"delivery/{change}.csv: has changed since it was checked" in ran.err
    assert server.begun == []


def test_a_history_that_can_not_be_written_stops_what_follows(folder, monkeypatch):
    """Nothing is sent that could not be remembered, and what was sent is told."""
    noted = []
    note = Sending.note

    def fail(self, place, state, **more):
        noted.append(state)
        if len(noted) == 2:
            raise HistoryError("history.sqlite3: the disk is full.")
        note(self, place, state, **more)

    monkeypatch.setattr(Sending, "note", fail)
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--receipt", "receipt.json")
    assert ran.returncode == 2
    assert "the disk is full" in ran.err
    assert len(server.requests) == 1
    assert [file["state"] for file in receipt(folder)[0]["files"]] == ["accepted", "unsent", "unsent", "unsent"]


def test_a_history_that_can_not_be_written_at_all_any_more_loses_no_receipt(folder, monkeypatch):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    (folder / "items.csv").write_text(ITEMS + "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n")
    transaction = Database.transaction

    def full(request):
        def fail(_self):
            raise HistoryError("history.sqlite3: the disk is full.")

        monkeypatch.setattr(Database, "transaction", fail)
        return answer({"exception_lines": {"line 4": "no number"}})

    with plain_server(full) as server:
        ran = upload(folder, server, "items.csv", "--receipt", "receipt.json")
        monkeypatch.setattr(Database, "transaction", transaction)
        assert ran.returncode == 3
        assert "the disk is full" in ran.err
        assert "dsolint foretold it: V301." in ran.out
        assert receipt(folder)[0]["files"][0]["state"] == "accepted"
        assert "delivery 1" in upload(folder, server, "delivery/clients.csv").err


# What programs read of the history


def history(folder, *arguments):
    """What `dsolint history --json` writes, which is held against its schema."""
    command = [sys.executable, "-m", "dsolint", "history", *arguments, "--json"]
    ran = subprocess.run(command, cwd=folder, env=environment(folder), check=True, capture_output=True)
    found = json.loads(ran.stdout)
    known = Registry().with_contents([(SCHEMA["$id"], SCHEMA)])
    jsonschema.Draft202012Validator(HISTORY_SCHEMA, registry=known).validate(found)
    return found


def test_the_history_as_json(folder):
    assert history(folder) == {"deliveries": []}
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    (folder / "delivery" / "items.csv").write_text(ITEMS + "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n")
    on_its_way = []

    def look(_request):
        on_its_way.append(history(folder, "1"))
        return answer()

    left_out = [answer({"exception_lines": lines}) for lines in (["somewhere"], {"line 4": "no number"})]
    with plain_server(look, answer(), *left_out, Answer(b"", 500)) as server:
        assert upload(folder, server, "delivery").returncode == 3
        assert upload(folder, server, "delivery/users.csv").returncode == 4
        data = (folder / "delivery" / "clients.csv").read_bytes()
        assert upload(folder, server, "-", "--type", "clients", "--async", data=data).returncode == 0
    states = [(delivery["outcome"], delivery["receipt"]) for delivery in on_its_way]
    assert states == [("sending", None)]
    assert [file["state"] for file in on_its_way[0]["files"]] == ["sending", "pending", "pending", "pending"]
    found = history(folder)["deliveries"]
    assert [delivery["outcome"] for delivery in found] == ["queued", "unknown", "partial"]
    assert history(folder, "1") == found[2]
    assert found[2]["receipt"]["files"][3]["left_out"] == [{"number": 4, "message": "no number"}]
    assert {entry["rule"]: entry["confirmed"] for entry in history(folder, "--accuracy")["accuracy"]} == {
        None: 0,
        "V301": 1,
    }


# A dry run


def test_a_dry_run_shows_the_requests_and_sends_nothing(folder):
    with plain_server() as server:
        ran = upload(
            folder, server, "delivery", "--mode", "stock", "--dry-run", DSOLINT_USER=None, DSOLINT_PASSWORD=None
        )
    assert ran.returncode == 0
    assert server.begun == []
    assert not (folder / "history.sqlite3").exists()
    shown = ran.out.partition("POST /api/items")[2]
    assert shown.startswith("?encoding=UTF-8&clear_items_not_modified=true HTTP/1.1\n")
    for line in (f"Host: 127.0.0.1:{server.port}", "Authorization: Basic ***", "Content-Type: text/csv; charset=UTF-8",
                 f"Content-Length: {len(ITEMS)}"):  # fmt: skip
        assert f"  {line}\n" in shown
    paths = [line.split()[1].partition("?")[0] for line in ran.out.splitlines() if line.startswith("  POST ")]
    assert paths == ["/api/clients", "/api/contacts", "/api/users", "/api/items"]


def test_a_dry_run_has_the_verdict(folder):
    (folder / "delivery" / "items.csv").write_text(BAD)
    ran = upload(folder, "https://account.example.com", "delivery", "--dry-run")
    assert ran.returncode == 1
    assert f"delivery/items.csv  {len(BAD)} bytes  FAIL" in ran.out
    assert f"delivery/users.csv  {len(USERS)} bytes  PASS" in ran.out


def test_a_dry_run_shows_what_a_request_would_have(folder):
    """The headers that are shown are those that are sent, in their order."""
    with plain_server() as server:
        shown = upload(folder, server, "delivery/items.csv", "--dry-run").out
        upload(folder, server, "delivery/items.csv")
    lines = server.requests[0].head.decode().replace(TOKEN, "***").split("\r\n")
    assert sorted(lines[:-2]) == sorted(line.strip() for line in shown[shown.index("  POST") :].splitlines())


# Standard output and standard error


def test_a_machine_format_has_standard_output_alone(folder):
    with plain_server() as server:
        ran = upload(folder, server, "delivery/items.csv", "--format", "json")
    assert json.loads(ran.out)["verdict"] == "pass"
    assert "Delivery 1 to" in ran.err


def test_in_the_readers_language(folder):
    with plain_server(answer({"exception_lines": {"line 3": "no"}})) as server:
        ran = upload(folder, server, "delivery/items.csv", "--lang", "de")
    assert "1 Zeile ausgelassen" in ran.out


def test_what_a_server_says_is_defused(folder):
    with plain_server(
        answer({"success": "false", "error_code": "X\x1b[2J", "error_description": "\x1b]0;x\x07"})
    ) as server:
        ran = upload(folder, server, "delivery/items.csv")
    assert ran.returncode == 3
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("option", [["--receipt", "history.sqlite3"], ["--output", "json=./history.sqlite3"]])
def test_nothing_takes_the_place_of_the_history(folder, option):
    with plain_server() as server:
        assert upload(folder, server, "delivery").returncode == 0
        ran = upload(folder, server, "delivery", *option)
        assert ran.returncode == 2
        assert f"{option[0]}: history.sqlite3 is a file that is read" in ran.err
        assert len(history(folder)["deliveries"]) == 1


def test_a_receipt_and_a_report_are_two_files(folder):
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--receipt", "it.json", "--output", "json=./it.json")
    assert (ran.returncode, server.requests) == (2, [])
    assert "--receipt: it.json is named by --output too" in ran.err


@pytest.mark.parametrize("place", ["no-such-folder/receipt.json", "."])
def test_a_receipt_that_can_not_be_written_is_told_of_before_anything_is_sent(folder, place):
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--receipt", place)
    assert ran.returncode == 2
    assert f"{place}: can't be written: " in ran.err
    assert server.requests == []


def test_redacted_receipts_have_no_data(folder):
    said = answer({"success": "false", "error_code": "CSV_BAD_SYNTAX", "error_description": "at Miller"})
    with plain_server(answer({"exception_lines": {"line 3": "Miller"}}), said) as server:
        for file in ("items", "users"):
            ran = upload(folder, server, f"delivery/{file}.csv", "--redact", "--receipt", "receipt.json")
            assert ran.returncode == 3
            assert "***" in ran.out
            assert "Miller" not in ran.out + ran.err + json.dumps(receipt(folder))


def test_a_reader_that_goes_away_stops_nothing(group):
    """What comes after it is sent all the same, and the exit code is that of the upload."""
    folder, north, south = group
    north.answers.append(answer({"success": "false", "error_code": "CSV_EMPTY"}))
    running = begin(folder, None, "--all", **NORTH)
    running.stdout.close()
    _, err = running.communicate(timeout=60)
    assert running.returncode == 3, err
    assert len(south.requests) == 1


def test_text_that_is_no_text(folder):
    with plain_server(
        Answer(rb'{"success": "false", "error_code": "X", "error_description": "\ud800\u202e"}')
    ) as server:
        ran = upload(folder, server, "delivery/items.csv", "--receipt", "receipt.json")
    assert ran.returncode == 3
    assert "\u202e" not in ran.out
    assert receipt(folder)[0]["outcome"] == "refused"


# Secrets


def test_no_secret_anywhere(folder, monkeypatch):
    """Every byte that is left behind, whatever goes wrong, with all that Python logs and all tracebacks."""
    (folder / "sitecustomize.py").write_text("import logging\nlogging.basicConfig(level=logging.DEBUG)\n")
    everywhere = {"PYTHONPATH": str(folder), "DSOLINT_TRACEBACK": "1"}
    with plain_server(answer(), Answer(hang_up=HangUp.AFTER_BODY), otherwise=lambda got: Answer(got.head)) as server:
        running = begin(
            folder, server, "delivery", "--receipt", "receipt.json", "--output", "json=r.json", **everywhere
        )
        cmdline = Path(f"/proc/{running.pid}/cmdline")
        seen = [cmdline.read_bytes()] if cmdline.exists() else []
        seen += running.communicate(timeout=60)
        for arguments in (["delivery/items.csv"], ["delivery/items.csv", "--dry-run"], ["no-such.csv"]):
            seen += begin(folder, server, *arguments, **everywhere).communicate(timeout=60)
        seen += begin(folder, "https://user:" + PASSWORD + "@account.example.com", "delivery").communicate(timeout=60)[
            1:
        ]
    assert any(b"DEBUG" in text for text in seen)
    seen += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for secret in (PASSWORD, TOKEN, base64.b64encode(PASSWORD.encode()).decode(), USER):
        assert not [text for text in seen if secret.encode() in text]


# Entities


GROUP = """
[entities.north]
url = "{north}"
mode = "stock"
files = ["north"]
user_variable = "NORTH_USER"
password_variable = "NORTH_PASSWORD"
[entities.south]
url = "{south}/api/"
files = ["south"]
"""


@pytest.fixture
def group(folder):
    """Two entities with their own servers."""
    for name in ("north", "south"):
        (folder / name).mkdir()
        (folder / name / "items.csv").write_text(ITEMS)
    with plain_server() as north, plain_server() as south:
        (folder / "dsolint.toml").write_text(GROUP.format(north=north.url, south=south.url))
        yield folder, north, south


NORTH = {"NORTH_USER": "n", "NORTH_PASSWORD": "other-s3cret"}


def test_an_entity_has_its_own_account(group):
    folder, north, south = group
    assert upload(folder, None, "--entity", "north", **NORTH).returncode == 0
    (request,) = north.requests
    assert "clear_items_not_modified=true" in request.line
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"n:other-s3cret").decode()
    assert south.begun == []


def test_an_entity_whose_files_can_not_be_checked_has_a_receipt_too(group):
    folder, north, _ = group
    (folder / "north" / "items.csv").unlink()
    ran = upload(folder, None, "--all", "--receipt", "receipt.json", **NORTH)
    assert ran.returncode == 2
    assert f"Nothing was sent to north, {north.url}.\n" in ran.out
    found = {delivery["entity"]: delivery for delivery in receipt(folder)}
    assert (found["north"]["outcome"], found["north"]["mode"], found["north"]["files"]) == ("not sent", "stock", [])
    assert found["north"]["reason"].endswith("these do not: north.")
    assert found["south"]["outcome"] == "accepted"
    assert north.begun == []


def test_all_entities(group):
    folder, north, south = group
    assert upload(folder, None, "--all", "--receipt", "receipt.json", **NORTH).returncode == 0
    assert len(north.requests) == len(south.requests) == 1
    assert [delivery["entity"] for delivery in receipt(folder)] == ["north", "south"]


NOT_BEGUN = {"no credentials": "set NORTH_USER", "no url": "Name the server with --url"}
"""What goes wrong with an entity before anything of it is checked, and what its receipt says."""


@pytest.mark.parametrize("wrong", ["no files", "no file is named", "findings", "refused", "unreachable", *NOT_BEGUN])
def test_one_entity_that_fails_stops_no_other(group, wrong):
    folder, north, south = group
    code, variables = 2, NORTH
    config = (folder / "dsolint.toml").read_text()
    if wrong == "no credentials":
        variables = {}
    elif wrong == "no files":
        (folder / "north" / "items.csv").unlink()
    elif wrong == "findings":
        (folder / "north" / "items.csv").write_text(BAD)
        code = 1
    elif wrong == "refused":
        north.answers.append(answer({"success": "false", "error_code": "CSV_EMPTY"}))
        code = 3
    elif wrong == "unreachable":
        config, code = config.replace(north.url, f"http://127.0.0.1:{closed_port()}"), 4
    elif wrong == "no file is named":
        config = config.replace('files = ["north"]', "")
    else:
        config = config.replace(f'url = "{north.url}"', "")
    (folder / "dsolint.toml").write_text(config)
    ran = upload(folder, None, "--all", "--receipt", "receipt.json", **variables)
    assert ran.returncode == code
    assert "north" in ran.err + ran.out
    assert len(south.requests) == 1
    found = {delivery["entity"]: delivery for delivery in receipt(folder)}
    assert found.keys() == {"north", "south"}
    if wrong in NOT_BEGUN:
        assert (found["north"]["outcome"], found["north"]["files"]) == ("not sent", [])
        assert NOT_BEGUN[wrong] in found["north"]["reason"]
        assert found["north"]["url"] == (None if wrong == "no url" else north.url)
        assert found["north"]["mode"] == "stock"


@pytest.mark.parametrize(("wrong", "right"), [("south", "north"), ("north", "south")])
def test_a_configuration_that_can_not_be_read_has_a_receipt_too(group, wrong, right):
    folder, *_ = group
    (folder / wrong / "dsolint.toml").write_text("mode = stock\n")
    ran = upload(folder, None, "--all", "--receipt", "receipt.json", **NORTH)
    assert ran.returncode == 2
    found = {delivery["entity"]: delivery for delivery in receipt(folder)}
    assert found[right]["outcome"] == "accepted"
    assert [found[wrong][key] for key in ("url", "mode", "checked", "outcome")] == [None, None, None, "not sent"]
    assert f"{wrong}/dsolint.toml" in found[wrong]["reason"]


def test_a_delivery_on_its_own_that_can_not_begin_has_a_receipt_too(folder):
    assert upload(folder, None, "delivery", "--receipt", "receipt.json").returncode == 2
    (found,) = receipt(folder)
    assert (found["url"], found["outcome"]) == (None, "not sent")
    assert found["reason"].startswith("Name the server with --url")


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
def test_what_ctrl_c_leaves_unsent_has_a_receipt_too(group):
    folder, north, south = group
    north.otherwise = Answer(wait=60)
    running = begin(folder, None, "--all", "--receipt", "receipt.json", **NORTH)
    wait_for(lambda: north.requests)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode == 130
    assert {delivery["entity"]: delivery["outcome"] for delivery in receipt(folder)} == {
        "north": "unknown",
        "south": "not sent",
    }
    assert south.begun == []


def test_two_entities_of_one_account_do_not_clear_one_another(group):
    folder, north, south = group
    config = (folder / "dsolint.toml").read_text().replace(south.url, north.url)
    (folder / "dsolint.toml").write_text(config)
    ours = {"NORTH_USER": USER, "NORTH_PASSWORD": PASSWORD}
    ran = upload(folder, None, "--all", **ours)
    assert ran.returncode == 2
    assert "south: It has the account of north" in ran.err
    assert len(north.requests) == 1
    (folder / "dsolint.toml").write_text(config.replace("stock", "delta"))
    assert upload(folder, None, "--all", **ours).returncode == 0


def test_url_and_all_exclude_one_another(group):
    folder, north, _ = group
    assert upload(folder, north, "--all", **NORTH).returncode == 2


# Receipts and the history


def test_how_the_server_counts_is_remembered(folder):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    bad = "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n"
    (folder / "items.csv").write_text(ITEMS.replace("\n", "\n\n", 1) + bad)
    with plain_server(answer({"exception_lines": {"record 3": "no number"}})) as server:
        ran = upload(folder, server, "items.csv", "--receipt", "receipt.json")
        assert ran.returncode == 3
        assert "dsolint foretold it: V301." in ran.out
        found = receipt(folder)[0]["files"][0]["reconciliation"]
        assert found["numberings"] == ["record"]
        assert [(line["line"], line["record"], line["rules"]) for line in found["confirmed"]] == [(5, 3, ["V301"])]
        server.answers.append(answer({"exception_lines": {"1": "a new rule"}}))
        assert upload(folder, server, "delivery/items.csv", "--receipt", "receipt.json").returncode == 3
    found = receipt(folder)[0]["files"][0]["reconciliation"]
    assert (found["numberings"], [line["number"] for line in found["missed"]]) == (["record"], [1])


def test_lines_beyond_the_samples_are_held_against_the_receipt_too(folder):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    bad = "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n"
    (folder / "items.csv").write_text(ITEMS + bad * 20)
    lines = {f"line {number}": "no number" for number in range(4, 24) if number != 10}
    with plain_server(answer({"exception_lines": {**lines, "line 2": "odd"}})) as server:
        given = ["-", "--type", "items", "--max-findings", "3", "--receipt", "receipt.json"]
        assert upload(folder, server, *given, data=(folder / "items.csv").read_bytes()).returncode == 3
    found = receipt(folder)[0]["files"][0]["reconciliation"]
    assert found["complete"]
    assert [line["number"] for line in found["confirmed"]] == [*range(4, 10), *range(11, 24)]
    assert [line["number"] for line in found["missed"]] == [2]
    assert [line["line"] for line in found["false_alarms"]] == [10]


def test_a_server_that_takes_what_was_foretold_to_be_left_out(folder):
    (folder / "dsolint.toml").write_text('severity = { V301 = "warning" }\n')
    (folder / "items.csv").write_text(ITEMS + "FAC;;C0001;2024-04-24;2024-05-24;1200;EUR\n" * 7)
    with plain_server() as server:
        ran = upload(folder, server, "items.csv", "--max-findings", "3", COLUMNS="200")
    assert ran.returncode == 0
    assert "dsolint foretold that 7 more lines would be left out, and they went in." in ran.out


def test_the_history_has_it_all(folder):
    with plain_server() as server:
        upload(folder, server, "delivery", "--receipt", "receipt.json")
    (written,) = receipt(folder)
    with History(folder / "history.sqlite3") as history:
        (delivery,) = history.deliveries()
    assert delivery.receipt == written
    assert delivery.outcome == "accepted"
    assert [file.state for file in delivery.files] == ["accepted"] * 4
    assert delivery.files[3].sums == {"EUR": "1299.50"}
