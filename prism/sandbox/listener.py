"""What listens on the host while attacks try to reach it: a loopback port and an abstract Unix socket."""

import contextlib
import secrets
import socket
import threading
from types import TracebackType
from typing import Self


class Listener:
    """Open as long as the ``with`` block; counts who came."""

    def __init__(self) -> None:
        self.name = f"prism-verify-{secrets.token_hex(8)}"
        self.visitors = 0
        self._doors: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            self._doors = [
                opened.enter_context(socket.create_server(("127.0.0.1", 0))),
                opened.enter_context(socket.socket(socket.AF_UNIX)),
            ]
            self._doors[1].bind(f"\0{self.name}")
            self._doors[1].listen()
            opened.pop_all()
        self._threads = [threading.Thread(target=self._answer, args=(door,), daemon=True) for door in self._doors]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for door in self._doors:
            door.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for door in self._doors:
            door.close()

    @property
    def port(self) -> int:
        """The port on the host's loopback."""
        port: int = self._doors[0].getsockname()[1]
        return port

    def _answer(self, door: socket.socket) -> None:
        while True:
            try:
                visitor, _ = door.accept()
            except OSError:
                return
            self.visitors += 1
            visitor.close()
