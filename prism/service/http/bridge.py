"""The bridge: Platform hands over what a miner sent, and says whose it is because it has verified that."""

import hashlib
import re
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response

from prism.service.http import openapi
from prism.service.http.answers import asked, json_answer
from prism.service.http.authentication import Authenticated
from prism.service.http.body import read_body
from prism.service.http.file_name import harmless
from prism.service.http.headers import Headers, headers_of, number, single, text
from prism.service.http.parts import parts_of
from prism.service.http.problems import RefusedError
from prism.service.http.views import SubmissionView, submission_view
from prism.service.http.wall import SUBMISSION
from prism.service.records import Form, Origin, Upload
from prism.service.settings import Settings
from prism.service.ss58 import AddressError, public_key

MOST_UID: Final = 2**31 - 1
_HASH: Final = re.compile("[0-9a-fA-F]{64}")
_JSON: Final = re.compile(rb"application/([a-z0-9.+-]+\+)?json")

router = APIRouter(prefix="/internal/v1/bridge", dependencies=[Authenticated], tags=["bridge"])


@router.post(
    "/submissions",
    responses={
        **openapi.answers(SubmissionView, HTTPStatus.ACCEPTED, HTTPStatus.OK),
        **openapi.problems(
            "body-empty",
            "body-hash-mismatch",
            "header-invalid",
            "header-repeated",
            "hotkey-invalid",
            "hotkey-missing",
            "token-wrong",
            "slug-mismatch",
            "body-slow",
            "body-too-large",
            "encoding-unsupported",
            "media-type-unsupported",
            "idempotency-key-reused",
            "rate-limited",
            "queue-full",
            "token-missing",
            "store-unavailable",
        ),
    },
    openapi_extra=openapi.upload(),
)
async def hand_over(request: Request) -> Response:
    """Take in what Platform has verified: 202 when it is new, 200 when this hotkey has handed in these bytes before."""
    parts = parts_of(request)
    headers = headers_of(request.scope)
    origin = _origin(headers, parts.settings)
    form = form_of(headers)
    key = text(headers, "Idempotency-Key") or ""
    body = await read_body(request, limit=parts.settings.body_bytes, seconds=parts.settings.body_seconds)
    upload = Upload(
        body=body,
        code_hash=hashlib.sha256(body).hexdigest(),
        form=form,
        file_name=harmless(single(headers, "X-Submission-Filename") or b""),
    )
    _check_hash(headers, parts.settings, upload.code_hash)
    accepted = await asked(parts.queue.accept, upload, origin, idempotency_key=key)
    request.scope["state"][SUBMISSION] = accepted.entry.id
    return json_answer(
        submission_view(accepted.entry),
        HTTPStatus.ACCEPTED if accepted.is_new else HTTPStatus.OK,
        {"Location": f"/v1/submissions/{accepted.entry.id}"},
    )


def _origin(headers: Headers, settings: Settings) -> Origin:
    """Whom Platform has verified, by the headers of the one generation that is believed."""
    prefix = f"X-{settings.headers.capitalize()}"
    hotkey = text(headers, f"{prefix}-Verified-Hotkey")
    if hotkey is None:
        raise RefusedError("hotkey-missing", f"the header is {prefix}-Verified-Hotkey")
    try:
        public_key(hotkey, settings.ss58_format)
    except AddressError as error:
        raise RefusedError("hotkey-invalid", str(error)) from error
    return Origin(
        hotkey=hotkey,
        uid=number(headers, f"{prefix}-Verified-Uid", most=MOST_UID),
        nonce=text(headers, f"{prefix}-Verified-Nonce") or "",
    )


def form_of(headers: Headers) -> Form:
    """How the body holds the project, by what the sender says of it; nobody looks into it here."""
    media = (single(headers, "Content-Type") or b"").partition(b";")[0].strip().lower()
    if media.startswith(b"multipart/"):
        raise RefusedError("media-type-unsupported", "send the archive itself as the body, not a form")
    return Form.JSON if _JSON.fullmatch(media) else Form.ZIP


def _check_hash(headers: Headers, settings: Settings, code_hash: str) -> None:
    """Refuse a body that is not the one which Platform has verified."""
    name = f"X-{settings.headers.capitalize()}-Request-Hash"
    stated = text(headers, name)
    if stated is None:
        return
    if not _HASH.fullmatch(stated):
        raise RefusedError("header-invalid", f"{name} must be a SHA-256 in hexadecimal digits")
    if stated.lower() != code_hash:
        raise RefusedError("body-hash-mismatch", f"the body's SHA-256 is {code_hash}")
