"""The bridge: Platform hands over what a miner sent, and says whose it is because it has verified that."""

import re
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response

from prism.service.http import openapi
from prism.service.http.answers import asked
from prism.service.http.authentication import Authenticated
from prism.service.http.headers import Headers, headers_of, number, text
from prism.service.http.parts import parts_of
from prism.service.http.problems import RefusedError
from prism.service.http.receiving import acknowledged, received
from prism.service.http.short_route import ShortRoute
from prism.service.http.views import SubmissionView
from prism.service.records import Origin
from prism.service.settings import Settings
from prism.service.ss58 import AddressError, public_key

MOST_UID: Final = 2**31 - 1
_HASH: Final = re.compile("[0-9a-fA-F]{64}")

router = APIRouter(prefix="/internal/v1/bridge", dependencies=[Authenticated], tags=["bridge"], route_class=ShortRoute)


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
    openapi_extra=openapi.upload(openapi.VERIFIED),
)
async def hand_over(request: Request) -> Response:
    """Take in what Platform has verified: 202 when it is new, 200 when this hotkey has handed in these bytes before."""
    parts = parts_of(request)
    headers = headers_of(request.scope)
    origin = _origin(headers, parts.settings)
    key = text(headers, "Idempotency-Key") or ""
    upload = await received(request)
    _check_hash(headers, parts.settings, upload.code_hash)
    accepted = await asked(parts.queue.accept, upload, origin, idempotency_key=key)
    return acknowledged(request, accepted)


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
