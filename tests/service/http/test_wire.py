"""What comes over the wire and is no orderly request: cut short, slow, large, or meant to be read in two ways."""

import json
import re
import socket

import pytest

from tests.service.http.servers import BRIDGE, TOKEN, Server, hotkey

HEAD = (
    f"POST {BRIDGE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nX-Platform-Verified-Hotkey: {hotkey(7)}\r\n"
).encode()
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
OPEN = b"GET /health HTTP/1.1\r\nHost: x\r\n"


def outcome(received: bytes) -> tuple[int, str]:
    """Status and code of the first answer; the connection was ended after it."""
    status = int(received.split(b" ", 2)[1])
    body = received.partition(b"\r\n\r\n")[2]
    return status, str(json.loads(body)["code"])


@pytest.mark.parametrize(
    ("status", "code", "sent"),
    [
        (400, "malformed-request", HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (400, "malformed-request", HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nPK"),
        (400, "malformed-request", HEAD + b"Content-Length: 2, 3\r\n\r\nPK"),
        (400, "malformed-request", HEAD + b"Content-Length: -2\r\n\r\nPK"),
        (400, "malformed-request", HEAD + b"Content-Length: 0x2\r\n\r\nPK"),
        (400, "malformed-request", HEAD + b"Content-Length : 2\r\n\r\nPK"),
        (400, "header-invalid", HEAD + b" Content-Length: 2\r\n\r\nPK"),
        (400, "malformed-request", HEAD + b"X:y\rContent-Length: 2\r\n\r\nPK"),
        (400, "malformed-request", HEAD + b"X: a\x00b\r\nContent-Length: 2\r\n\r\nPK"),
        (400, "malformed-request", b"GET  /health HTTP/1.1\r\nHost: x\r\n\r\n"),
        (400, "malformed-request", b"GET /health HTTP/3.0\r\nHost: x\r\n\r\n"),
        (400, "malformed-request", b"GET /hea\x00lth HTTP/1.1\r\nHost: x\r\n\r\n"),
        (400, "malformed-request", b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        (400, "malformed-request", b"GET /health HTTP/1.1\r\n\r\n"),
        (400, "malformed-request", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        (400, "malformed-request", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (431, "head-too-large", OPEN + b"X: " + b"a" * 20_000 + b"\r\n\r\n"),
        (431, "head-too-large", b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        (431, "head-too-large", OPEN + b"".join(b"X-%d: y\r\n" % each for each in range(200)) + b"\r\n"),
        (413, "body-too-large", HEAD + b"Content-Length: 99999999999999999999\r\n\r\nPK"),
        (413, "body-too-large", HEAD + b"Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n"),
        (413, "body-too-large", CHUNKED + 2 * (b"ffff\r\n" + bytes(0xFFFF) + b"\r\n")),
        (400, "header-repeated", HEAD + f"Authorization: Bearer {TOKEN}\r\nContent-Length: 2\r\n\r\nPK".encode()),
        (400, "header-repeated", HEAD + b"x-platform-verified-hotkey: x\r\nContent-Length: 2\r\n\r\nPK"),
        (400, "header-repeated", HEAD + b"Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 2\r\n\r\nPK"),
        (408, "body-slow", HEAD + b"Content-Length: 10\r\n\r\nPK"),
        (408, "body-slow", CHUNKED + b"2\r\nPK\r\n"),
    ],
    ids=lambda value: value[-40:].decode("latin-1") if isinstance(value, bytes) else None,
)  # fmt: skip
def test_nothing_is_taken_in(file_server: Server, status: int, code: str, sent: bytes) -> None:
    before = file_server.ask("GET", "/internal/v1/submissions?limit=1").json
    assert outcome(file_server.raw(sent)) == (status, code)
    assert file_server.ask("GET", "/internal/v1/submissions?limit=1").json == before


def test_what_follows_a_refused_request_is_not_read_as_another(file_server: Server) -> None:
    hidden = b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = HEAD + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % len(hidden) + hidden
    assert file_server.raw(sent).count(b"HTTP/1.1 ") == 1


def test_a_body_that_breaks_off_is_not_taken_in(file_server: Server) -> None:
    before = file_server.ask("GET", "/internal/v1/submissions?limit=1").json
    with socket.create_connection(("127.0.0.1", file_server.port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 10\r\n\r\nPK")
    assert file_server.ask("GET", "/internal/v1/submissions?limit=1").json == before


def test_a_malformed_chunk_is_not_taken_in(file_server: Server) -> None:
    before = file_server.ask("GET", "/internal/v1/submissions?limit=1").json
    received = file_server.raw(CHUNKED + b"zz\r\nPK\r\n0\r\n\r\n")
    assert received == b"" or outcome(received)[0] == 400
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
