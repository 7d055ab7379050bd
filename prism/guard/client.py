"""The parent's side of the guard: starts it, asks for reviews, watches the clock."""

import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from prism.errors import GuardError
from prism.guard.frames import BYTES, Channel, ClosedError, Configuration, GarbageError, Request, TooMuchError
from prism.guard.ledger import Ending, Ledger

START_SECONDS = 60
LAST_WORD_SECONDS = 5
BOOT = "import sys; sys.path[:] = sys.argv[2:]; from prism.guard.server import main; main(int(sys.argv[1]))"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
"""All that the server inherits. A fixed hash seed makes equal reviews equal; the limits bound what it gives away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    process: "subprocess.Popen[bytes]"
    control: socket.socket


class Guard:
    """A fork server of its own, one review at a time; threads wait for each other.

    The server starts with the first review, or earlier by :meth:`start`, and again when it has died.
    """

    def __init__(self, configuration: Configuration, known_rules: frozenset[str], parts: frozenset[str]) -> None:
        self._configuration = configuration
        self._known_rules = known_rules
        self._parts = parts
        self._server: _Server | None = None
        self._ready = False
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the server without waiting for it, so that it loads plugins while the caller does other things."""
        if self._server is not None:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-s", "-P", "-c", BOOT, str(theirs.fileno()), *map(os.path.abspath, sys.path)],
                env=ENVIRONMENT,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._server = _Server(process=process, control=ours)
        ours.settimeout(START_SECONDS)
        _send_configuration(ours, msgspec.json.encode(self._configuration))

    def close(self) -> None:
        """End the server and whatever it is doing."""
        server, self._server, self._ready = self._server, None, False
        if server is not None:
            server.control.close()
            server.process.kill()
            server.process.wait()

    def review(self, source: bytes | Path) -> Ledger:
        """Everything the guarded process found out about an archive's bytes or a folder.

        A child that dies in one plugin's part is followed by another that does the rest, as long as the policy's
        budget lasts; what could not be done is in the ledger as a ``host/`` finding.

        Raises:
            GuardError: the server cannot be started; nothing was reviewed.
        """
        with self._turn:
            ledger = Ledger(self._configuration, self._known_rules, self._parts)
            deadline = time.monotonic() + self._configuration.guard.wall_seconds
            cpu_left = float(self._configuration.guard.cpu_seconds)
            while not ledger.closed:
                cpu_left -= self._one_child(source, ledger, deadline, math.ceil(cpu_left))
                if cpu_left <= 0:
                    ledger.close_over_budget("processor time")
            return ledger

    def _one_child(self, source: bytes | Path, ledger: Ledger, deadline: float, cpu_seconds: int) -> float:
        """Let one child do what is left; returns the processor seconds it took."""
        server = self._ensure_ready()
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                _order_child(server.control, theirs)
            ending = _follow(Channel(ours), source, ledger, deadline, cpu_seconds)
        status, used = self._await_exit(server, kill=ending is not Ending.DONE)
        ledger.end_child(_explained(ending, status))
        return used

    @property
    def pid(self) -> int | None:
        """Process id of the server; ``None`` before it starts and after it is closed."""
        return self._server.process.pid if self._server else None

    def _ensure_ready(self) -> _Server:
        if self._server is not None and self._server.process.poll() is not None:
            self.close()
        self.start()
        server = self._server
        if server is None:
            raise GuardError("the guarded process was closed")
        if not self._ready:
            answer = _received(server.control)
            if answer != b"ready":
                self.close()
                raise GuardError(
                    f"the guarded process did not start: {answer.decode('utf-8', 'replace') or 'it ended'}",
                    do="run `prism plugins list`; every plugin must import without the environment of this process",
                )
            self._ready = True
        return server

    def _await_exit(self, server: _Server, *, kill: bool) -> tuple[int, float]:
        """Wait status and processor seconds of the child; a server that is gone counts as a kill."""
        try:
            if kill:
                server.control.send(b"kill")
            server.control.settimeout(LAST_WORD_SECONDS)
            _, status, used = _received(server.control).split()
            return int(status), float(used)
        except (OSError, ValueError):
            self.close()
            return signal.SIGKILL, 0.0
        finally:
            if self._server is not None:
                server.control.settimeout(START_SECONDS)


def _order_child(control: socket.socket, theirs: socket.socket) -> None:
    try:
        socket.send_fds(control, [b"fork"], [theirs.fileno()])
    except OSError:
        return  # the server is gone; the closed connection says so as well


def _send_configuration(control: socket.socket, encoded: bytes) -> None:
    control.send(len(encoded).to_bytes(8, "big"))
    for start in range(0, len(encoded), 1 << 16):
        control.send(encoded[start : start + (1 << 16)])


def _received(control: socket.socket) -> bytes:
    try:
        return control.recv(4096)
    except OSError:
        return b""


def _follow(channel: Channel, source: bytes | Path, ledger: Ledger, deadline: float, cpu_seconds: int) -> Ending:
    """Send the request and take in messages until the child is done or has to be ended."""
    channel.deadline = deadline
    try:
        _ask(channel, source, ledger, cpu_seconds)
        while not ledger.child_done:
            channel.deadline = min(deadline, ledger.part_deadline)
            ledger.take(channel)
    except ClosedError:
        return Ending.DIED
    except TooMuchError:
        return Ending.OUTPUT
    except GarbageError as error:
        ledger.note_garbage(str(error))
        return Ending.GARBAGE
    except TimeoutError:
        return Ending.OVERTIME if time.monotonic() >= deadline else Ending.HUNG
    return ledger.last_word


def _ask(channel: Channel, source: bytes | Path, ledger: Ledger, cpu_seconds: int) -> None:
    folder = str(source.absolute()) if isinstance(source, Path) else None
    size = 0 if isinstance(source, Path) else len(source)
    channel.send_message(
        Request(
            folder=folder,
            archive_bytes=size,
            cpu_seconds=max(1, cpu_seconds),
            send_snapshot=ledger.snapshot is None,
            skip=ledger.parts_over,
        )
    )
    if isinstance(source, bytes):
        channel.send(BYTES, source)


def _explained(ending: Ending, status: int) -> Ending:
    """A death by the processor limit is a spent budget, not a crash."""
    died = ending is Ending.DIED and os.WIFSIGNALED(status)
    return Ending.CPU if died and os.WTERMSIG(status) == signal.SIGXCPU else ending
