"""The page for Prometheus: for whoever carries the token, and for programs on this machine."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import Scope

from prism.service.http import openapi
from prism.service.http.authentication import authenticated
from prism.service.http.headers import headers_of
from prism.service.http.parts import parts_of

SCRAPING: Final = CapacityLimiter(1)
"""However many ask, one thread is kept busy."""
PLAIN: Final = frozenset({
    b"accept",
    b"accept-encoding",
    b"accept-language",
    b"cache-control",
    b"connection",
    b"host",
    b"pragma",
    b"user-agent",
    b"x-prometheus-scrape-timeout-seconds",
})  # fmt: skip
"""Headers of a program that asks for itself. Proxies say in so many others that they are there that none are listed."""
router = APIRouter(tags=["state"])


@router.get(
    "/metrics",
    responses={
        **openapi.text_answer("text/plain", "The numbers in Prometheus' text format."),
        **openapi.problems("token-wrong", "slug-mismatch", "token-missing"),
    },
)
async def metrics(request: Request) -> Response:
    """What Prometheus reads; without the token only from this machine itself, and not through a proxy."""
    parts = parts_of(request)
    if not (parts.settings.metrics_on_loopback and comes_from_here(request.scope)):
        await authenticated(request)
    page = await to_thread.run_sync(parts.meter.page, limiter=SCRAPING)
    return Response(page, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def comes_from_here(scope: Scope) -> bool:
    """Whether a program of this machine asks for itself.

    A proxy on this machine asks for somebody else, and mostly shows it: by a header that plain programs never send,
    or by speaking the older protocol. A browser on this machine may ask for a page from elsewhere, whose name then
    stands in ``Host``.
    """
    client = scope.get("client")
    headers = dict(headers_of(scope))
    is_near = client is not None and _is_loopback(client[0]) and scope["http_version"] == "1.1"
    if not is_near or not headers.keys() <= PLAIN:
        return False
    host = _name(headers.get(b"host", b""))
    return host == "localhost" or _is_loopback(host)


def _name(host: bytes) -> str:
    try:
        return (urlsplit(b"//" + host).hostname or b"").decode("ascii")
    except ValueError:
        return ""


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
