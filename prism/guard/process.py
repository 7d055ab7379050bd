"""The fork server as its parent sees it: a process to launch, configure, order children from, and end."""

import signal
import socket
import struct
from typing import Final

import msgspec

from prism.errors import GuardError
from prism.guard.frames import Configuration
from prism.guard.launch import Launched, launch

START_SECONDS: Final = 60
LAST_WORD_SECONDS: Final = 5
CONTROL_BOUND: Final = 4096


class ServerProcess:
    """One fork server. It begins to import as soon as it is launched, and waits for its configuration."""

    def __init__(self, launched: Launched | None = None) -> None:
        """Take over a server that was launched ahead, or launch one.

        Raises:
            GuardError: the operating system has no process, descriptor or memory to spare.
        """
        self._is_ready = False
        try:
            self.launched = launched or launch()
        except OSError as error:
            raise _out_of_means(error) from error
        self._control = self.launched.control
        self._control.settimeout(START_SECONDS)

    @property
    def pid(self) -> int:
        """Process id."""
        return self.launched.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.launched.is_alive

    def configure(self, configuration: Configuration) -> None:
        """Tell the server which plugins to load, without waiting for it."""
        self.launched.tell(msgspec.json.encode(configuration))

    def wait_until_ready(self) -> None:
        """Wait until the plugins are loaded.

        Raises:
            GuardError: they cannot be, or the process ended.
        """
        if self._is_ready:
            return
        answer = self._hear()
        if answer != b"ready":
            self.end()
            raise GuardError(
                f"the guarded process did not start: {answer.decode('utf-8', 'replace') or 'it gave no answer'}",
                do="run `prism plugins list`; every plugin must import without the environment of this process",
            )
        self._is_ready = True

    def order_child(self) -> socket.socket:
        """A connection to a fresh child; when the server is gone it is closed on the other side.

        Raises:
            GuardError: the operating system has no descriptor to spare.
        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise _out_of_means(error) from error
        with theirs:
            try:
                self._control.sendmsg(
                    [b"fork"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", theirs.fileno()))]
                )
            except OSError:
                return ours
        return ours

    def await_child(self, *, kill: bool) -> tuple[int, float]:
        """Wait status and processor seconds of the child, killed first or not; without an answer the server ends."""
        try:
            self._control.settimeout(LAST_WORD_SECONDS)
            if kill:
                self._control.send(b"kill")
            _, status, used = self._hear().split()
            return int(status), float(used)
        except (OSError, ValueError):
            self.end()
            return signal.SIGKILL, 0.0

    def kill(self) -> None:
        """Make the server end, and with it its child; safe while another thread is talking to it."""
        self.launched.kill()

    def end(self) -> None:
        """End the server, and with it its child, and let go of all that belongs to it."""
        self.launched.end()

    def _hear(self) -> bytes:
        try:
            return self._control.recv(CONTROL_BOUND)
        except OSError:
            return b""


def _out_of_means(error: OSError) -> GuardError:
    return GuardError(
        f"the guarded process cannot be started: {error.strerror}",
        do="give PRISM more processes, descriptors or memory",
    )
