"""An upload as it comes over HTTP, whoever sends it, and the answer once it is taken in."""

import hashlib
import re
from http import HTTPStatus
from typing import Final

from fastapi import Request, Response

from prism.service.http.answers import json_answer
from prism.service.http.body import read_body
from prism.service.http.file_name import harmless
from prism.service.http.headers import Headers, headers_of, single
from prism.service.http.parts import parts_of
from prism.service.http.problems import RefusedError
from prism.service.http.views import submission_view
from prism.service.http.wall import SUBMISSION
from prism.service.records import Accepted, Form, Upload

_JSON: Final = re.compile(rb"application/([a-z0-9.+-]+\+)?json")


async def received(request: Request) -> Upload:
    """The body with what its sender says of it.

    Raises:
        RefusedError: it is of no kind that is taken, or see :func:`prism.service.http.body.read_body`.
    """
    headers, settings = headers_of(request.scope), parts_of(request).settings
    form = form_of(headers)
    file_name = harmless(single(headers, "X-Submission-Filename") or b"")
    body = await read_body(request, limit=settings.body_bytes, seconds=settings.body_seconds)
    return Upload(body=body, code_hash=hashlib.sha256(body).hexdigest(), form=form, file_name=file_name)


def form_of(headers: Headers) -> Form:
    """How the body holds the project, by what the sender says of it; nobody looks into it here."""
    media = (single(headers, "Content-Type") or b"").partition(b";")[0].strip().lower()
    if media.startswith(b"multipart/"):
        raise RefusedError("media-type-unsupported", "send the archive itself as the body, not a form")
    return Form.JSON if _JSON.fullmatch(media) else Form.ZIP


def acknowledged(request: Request, accepted: Accepted) -> Response:
    """The answer to whoever handed in: 202 for a new submission, 200 for one that was there."""
    entry = accepted.entry
    request.scope["state"][SUBMISSION] = entry.id
    status = HTTPStatus.ACCEPTED if accepted.is_new else HTTPStatus.OK
    return json_answer(submission_view(entry), status, {"Location": f"/v1/submissions/{entry.id}"})
