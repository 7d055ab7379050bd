"""Handing in without Platform: off unless it is switched on, and then everything is verified here."""

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from prism.service.ss58 import address
from tests.service.http.miners import DIRECT, NETUID, Miner, Signed, a_miner, hand_in
from tests.service.http.servers import Server, running

ON = {"PRISM_PUBLIC_SUBMISSIONS": "true", "PRISM_PUBLIC_NETUID": str(NETUID)}


def test_what_is_signed_is_taken_in_and_known_again(server: Server) -> None:
    signed = Signed(body=b"PK direct")
    first = hand_in(server, signed, headers={"X-Submission-Filename": "a/b.zip"})
    assert (first.status, first.json["hotkey"], first.json["status"]) == (202, signed.miner.hotkey, "pending")
    kept = server.ask("GET", f"/internal/v1/submissions/{first.json['id']}").json["submission"]
    assert (kept["form"], kept["file_name"], kept["uid"]) == ("zip", "b.zip", None)
    again = hand_in(server, Signed(miner=signed.miner, body=signed.body))
    assert (again.status, again.json["id"]) == (200, first.json["id"])
    assert server.ask("GET", first.headers["location"], token=None).json["id"] == first.json["id"]


def test_the_bridge_and_the_miner_himself_hand_in_the_same_submission(server: Server) -> None:
    signed = Signed(body=b"PK both ways")
    over_platform = server.hand_in(signed.body, key=signed.miner.hotkey)
    assert (over_platform.status, hand_in(server, signed).json["id"]) == (202, over_platform.json["id"])


def test_json_is_taken_and_a_prefix_of_the_signature(server: Server) -> None:
    signed = Signed(body=b'{"code": "x = 1"}')
    headers = {"Content-Type": "application/json", "X-Signature": "0x" + signed.headers()["X-Signature"].upper()}
    answer = hand_in(server, signed, headers=headers)
    assert answer.status == 202
    assert server.ask("GET", f"/internal/v1/submissions/{answer.json['id']}").json["submission"]["form"] == "json"


def test_a_nonce_is_taken_once_however_many_send_it_at_once(server: Server) -> None:
    miner = a_miner()
    signed = [Signed(miner=miner, body=b"PK %d" % each, nonce="the-same") for each in range(12)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda each: hand_in(server, each), signed))
    assert sorted(each.status for each in answers) == [202] + [409] * 11
    assert {each.code for each in answers if each.status == 409} == {"nonce-used"}
    assert hand_in(server, Signed(nonce="the-same")).status == 202


def test_what_is_refused_uses_no_nonce_up(server: Server) -> None:
    miner = a_miner()
    first = Signed(miner=miner, body=b"PK 1")
    assert hand_in(server, first, headers={"Idempotency-Key": "one"}).status == 202
    other = Signed(miner=miner, body=b"PK 2")
    assert hand_in(server, other, headers={"Idempotency-Key": "one"}).code == "idempotency-key-reused"
    assert hand_in(server, other).status == 202


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_there_is_nothing_while_it_is_off(file_server: Server, method: str) -> None:
    signed = Signed()
    answer = file_server.ask(method, DIRECT, body=signed.body, headers=signed.headers(), token=None)
    nothing = file_server.ask(method, "/v1/nothing", body=signed.body, headers=signed.headers(), token=None)
    assert answer.status == nothing.status == 404
    assert set(answer.headers) == set(nothing.headers)
    if method != "HEAD":
        assert answer.code == "not-found"
        assert {**answer.json, "instance": ""} == {**nothing.json, "instance": ""}
    document = file_server.ask("GET", "/openapi.json", token=None).json
    assert DIRECT not in document["paths"]


def test_the_newer_generation_signs_under_its_own_name(tmp_path: Path) -> None:
    settings = {**ON, "PRISM_HEADERS": "base", "PRISM_SLUG": "mine", "PRISM_SHARED_TOKEN": ""}
    with running(str(tmp_path / "store.sqlite3"), tmp_path, **settings) as server:
        signed = Signed(scheme="base-upload-v1", slug="mine")
        assert hand_in(server, signed.but(scheme="platform-upload-v1")).code == "signature-wrong"
        assert hand_in(server, signed.but(slug="prism")).code == "signature-wrong"
        assert hand_in(server, signed).status == 202


def test_who_may_hand_in_is_what_the_lists_say_now(tmp_path: Path) -> None:
    alice, bob, eve = (Miner(each) for each in (1, 2, 3))
    allowed, blocked, registered = (tmp_path / name for name in ("allowed", "blocked", "registered"))
    allowed.write_text(f"{alice.hotkey}  # the team's\n\n{bob.hotkey}\n{eve.hotkey}")
    blocked.write_text(f"# bad\n{eve.hotkey}\n")
    registered.write_text(f'["{alice.hotkey}", "{eve.hotkey}"]')
    lists = {
        "PRISM_PUBLIC_ALLOWED_HOTKEYS_FILE": str(allowed),
        "PRISM_PUBLIC_BLOCKED_HOTKEYS_FILE": str(blocked),
        "PRISM_PUBLIC_REGISTERED_HOTKEYS_FILE": str(registered),
        "PRISM_PUBLIC_REGISTERED_SECONDS": "100",
    }
    with running(str(tmp_path / "store.sqlite3"), tmp_path, **ON, **lists) as server:

        def answered(miner: Miner) -> str:
            answer = hand_in(server, Signed(miner=miner))
            return str(answer.status) if answer.status < 300 else answer.code

        assert [answered(each) for each in (alice, bob, eve)] == ["202", "hotkey-not-admitted", "hotkey-not-admitted"]
        assert answered(a_miner()) == "hotkey-not-admitted"
        blocked.write_text(alice.hotkey)
        registered.write_text(f'["{bob.hotkey}", "{eve.hotkey}"]')
        assert [answered(each) for each in (alice, bob, eve)] == ["hotkey-not-admitted", "202", "202"]
        blocked.write_text("what is this")
        assert [answered(bob), answered(bob)] == ["hotkeys-unknown", "hotkeys-unknown"]
        blocked.write_text("")
        assert answered(bob) == "200"
        os.utime(registered, (time.time() - 101, time.time() - 101))
        refused = hand_in(server, Signed(miner=bob))
        assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "hotkeys-unknown", "30")
        assert str(tmp_path) not in refused.body.decode()
        assert "hotkeys" in server.ask("GET", "/ready", token=None).json["parts"]


def test_the_hotkey_of_nobody_may_not_hand_in(server: Server) -> None:
    """Its key is the neutral element: a signature of zeros fits it and any message."""
    nobody = {"X-Hotkey": address(bytes(32), 42), "X-Signature": "00" * 63 + "80"}
    answer = hand_in(server, Signed(), headers=nobody)
    assert (answer.status, answer.code) == (403, "hotkey-not-admitted")


def test_the_example_in_the_documentation_works(server: Server) -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "run-the-service.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], names)  # type: ignore[index]  # noqa: S102 - our own text
    miner = a_miner()
    answered = names["hand_in"](
        f"http://127.0.0.1:{server.port}", NETUID, "prism", miner.hotkey, miner.pair, b"PK as documented"
    )
    assert json.loads(answered)["hotkey"] == miner.hotkey
