"""Who is let into the console, and which forms count."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import msgspec
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from prism.service.console import ended_sessions
from prism.service.console.session import SECONDS, Session, Sessions
from prism.service.http.answers import asked
from prism.service.http.body import read_body
from prism.service.http.headers import headers_of, single
from prism.service.http.parts import parts_of
from prism.service.http.problems import RefusedError

HOME: Final = "/internal/console"
COOKIE: Final = "prism_console"
FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
MOST_BYTES: Final = 16 * 1024
MOST_FIELDS: Final = 10


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a browser, with its session."""

    operator: str
    """Empty while nobody has signed in."""
    form_token: str


class SignInError(Exception):
    """Nobody has signed in, or the session is over."""


async def sessions(request: Request) -> Sessions:
    """What knows the sessions.

    Raises:
        RefusedError: ``token-missing``.
    """
    token = parts_of(request).token
    if not token.is_configured():
        raise RefusedError("token-missing", headers={"Retry-After": "30"})
    return Sessions(token)


async def operator(request: Request) -> Visit:
    """The visit of an operator who has signed in.

    Raises:
        SignInError: it is somebody else's.
        RefusedError: ``token-missing``.
    """
    known, cookie = await sessions(request), cookie_of(request)
    session = await session_of(request, known)
    if session is None or not session.operator:
        raise SignInError
    return Visit(operator=session.operator, form_token=known.form_token(cookie))


async def session_of(request: Request, known: Sessions) -> Session | None:
    """The session of a browser; ``None`` if it has none, or somebody has signed out of it.

    Raises:
        RefusedError: whether somebody has cannot be found out.
    """
    session = known.read(cookie_of(request))
    if session is None or not session.operator:
        return session
    has_ended = await asked(ended_sessions.has_ended, parts_of(request).queue.store, session)
    return None if has_ended else session


async def leave(request: Request, known: Sessions) -> None:
    """End the session of a browser, if somebody has signed in there, for whoever else has its cookie as well."""
    session = known.read(cookie_of(request))
    if session is not None and session.operator:
        await asked(ended_sessions.end, parts_of(request).queue.store, session)


def cookie_of(request: Request) -> str:
    """The session's cookie; empty if there is none, or more than one."""
    value = single(headers_of(request.scope), "Cookie") or b""
    found = [
        each.partition(b"=")[2] for each in re.split(rb";\s*", value) if each.partition(b"=")[0] == COOKIE.encode()
    ]
    return found[0].decode("latin-1") if len(found) == 1 else ""


async def form(request: Request, known: Sessions) -> Mapping[str, str]:
    """The fields of a form that a page of this session has sent.

    Raises:
        RefusedError: ``form-foreign``, or the body is none.
    """
    headers = headers_of(request.scope)
    site = single(headers, "Sec-Fetch-Site")
    kind = (single(headers, "Content-Type") or b"").partition(b";")[0].strip().lower()
    if site not in {None, b"same-origin"} or kind != b"application/x-www-form-urlencoded":
        raise RefusedError("form-foreign")
    raw = await read_body(request, limit=MOST_BYTES, seconds=parts_of(request).settings.body_seconds)
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise RefusedError("body-invalid", "this is no form") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise RefusedError("body-invalid", "a field came more than once")
    is_own = known.is_form_token(cookie_of(request), fields.get(FORM_TOKEN, ""))
    if not is_own or await session_of(request, known) is None:
        raise RefusedError("form-foreign")
    return fields


def begun(answer: Response, cookie: str) -> Response:
    """The answer with a session's cookie, which no script sees, no other site sends and no plain connection carries."""
    answer.set_cookie(COOKIE, cookie, max_age=SECONDS, path=HOME, secure=True, httponly=True, samesite="strict")
    return answer


def ended(answer: Response) -> Response:
    """The answer that takes the cookie away."""
    answer.delete_cookie(COOKIE, path=HOME, secure=True, httponly=True, samesite="strict")
    return answer


def led(path: str = "") -> Response:
    """Lead the browser to a page of the console."""
    return RedirectResponse(HOME + path, 303)
