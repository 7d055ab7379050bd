"""The HTTP server with its limits, each chosen: what a stranger can make it hold, and for how long.

uvicorn on h11, which is written for being strict. What uvicorn lacks is added here: a bound on the time in which a
request's line and headers have to arrive. The bound on a body's time is where the body is read.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from prism.service.http.problems import RefusedError, answer
from prism.service.settings import Settings

BACKLOG: Final = 256
_ODD_LINE: Final = re.compile(rb"(?<!\r)\n|\n[ \t]")
log = logging.getLogger(__name__)


def server(app: ASGIApp, settings: Settings, told: Callable[[], None] = lambda: None) -> uvicorn.Server:
    """A server that is ready to run in the main thread; ``told`` is called at each signal that ends it."""
    return EndingServer(
        told,
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="asyncio",
            http=protocol(settings.head_seconds),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,  # the application logs, and escapes
            proxy_headers=False,  # nobody's word for another address is taken
            server_header=False,
            limit_concurrency=settings.connections,
            backlog=BACKLOG,
            timeout_keep_alive=settings.idle_seconds,
            timeout_graceful_shutdown=settings.shutdown_seconds,
            h11_max_incomplete_event_size=settings.head_bytes,
        ),
    )


class EndingServer(uvicorn.Server):
    """Ends when it has answered what is under way; told a second time, it waits for nothing."""

    def __init__(self, told: Callable[[], None], config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = told

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal."""
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)
        self._told()


def protocol(head_seconds: float) -> type[asyncio.Protocol]:
    """A protocol for uvicorn with a bound on the time of a request's line and headers."""
    return type("BoundedProtocol", (BoundedProtocol,), {"head_seconds": head_seconds})


class BoundedProtocol(H11Protocol):
    """One connection. Whoever has begun a request, or has only connected, has to come to the end of its headers."""

    head_seconds: float

    def __init__(self, config: uvicorn.Config, server_state: ServerState, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(config, server_state, *arguments, **named)
        self._too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to count when somebody connects."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count no more."""
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count from the first byte of a request to the end of its headers."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._watch()
        else:
            self._unwatch()

    def handle_events(self) -> None:
        """Refuse a head whose lines somebody in front may end elsewhere: h11 takes folded ones and bare line feeds."""
        if self.conn.their_state is h11.IDLE and _ODD_LINE.search(_head(self.conn.trailing_data[0])):
            self.send_400_response("each line has to end with CRLF and to begin with a name")
            return
        super().handle_events()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, in the form of all other answers, and end the connection."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            response = answer(RefusedError("malformed-request", msg), "")
            headers = [*response.raw_headers, (b"connection", b"close")]
            for event in (
                h11.Response(status_code=response.status_code, headers=headers, reason=b"Bad Request"),
                h11.Data(data=bytes(response.body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        if self._too_late is None and not self.transport.is_closing():
            self._too_late = self.loop.call_later(self.head_seconds, self._end)

    def _unwatch(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _end(self) -> None:
        client = self.client[0] if self.client else ""
        log.info("a request did not come to the end of its headers in time", extra={"client": client})
        self.transport.abort()


def _head(received: bytes) -> bytes:
    """What has come of a request's line and headers."""
    end = received.find(b"\r\n\r\n")
    return received if end < 0 else received[:end]
