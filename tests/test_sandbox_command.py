"""`dsolint sandbox` as a user runs it: who may ask, what its page shows, and what it keeps."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys

import pytest
from fixtures.imports import ITEMS, item
from process import begin
from servers.sandbox import PASSWORD, USER, sandbox

from dsolint.cli.main import group
from dsolint.errors import UsageError
from dsolint.sandbox.server import Server, Settings

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
    command = [sys.executable, "-m", "dsolint", "sandbox", "--port", "0", "--fault", "503@users"]
    given = environment(**variables, TMPDIR=str(tmp_path))
    with begin(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=given) as running:
        url = running.stdout.readline()
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+\n", url)
        assert list(tmp_path.iterdir())
        running.send_signal(signal.SIGINT)
        printed, said = running.communicate(timeout=60)
    assert (running.returncode, printed) == (130, "")
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
