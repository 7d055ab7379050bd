"""The engine's attached stream of one container: the payload goes in while what is printed comes out, both bounded."""

import selectors
import socket
import struct
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from prism.errors import RunnerError
from prism.runner.broker import Ending

_HEADER = struct.Struct(">BxxxI")
_STDERR = 2
_CHUNK = 64 * 1024
_KEEPALIVE = {
    socket.TCP_KEEPIDLE: 20,
    socket.TCP_KEEPINTVL: 10,
    socket.TCP_KEEPCNT: 4,
    socket.TCP_USER_TIMEOUT: 60_000,
}
LOOK_SECONDS = 5.0
"""How long a stream may be silent before somebody looks whether the container still runs."""


class Attachment:
    """Reads the engine's multiplexed stream up to a limit; ``stdout`` and ``stderr`` grow as output arrives."""

    def __init__(self, attached: Any, *, limit: int) -> None:  # noqa: ANN401 - what the SDK returns depends on the transport
        self._attached = attached
        self._socket = _raw_socket(attached)
        _keep_alive(self._socket)
        self._left = limit
        self._pending = bytearray()
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.is_ended = False
        """Whether the engine has said that there is no more."""

    def __enter__(self) -> Self:
        self._socket.setblocking(False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._attached.close()
        self._socket.close()

    def follow(self, payload: bytes, deadline: float, is_running: Callable[[], bool] = lambda: True) -> Ending:
        """Send the payload and read until the stream ends, the deadline passes or the limit is reached.

        Args:
            payload: what the container reads.
            deadline: when to give up, on the monotonic clock.
            is_running: asked when the stream is silent: a connection that was lost on the way does not say so. One
                that is still silent after the container's end has ended.
        """
        outgoing = memoryview(payload)
        is_over = False
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while (seconds := deadline - time.monotonic()) > 0:
                ready = selector.select(min(seconds, LOOK_SECONDS))
                if not ready:
                    if is_over:
                        return Ending.BY_ITSELF
                    is_over = not is_running()
                for _, events in ready:
                    if events & selectors.EVENT_WRITE:
                        outgoing = self._send(outgoing)
                        if not outgoing:
                            selector.modify(self._socket, selectors.EVENT_READ)
                    if events & selectors.EVENT_READ and not self._receive():
                        return Ending.BY_ITSELF
                    if self._left < 0:
                        return Ending.OUTPUT_LIMIT
        return Ending.TIME_LIMIT

    def _send(self, outgoing: memoryview) -> memoryview:
        try:
            return outgoing[self._socket.send(outgoing[:_CHUNK]) :]
        except (BrokenPipeError, ConnectionResetError):
            return outgoing[len(outgoing) :]  # the container does not read any more; its output says why

    def _receive(self) -> bool:
        """Take what has arrived; false when the stream is over."""
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            self.is_ended = True
            return False
        self._pending += data
        self._unpack()
        self.is_ended = not data
        return bool(data)

    def _unpack(self) -> None:
        """Hand whole and partial frames on at once, so that what is pending never grows beyond a header and a chunk."""
        while len(self._pending) > _HEADER.size:
            stream, length = _HEADER.unpack_from(self._pending)
            piece = bytes(self._pending[_HEADER.size : _HEADER.size + length])
            self._take(stream, piece)
            rest = length - len(piece)
            self._pending[: _HEADER.size + len(piece)] = _HEADER.pack(stream, rest) if rest else b""
            if rest:
                return

    def _take(self, stream: int, piece: bytes) -> None:
        kept = piece[: max(self._left, 0)]
        self._left -= len(piece)
        (self.stderr if stream == _STDERR else self.stdout).extend(kept)


def _keep_alive(connection: socket.socket) -> None:
    """Have a line over a network notice that the other side is gone, and firewalls that it is still in use."""
    if connection.family in {socket.AF_INET, socket.AF_INET6}:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEPALIVE.items():
            connection.setsockopt(socket.IPPROTO_TCP, option, value)


def _raw_socket(attached: Any) -> socket.socket:  # noqa: ANN401 - as above
    raw = getattr(attached, "_sock", attached)
    if type(raw) is not socket.socket:
        raise RunnerError(
            "the engine's connection is neither a Unix socket nor plain TCP",
            where="runner.broker.settings.base_url",
            do="use a Unix socket; reach a remote engine through an SSH tunnel to one",
        )
    return raw
