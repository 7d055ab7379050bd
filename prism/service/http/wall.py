"""What holds for every request, whatever route it is for: this is the outermost part of the application.

Each request gets an id of PRISM's own making, which the answer and the log carry. What could be read in two ways is
refused. An answer that is given before the body has come waits a little for the rest of it, so that the sender reads
the answer instead of a broken connection, and then ends the connection. No exception gets further than here.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prism.crash import crash_id
from prism.service.http.authentication import BELIEVED
from prism.service.http.headers import headers_of, identity_claims
from prism.service.http.problems import RefusedError, answer
from prism.service.logs import about
from prism.service.telemetry import tracing
from prism.service.telemetry.traffic import method_of, route_of

DRAIN_SECONDS: Final = 2.0
DRAIN_BYTES: Final = 16 * 1024 * 1024
MOST_HEADERS: Final = 100
REQUEST_ID: Final = "prism_request_id"
SUBMISSION: Final = "prism_submission"
"""In the state of a request that has handed something in: the submission's id."""
SINGLE: Final = (b"authorization", b"content-length", b"content-type", b"host", b"transfer-encoding")
QUIET: Final = frozenset({"/health", "/metrics", "/ready"})
NOTHING: Final = "\0"
"""What no header's name begins with."""
CLOSE: Final = (b"connection", b"close")
FIXED_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
log = logging.getLogger(__name__)

Answered = Callable[[Mapping[str, Any], int, float], None]
"""Told of each request with its status and seconds."""


def _span(scope: Scope, request_id: str) -> AbstractContextManager[tracing.Span]:
    """The request as a span of a trace; those who ask whether the service lives would be most of all traces."""
    if scope["path"] in QUIET:
        return nullcontext(tracing.Span())
    return tracing.span("request", prism__request=request_id, http__request__method=method_of(scope))


class Wall:
    """The application behind what every request has to pass."""

    def __init__(self, app: ASGIApp, *, head_bytes: int, answered: Answered) -> None:
        self._app = app
        self._head_bytes = head_bytes
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or the start and end of the server."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(uuid.uuid4())
        scope.setdefault("state", {})[REQUEST_ID] = request_id
        exchange = Exchange(scope, receive, send, request_id)
        with about(request=request_id), _span(scope, request_id) as span:
            await self._answer(exchange, scope, request_id)
            span.name(f"{method_of(scope)} {route_of(scope)}")
            span.note(http__route=route_of(scope), http__response__status_code=exchange.status)
            span.note(**{f"prism__{name}": id_ for name, id_ in exchange.handed_in().items()})

    async def _answer(self, exchange: "Exchange", scope: Scope, request_id: str) -> None:
        began = time.monotonic()
        try:
            exchange.refuse_ambiguous(self._head_bytes)
            await self._app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            log.info("the client has gone", extra=exchange.seen())
        except RefusedError as error:
            await answer(error, request_id)(scope, exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback leaves the process
            await exchange.crashed(error)
        finally:
            exchange.report()
            self._answered(scope, exchange.status, time.monotonic() - began)


class Exchange:
    """One request with its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._id = request_id
        self._is_received = False
        self._is_expecting = any(name == b"expect" for name, _ in headers_of(scope))
        self._is_in_chunks = any(name == b"transfer-encoding" for name, _ in headers_of(scope))
        self._is_last = False
        self.status = 0

    async def receive(self) -> Message:
        """The next part of the body."""
        message = await self._receive()
        self._is_expecting = False
        if message["type"] != "http.request" or not message.get("more_body", False):
            self._is_received = True
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; the first one with what every answer carries."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [each for each in message.get("headers", ()) if each != CLOSE]
            self._is_last |= len(headers) < len(message.get("headers", ()))
            await self._drain()
            message = {**message, "headers": [*headers, *self._headers()]}
        await self._send(message)

    def _headers(self) -> Iterable[tuple[bytes, bytes]]:
        yield (b"x-request-id", self._id.encode())
        yield from FIXED_HEADERS
        # What is still on its way would be read as the next request; where chunks end may be read in two ways.
        if self._is_last or self._is_in_chunks or not self._is_received:
            yield CLOSE

    async def _drain(self) -> None:
        """Take what is left of the body for a moment and throw it away; nobody is told to send what he holds back."""
        left = 0 if self._is_last or self._is_received else DRAIN_BYTES
        if not left:
            return
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self._is_received and not self._is_expecting and left > 0:
                    left -= len((await self.receive()).get("body", b""))
        except TimeoutError:
            return

    def refuse_ambiguous(self, head_bytes: int) -> None:
        """Refuse a request of which somebody in front of PRISM may have seen another end, host or sender.

        The connection ends with the answer: what follows may be meant to be taken for another request.

        Raises:
            RefusedError: ``malformed-request``, ``header-repeated`` or ``head-too-large``.
        """
        self._is_last = True
        headers = list(headers_of(self._scope))
        names = [name for name, _ in headers]
        size = len(self._scope["raw_path"]) + len(self._scope["query_string"])
        if size + sum(len(name) + len(value) for name, value in headers) > head_bytes or len(headers) > MOST_HEADERS:
            raise RefusedError("head-too-large", f"at most {head_bytes} bytes and {MOST_HEADERS} headers are read")
        if self._scope["http_version"] not in {"1.0", "1.1"}:
            raise RefusedError("malformed-request", "HTTP/1.1 is spoken here")
        if b"transfer-encoding" in names and b"content-length" in names:
            raise RefusedError("malformed-request", "give Content-Length or Transfer-Encoding, not both")
        for name in SINGLE:
            if names.count(name) > 1:
                raise RefusedError("header-repeated", f"{name.decode().title()} came {names.count(name)} times")
        self._is_last = False

    async def crashed(self, error: Exception) -> None:
        """Log a bug, and answer with nothing but an id by which it is found in the log."""
        bug = crash_id(error)
        log.error("internal error %s", bug, exc_info=error, extra=self.seen())
        if not self.status:
            refusal = RefusedError("internal", f"error {bug}")
            await answer(refusal, self._id)(self._scope, self.receive, self.send)

    def report(self) -> None:
        """Log the request, and whoever claims an identity that nobody has verified."""
        log.info("answered", extra={**self.seen(), **self.handed_in(), "status": self.status})
        believed = self._scope["state"].get(BELIEVED, NOTHING)
        claims = sorted({name for name in identity_claims(headers_of(self._scope)) if not name.startswith(believed)})
        if claims:
            seen = {**self.seen(), "headers": [claim[:100] for claim in claims[:10]]}
            log.warning("identity headers are ignored", extra=seen)

    def handed_in(self) -> dict[str, str]:
        """The submission that the request has become, if it has."""
        id_ = self._scope["state"].get(SUBMISSION)
        return {} if id_ is None else {"submission": id_}

    def seen(self) -> dict[str, object]:
        """What the log says of the request; text of strangers is bounded here and escaped by the log."""
        client = self._scope.get("client")
        return {
            "method": self._scope["method"][:20],
            "path": self._scope["path"][:500],
            "client": client[0] if client else "",
        }
