"""What is answered when something is not done: RFC 9457 problem details, each with a code that stays the same."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

import msgspec
from starlette.responses import Response

from prism.report.escape import ascii_json

MEDIA_TYPE: Final = "application/problem+json"


class Kind(NamedTuple):
    """What stands behind a code: the status of the answer, and what it means."""

    status: HTTPStatus
    title: str


KINDS: Final[Mapping[str, Kind]] = {
    "body-empty": Kind(HTTPStatus.BAD_REQUEST, "The request has no body."),
    "body-hash-mismatch": Kind(HTTPStatus.BAD_REQUEST, "The body is not the one whose SHA-256 the request names."),
    "body-invalid": Kind(HTTPStatus.BAD_REQUEST, "The body is not the JSON object that is expected here."),
    "body-slow": Kind(HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive in time."),
    "body-too-large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than what is taken."),
    "cursor-invalid": Kind(HTTPStatus.BAD_REQUEST, "The cursor is not one that a list has given."),
    "encoding-unsupported": Kind(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be sent as it is."),
    "form-foreign": Kind(HTTPStatus.FORBIDDEN, "The form is not from a page of this session; load the page again."),
    "guard-unavailable": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE, "The guarded process that opens projects cannot be had; nothing was decided."
    ),
    "head-too-large": Kind(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's line and headers are too long."),
    "header-invalid": Kind(HTTPStatus.BAD_REQUEST, "A header has a value that it cannot have."),
    "header-repeated": Kind(HTTPStatus.BAD_REQUEST, "A header that may come once came more than once."),
    "hotkey-invalid": Kind(HTTPStatus.BAD_REQUEST, "The hotkey is no SS58 address of this network."),
    "hotkey-missing": Kind(HTTPStatus.BAD_REQUEST, "The request does not say which hotkey was verified."),
    "hotkey-not-admitted": Kind(HTTPStatus.FORBIDDEN, "This hotkey may not hand in directly."),
    "hotkeys-unknown": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "It is not known now which hotkeys may hand in."),
    "idempotency-key-reused": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The idempotency key came with other bytes before."
    ),
    "internal": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "PRISM has a bug; nothing was decided."),
    "likeness-unavailable": Kind(
        HTTPStatus.NOT_FOUND, "No comparison can be shown: the sources are not kept, or no plugin compares."
    ),
    "malformed-request": Kind(HTTPStatus.BAD_REQUEST, "This is no HTTP request that could be read in one way only."),
    "media-type-unsupported": Kind(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be a ZIP archive, or JSON."),
    "method-not-allowed": Kind(HTTPStatus.METHOD_NOT_ALLOWED, "The path does not take this method."),
    "nonce-used": Kind(HTTPStatus.CONFLICT, "A request with this nonce came before."),
    "not-found": Kind(HTTPStatus.NOT_FOUND, "There is nothing at this path."),
    "parameter-invalid": Kind(HTTPStatus.BAD_REQUEST, "A parameter has a value that it cannot have."),
    "policy-unusable": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The policy or one of its plugins cannot be used."),
    "queue-full": Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many submissions wait; try again later."),
    "rate-limited": Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many submissions of this hotkey; try again later."),
    "signature-missing": Kind(HTTPStatus.BAD_REQUEST, "The request does not carry all headers of a signature."),
    "signature-wrong": Kind(HTTPStatus.FORBIDDEN, "The hotkey has not signed this request."),
    "slug-mismatch": Kind(HTTPStatus.FORBIDDEN, "The request is meant for another challenge."),
    "store-unavailable": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer; nothing was taken in."),
    "submission-not-found": Kind(HTTPStatus.NOT_FOUND, "There is no submission with this id."),
    "submission-state": Kind(HTTPStatus.CONFLICT, "The submission does not stand where this is possible."),
    "timestamp-stale": Kind(HTTPStatus.FORBIDDEN, "The request was signed too long ago, or in the future."),
    "token-missing": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "No token is configured, so internal routes are closed."),
    "token-wrong": Kind(HTTPStatus.UNAUTHORIZED, "The request does not carry the shared token."),
}
"""Every code of an answer, with its meaning."""


class RefusedError(Exception):
    """A request that is answered with problem details."""

    def __init__(self, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        """Refuse with a code of :data:`KINDS`.

        Args:
            code: what is wrong.
            detail: the same for this request; never anything of the host, a secret, or somebody else's.
            headers: what the answer carries besides.
        """
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was not done (RFC 9457)."""

    type: str
    """``urn:prism:problem:`` and the code."""
    title: str
    """What the code means, in words."""
    status: int
    """That of the answer."""
    code: str
    """What a program goes by; it stays the same."""
    detail: str = ""
    """What is wrong with this request."""
    instance: str = ""
    """``urn:uuid:`` and the id of the request, as the service's log has it."""


def details(code: str, detail: str, request_id: str) -> ProblemDetails:
    """The problem details of one answer."""
    kind = KINDS[code]
    return ProblemDetails(
        type=f"urn:prism:problem:{code}",
        title=kind.title,
        status=int(kind.status),
        code=code,
        detail=detail,
        instance=f"urn:uuid:{request_id}" if request_id else "",
    )


def answer(error: RefusedError, request_id: str) -> Response:
    """The answer to a request that is refused."""
    body = ascii_json(msgspec.json.encode(details(error.code, error.detail, request_id)))
    return Response(body, KINDS[error.code].status, headers=error.headers, media_type=MEDIA_TYPE)
