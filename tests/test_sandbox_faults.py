"""What goes wrong in `dsolint sandbox` on request."""

import http.client
import json
import re
import urllib.error
from contextlib import closing
from pathlib import Path

import pytest
from fixtures.imports import CLIENTS, CONTACTS, ITEMS
from process import wait_for

from dsolint.errors import UsageError
from dsolint.sandbox.faults import KINDS, from_dict, parse
from dsolint.sandbox.imports import Numbering, Rule


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
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)) as connection:
        connection.putrequest("POST", "/api/items")
        connection.putheader("Content-Length", "1000")
        connection.endheaders()
        connection.send(ITEMS.encode())
        wait_for(lambda: server.state()["requests"])
    wait_for(lambda: server.state()["requests"][0]["event"])
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
