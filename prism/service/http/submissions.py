"""Reading: one submission for whoever handed it in, and everything for operators."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from prism.report.format import Report, Reviewed
from prism.report.sarif_format import render
from prism.review import Review
from prism.service.console import likeness
from prism.service.http import openapi
from prism.service.http.answers import asked, json_answer
from prism.service.http.authentication import Authenticated
from prism.service.http.parts import Parts, parts_of
from prism.service.http.problems import RefusedError
from prism.service.http.views import STOPPED, DetailView, PageView, StatusView, detail_view, entry_view, status_view
from prism.service.likeness import Likenesses, likenesses
from prism.service.records import Detail, Filters
from prism.submission import SubmissionStatus

LONGEST: Final = 255
SARIF: Final = "application/sarif+json"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ID: Final = re.compile("[A-Za-z0-9_-]{1,64}")
_VISIBLE: Final = "^[!-~]+$"
RULE: Final = "^[a-z][a-z0-9_]*/[a-z0-9][a-z0-9-]*$"

public = APIRouter(prefix="/v1", tags=["miners"])
internal = APIRouter(prefix="/internal/v1", dependencies=[Authenticated], tags=["operators"])

Id = Annotated[str, Path(description="What the submission is called.")]
StatusQuery = Annotated[SubmissionStatus | None, Query(description="Only those that stand here.")]
HotkeyQuery = Annotated[
    str | None, Query(max_length=LONGEST, pattern=_VISIBLE, description="Only those of this hotkey.")
]
RuleQuery = Annotated[
    str | None, Query(max_length=100, pattern=RULE, description="Only those whose latest review found this rule.")
]
MomentQuery = Annotated[datetime | None, Query(description="A moment, ISO 8601; without a zone it is UTC.")]
DeadQuery = Annotated[bool | None, Query(description="Only those that were given up after too many failures of ours.")]
CursorQuery = Annotated[str | None, Query(max_length=LONGEST, description="What the page before gave as `next`.")]
LimitQuery = Annotated[int, Query(ge=1, le=200, description="Submissions on a page.")]


@public.get(
    "/submissions/{id}",
    responses={
        **openapi.answers(StatusView),
        **openapi.problems("submission-not-found", "store-unavailable"),
    },
)
async def status(request: Request, id: Id) -> Response:  # noqa: A002 - what it is called everywhere
    """Where a submission stands, and what its author can do about it."""
    queue, submission = parts_of(request).queue, checked_id(id)
    entry = await asked(queue.entry, submission)
    # Only who is stopped needs to be told more than the entry: everybody may ask, and a review is large.
    detail = await asked(queue.detail, submission) if entry.status in STOPPED else None
    return json_answer(status_view(detail.entry, detail.rounds) if detail else status_view(entry))


@internal.get(
    "/submissions",
    responses={
        **openapi.answers(PageView),
        **openapi.problems(
            "parameter-invalid", "cursor-invalid", "token-wrong", "slug-mismatch", "token-missing", "store-unavailable"
        ),
    },
)
async def listed(  # noqa: PLR0913, PLR0917 - each parameter is one of the query's
    request: Request,
    status: StatusQuery = None,
    hotkey: HotkeyQuery = None,
    rule: RuleQuery = None,
    since: MomentQuery = None,
    before: MomentQuery = None,
    is_dead: DeadQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> Response:
    """Submissions, newest first."""
    filters = Filters(
        status=status, hotkey=hotkey, rule=rule, since=_micros(since), before=_micros(before), is_dead=is_dead
    )
    return await page(request, filters, cursor, limit)


@internal.get(
    "/submissions/{id}",
    responses={
        **openapi.answers(DetailView),
        **openapi.problems(
            "submission-not-found", "token-wrong", "slug-mismatch", "token-missing", "store-unavailable"
        ),
    },
)
async def everything(request: Request, id: Id) -> Response:  # noqa: A002 - what it is called everywhere
    """One submission with its reviews, runs and decisions."""
    return json_answer(detail_view(await detail_of(request, id)))


@internal.get(
    "/submissions/{id}/review.sarif",
    responses={
        **openapi.text_answer(SARIF, "The latest review as a SARIF 2.1.0 log."),
        **openapi.problems(
            "submission-not-found",
            "submission-state",
            "token-wrong",
            "slug-mismatch",
            "token-missing",
            "store-unavailable",
        ),
    },
)
async def review_sarif(request: Request, id: Id) -> Response:  # noqa: A002 - what it is called everywhere
    """The latest review of a submission, for editors and code hosts."""
    return await sarif_answer(parts_of(request), checked_id(id))


async def sarif_answer(parts: Parts, id: str) -> Response:  # noqa: A002 - what it is called everywhere
    """The latest review of a submission as a file.

    Raises:
        RefusedError: there is no such submission, or no review of it has ended.
    """
    content = await asked(_sarif, parts, id)
    headers = {"Content-Disposition": f'attachment; filename="{id}.sarif"'}
    return Response(content, headers=headers, media_type=SARIF)


def _sarif(parts: Parts, id: str) -> str:  # noqa: A002 - what it is called everywhere
    rounds = parts.queue.detail(id).rounds
    if not rounds:
        raise RefusedError("submission-state", "no review of it has ended yet")
    reviewed = Reviewed(name=id, review=msgspec.json.decode(rounds[-1].review, type=Review))
    return render(Report(reviews=(reviewed,), rules=parts.policy.rules()))


@internal.get(
    "/submissions/{id}/similarity.html",
    responses={
        **openapi.text_answer("text/html", "What the submission resembles, both sources side by side."),
        **openapi.problems(
            "submission-not-found",
            "likeness-unavailable",
            "token-wrong",
            "slug-mismatch",
            "token-missing",
            "store-unavailable",
            "policy-unusable",
        ),
    },
)
async def similarity_html(request: Request, id: Id) -> Response:  # noqa: A002 - what it is called everywhere
    """What a submission resembles of what came before it, as a page that stands by itself."""
    found = await asked(likenesses_of, parts_of(request), checked_id(id))
    content = await asked(likeness.alone, found)
    headers = {"Content-Security-Policy": likeness.ALONE}
    return Response(content.encode(), headers=headers, media_type="text/html; charset=utf-8")


def likenesses_of(parts: Parts, id: str) -> Likenesses:  # noqa: A002 - what it is called everywhere
    """What a submission resembles.

    Raises:
        RefusalError: there is no such submission, or nothing to compare.
    """
    return likenesses(parts.policy.host(), parts.queue, parts.queue.entry(id))


async def page(request: Request, filters: Filters, cursor: str | None, limit: int) -> Response:
    """A part of a list as an answer."""
    found = await asked(parts_of(request).queue.page, filters, cursor=cursor, limit=limit)
    return json_answer(PageView(submissions=tuple(entry_view(each) for each in found.entries), next=found.next))


async def detail_of(request: Request, id: str) -> Detail:  # noqa: A002 - what it is called everywhere
    """What the queue has of a submission.

    Raises:
        RefusedError: there is none with this id.
    """
    return await asked(parts_of(request).queue.detail, checked_id(id))


def checked_id(id: str) -> str:  # noqa: A002 - what it is called everywhere
    """An id that a submission may have; what cannot be one is not looked up.

    Raises:
        RefusedError: it cannot.
    """
    if not _ID.fullmatch(id):
        raise RefusedError("submission-not-found")
    return id


def _micros(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    try:
        aware = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise RefusedError("parameter-invalid", "a moment has to be in the years 1 to 9999, in UTC") from None
    return (aware - EPOCH) // timedelta(microseconds=1)
