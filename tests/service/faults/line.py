"""A line between two programs, which can be cut, reset and made to carry nothing while both believe in it."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from typing import TypeAlias

Address: TypeAlias = "str | tuple[str, int]"
"""A path of a Unix socket, or host and port."""
CHUNK = 64 * 1024
RESET = struct.pack("ii", 1, 0)
"""Closing tells the other side that something is wrong (RST), and not that all is said (FIN)."""


class Connection:
    """One connection through the line: two sockets, and a thread for each direction."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self._ends = (near, far)
        self._may_pass = threading.Event()
        self._may_pass.set()
        self._left = 2
        self._closing = threading.Lock()

    def begin(self, line: "Line") -> None:
        """Carry what comes."""
        for source, target, watched in ((*self._ends, False), (*reversed(self._ends), True)):
            threading.Thread(target=self._carry, args=(source, target, line, watched), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, line: "Line", watched: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                self._may_pass.wait()
                target.sendall(data)
                if watched:
                    line.heard(data, self)
            self._may_pass.wait()
            target.shutdown(socket.SHUT_WR)
        with self._closing:
            self._left -= 1
            if not self._left:
                for end in self._ends:
                    end.close()

    def hush(self) -> None:
        """Carry nothing more, and not the end either."""
        self._may_pass.clear()

    def reset(self) -> None:
        """Break it, for both sides to see."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RD)
        self._may_pass.set()


class Line:
    """Takes connections on a port of its own and carries them on."""

    def __init__(self, listener: socket.socket, target: Address) -> None:
        self.port: int = listener.getsockname()[1]
        self._listener = listener
        self._target = target
        self._connections: list[Connection] = []
        self._is_cut = self._is_silent = False
        self._awaited = b""
        self._times = 0
        self._speaker: Connection | None = None
        self._heard = threading.Event()

    def serve(self) -> None:
        """Carry until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._is_cut:
                    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    near.close()
                else:
                    self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        family = socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET
        far = socket.socket(family)
        far.connect(self._target)
        connection = Connection(near, far)
        if self._is_silent:
            connection.hush()
        self._connections.append(connection)
        connection.begin(self)

    def heard(self, data: bytes, connection: Connection) -> None:
        """Take notice of what the far side says."""
        if self._awaited and self._awaited in data:
            self._times -= 1
            if not self._times:
                self._speaker, self._awaited = connection, b""
                self._heard.set()

    def listen_for(self, word: bytes, times: int = 1) -> None:
        """Begin to wait until the far side has said a word so many times."""
        self._heard.clear()
        self._times = times
        self._awaited = word

    def speaker(self, seconds: float = 90) -> Connection:
        """The connection on which the word was said, once it was."""
        assert self._heard.wait(seconds), self._awaited
        assert self._speaker is not None
        return self._speaker

    def cut(self) -> None:
        """Break the connections that there are, and every new one."""
        self._is_cut = True
        self._reset()

    def stall(self) -> None:
        """Take connections, and carry nothing."""
        self._is_silent, self._is_cut = True, False
        for connection in self._connections:
            connection.hush()

    def mend(self) -> None:
        """Carry new connections again."""
        self._is_cut = self._is_silent = False
        self._reset()

    def _reset(self) -> None:
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.reset()


@contextlib.contextmanager
def line_to(target: Address) -> Iterator[Line]:
    """A line to an address, for the length of the context."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = Line(listener, target)
        thread = threading.Thread(target=line.serve, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            line.cut()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
