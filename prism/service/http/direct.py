"""Miners hand in by themselves, where the operator has switched that on: nobody has verified anything before."""

import re
from contextlib import suppress
from http import HTTPStatus
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response

from prism.service.http import openapi
from prism.service.http.answers import asked
from prism.service.http.headers import Headers, headers_of, text
from prism.service.http.parts import Parts, parts_of
from prism.service.http.problems import RefusedError
from prism.service.http.receiving import acknowledged, received
from prism.service.http.views import SubmissionView
from prism.service.records import Origin
from prism.service.settings import Settings
from prism.service.signatures import SignedRequest, has_signed
from prism.service.ss58 import AddressError, public_key

_NONCE: Final = re.compile("[!-9;-~]{1,128}")
_TIMESTAMP: Final = re.compile("[0-9]{1,12}")
_HEADERS: Final = ("X-Hotkey", "X-Signature", "X-Nonce", "X-Timestamp")


class Claim(NamedTuple):
    """What the headers of a request say of its sender."""

    hotkey: str
    signature: str
    nonce: str
    timestamp: str


router = APIRouter(prefix="/v1", tags=["miners"])


@router.post(
    "/submissions",
    responses={
        **openapi.answers(SubmissionView, HTTPStatus.ACCEPTED, HTTPStatus.OK),
        **openapi.problems(
            "body-empty",
            "body-slow",
            "body-too-large",
            "encoding-unsupported",
            "header-invalid",
            "header-repeated",
            "hotkey-invalid",
            "hotkey-not-admitted",
            "hotkeys-unknown",
            "idempotency-key-reused",
            "media-type-unsupported",
            "nonce-used",
            "queue-full",
            "rate-limited",
            "signature-missing",
            "signature-wrong",
            "store-unavailable",
            "timestamp-stale",
        ),
    },
    openapi_extra=openapi.upload(openapi.SIGNATURE),
)
async def hand_in(request: Request) -> Response:
    """Take in what a hotkey has signed: 202 when it is new, 200 when it has handed in these bytes before."""
    parts, headers = parts_of(request), headers_of(request.scope)
    claim = _claim(headers)
    key = await _admitted(parts, claim)
    idempotency_key = text(headers, "Idempotency-Key") or ""
    upload = await received(request)
    if not has_signed(key, claim.signature, _signed(request, parts.settings, claim, upload.code_hash).message()):
        raise RefusedError("signature-wrong")
    origin = Origin(hotkey=claim.hotkey, nonce=claim.nonce, signed_at=int(claim.timestamp))
    accepted = await asked(parts.queue.accept, upload, origin, idempotency_key=idempotency_key)
    await _forget(parts)
    return acknowledged(request, accepted)


def _claim(headers: Headers) -> Claim:
    found = [text(headers, name) for name in _HEADERS]
    given = [each for each in found if each is not None]
    if len(given) < len(_HEADERS):
        raise RefusedError("signature-missing", f"{', '.join(_HEADERS)} are needed")
    claim = Claim(*given)
    if not _NONCE.fullmatch(claim.nonce):
        raise RefusedError("header-invalid", "X-Nonce must hold 1 to 128 visible ASCII characters and no colon")
    if not _TIMESTAMP.fullmatch(claim.timestamp):
        raise RefusedError("header-invalid", "X-Timestamp must be whole seconds since 1970")
    return claim


async def _admitted(parts: Parts, claim: Claim) -> bytes:
    """The key of a hotkey that may hand in now, if it is the one who asks."""
    try:
        key = public_key(claim.hotkey, parts.settings.ss58_format)
    except AddressError as error:
        raise RefusedError("hotkey-invalid", str(error)) from error
    await asked(parts.admission.require_admitted, key)
    await asked(parts.admission.require_fresh, int(claim.timestamp))
    return key


def _signed(request: Request, settings: Settings, claim: Claim, body_hash: str) -> SignedRequest:
    """What has to have been signed: the request as it came, to this challenge and no other."""
    assert settings.public.netuid is not None  # noqa: S101 - settings without it are refused
    query = request.scope["query_string"]
    target = request.scope["raw_path"] + (b"?" + query if query else b"")
    return SignedRequest(
        generation=settings.headers,
        netuid=settings.public.netuid,
        slug=settings.slug,
        method=request.method,
        target=target.decode("latin-1"),
        hotkey=claim.hotkey,
        nonce=claim.nonce,
        timestamp=claim.timestamp,
        body_hash=body_hash,
    )


async def _forget(parts: Parts) -> None:
    """Drop nonces that nobody can use any more, now and then; a failure is for the next time."""
    before = parts.admission.to_forget()
    if before is not None:
        with suppress(RefusedError):
            await asked(parts.queue.forget_nonces, before=before)
