"""The bridge over a real server and both databases."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from prism.service.ss58 import address
from tests.service.http.servers import BRIDGE, Server, hotkey

KEYS = iter(range(1_000, 10_000))


def test_an_upload_is_taken_in_and_known_again(server: Server) -> None:
    key, body = hotkey(next(KEYS)), b"PK one"
    first = server.hand_in(body, key=key)
    assert first.status == 202
    assert first.json["hotkey"] == key
    assert first.json["status"] == "pending"
    assert first.json["code_hash"] == hashlib.sha256(body).hexdigest()
    assert first.json["created_at"].endswith("+00:00")
    assert first.headers["location"] == f"/v1/submissions/{first.json['id']}"
    again = server.hand_in(body, key=key)
    assert (again.status, again.json) == (200, first.json)


def test_the_same_bytes_of_another_are_another_submission(server: Server) -> None:
    one, other = (server.hand_in(b"PK shared", key=hotkey(next(KEYS))) for _ in range(2))
    assert (one.status, other.status) == (202, 202)
    assert one.json["id"] != other.json["id"]


def test_two_at_once_are_one_submission(server: Server) -> None:
    key = hotkey(next(KEYS))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.hand_in(b"PK at once", key=key), range(16)))
    assert sorted(each.status for each in answers) == [200] * 15 + [202]
    assert len({each.json["id"] for each in answers}) == 1


def test_an_idempotency_key_stands_for_one_upload(server: Server) -> None:
    key = hotkey(next(KEYS))
    first = server.hand_in(b"PK a", key=key, Idempotency_Key="one")
    assert first.status == 202
    assert server.hand_in(b"PK a", key=key, Idempotency_Key="one").json == first.json
    other = server.hand_in(b"PK b", key=key, Idempotency_Key="one")
    assert (other.status, other.code) == (422, "idempotency-key-reused")
    assert server.hand_in(b"PK b", key=hotkey(next(KEYS)), Idempotency_Key="one").status == 202


def test_what_platform_says_is_kept(server: Server) -> None:
    body = b'{"code": "x"}'
    made = server.hand_in(
        body,
        key=hotkey(next(KEYS)),
        Content_Type="application/json; charset=utf-8",
        X_Platform_Challenge_Slug="prism",
        X_Platform_Verified_Uid="17",
        X_Platform_Verified_Nonce="n-1",
        X_Platform_Request_Hash=hashlib.sha256(body).hexdigest().upper(),
        X_Submission_Filename="C:\\evil\\..\\my model\x1b.zip",
    )
    assert made.status == 202
    kept = server.ask("GET", f"/internal/v1/submissions/{made.json['id']}").json["submission"]
    assert (kept["form"], kept["uid"], kept["size"], kept["file_name"]) == ("json", 17, len(body), "my model_.zip")


@pytest.mark.parametrize(
    ("status", "code", "headers"),
    [
        (403, "slug-mismatch", {"X-Platform-Challenge-Slug": "another"}),
        (400, "hotkey-missing", {"X-Platform-Verified-Hotkey": None}),
        (400, "hotkey-missing", {"X-Platform-Verified-Hotkey": None, "X-Base-Verified-Hotkey": hotkey(1)}),
        (400, "hotkey-missing", {"X-Platform-Verified-Hotkey": None, "X_Platform_Verified_Hotkey": hotkey(1)}),
        (400, "header-invalid", {"X-Platform-Verified-Hotkey": ""}),
        (400, "header-invalid", {"X-Platform-Verified-Hotkey": "a b"}),
        (400, "hotkey-invalid", {"X-Platform-Verified-Hotkey": hotkey(1)[:-1]}),
        (400, "hotkey-invalid", {"X-Platform-Verified-Hotkey": hotkey(1).swapcase()}),
        (400, "hotkey-invalid", {"X-Platform-Verified-Hotkey": "1" + hotkey(1)}),
        (400, "hotkey-invalid", {"X-Platform-Verified-Hotkey": address(bytes(32), 0)}),
        (400, "hotkey-invalid", {"X-Platform-Verified-Hotkey": "' OR 1=1--".replace(" ", "")}),
        (400, "header-invalid", {"X-Platform-Verified-Uid": "-1"}),
        (400, "header-invalid", {"X-Platform-Verified-Uid": "9" * 10}),
        (400, "header-invalid", {"X-Platform-Verified-Nonce": "n" * 256}),
        (400, "header-invalid", {"Idempotency-Key": "k" * 256}),
        (400, "header-invalid", {"X-Platform-Request-Hash": "0"}),
        (400, "body-hash-mismatch", {"X-Platform-Request-Hash": "0" * 64}),
        (415, "media-type-unsupported", {"Content-Type": "multipart/form-data; boundary=x"}),
        (415, "encoding-unsupported", {"Content-Encoding": "gzip"}),
    ],
)
def test_what_is_wrong_is_refused(server: Server, status: int, code: str, headers: dict[str, str | None]) -> None:
    before = server.ask("GET", "/internal/v1/submissions?limit=1").json
    sent = {"X-Platform-Verified-Hotkey": hotkey(1), **headers}
    answer = server.ask(
        "POST", BRIDGE, body=b"PK", headers={name: value for name, value in sent.items() if value is not None}
    )
    assert (answer.status, answer.code) == (status, code)
    assert server.ask("GET", "/internal/v1/submissions?limit=1").json == before


def test_an_empty_body_is_refused(server: Server) -> None:
    assert server.hand_in(b"").code == "body-empty"


def test_too_large_a_body_is_refused_by_its_length(server: Server) -> None:
    answer = server.hand_in(bytes(2_000_001))
    assert (answer.status, answer.code) == (413, "body-too-large")


def test_the_largest_body_is_taken_in(server: Server) -> None:
    assert server.hand_in(bytes(2_000_000), key=hotkey(next(KEYS))).status == 202


def test_too_large_a_body_is_refused_while_it_comes(server: Server) -> None:
    parts = iter([bytes(500_000)] * 5)
    answer = server.ask("POST", BRIDGE, body=parts, headers={"X-Platform-Verified-Hotkey": hotkey(1)})
    assert (answer.status, answer.code) == (413, "body-too-large")


def test_a_chunked_body_is_taken_in(server: Server) -> None:
    key = hotkey(next(KEYS))
    answer = server.ask("POST", BRIDGE, body=iter([b"PK", b"-chunks"]), headers={"X-Platform-Verified-Hotkey": key})
    assert answer.json["code_hash"] == hashlib.sha256(b"PK-chunks").hexdigest()


@pytest.mark.parametrize("token", [None, "", "wrong", "\xff" * 20])
def test_nobody_gets_in_without_the_token(server: Server, token: str | None) -> None:
    answer = server.hand_in(b"PK", token=token)
    assert (answer.status, answer.code, answer.headers["www-authenticate"]) == (401, "token-wrong", "Bearer")
