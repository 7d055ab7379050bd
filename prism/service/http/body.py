"""The body of a request, bounded while it is read: in bytes, whatever the sender says of its length, and in time."""

import asyncio
import re
from typing import Final

from starlette.requests import Request

from prism.service.http.headers import headers_of, single
from prism.service.http.problems import RefusedError

_LENGTH: Final = re.compile(rb"[0-9]{1,18}")


async def read_body(request: Request, *, limit: int, seconds: float) -> bytes:
    """All bytes of the body.

    Raises:
        RefusedError: it is too large, too slow, empty, or packed.
        ClientDisconnect: the sender has gone.
    """
    headers = headers_of(request.scope)
    if (single(headers, "Content-Encoding") or b"identity").lower() != b"identity":
        raise RefusedError("encoding-unsupported", "send the body without Content-Encoding")
    declared = single(headers, "Content-Length")
    if declared is not None and (not _LENGTH.fullmatch(declared) or int(declared) > limit):
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            body = await _received(request, limit)
    except TimeoutError:
        detail = f"the body has to arrive within {seconds:g} seconds"
        raise RefusedError("body-slow", detail, headers={"Connection": "close"}) from None
    if not body:
        raise RefusedError("body-empty")
    return body


async def _received(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> RefusedError:
    return RefusedError("body-too-large", f"at most {limit} bytes are taken")
