"""Attacks by miners who hand in by themselves: none is taken in, on either database."""

import time
from typing import Any

import pytest

from tests.service.http.attacks import attacks, attempt
from tests.service.http.miners import DIRECT, Signed, a_miner, hand_in
from tests.service.http.servers import TOKEN, Server, hotkey


@pytest.mark.parametrize("case", attacks("signed"))
def test_it_is_refused_with_its_reason(server: Server, case: dict[str, Any]) -> None:
    before = server.ask("GET", "/internal/v1/submissions?limit=1").json
    assert attempt(server, case).code == case["code"]
    assert server.ask("GET", "/internal/v1/submissions?limit=1").json == before


def test_what_is_not_attacked_is_taken_in(server: Server) -> None:
    assert attempt(server, {}).status == 202


def test_requests_in_another_order_are_taken_once_each_and_replayed_never(server: Server) -> None:
    miner, now = a_miner(), int(time.time())
    first, second, third = (
        Signed(miner=miner, body=b"PK %d" % each, timestamp=str(now - 20 + 10 * each)) for each in range(3)
    )
    assert [hand_in(server, each).status for each in (third, first, second)] == [202, 202, 202]
    assert {hand_in(server, each).code for each in (first, second, third)} == {"nonce-used"}
    other_spelling = {"X-Signature": "0x" + first.headers()["X-Signature"].upper()}
    assert hand_in(server, first, headers=other_spelling).code == "nonce-used"
    signed_anew = first.but(body=b"PK anew", timestamp=str(now))
    assert hand_in(server, signed_anew).code == "nonce-used"


@pytest.mark.parametrize("path", ["/v1/%73ubmissions", "/v1/submissions?x=y", "/v1/submissions?"])
def test_a_signature_fits_the_path_as_it_was_sent(server: Server, path: str) -> None:
    signed = Signed(body=b"PK elsewhere")
    answer = server.ask("POST", path, body=signed.body, headers=signed.headers(), token=None)
    wanted = "signature-wrong" if path.rstrip("?") != DIRECT else None
    assert (None if answer.status == 202 else answer.code) == wanted


@pytest.mark.parametrize("name", ["X-Hotkey", "X-Signature", "X-Nonce", "X-Timestamp"])
def test_no_header_of_a_signature_may_come_twice(server: Server, name: str) -> None:
    signed = Signed()
    lines = [f"{each}: {value}" for each, value in signed.headers().items()]
    again = f"{name.lower()}: {signed.headers()[name]}"
    head = "\r\n".join([f"POST {DIRECT} HTTP/1.1", "Host: x", *lines, again, f"Content-Length: {len(signed.body)}"])
    received = server.raw(head.encode() + b"\r\nConnection: close\r\n\r\n" + signed.body)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b'"header-repeated"' in received


def test_an_identity_that_somebody_claims_beside_his_own_is_not_believed(server: Server) -> None:
    signed = Signed(body=b"PK with a claim")
    claims = {
        "X-Platform-Verified-Hotkey": hotkey(9),
        "X-Base-Verified-Hotkey": hotkey(9),
        "X-Platform-Verified-Uid": "1",
        "Authorization": f"Bearer {TOKEN}",
    }
    answer = hand_in(server, signed, headers=claims)
    assert (answer.status, answer.json["hotkey"]) == (202, signed.miner.hotkey)
    kept = server.ask("GET", f"/internal/v1/submissions/{answer.json['id']}").json["submission"]
    assert kept["uid"] is None
    said = [line["message"] for line in server.logged(answer.headers["x-request-id"])]
    assert "identity headers are ignored" in said
