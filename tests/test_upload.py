"""`dsolint upload` over a real socket: the bytes on the wire, what the user sees, and the exit code."""

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fixtures.uploads import BAD, ITEMS, PASSWORD, TOKEN, USER, USERS, begin, delivery_in, history, receipt, upload
from servers.plain import Answer, HangUp, answer, closed_port, plain_server

from dsolint.delivery.history import History


@pytest.fixture
def folder(tmp_path):
    return delivery_in(tmp_path)


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
    writer = threading.Thread(target=(folder / "items.csv").write_text, args=[ITEMS], daemon=True)
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


def test_two_users_files_that_replace_one_another(folder):
    (folder / "delivery" / "users_2.csv").write_text(USERS.replace("Roy", "Lee"))
    with plain_server() as server:
        ran = upload(folder, server, "delivery", "--replace-users")
        assert ran.returncode == 2
        assert "delivery/users.csv and delivery/users_2.csv" in ran.err
        assert server.begun == []
        assert upload(folder, server, "delivery").returncode == 0


def test_the_same_contacts_twice(folder):
    (folder / "delivery" / "contacts_2.csv").write_text((folder / "delivery" / "contacts.csv").read_text())
    with plain_server() as server:
        ran = upload(folder, server, "delivery")
        assert ran.returncode == 2
        assert "delivery/contacts_2.csv: these are the very contacts of delivery/contacts.csv" in ran.err
        assert server.begun == []
        (folder / "delivery" / "contacts_2.csv").write_text("client_code;contact_lastname\nC0001;Lee\n")
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


def test_a_severity_that_stops_nothing_is_named(folder):
    (folder / "dsolint.toml").write_text('severity = { D602 = "info", V303 = "warning", V301 = "error" }\n')
    with plain_server() as server:
        ran = upload(folder, server, "delivery/items.csv", "--mode", "stock")
        assert ran.returncode == 0
        assert "severity was lowered stop nothing any more: D602, V303." in ran.err
        ran = upload(folder, server, "delivery/items.csv", "--mode", "stock", "--fail-on", "warning")
        assert "stop nothing any more: D602." in ran.err


def test_the_severity_of_x501_stops_nothing_where_it_leaves_lines_out(folder):
    """It does where all customers are known."""
    lowered = 'fail_on = "warning"\nseverity = { X501 = "info" }\n'
    with plain_server() as server:
        for complete, named in (("true", True), ("false", False)):
            (folder / "dsolint.toml").write_text(f"clients_complete = {complete}\n{lowered}")
            ran = upload(folder, server, "delivery", "--dry-run")
            assert ("severity was lowered stop nothing any more: X501." in ran.err) is named, ran.err


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


@pytest.mark.parametrize("doubt", [[], [Answer(b"", 504)]])
def test_redacted_receipts_have_nothing_that_is_not_documented(folder, doubt):
    """Not a code that is none of the import's either, nor the name of a count."""
    said = answer({"success": "false", "error_code": "Miller", "error_description": "Miller", "nb_Miller": 7})
    with plain_server(*doubt, said) as server:
        ran = upload(folder, server, "delivery/items.csv", "--redact", "--receipt", "receipt.json")
    assert ran.returncode == (4 if doubt else 3)
    assert "The server refuses the file with ***" in " ".join(ran.out.split())
    assert "Miller" not in ran.out + ran.err + json.dumps(receipt(folder))


@pytest.mark.parametrize("status", [302, 303])
def test_redacted_receipts_do_not_say_where_a_redirect_leads(folder, status):
    with plain_server(Answer(b"", status, {"Location": "https://secret.example/token/Miller"})) as server:
        ran = upload(folder, server, "delivery/items.csv", "--redact", "--receipt", "receipt.json")
    assert ran.returncode == 4
    said = " ".join(ran.out.split())
    assert "the server redirects to ***" in said or "the server refers to ***" in said
    assert not re.search("Miller|secret", ran.out + ran.err + json.dumps(receipt(folder)))


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
        outputs = ["--receipt", "receipt.json", "--output", "json=r.json"]
        with begin(folder, server, "delivery", *outputs, **everywhere) as running:
            cmdline = Path(f"/proc/{running.pid}/cmdline")
            seen = [cmdline.read_bytes()] if cmdline.exists() else []
            seen += running.communicate(timeout=60)
        for arguments in (["delivery/items.csv"], ["delivery/items.csv", "--dry-run"], ["no-such.csv"]):
            with begin(folder, server, *arguments, **everywhere) as running:
                seen += running.communicate(timeout=60)
        with begin(folder, "https://user:" + PASSWORD + "@account.example.com", "delivery") as running:
            seen += running.communicate(timeout=60)[1:]
    assert any(b"DEBUG" in text for text in seen)
    seen += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for secret in (PASSWORD, TOKEN, base64.b64encode(PASSWORD.encode()).decode(), USER):
        assert not [text for text in seen if secret.encode() in text]


@pytest.mark.parametrize("url", ["https://me:secret99", "https://me:secret99@host", "https://host/?token=secret99"])
def test_an_address_that_is_none_shows_no_secret(folder, url):
    ran = upload(folder, None, "delivery/items.csv", "--receipt", "receipt.json", DSOLINT_URL=url)
    assert ran.returncode == 2
    assert "DSOLINT_URL: " in ran.err
    assert "secret99" not in ran.out + ran.err + json.dumps(receipt(folder))
    (folder / "dsolint.toml").write_text(f'url = "{url}"\n[entities.north]\nurl = "{url}"\nfiles = ["delivery"]\n')
    for arguments in (["delivery", "--show-config"], ["--entity", "north", "--show-config"]):
        ran = upload(folder, None, *arguments)
        assert ran.returncode == 0
        assert 'url = "***"' in ran.out
        assert "secret99" not in ran.out
