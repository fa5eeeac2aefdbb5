"""The tests' own tiny server does what it says: bytes as they came, answers in turn, connections cut where asked."""

import http.client
import json
import socket
from contextlib import closing

import pytest
from servers.plain import Answer, HangUp, answer, closed_port, plain_server

REQUEST = b"POST /api/items?encoding=UTF-8 HTTP/1.1\r\nHost: x\r\nX-Odd:  a \r\nContent-Length: 4\r\n\r\n\x00\r\n\xff"


def say(port, sent=REQUEST):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        heard = b""
        while piece := connection.recv(1 << 16):
            heard += piece
    return heard


def test_it_keeps_requests_byte_for_byte():
    with plain_server() as server:
        heard = say(server.port)
    (request,) = server.requests
    assert request.head + request.body == REQUEST
    assert request.line == "POST /api/items?encoding=UTF-8 HTTP/1.1"
    assert (request.path, request.headers["x-odd"]) == ("/api/items", "a")
    assert heard.startswith(b"HTTP/1.1 200 ")
    assert json.loads(heard.partition(b"\r\n\r\n")[2])["success"] == "true"


def test_answers_come_in_turn():
    with plain_server(answer(status=503, headers={"Retry-After": "1"}), Answer(b"<html>")) as server:
        heard = [say(server.port) for _ in range(3)]
    assert b" 503 " in heard[0]
    assert b"Retry-After: 1\r\n" in heard[0]
    assert heard[1].endswith(b"\r\n\r\n<html>")
    assert json.loads(heard[2].partition(b"\r\n\r\n")[2])["nb_item_added"] == 0
    assert len(server.requests) == 3


def test_an_answer_may_depend_on_the_request():
    with plain_server(otherwise=lambda request: Answer(request.path.encode())) as server:
        assert say(server.port).endswith(b"/api/items")


@pytest.mark.parametrize(("where", "whole"), [(HangUp.BEFORE_BODY, 0), (HangUp.AFTER_BODY, 1)])
def test_it_hangs_up(where, whole):
    with plain_server(Answer(hang_up=where)) as server, pytest.raises(ConnectionError):
        say(server.port)
    assert len(server.requests) == whole
    assert len(server.begun) == 1


def test_it_hangs_up_in_the_middle_of_the_answer():
    with (
        plain_server(Answer(hang_up=HangUp.IN_ANSWER)) as server,
        closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection,
    ):
        connection.request("POST", "/api/items", b"x")
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()


def test_nobody_listens():
    with pytest.raises(ConnectionRefusedError):
        say(closed_port())
