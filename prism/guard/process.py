"""The fork server as its parent sees it: a process to launch, configure, order children from, and end."""

import os
import signal
import socket
import subprocess
import sys
from typing import Final

import msgspec

from prism.errors import GuardError
from prism.guard.frames import Configuration

START_SECONDS: Final = 60
LAST_WORD_SECONDS: Final = 5
CONTROL_BOUND: Final = 4096
PIECE: Final = 1 << 16
BOOT: Final = "import sys; sys.path[:] = sys.argv[2:]; from prism.guard.server import main; main(int(sys.argv[1]))"
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
"""All that the server inherits. A fixed hash seed makes equal reviews equal; the limits bound what it gives away."""


class ServerProcess:
    """One fork server. It begins to import as soon as it is launched, and waits for its configuration."""

    def __init__(self) -> None:
        """Launch it.

        Raises:
            GuardError: the operating system has no process, descriptor or memory to spare.
        """
        self._is_ready = False
        try:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = self._launched(theirs.fileno())
        except OSError as error:
            raise _out_of_means(error) from error
        self._control.settimeout(START_SECONDS)

    @staticmethod
    def _launched(descriptor: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-s", "-P", "-c", BOOT, str(descriptor), *map(os.path.abspath, sys.path)],
            env=ENVIRONMENT,
            pass_fds=(descriptor,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def configure(self, configuration: Configuration) -> None:
        """Tell the server which plugins to load, without waiting for it."""
        encoded = msgspec.json.encode(configuration)
        try:
            self._control.send(len(encoded).to_bytes(8, "big"))
            for start in range(0, len(encoded), PIECE):
                self._control.send(encoded[start : start + PIECE])
        except OSError:
            return  # it has died; whoever waits for it will say so

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
                socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
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
        self._process.kill()

    def end(self) -> None:
        """End the server, and with it its child, and let go of all that belongs to it."""
        self._control.close()
        self._process.kill()
        self._process.wait()

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
