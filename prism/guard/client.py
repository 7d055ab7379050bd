"""The parent's side of the guard: starts it, asks for reviews, watches the clock."""

import math
import os
import signal
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from prism.errors import GuardError
from prism.guard.frames import BYTES, Channel, ClosedError, Configuration, GarbageError, Request, TooMuchError
from prism.guard.ledger import Ending, Ledger
from prism.guard.process import ServerProcess


class Guard:
    """A fork server of its own, one review at a time; threads wait for each other.

    The server starts at once, and again when it has died.
    """

    def __init__(
        self,
        configuration: Configuration,
        known_rules: frozenset[str],
        parts: frozenset[str],
        server: ServerProcess | None = None,
        forgiven: frozenset[str] = frozenset(),
    ) -> None:
        """Have the plugins loaded, without waiting for it.

        Args:
            configuration: plugins and limits.
            known_rules: ids of the rules that may be reported.
            parts: what a child must have finished before its word counts.
            server: one that was launched before the configuration was known, to save time.
            forgiven: those of the parts whose failure changes nothing.
        """
        self._configuration = configuration
        self._known_rules = known_rules
        self._parts = parts
        self._forgiven = forgiven
        self._turn = threading.RLock()  # a signal handler may close what its own thread is waiting for
        self._is_closed = False
        self._server = server or ServerProcess()
        self._server.configure(configuration)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._server.pid

    def close(self) -> None:
        """End the server for good, and whatever it is doing: a review under way in another thread raises."""
        self._is_closed = True
        self._server.kill()
        with self._turn:
            self._server.end()

    def wait_until_ready(self) -> None:
        """Wait until the plugins are loaded; a review does so by itself.

        Raises:
            GuardError: they cannot be, or the guard was closed.
        """
        with self._turn:
            self._ensure_server()

    def review(self, source: bytes | Path, *, leave_out: frozenset[str] = frozenset()) -> Ledger:
        """Everything the guarded process found out about an archive's bytes or a folder, but for the parts left out.

        A child that dies in one plugin's part is followed by another that does the rest, as long as the policy's
        budget lasts; what could not be done is in the ledger as a ``host/`` finding.

        Raises:
            GuardError: the server cannot be started, or the guard was closed; nothing was decided.
        """
        with self._turn:
            self._ensure_server()  # loading plugins is not charged to the submission
            ledger = Ledger(self._configuration, self._known_rules, self._parts, leave_out, self._forgiven)
            deadline = time.monotonic() + self._configuration.guard.wall_seconds
            cpu_left = float(self._configuration.guard.cpu_seconds)
            while not ledger.closed:
                cpu_left -= self._one_child(source, ledger, deadline, math.ceil(cpu_left))
                if cpu_left <= 0:
                    ledger.close_over_budget("processor time")
            return ledger

    def _one_child(self, source: bytes | Path, ledger: Ledger, deadline: float, cpu_seconds: int) -> float:
        """Let one child do what is left; returns the processor seconds it took."""
        server = self._ensure_server()
        try:
            with server.order_child() as connection:
                ending = _follow(Channel(connection), source, ledger, deadline, cpu_seconds)
            status, used = server.await_child(kill=ending is not Ending.DONE)
        except BaseException:  # an interrupt, say: the server would be busy with this child when the next is ordered
            server.end()
            raise
        if ending is not Ending.DONE:
            self._refuse_if_closed()
        ledger.end_child(_explained(ending, status))
        return used

    def _ensure_server(self) -> ServerProcess:
        if not self._server.is_alive:
            self._server.end()
            self._server = ServerProcess()
            self._server.configure(self._configuration)
        self._refuse_if_closed()
        self._server.wait_until_ready()
        return self._server

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            self._server.end()
            raise GuardError("the gate was closed, so the review did not take place", do="open another gate")


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
        return Ending.HUNG if ledger.part_deadline < deadline else Ending.OVERTIME
    return ledger.last_word


def _ask(channel: Channel, source: bytes | Path, ledger: Ledger, cpu_seconds: int) -> None:
    folder = os.fsencode(source.absolute()) if isinstance(source, Path) else None
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
