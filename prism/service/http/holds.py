"""What operators do: look at what is held, decide about it, have something reviewed once more."""

import json
from typing import Annotated, Final, TypeVar

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import Meta

from prism.service.http import openapi
from prism.service.http.answers import asked, json_answer
from prism.service.http.authentication import Authenticated
from prism.service.http.body import read_body
from prism.service.http.parts import parts_of
from prism.service.http.problems import RefusedError
from prism.service.http.submissions import CursorQuery, Id, LimitQuery, checked_id, page
from prism.service.http.views import EntryView, PageView, entry_view
from prism.service.records import Choice, Filters, Resolution
from prism.submission import SubmissionStatus

MOST_BYTES: Final = 64 * 1024
LINE: Final = r"^[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*$"
LINES: Final = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]*$"

Operator = Annotated[str, Meta(min_length=1, max_length=255, pattern=LINE, description="Who decides.")]
Why = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=LINES, description="Why, for the record.")]
Number = Annotated[
    int, Meta(ge=0, le=1_000_000_000, description="Number of the latest review that was looked at, 0 for none.")
]
Body = TypeVar("Body", bound=msgspec.Struct)


class ResolveBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator's decision about a held submission."""

    choice: Choice
    """``approve`` or ``reject``."""
    operator: Operator
    reason: Why
    round: Number | None = None
    """If there is a later one by now, nothing is decided."""


class RerunBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wants a submission reviewed once more, and why."""

    operator: Operator
    reason: Why


router = APIRouter(prefix="/internal/v1", dependencies=[Authenticated], tags=["operators"])
_ALWAYS: Final = ("token-wrong", "slug-mismatch", "token-missing", "store-unavailable")
_CHANGING: Final = (
    "body-empty",
    "body-invalid",
    "body-slow",
    "body-too-large",
    "encoding-unsupported",
    "header-repeated",
    "submission-not-found",
    "submission-state",
    *_ALWAYS,
)


@router.get(
    "/holds",
    responses={
        **openapi.answers(PageView),
        **openapi.problems("parameter-invalid", "cursor-invalid", *_ALWAYS),
    },
)
async def holds(request: Request, cursor: CursorQuery = None, limit: LimitQuery = 50) -> Response:
    """Submissions that wait for an operator, newest first."""
    return await page(request, Filters(status=SubmissionStatus.HELD), cursor, limit)


@router.post(
    "/holds/{id}/resolve",
    responses={**openapi.answers(EntryView), **openapi.problems(*_CHANGING)},
    openapi_extra=openapi.body(ResolveBody),
)
async def resolve(request: Request, id: Id) -> Response:  # noqa: A002 - what it is called everywhere
    """Approve or reject what is held, for good and on record."""
    parts, submission = parts_of(request), checked_id(id)
    body = await _read(request, ResolveBody)
    resolution = Resolution(**msgspec.structs.asdict(body))
    return json_answer(entry_view(await asked(parts.queue.resolve, submission, resolution)))


@router.post(
    "/submissions/{id}/rerun",
    responses={**openapi.answers(EntryView), **openapi.problems(*_CHANGING)},
    openapi_extra=openapi.body(RerunBody),
)
async def rerun(request: Request, id: Id) -> Response:  # noqa: A002 - what it is called everywhere
    """Have a submission that has ended reviewed, and run if approved, once more."""
    parts, submission = parts_of(request), checked_id(id)
    body = await _read(request, RerunBody)
    entry = await asked(parts.queue.rerun, submission, operator=body.operator, reason=body.reason)
    return json_answer(entry_view(entry))


async def _read(request: Request, record: type[Body]) -> Body:
    """The body as a record.

    Raises:
        RefusedError: it is none.
    """
    raw = await read_body(request, limit=MOST_BYTES, seconds=parts_of(request).settings.body_seconds)
    try:
        found = msgspec.json.decode(raw, type=record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("body-invalid", str(error)[:500]) from error
    # Whoever is in front, or keeps what was sent, may have read the other one. What the record took is flat.
    names = [name for name, _ in json.loads(raw, object_pairs_hook=list)]
    if len(set(names)) < len(names):
        raise RefusedError("body-invalid", "a field came more than once")
    return found
