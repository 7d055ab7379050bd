"""Who gets into the console and whose forms count, on both databases; nothing here needs a browser."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest

from prism.service.console.session import OF_SESSION, Sessions
from prism.service.shared_token import SharedToken
from tests.service.console import hostile
from tests.service.http.conftest import server
from tests.service.http.servers import TOKEN, Answer, Server, hotkey, running

__all__ = ["server"]

HOME = "/internal/console"
PAGES = ("", "/submissions", "/submissions/x", "/submissions/x/file?path=y", "/rules", "/system", "/anything")
SUBMISSION = "0" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def cookie_in(answer: Answer) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


def form_token_in(answer: Answer) -> str:
    found = re.search(rb'name="form_token" value="([0-9a-f]{64})"', answer.body)
    assert found
    return found[1].decode()


def get(server: Server, path: str, cookie: str = "") -> Answer:
    return server.ask("GET", HOME + path, token=None, headers={"Cookie": cookie} if cookie else {})


def post(server: Server, path: str, cookie: str, headers: Mapping[str, str] | None = None, /, **fields: str) -> Answer:
    sent = {**FORM, "Cookie": cookie, **(headers or {})}
    return server.ask("POST", HOME + path, token=None, headers=sent, body=urlencode(fields).encode())


def sign_in(server: Server, token: str = TOKEN, operator: str = "Ada") -> Answer:
    page = get(server, "/login")
    return post(server, "/login", cookie_in(page), form_token=form_token_in(page), token=token, operator=operator)


@pytest.fixture
def cookie(server: Server) -> str:
    return cookie_in(sign_in(server))


@pytest.mark.parametrize("page", PAGES)
def test_without_a_session_nothing_is_shown(server: Server, page: str) -> None:
    for cookie in ("", "prism_console=x", "prism_console=e30.00", cookie_in(get(server, "/login"))):
        answer = get(server, page, cookie)
        assert (answer.status, answer.headers["location"], answer.body) == (303, f"{HOME}/login", b"")


def test_the_cookie_is_for_nobody_else(server: Server) -> None:
    answer = sign_in(server)
    assert (answer.status, answer.headers["location"]) == (303, HOME)
    attributes = {each.strip().lower() for each in answer.headers["set-cookie"].split(";")[1:]}
    assert attributes >= {"httponly", "samesite=strict", "secure", f"path={HOME}", "max-age=28800"}
    assert TOKEN not in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("token", "operator"),
    [("x", "Ada"), ("", "Ada"), (TOKEN, ""), (TOKEN, "A\nda"), (TOKEN, "a" * 201), (TOKEN, "\x00")],
)
def test_nobody_signs_in_without_token_and_name(server: Server, token: str, operator: str) -> None:
    answer = sign_in(server, token, operator)
    assert answer.status == 401
    assert get(server, "", cookie_in(answer)).status == 303


def test_every_page_is_strict(server: Server, cookie: str) -> None:
    for page in ("", "/submissions", "/rules", "/system", "/nothing", "/submissions?status=x"):
        answer = get(server, page, cookie)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';")
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert get(server, "/console.css").headers["content-type"] == "text/css; charset=utf-8"


def test_a_session_opens_the_console_and_nothing_else(server: Server, cookie: str) -> None:
    assert get(server, "", cookie).status == 200
    for path in ("/internal/v1/submissions", "/internal/v1/get_weights", "/internal/Console", "/internal/consolex"):
        assert server.ask("GET", path, token=None, headers={"Cookie": cookie}).status == 401
    assert server.ask("GET", HOME, token=TOKEN).status == 303


@pytest.mark.parametrize("path", [f"/submissions/{SUBMISSION}/resolve", f"/submissions/{SUBMISSION}/rerun", "/logout"])
def test_a_form_from_elsewhere_decides_nothing(server: Server, cookie: str, path: str) -> None:
    fields = {"choice": "approve", "reason": "r", "round": "0"}
    other = cookie_in(sign_in(server))
    own, others = form_token_in(get(server, "", cookie)), form_token_in(get(server, "", other))
    for token in ("", "0" * 64, others, own.upper(), own + "0"):
        assert post(server, path, cookie, form_token=token, **fields).status == 403
    for site in ("cross-site", "same-site", "none"):
        headers = {"Sec-Fetch-Site": site}
        assert post(server, path, cookie, headers, form_token=own, **fields).status == 403
    assert post(server, path, cookie, {"Content-Type": "text/plain"}, form_token=own, **fields).status == 403
    assert post(server, path, f"{cookie}; {other}", form_token=own, **fields).status in {303, 403}
    assert post(server, path, cookie, form_token=own, **fields).status == (303 if path == "/logout" else 404)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"choice": "maybe"},
        {"choice": "approve", "reason": "", "round": "1"},
        {"reason": "\x00"},
        *({"choice": "approve", "reason": "r", "round": each} for each in ("", "-1", "\u0661", "1e1", "9" * 5_000)),
    ],
)
def test_what_is_no_decision_is_refused(server: Server, cookie: str, fields: Mapping[str, str]) -> None:
    own = form_token_in(get(server, "", cookie))
    answer = post(server, f"/submissions/{SUBMISSION}/resolve", cookie, form_token=own, **fields)
    assert answer.status == 400
    assert b"body-invalid" in answer.body


def test_a_list_shows_what_is_asked_for(server: Server, cookie: str) -> None:
    first, second = (
        server.hand_in(f"PK {number}".encode(), key=hotkey(number)).json["id"].encode() for number in (701, 702)
    )
    every = get(server, "/submissions?status=pending", cookie).body
    assert first in every
    assert second in every
    mine = get(server, f"/submissions?hotkey={hotkey(701)}", cookie).body
    assert first in mine
    assert second not in mine
    assert first not in get(server, "/submissions?status=held", cookie).body
    page = get(server, f"/submissions/{first.decode()}", cookie)
    assert (page.status, hotkey(701).encode() in page.body) == (200, True)


def test_what_is_asked_wrongly_is_a_page_and_not_markup(server: Server, cookie: str) -> None:
    asked = urlencode({"hotkey": hostile.SCRIPT, "rule": hostile.IMAGE, "status": "<b>", "cursor": "<i>"})
    for query in (asked, urlencode({"cursor": hostile.SCRIPT})):
        answer = get(server, f"/submissions?{query}", cookie)
        assert answer.status == 400
        assert not any(each in answer.body for each in (b"<script", b"<img", b"<b>", b"<i>"))


@pytest.fixture(scope="module")
def rotating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    folder = tmp_path_factory.mktemp("rotating")
    file = folder / "token"
    file.write_text(TOKEN)
    settings = {"PRISM_SHARED_TOKEN": "", "PRISM_SHARED_TOKEN_FILE": str(file)}
    with running(str(folder / "store.sqlite3"), folder, **settings) as started:
        yield started, file


def test_a_new_token_ends_every_session(rotating: tuple[Server, Path]) -> None:
    server, file = rotating
    cookie = cookie_in(sign_in(server))
    assert get(server, "", cookie).status == 200
    file.write_text("another-token-0123456789")
    assert get(server, "", cookie).status == 303
    assert get(server, "", cookie_in(sign_in(server, "another-token-0123456789"))).status == 200
    file.unlink()
    for page in (*PAGES, "/login", "/console.css"):
        assert get(server, page, cookie).status == 503


def test_a_session_is_over_after_a_while() -> None:
    token = SharedToken(inline=TOKEN)
    sessions = Sessions(token)
    body = sessions.begin("Ada").partition(".")[0]
    old = sessions.read(sessions.begin("Ada"))
    assert old is not None
    raw = msgspec.json.encode(msgspec.structs.replace(old, until=1))
    over = urlsafe_b64encode(raw).decode().rstrip("=")
    seal = token.seal(OF_SESSION + over.encode())
    assert seal is not None
    assert sessions.read(f"{over}.{seal.hex()}") is None
    assert sessions.read(f"{body}.{seal.hex()}") is None
    assert Sessions(SharedToken()).read(f"{body}.") is None


def test_who_signs_out_takes_the_session_from_whoever_has_its_cookie(server: Server, tmp_path: Path) -> None:
    """Also from another process of the API, and for what changes something."""
    stolen, other = cookie_in(sign_in(server)), cookie_in(sign_in(server))
    with running(server.location, tmp_path) as second:
        own = form_token_in(get(second, "", stolen))
        assert post(second, "/logout", stolen, form_token=own).status == 303
        for each in (server, second):
            assert [get(each, page, stolen).status for page in PAGES] == [303] * len(PAGES)
            assert get(each, "", other).status == 200
        for path in (f"/submissions/{SUBMISSION}/resolve", f"/submissions/{SUBMISSION}/rerun"):
            assert post(server, path, stolen, form_token=own, choice="approve", reason="r").status == 303
        assert post(server, "/login", stolen, form_token=own, token=TOKEN, operator="Eve").status == 403
        assert cookie_in(get(server, "/login", stolen)) != stolen


def test_who_signs_in_again_leaves_the_session_of_before(server: Server) -> None:
    first = cookie_in(sign_in(server))
    page = get(server, "/login", first)
    again = post(server, "/login", first, form_token=form_token_in(page), token=TOKEN, operator="Ada")
    assert (get(server, "", first).status, get(server, "", cookie_in(again)).status) == (303, 200)


def test_a_field_that_comes_twice_decides_nothing(server: Server, cookie: str) -> None:
    own = form_token_in(get(server, "", cookie))
    body = urlencode([("form_token", own), ("reason", "r"), ("choice", "reject"), ("choice", "approve")]).encode()
    path = f"{HOME}/submissions/{SUBMISSION}/resolve"
    answer = server.ask("POST", path, token=None, headers={**FORM, "Cookie": cookie}, body=body)
    assert (answer.status, b"more than once" in answer.body) == (400, True)


def test_a_wrong_token_is_logged_and_not_shown(server: Server) -> None:
    start = len(server.log())
    sign_in(server, "guessed-token-1")
    server.ask("GET", "/internal/v1/holds", token="guessed-token-2")
    said = [line["message"] for line in server.log()[start:] if line["level"] == "warning"]
    assert (len(said), "guessed" in str(server.log()[start:])) == (2, False)
