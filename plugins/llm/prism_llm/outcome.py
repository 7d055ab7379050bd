"""What an exception of litellm means."""

import email.utils
import re
import time

from litellm.exceptions import (
    AuthenticationError,
    ContentPolicyViolationError,
    ContextWindowExceededError,
    NotFoundError,
    RateLimitError,
    Timeout,
)

from prism_llm.exchange import FailureKind
from prism_llm.wire import MAX_MESSAGE, Failed

LONGEST_WAIT = 86_400.0

_BY_CLASS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (Timeout, FailureKind.TIMEOUT),
    (ContextWindowExceededError, FailureKind.TOO_LARGE),
    (ContentPolicyViolationError, FailureKind.REFUSED),
    (AuthenticationError, FailureKind.UNAUTHORISED),
    (NotFoundError, FailureKind.UNKNOWN_MODEL),
    (RateLimitError, FailureKind.RATE_LIMITED),
)
_BY_STATUS = {
    401: FailureKind.UNAUTHORISED,
    402: FailureKind.UNAUTHORISED,
    403: FailureKind.UNAUTHORISED,
    404: FailureKind.UNKNOWN_MODEL,
    408: FailureKind.TIMEOUT,
    413: FailureKind.TOO_LARGE,
    429: FailureKind.RATE_LIMITED,
}
_TOO_LONG = re.compile(r"context.?(length|window|size)|maximum.{0,20}tokens|prompt is too long", re.IGNORECASE)
"""How servers word it that a request is too large, where litellm does not know the wording."""
_NO_PROVIDER = "LLM Provider NOT provided"
"""How litellm says that it cannot tell whose model a name is; it has no class for it."""


def failure_of(error: Exception, *, secret: str) -> Failed:
    """What an exception means for whoever asked; the secret does not leave with it."""
    message = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode()
    message = message.replace(secret, "***") if secret else message
    return Failed(kind=_kind(error), message=message[:MAX_MESSAGE], retry_after=_retry_after(error))


def _kind(error: Exception) -> FailureKind:
    for kind_of_error, kind in _BY_CLASS:
        if isinstance(error, kind_of_error):
            return kind
    status = getattr(error, "status_code", None)
    if _NO_PROVIDER in str(error):
        return FailureKind.UNKNOWN_MODEL
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if not (isinstance(status, int) and 400 <= status < 500):  # noqa: PLR2004 - HTTP's range of the caller's mistakes
        # Some servers call it their own mistake that they do not know how to bind an answer.
        return FailureKind.BAD_REQUEST if "response_format" in str(error) else FailureKind.UNAVAILABLE
    return FailureKind.TOO_LARGE if _TOO_LONG.search(str(error)) else FailureKind.BAD_REQUEST


def _retry_after(error: Exception) -> float | None:
    """Seconds of a Retry-After header, which may also be a date."""
    kept = getattr(
        error, "litellm_response_headers", None
    )  # the response in an error is often one that litellm made up
    made = getattr(getattr(error, "response", None), "headers", None)
    said = next((headers["retry-after"] for headers in (kept, made) if headers and "retry-after" in headers), None)
    if not said:
        return None
    try:
        seconds = float(said)
    except ValueError:
        date = email.utils.parsedate_tz(said)
        seconds = email.utils.mktime_tz(date) - time.time() if date else 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else None  # noqa: PLR0124 - not a number
