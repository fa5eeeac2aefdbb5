"""The client: how often it tries, how long it waits, what it trusts, and how far it says a request came."""

import datetime
import gzip
import html
import io
import json
import socket
import ssl
import subprocess
import urllib.parse
from email.utils import format_datetime

import pytest
from servers.plain import Answer, HangUp, closed_port, plain_server

import dsolint
from dsolint.delivery import client as module
from dsolint.delivery.account import Credentials
from dsolint.delivery.client import BUDGET, LEAST, MOST, Client, Reach
from dsolint.delivery.request import ChangedError, Options, make_request
from dsolint.errors import UsageError

TEXT = "client_code;client_business_name\nC0001;One\n"
ME = Credentials("me", "s3cret")


class Time:
    """A clock that moves only when somebody sleeps, or when a try takes its time."""

    def __init__(self, each=0.0):
        self.now = 0.0
        self.each = each
        self.waits = []

    def clock(self):
        self.now += self.each
        return self.now

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds


def request(url, text=TEXT, type="clients"):
    data = io.BytesIO(text.encode())
    (file,) = dsolint.check(data, type=type, today=datetime.date(2024, 11, 22)).files
    return make_request(file, data, url, Options())


def send(server, time=None, *, type="clients", text=TEXT, said=None):
    time = time or Time()
    url = server if isinstance(server, str) else server.url
    with Client(
        url, ME, clock=time.clock, sleep=time.sleep, notify=(said if said is not None else []).append
    ) as client:
        return client.send(request(url, text, type)), time


# Waits


def test_each_wait_is_longer_and_all_end_within_the_budget():
    with plain_server(otherwise=Answer(b"", 503)) as server:
        response, time = send(server)
    assert len(server.requests) == response.tries == MOST
    assert time.waits == sorted(time.waits)
    assert sum(time.waits) < BUDGET


def test_waits_differ_from_run_to_run():
    with plain_server(otherwise=Answer(b"", 503)) as server:
        assert send(server)[1].waits != send(server)[1].waits


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_honoured(as_date):
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=7)
    value = format_datetime(at, usegmt=True) if as_date else "7"
    with plain_server(Answer(b"", 503, {"Retry-After": value})) as server:
        response, time = send(server)
    assert response.status == 200
    (wait,) = time.waits
    assert 5 <= wait <= 7


def test_who_asks_for_too_long_a_wait_is_asked_all_the_same():
    with plain_server(otherwise=Answer(b"", 429, {"Retry-After": "3600"})) as server:
        response, time = send(server)
    assert response.tries == LEAST
    assert sum(time.waits) < BUDGET


@pytest.mark.parametrize(
    "value", ["soon", "-5", "1e9", "", "Mon, 99 Foo 2024", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"]
)
def test_a_retry_after_that_says_nothing(value):
    with plain_server(Answer(b"", 503, {"Retry-After": value})) as server:
        response, time = send(server)
    assert response.status == 200
    assert time.waits[0] < 1


def test_slow_tries_are_fewer():
    with plain_server(otherwise=Answer(b"", 503)) as server:
        response, time = send(server, Time(each=12))
    assert LEAST <= response.tries < MOST
    assert time.now < BUDGET + 12


def test_the_user_is_told_of_each_new_try():
    said = []
    with plain_server(Answer(b"", 503), Answer(hang_up=HangUp.AFTER_BODY)) as server:
        send(server, said=said)
    assert "status 503" in said[0]
    assert "trying again" in said[1]
    assert len(said) == 2


# How far it came


def test_nobody_there_has_got_nothing():
    response, _ = send(f"http://127.0.0.1:{closed_port()}")
    assert (response.reach, response.uncertain) == (Reach.NEVER, False)
    assert LEAST <= response.tries <= MOST


def test_once_uncertain_stays_uncertain():
    with plain_server(Answer(hang_up=HangUp.AFTER_BODY), otherwise=Answer(b"", 503)) as server:
        response, _ = send(server)
    assert response.status == 503
    assert response.uncertain


@pytest.mark.parametrize("status", [500, 501, 400, 404, 413, 301, 307])
def test_other_statuses_are_not_tried_again(status):
    with plain_server(Answer(b"", status, {"Location": "/elsewhere"})) as server:
        response, _ = send(server)
    assert (response.status, response.tries, len(server.requests)) == (status, 1, 1)


def test_a_late_answer_is_not_waited_for_twice(monkeypatch):
    monkeypatch.setattr(module, "READ", 0.2)
    with plain_server(Answer(wait=30)) as server:
        response, _ = send(server)
    assert (response.reach, response.tries) == (Reach.UNKNOWN, 1)


DRAWN_OUT = Answer(headers={"Content-Length": None}, pace=0.02)
"""An answer that takes some five seconds, and ends where the connection does."""


@pytest.mark.parametrize("seconds", [0.5, 2.5])  # within its head, and within its body
def test_an_answer_that_comes_drop_by_drop_has_an_end(monkeypatch, seconds):
    monkeypatch.setattr(module, "READ", seconds)
    with plain_server(DRAWN_OUT) as server:
        response, _ = send(server)
    assert (response.reach, response.tries, response.uncertain) == (Reach.UNKNOWN, 1, True)
    assert str(response.problem) == f"no whole answer came within {int(seconds)} seconds"


def test_a_server_that_takes_a_file_drop_by_drop_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(module, "SLOWEST", 1 << 26)
    monkeypatch.setattr(module, "WRITE", 2)
    text = TEXT + "".join(f"C{number:06};{'x' * 1000}\n" for number in range(20_000))
    with plain_server(Answer(takes=0.05)) as server:
        server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # so that no single write waits long
        response, _ = send(server, Time(each=100), text=text)
    assert (response.reach, response.tries) == (Reach.UNKNOWN, 1)
    assert str(response.problem) == "no whole answer came within 2 seconds"
    assert server.requests == []


def test_contacts_stop_at_the_first_doubt():
    contacts = "client_code;contact_lastname\nC0001;Roy\n"
    with plain_server(Answer(b"", 503), Answer(hang_up=HangUp.IN_ANSWER)) as server:
        response, _ = send(server, type="contacts", text=contacts)
    assert (response.reach, response.tries) == (Reach.UNKNOWN, 2)


@pytest.mark.parametrize("rows", [1, 2000])
def test_an_answer_is_as_long_as_its_file_explains(rows):
    said = b"x" * 5_000_000
    with plain_server(Answer(said)) as server:
        response, _ = send(server, text=TEXT + "".join(f"C{n};Two\n" for n in range(rows - 1)))
    assert response.status == 200
    assert 1_000_000 + 1000 * rows < len(response.body) < 1_200_000 + 1100 * rows


def test_an_answer_without_end_is_cut(monkeypatch):
    monkeypatch.setattr(module, "MAX_ANSWER", 1000)
    with plain_server(Answer(b"x" * 5_000_000)) as server:
        response, _ = send(server)
    assert response.status == 200
    assert len(response.body) < 1_000_000


@pytest.mark.parametrize(("packings", "read"), [(1, True), (3, False)])
def test_an_answer_that_is_packed_unasked(packings, read):
    """Once is read all the same; what was packed again and again would grow beyond all bounds."""
    plain = packed = b'{"success": true}' + b" " * 20_000_000
    for _ in range(packings):
        packed = gzip.compress(packed)
    assert len(packed) < 100_000
    with plain_server(Answer(packed, headers={"Content-Encoding": ", ".join(["gzip"] * packings)})) as server:
        response, _ = send(server)
    assert response.body == (plain if read else packed)


def test_an_echo_shows_no_secret():
    with plain_server(
        otherwise=lambda got: Answer(got.head + b" s3cret", headers={"X-Echo": ME.authorization})
    ) as server:
        response, _ = send(server)
    assert b"bWU6czNjcmV0" not in response.body
    assert b"s3cret" not in response.body
    assert "bWU6czNjcmV0" not in str(response)


def test_an_echo_that_is_no_http_shows_no_secret():
    said = []
    with plain_server(otherwise=lambda got: Answer(status=got.headers["authorization"])) as server:
        response, _ = send(server, said=said)
    assert "bWU6czNjcmV0" not in str(said) + str(response)
    assert str(response.problem) == "the connection broke before an answer came: illegal status line"


def test_an_echo_shows_no_secret_however_it_is_spelled():
    """PHP and others escape what is no ASCII in JSON, and the slash; addresses have their own way."""
    password = 's3/c"r\\ët+😀 %&<'
    plain, address = json.dumps(password), urllib.parse.quote(password, safe="")
    spellings = [
        plain,
        plain.replace("/", r"\/"),
        json.dumps(password, ensure_ascii=False),
        plain.replace("00eb", "00EB").replace("+", r"\u002B"),
        f'"{address}"',
        f'"{address.lower()}"',
        f'"{html.escape(password).replace(chr(92), chr(92) * 2)}"',
        f'"{password.translate({ord(c): f"&#{ord(c)};" for c in password})}"',
        plain.replace(r"\u00eb", "\ufffd").replace(r"\ud83d\ude00", "\ufffd" * 4),
        json.dumps(password.encode().decode("latin-1"), ensure_ascii=False),
        json.dumps(password.encode().decode("latin-1")),
    ]
    echo = f'{{"success": false, "error_description": [{", ".join(spellings)}]}}'
    with plain_server(Answer(echo.encode())) as server, Client(server.url, Credentials("me", password)) as client:
        response = client.send(request(server.url))
    assert json.loads(response.body)["error_description"] == ["***"] * len(spellings)


# The bytes


def test_bytes_that_changed_are_never_sent_whole(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text(TEXT)
    (file,) = dsolint.check(path, today=datetime.date(2024, 11, 22)).files
    for changed in (TEXT.replace("One", "Two"), TEXT + "C0002;Two\n", TEXT[:-1], ""):
        path.write_text(changed)
        with (
            plain_server() as server,
            Client(server.url, ME) as client,
            pytest.raises(ChangedError, match=r"clients\.csv: has changed"),
        ):
            client.send(make_request(file, path, server.url, Options()))
        assert server.requests == []


def test_a_short_file_that_changed_is_not_even_announced(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text(TEXT)
    (file,) = dsolint.check(path, today=datetime.date(2024, 11, 22)).files
    path.write_text("something else")
    url = f"http://127.0.0.1:{closed_port()}"
    with Client(url, ME) as client, pytest.raises(ChangedError):
        client.send(make_request(file, path, url, Options()))


def test_a_file_that_changes_between_tries(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text(TEXT)
    (file,) = dsolint.check(path, today=datetime.date(2024, 11, 22)).files

    def change(_seconds):
        path.write_text("something else")

    with plain_server(Answer(hang_up=HangUp.AFTER_BODY)) as server, Client(server.url, ME, sleep=change) as client:
        response = client.send(make_request(file, path, server.url, Options()))
    assert (response.reach, response.uncertain, len(server.requests)) == (Reach.UNKNOWN, True, 1)


# Trust, proxies, redirects


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that is its own authority."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"]
    try:
        subprocess.run(
            [*command, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("openssl is not there")
    return key, cert


@pytest.fixture
def secure(certificate, monkeypatch):
    """A server that speaks TLS, and no variable that says what to trust."""
    for name in (*module.BUNDLES, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    with plain_server() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


def test_an_unknown_certificate_is_not_trusted_and_not_tried_again(secure):
    response, _ = send(f"https://localhost:{secure.port}")
    assert (response.reach, response.tries) == (Reach.NEVER, 1)
    assert "SSL_CERT_FILE" in response.problem
    assert secure.requests == []


def test_an_encrypted_answer_has_an_end_too(secure, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    monkeypatch.setattr(module, "READ", 0.5)
    secure.answers.append(DRAWN_OUT)
    response, _ = send(f"https://localhost:{secure.port}")
    assert (response.reach, response.tries) == (Reach.UNKNOWN, 1)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_variable_names_whom_to_trust(secure, certificate, monkeypatch, variable):
    monkeypatch.setenv(variable, str(certificate[1]))
    response, _ = send(f"https://localhost:{secure.port}")
    assert response.status == 200
    assert [got.body for got in secure.requests] == [TEXT.encode()]


def test_a_variable_that_names_nothing(monkeypatch, tmp_path):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "no-such.pem"))
    with pytest.raises(UsageError, match=r"REQUESTS_CA_BUNDLE.*no-such\.pem"):
        Client("https://localhost", ME)


def test_https_goes_through_the_proxy_and_shows_it_nothing(monkeypatch):
    with plain_server(otherwise=Answer(b"", 502)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        response, _ = send("https://account.example.com")
    assert response.reach is Reach.NEVER
    assert {got.line for got in proxy.requests} == {"CONNECT account.example.com:443 HTTP/1.1"}
    assert not any("authorization" in got.headers for got in proxy.requests)


def test_plain_http_to_this_machine_goes_through_no_proxy(monkeypatch):
    with plain_server() as proxy, plain_server() as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert send(server)[0].status == 200
    assert proxy.begun == []


def test_no_redirect_is_followed():
    with plain_server() as other, plain_server(Answer(b"", 307, {"Location": other.url + "/api/clients"})) as server:
        assert send(server)[0].status == 307
    assert other.begun == []


def test_netrc_is_not_read(monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with plain_server() as server:
        send(server)
    assert server.requests[0].headers["authorization"] == ME.authorization
