"""Who may use the internal routes: whoever carries the shared token, and nobody while there is none."""

import logging
from typing import Final

from fastapi import Depends, Request

from prism.service.http.headers import headers_of, single, text
from prism.service.http.parts import parts_of
from prism.service.http.problems import RefusedError

SCHEME: Final = b"bearer "
BELIEVED: Final = "prism_believed"
"""In the state of an authenticated request: what the names of the headers begin with by which it says who it is for."""
log = logging.getLogger(__name__)


async def authenticated(request: Request) -> None:
    """Let a request in that carries the token, and is meant for this challenge if it says for which.

    Raises:
        RefusedError: ``token-missing``, ``token-wrong`` or ``slug-mismatch``.
    """
    parts = parts_of(request)
    token = parts.token
    if not token.is_configured():
        raise RefusedError("token-missing", headers={"Retry-After": "30"})
    headers = headers_of(request.scope)
    given = single(headers, "Authorization") or b""
    is_bearer = given[: len(SCHEME)].lower() == SCHEME
    if not token.opens(given[len(SCHEME) :].strip() if is_bearer else b"") or not is_bearer:
        if given:
            log.warning("somebody comes with another token")
        raise RefusedError("token-wrong", headers={"WWW-Authenticate": "Bearer"})
    request.scope["state"][BELIEVED] = f"x-{parts.settings.headers}-"
    if text(headers, f"X-{parts.settings.headers.capitalize()}-Challenge-Slug") not in {None, parts.settings.slug}:
        raise RefusedError("slug-mismatch", f"this is the challenge {parts.settings.slug!r}")


Authenticated: Final = Depends(authenticated)
