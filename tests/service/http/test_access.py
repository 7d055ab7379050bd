"""Who gets in, by which path and header, and with which token."""

from pathlib import Path

import pytest

from tests.service.http.servers import BRIDGE, TOKEN, Server, hotkey, running

INTERNAL = (
    ("POST", BRIDGE),
    ("GET", "/internal/v1/submissions"),
    ("GET", "/internal/v1/submissions/x"),
    ("GET", "/internal/v1/holds"),
    ("POST", "/internal/v1/holds/x/resolve"),
    ("POST", "/internal/v1/submissions/x/rerun"),
    ("GET", "/internal/v1/get_weights"),
    ("GET", "/internal/nothing"),
    ("DELETE", "/internal/v1/submissions"),
    ("GET", "/internal/"),
)
SPELLINGS = (
    "/INTERNAL/v1/holds",
    "/Internal/v1/holds",
    "//internal/v1/holds",
    "/./internal/v1/holds",
    "/v1/../internal/v1/holds",
    "/internal%2Fv1%2Fholds",
    "/%69nternal/v1/holds",
    "/%2569nternal/v1/holds",
    "/internal/v1/holds/",
    "/internal/v1/holds;x",
    "/internal\\v1\\holds",
    "/internal/v1/holds%00",
    "/internal/v1/holds%0a",
    "/\uff49nternal/v1/holds".encode().decode("latin-1"),
    "http://127.0.0.1/internal/v1/holds",
)


@pytest.mark.parametrize(("method", "path"), INTERNAL)
@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Basic", "Bearer x"])
def test_every_internal_route_is_closed(file_server: Server, method: str, path: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = file_server.ask(method, path, token=None, headers=headers)
    assert (answer.status, answer.code) == (401, "token-wrong")


@pytest.mark.parametrize(
    "given", [f"Basic {TOKEN}", TOKEN, f"Bearer{TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}"]
)
def test_nearly_the_token_opens_nothing(file_server: Server, given: str) -> None:
    answer = file_server.ask("GET", "/internal/v1/holds", token=None, headers={"Authorization": given})
    assert (answer.status, answer.code) == (401, "token-wrong")


@pytest.mark.parametrize("given", [f"bearer {TOKEN}", f"BEARER  {TOKEN} "])
def test_the_scheme_may_be_written_in_any_case(file_server: Server, given: str) -> None:
    assert file_server.ask("GET", "/internal/v1/holds", token=None, headers={"Authorization": given}).status == 200


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_spelling_of_a_path_gets_around_the_token(file_server: Server, path: str) -> None:
    received = file_server.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
    assert int(received.split(b" ")[1]) in {400, 401, 404}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/health"), ("GET", "/version"), ("GET", "/v1/submissions/x"), ("GET", "/nothing"), ("POST", BRIDGE)],
)
@pytest.mark.parametrize("name", ["X-Platform-Verified-Hotkey", "x-BASE-verified-hotkey", "X_Platform_Verified_Hotkey"])
def test_an_identity_that_nobody_verified_is_logged(file_server: Server, method: str, path: str, name: str) -> None:
    answer = file_server.ask(method, path, token=None, headers={name: hotkey(3)})
    said = [line["message"] for line in file_server.logged(answer.headers["x-request-id"])]
    assert "identity headers are ignored" in said


def test_the_other_generation_is_not_believed(tmp_path: Path) -> None:
    with running(str(tmp_path / "store.sqlite3"), tmp_path, PRISM_HEADERS="base", CHALLENGE_SLUG="mine") as server:
        refused = server.hand_in(b"PK")
        assert refused.code == "hotkey-missing"
        told = {"X_Base_Verified_Hotkey": hotkey(2), "X_Base_Challenge_Slug": "mine"}
        taken = server.hand_in(b"PK", key=hotkey(1), X_Platform_Challenge_Slug="other", **told)
        assert (taken.status, taken.json["hotkey"]) == (202, hotkey(2))
        said = [line["message"] for line in server.logged(taken.headers["x-request-id"])]
        assert "identity headers are ignored" in said


def test_without_a_token_every_internal_route_is_closed(tmp_path: Path) -> None:
    none = {"PRISM_SHARED_TOKEN": "", "PRISM_SHARED_TOKEN_FILE": str(tmp_path / "absent")}
    with running(str(tmp_path / "store.sqlite3"), tmp_path, **none) as server:
        for method, path in INTERNAL:
            for token in (None, "", "x"):
                answer = server.ask(method, path, token=token)
                assert (answer.status, answer.code) == (503, "token-missing"), path
        assert server.ask("GET", "/health").status == 200
        (tmp_path / "absent").write_text("now-there-is-one")
        assert server.ask("GET", "/internal/v1/holds", token="now-there-is-one").status == 200


def test_a_token_changes_without_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    stated = {"PRISM_SHARED_TOKEN": "", "PRISM_SHARED_TOKEN_FILE": str(file), "PRISM_TOKEN_OVERLAP_SECONDS": "2"}
    with running(str(tmp_path / "store.sqlite3"), tmp_path, **stated) as server:

        def opens(token: str) -> bool:
            return server.ask("GET", "/internal/v1/holds", token=token).status == 200

        assert (opens("first"), opens("second")) == (True, False)
        file.write_text("second\n")
        assert (opens("second"), opens("first")) == (True, True)
        file.unlink()
        assert server.ask("GET", "/internal/v1/holds", token="second").code == "token-missing"


def test_a_request_for_another_challenge_is_refused_on_every_internal_route(file_server: Server) -> None:
    for method, path in INTERNAL:
        answer = file_server.ask(method, path, headers={"X-Platform-Challenge-Slug": "other"})
        assert (answer.status, answer.code) == (403, "slug-mismatch")
