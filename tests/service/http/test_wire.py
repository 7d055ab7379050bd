"""What comes over the wire and is no orderly request: cut short, slow, large, or meant to be read in two ways."""

import re
import socket

import pytest

from tests.service.http.servers import BRIDGE, TOKEN, Server, hotkey

HEAD = (
    f"POST {BRIDGE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nX-Platform-Verified-Hotkey: {hotkey(7)}\r\n"
).encode()
OPEN = b"GET /health HTTP/1.1\r\nHost: x\r\n"


def test_what_follows_a_refused_request_is_not_read_as_another(file_server: Server) -> None:
    hidden = b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = HEAD + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % len(hidden) + hidden
    assert file_server.raw(sent).count(b"HTTP/1.1 ") == 1


def test_a_body_that_breaks_off_is_not_taken_in(file_server: Server) -> None:
    before = file_server.ask("GET", "/internal/v1/submissions?limit=1").json
    with socket.create_connection(("127.0.0.1", file_server.port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 10\r\n\r\nPK")
    assert file_server.ask("GET", "/internal/v1/submissions?limit=1").json == before


@pytest.mark.parametrize("sent", [b"", b"GET /hea", OPEN + b"X: y"], ids=["nothing", "line", "headers"])
def test_whoever_does_not_end_his_headers_is_cut_off(file_server: Server, sent: bytes) -> None:
    assert file_server.raw(sent, timeout=5) == b""


def test_one_byte_after_another_gains_no_time(file_server: Server) -> None:
    received = file_server.raw(*(bytes([byte]) for byte in OPEN), pause=0.1, timeout=5)
    assert received == b""


def test_an_idle_connection_is_ended(file_server: Server) -> None:
    assert file_server.raw(OPEN + b"\r\n", timeout=5).startswith(b"HTTP/1.1 200 ")


def test_several_requests_on_one_connection_are_answered_in_turn(file_server: Server) -> None:
    received = file_server.raw(OPEN + b"\r\n", OPEN + b"\r\n" + OPEN + b"Connection: close\r\n\r\n")
    assert received.count(b"HTTP/1.1 200 ") == 3


def test_nobody_is_told_to_send_what_is_refused(file_server: Server) -> None:
    sent = HEAD.replace(TOKEN.encode(), b"wrong") + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n"
    received = file_server.raw(sent)
    assert received.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in received


def test_the_rest_of_a_refused_body_is_taken_so_that_the_answer_is_read(file_server: Server) -> None:
    answer = file_server.hand_in(bytes(1_000_000), token="wrong")
    assert (answer.status, answer.code) == (401, "token-wrong")


def test_no_answer_names_the_server(file_server: Server) -> None:
    received = file_server.raw(OPEN + b"Connection: close\r\n\r\n").lower()
    assert not re.search(rb"uvicorn|python|server:", received)
