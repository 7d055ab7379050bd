"""The console's addresses. Each answer is made in a thread: what it shows comes from the database."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from prism.errors import PrismError
from prism.report.escape import shorten
from prism.report.markup import Markup, element
from prism.rule import Rule
from prism.service.console import likeness, overview, submission
from prism.service.console.access import (
    HOME,
    Visit,
    begun,
    cookie_of,
    ended,
    form,
    leave,
    led,
    operator,
    session_of,
    sessions,
)
from prism.service.console.layout import PROTECTION, STYLE, button, html, link, page, posting
from prism.service.http.answers import asked
from prism.service.http.holds import LINE, LINES
from prism.service.http.parts import Parts, parts_of
from prism.service.http.problems import KINDS, RefusedError
from prism.service.http.submissions import (
    RULE,
    CursorQuery,
    DeadQuery,
    HotkeyQuery,
    RuleQuery,
    StatusQuery,
    checked_id,
    likenesses_of,
    sarif_answer,
)
from prism.service.records import Choice, Detail, Filters, Resolution
from prism.service.refusal import NotFoundError
from prism.submission import SubmissionStatus

ON_A_PAGE: Final = 50
NEWEST: Final = 10
LONGEST_NAME: Final = 200
_NUMBER: Final = re.compile("[0-9]{1,9}")

log = logging.getLogger(__name__)
router = APIRouter(prefix=HOME, include_in_schema=False)
Operator = Annotated[Visit, Depends(operator)]
FindQuery = Annotated[str, Query(max_length=overview.LONGEST)]
MatchQuery = Annotated[int, Query(ge=1, le=100)]


@router.get("/console.css", dependencies=[Depends(sessions)])
async def style() -> Response:
    """The one style sheet."""
    return Response(STYLE, headers=PROTECTION, media_type="text/css; charset=utf-8")


@router.get("/login")
async def login_page(request: Request) -> Response:
    """Ask for the token."""
    return await _sign_in(request)


@router.post("/login")
async def login(request: Request) -> Response:
    """Begin a session for whoever knows the token."""
    known = await sessions(request)
    fields = await form(request, known)
    name = fields.get("operator", "").strip()
    if not re.fullmatch(LINE, name) or not 0 < len(name) <= LONGEST_NAME:
        return await _sign_in(request, "Say who you are, on one line: it is kept with what you decide.")
    if not parts_of(request).token.opens(fields.get("token", "").strip().encode()):
        log.warning("somebody tries to sign in with another token")
        return await _sign_in(request, "This is not the token.")
    await leave(request, known)
    return begun(led(), known.begin(name))


async def _sign_in(request: Request, problem: str = "") -> Response:
    known = await sessions(request)
    cookie = cookie_of(request)
    cookie = cookie if await session_of(request, known) is not None else known.begin()
    visit = Visit(operator="", form_token=known.form_token(cookie))
    return begun(html(_login(visit, problem), KINDS["token-wrong"].status if problem else HTTPStatus.OK), cookie)


def _login(visit: Visit, problem: str) -> Markup:
    who = element("input", name="operator", required=True, maxlength=LONGEST_NAME, autocomplete="username")
    token = element("input", name="token", type="password", required=True, autocomplete="off")
    note = "It works over HTTPS, or over a tunnel to this machine. A session ends after eight hours, or with the token."
    return page(
        "Operators' console",
        element("p", problem, class_="alarm") if problem else None,
        posting(
            "/login",
            visit,
            element("label", "Who you are", who),
            element("label", "Shared token", token),
            button("Sign in"),
            class_="login",
        ),
        element("p", note, class_="quiet"),
    )


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the session, for whoever has its cookie."""
    known = await sessions(request)
    await form(request, known)
    await leave(request, known)
    return ended(led("/login"))


@router.get("")
async def first(request: Request, visit: Operator) -> Response:
    """How everything stands."""
    parts = parts_of(request)
    return html(await asked(_first, parts, await parts.readiness.soon(), visit))


def _first(parts: Parts, ready: Mapping[str, str], visit: Visit) -> Markup:
    held = parts.queue.page(Filters(status=SubmissionStatus.HELD), limit=NEWEST)
    return overview.queues(parts.queue.state(), ready, held, visit)


@router.get("/submissions")
async def listed(
    request: Request,
    visit: Operator,
    status: StatusQuery = None,
    hotkey: HotkeyQuery = None,
    rule: RuleQuery = None,
    dead: DeadQuery = None,
    cursor: CursorQuery = None,
) -> Response:
    """A list of submissions."""
    filters = Filters(status=status, hotkey=hotkey, rule=rule, is_dead=dead)
    return html(await asked(_listed, parts_of(request), filters, cursor, visit))


def _listed(parts: Parts, filters: Filters, cursor: str | None, visit: Visit) -> Markup:
    found = parts.queue.page(filters, cursor=cursor, limit=ON_A_PAGE)
    return overview.listed(found, filters, _rule(parts, filters.rule) if filters.rule else None, visit)


def _rule(parts: Parts, id: str) -> Rule | None:  # noqa: A002 - what it is called everywhere
    """A rule of the policy; a policy that is broken keeps nobody from a list."""
    try:
        return parts.policy.rules().get(id)
    except PrismError:
        return None


@router.get("/find")
async def find(request: Request, visit: Operator, what: FindQuery = "") -> Response:
    """Lead to a submission, or to those of a hotkey or with a rule; ask which, if nothing is wanted yet."""
    wanted = what.strip()
    if not wanted:
        return html(overview.find(visit))
    if re.fullmatch(RULE, wanted):
        return led(f"/submissions?{urlencode({'rule': wanted})}")
    found = await asked(_is_there, parts_of(request), wanted)
    return led(f"/submissions/{wanted}" if found else f"/submissions?{urlencode({'hotkey': wanted})}")


def _is_there(parts: Parts, id: str) -> bool:  # noqa: A002 - what it is called everywhere
    """Whether a submission has this id."""
    try:
        parts.queue.entry(checked_id(id))
    except (NotFoundError, RefusedError):
        return False
    return True


@router.get("/submissions/{id}")
async def one(request: Request, visit: Operator, id: str) -> Response:  # noqa: A002 - what it is called everywhere
    """One submission."""
    return html(await asked(_one, parts_of(request), checked_id(id), visit))


def _one(parts: Parts, id: str, visit: Visit) -> Markup:  # noqa: A002 - what it is called everywhere
    detail = parts.queue.detail(id)
    return submission.shown(detail, _contents(parts, detail), visit)


def _contents(parts: Parts, detail: Detail) -> Mapping[str, bytes] | None:
    """The files of a submission as they were reviewed; nothing where they are not kept."""
    kept = parts.queue.sources(detail.entry)
    return None if kept is None else kept.snapshot.contents


@router.get("/submissions/{id}/file")
async def file(request: Request, visit: Operator, id: str, path: str) -> Response:  # noqa: A002 - what it is called
    """One file of a submission."""
    return html(await asked(_file, parts_of(request), checked_id(id), path, visit))


def _file(parts: Parts, id: str, path: str, visit: Visit) -> Markup:  # noqa: A002 - what it is called everywhere
    detail = parts.queue.detail(id)
    contents = _contents(parts, detail) or {}
    if path not in contents:
        raise RefusedError("not-found")
    return submission.shown_file(detail, path, contents[path], visit)


@router.get("/submissions/{id}/similarity")
async def similarity(
    request: Request,
    visit: Operator,
    id: str,  # noqa: A002 - what it is called everywhere
    match: MatchQuery = 1,
) -> Response:
    """What a submission resembles."""
    found = await asked(likenesses_of, parts_of(request), checked_id(id))
    return html(await asked(likeness.shown, found, match, visit))


@router.get("/submissions/{id}/review.sarif", dependencies=[Depends(operator)])
async def sarif(request: Request, id: str) -> Response:  # noqa: A002 - what it is called everywhere
    """The latest review, as a file for an editor."""
    return await sarif_answer(parts_of(request), checked_id(id))


@router.post("/submissions/{id}/resolve")
async def resolve(request: Request, visit: Operator, id: str) -> Response:  # noqa: A002 - what it is called everywhere
    """Approve or reject what is held."""
    fields = await form(request, await sessions(request))
    if fields.get("choice") not in set(Choice):
        raise RefusedError("body-invalid", "choose to approve or to reject")
    seen = fields.get("round", "")
    if not _NUMBER.fullmatch(seen):
        raise RefusedError("body-invalid", "say which review you looked at: load the page again")
    choice, why = Choice(fields["choice"]), _why(fields)
    resolution = Resolution(choice=choice, operator=visit.operator, reason=why, round=int(seen))
    await asked(parts_of(request).queue.resolve, checked_id(id), resolution)
    return led(f"/submissions/{id}")


@router.post("/submissions/{id}/rerun")
async def rerun(request: Request, visit: Operator, id: str) -> Response:  # noqa: A002 - what it is called everywhere
    """Have a submission reviewed once more."""
    reason = _why(await form(request, await sessions(request)))
    await asked(parts_of(request).queue.rerun, checked_id(id), operator=visit.operator, reason=reason)
    return led(f"/submissions/{id}")


def _why(fields: Mapping[str, str]) -> str:
    """Why something was decided, for the record."""
    reason = fields.get("reason", "").replace("\r\n", "\n").strip()
    if not re.fullmatch(LINES, reason) or not 0 < len(reason) <= 2_000:  # noqa: PLR2004 - as the record has it
        raise RefusedError("body-invalid", "say why, in at most 2000 characters: it is kept with what you decide")
    return reason


@router.get("/rules")
async def rules(request: Request, visit: Operator) -> Response:
    """What rules found."""
    return html(await asked(_rules, parts_of(request), visit))


def _rules(parts: Parts, visit: Visit) -> Markup:
    return overview.rules(parts.queue.statistics(), parts.policy.rules(), visit)


@router.get("/system")
async def system(request: Request, visit: Operator) -> Response:
    """What decides."""
    parts = parts_of(request)
    return html(await asked(_system, parts, await parts.readiness.soon(), visit))


def _system(parts: Parts, ready: Mapping[str, str], visit: Visit) -> Markup:
    effective = parts.policy.current()
    return overview.system(effective, ready, overview.promises_of(effective), visit)


@router.get("/{path:path}", dependencies=[Depends(operator)])
async def nothing() -> Response:
    """There is nothing at any other address."""
    raise RefusedError("not-found")


def is_meant(request: Request) -> bool:
    """Whether a request is for the console, so that a person reads the answer."""
    path = request.scope["path"]
    return bool(path == HOME or path.startswith(HOME + "/"))


async def signed_out(request: Request, error: Exception) -> Response:  # noqa: ARG001 - as Starlette calls it
    """Lead whoever has no session to where one begins."""
    return led("/login")


def refused(error: RefusedError, request_id: str) -> Response:
    """What was not done, as a page."""
    kind = KINDS[error.code]
    detail = f"{error.code}: {shorten(error.detail, 500)}" if error.detail else error.code
    told = [element("p", kind.title), element("p", detail, class_="quiet"), element("p", f"Request {request_id}")]
    answer = html(page(f"{int(kind.status)} {kind.status.phrase}", *told, link("To the console", "")), kind.status)
    answer.headers.update(error.headers)
    return answer
