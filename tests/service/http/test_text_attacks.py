"""Attacks by what a request says: in ids, filters, bodies, names and headers. Nothing of it is ever more than text."""

import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from prism.service import shared_token
from prism.service.http.app import ROUTERS
from prism.service.shared_token import SharedToken
from tests.service.http.servers import BRIDGE, TOKEN, Server, hotkey

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE entries; --",
    "1 UNION SELECT body FROM uploads",
    "%",
    "_" * 32,
    "\\'; SELECT pg_sleep(30); --",
    "$$; DELETE FROM decisions; $$",
)
FORGED = '{"level": "error", "logger": "prism", "message": "forged"}'
LOG = (
    f"\r\n{FORGED}\r\n",
    f"\u2028{FORGED}\u2029",
    f"\x85{FORGED}",
    f'", "message": "forged", "x": "{FORGED}',
    "\x1b[2J\x1b]0;forged\x07",
    "%(message)s %s {0} ${jndi:ldap://127.0.0.1/forged}",
    "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
)
BOMBS = {
    "deep lists": b"[" * 60_000,
    "deep objects": b'{"a":' * 12_000,
    "deep inside a field": b'{"choice": "approve", "operator": "x", "reason": ' + b"[" * 50_000,
    "a large number": b'{"choice": 1e99999, "operator": "x", "reason": "y"}',
    "many digits": b'{"choice": ' + b"9" * 60_000 + b', "operator": "x", "reason": "y"}',
    "a number beyond all": b'{"choice": "approve", "operator": "x", "reason": "y", "round": ' + b"9" * 50_000 + b"}",
    "a number below all": b'{"choice": "approve", "operator": "x", "reason": "y", "round": -1}',
    "digits of another alphabet": '{"choice": "approve", "operator": "x", "reason": "y", "round": "\u0661"}'.encode(),
    "many fields": b"{" + b",".join(b'"%d":1' % each for each in range(5_000)) + b"}",
    "half a character": b'{"choice": "approve", "operator": "\\ud800", "reason": "y"}',
    "bytes that are no text": b'{"choice": "approve", "operator": "\xff", "reason": "y"}',
    "a control character": b'{"choice": "approve", "operator": "\\u001b[2J", "reason": "y"}',
    "a line end": b'{"choice": "approve", "operator": "x\\ny", "reason": "y"}',
    "another encoding": '{"choice": "approve", "operator": "x", "reason": "y"}'.encode("utf-16"),
    "no number": b'{"choice": NaN, "operator": "x", "reason": "y"}',
    "two objects": b'{"choice": "approve", "operator": "x", "reason": "y"}{}',
    "a field of a prototype": b'{"choice": "approve", "operator": "x", "reason": "y", "__proto__": {}}',
    "a field that comes twice": b'{"choice": "reject", "operator": "x", "reason": "y", "reason": "z"}',
    "a field twice in two spellings": b'{"operator": "x", "reason": "y", "\\u006fperator": "z"}',
    "a field of another alphabet": '{"operator": "x", "\u202e\x9b\x7f": "x", "reason": "y"}'.encode(),
    "a long text": b'{"choice": "approve", "operator": "' + b"x" * 60_000 + b'", "reason": "y"}',
}
SPELLINGS = (
    "X-Platform-Verified-Hotkey",
    "x-platform-verified-hotkey",
    "X_PLATFORM_VERIFIED_HOTKEY",
    "X-Base-Verified-Hotkey",
    "X-Platform_Verified-Hotkey",
)


def routes() -> Iterator[Any]:
    for router in ROUTERS:
        for route in (each for each in router.routes if isinstance(each, APIRoute)):
            yield pytest.param(min(route.methods or ()), route.path.replace("{id}", "0" * 32), id=route.path)


@pytest.fixture
def known(server: Server) -> Iterator[str]:
    """A submission's id; when the test is over, it and everything else is still there, and nothing was added."""
    made = server.hand_in(b"PK attacked", key=hotkey(11)).json["id"]
    before = server.ask("GET", "/internal/v1/submissions?limit=200").json
    yield made
    assert server.ask("GET", "/internal/v1/submissions?limit=200").json == before


@pytest.mark.parametrize("text", SQL)
def test_no_text_reaches_the_database_as_a_question(server: Server, known: str, text: str) -> None:
    began, told = time.monotonic(), quote(text, safe="")
    for path in (f"/v1/submissions/{told}", f"/internal/v1/submissions/{told}"):
        assert server.ask("GET", path).code in {"submission-not-found", "not-found"}
    for name in ("hotkey", "rule", "status", "since", "cursor", "limit", "is_dead"):
        answer = server.ask("GET", f"/internal/v1/submissions?{name}={told}")
        found = answer.json["submissions"] if answer.status == 200 else []
        assert found == [], name
    body = json.dumps({"choice": "reject", "operator": text, "reason": text}).encode()
    assert server.ask("POST", f"/internal/v1/holds/{known}/resolve", body=body).code == "submission-state"
    assert time.monotonic() - began < 25  # nothing has slept in the database


@pytest.mark.parametrize("text", SQL)
def test_text_is_kept_as_it_came_or_made_harmless(server: Server, text: str) -> None:
    said = text.replace(" ", "+")
    made = server.hand_in(
        b"PK " + text.encode(),
        key=hotkey(12),
        X_Submission_Filename=text,
        X_Platform_Verified_Nonce=said,
        Idempotency_Key=said,
    )
    again = server.hand_in(b"PK other", key=hotkey(12), Idempotency_Key=said)
    assert (made.status, again.code) == (202, "idempotency-key-reused")
    name = server.ask("GET", f"/internal/v1/submissions/{made.json['id']}").json["submission"]["file_name"]
    assert not set(name) & set("'\"<>;$\\%")


@pytest.mark.parametrize("text", LOG)
def test_no_text_begins_a_line_of_the_log(server: Server, text: str) -> None:
    start = len(server.log())
    told, header = quote(text), text.replace("\r\n", " ").encode("utf-8", "surrogateescape").decode("latin-1")
    seen = {
        "User-Agent": header,
        "X-Submission-Filename": header,
        "X-Platform-Verified-Hotkey": header,
        "X-Request-Id": header,
    }
    for path in (f"/v1/submissions/{told}", f"/{told}?{told}", "/health"):
        try:
            answer = server.ask("GET", path, headers=seen)
        except ValueError:  # the client itself does not send such a header
            answer = server.ask("GET", path)
        assert server.logged(answer.headers["x-request-id"])
        assert "forged" not in answer.headers["x-request-id"]
    lines = server.log()[start:]  # each is one object, or this raises
    assert not [line for line in lines if line["message"].startswith("forged") or line["level"] == "error"]
    raw = server.log_file.read_bytes()
    assert all(byte == 10 or 32 <= byte < 127 for byte in raw)
    assert TOKEN.encode() not in raw


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
@pytest.mark.parametrize("route", ["/internal/v1/holds/{}/resolve", "/internal/v1/submissions/{}/rerun"])
def test_no_body_is_more_than_a_wrong_body(server: Server, known: str, bomb: bytes, route: str) -> None:
    answer = server.ask("POST", route.format(known), body=bomb)
    assert (answer.status, answer.code) == (400, "body-invalid")
    assert len(answer.body) < 2_000
    assert_plain(answer.body)


def assert_plain(body: bytes) -> None:
    """Nothing in it makes a terminal do anything."""
    assert all(byte == 10 or 32 <= byte < 127 for byte in body)


def test_a_body_is_not_looked_into_by_the_bridge(server: Server) -> None:
    for bomb in (*BOMBS.values(), b"PK\x03\x04" + bytes(100)):
        made = server.hand_in(bomb, key=hotkey(13), Content_Type="application/json")
        assert made.status in {200, 202}


def test_an_id_tells_nothing_of_another(server: Server) -> None:
    known = server.hand_in(b"PK guessed", key=hotkey(14)).json["id"]
    number = int(known, 16)
    guesses = [f"{number + step:032x}" for step in (-1, 1)]
    guesses += [
        known.translate(str.maketrans("0123", "1032")),
        known[:-1],
        known + "0",
        f" {known}",
        "0",
        "1",
        "-1",
        "%",
        "*",
        "null",
        "0" * 64,
        "a" * 65,
    ]
    for guess in guesses:
        answer = server.ask("GET", f"/v1/submissions/{quote(guess)}", token=None)
        assert (answer.status, answer.code) == (404, "submission-not-found"), guess
    others = {server.hand_in(b"PK %d" % each, key=hotkey(14)).json["id"] for each in range(8)}
    assert all(len(each) == 32 for each in others)
    firsts = sorted(int(each[:8], 16) for each in others)
    assert min(later - earlier for earlier, later in pairwise(firsts)) > 1


@pytest.mark.parametrize(("method", "path"), list(routes()))
def test_a_spoofed_identity_is_nobodys_on_every_route(file_server: Server, method: str, path: str) -> None:
    before = file_server.ask("GET", "/internal/v1/submissions?limit=1").json
    for name in SPELLINGS:
        answer = file_server.ask(
            method, path, body=b"PK" if method == "POST" else None, token=None, headers={name: hotkey(3)}
        )
        assert answer.status == (401 if path.startswith("/internal") else answer.status)
        assert answer.status in {200, 401, 404, 503}
        said = [line["message"] for line in file_server.logged(answer.headers["x-request-id"])]
        assert "identity headers are ignored" in said, name
    assert file_server.ask("GET", "/internal/v1/submissions?limit=1").json == before


def test_the_token_is_compared_in_the_same_way_whatever_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes is compared once with each token there is, as many bytes of a digest, in constant time."""
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return hmac.compare_digest(one, other)

    token = SharedToken(inline=TOKEN)
    monkeypatch.setattr(shared_token, "hmac", type("Watched", (), {"compare_digest": staticmethod(compare)}))
    given = (b"", b"x", TOKEN.encode(), TOKEN[:-1].encode() + b"x", TOKEN.encode() * 1_000, bytes(range(256)))
    assert [token.opens(each) for each in given] == [False, False, True, False, False, False]
    assert compared == [(32, 32)] * len(given)


@pytest.mark.parametrize(
    "sent", [b"", b"GET /health HTTP/1.1\r\nX: ", f"POST {BRIDGE} HTTP/1.1\r\nHost: x\r\n".encode()]
)
def test_many_who_are_slow_keep_nobody_out(file_server: Server, sent: bytes) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", file_server.port), 10)) for _ in range(100)]
        for each in slow:
            each.sendall(sent)
        assert file_server.ask("GET", "/health", token=None).status == 200
        assert all(is_ended(each) for each in slow)


def is_ended(connection: socket.socket) -> bool:
    try:
        while connection.recv(4_096):
            pass
    except ConnectionResetError:
        pass
    return True


def test_one_who_does_not_read_holds_up_nobody(file_server: Server) -> None:
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", file_server.port), 10) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.settimeout(0.2)
        sent = 0
        try:
            while sent < 2_000:
                deaf.sendall(asked * 20)
                sent += 20
        except TimeoutError:
            pass
        assert file_server.ask("GET", "/health", token=None).status == 200
        answered = [line for line in file_server.log() if line.get("path") == "/openapi.json"]
    assert len(answered) < 1_000
