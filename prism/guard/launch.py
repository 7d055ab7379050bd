"""Starting the fork server: a new interpreter with a clean environment, and one socket to talk to it.

Next to nothing is imported here, so that a command can launch the server before it imports anything for itself: both
then do so at the same time. Whoever waits for the server waits for these imports too, so even ``socket`` and ``signal``
come later, and what they are made of comes first.
"""

import _socket
import fcntl
import os
import sys
from _thread import RLock

BOOT = (
    "import gc, sys; gc.disable(); sys.path[:] = sys.argv[2:]; "
    "from prism.guard.server import main; main(int(sys.argv[1]))"
)
"""Begins the server. What it imports stays, and a child lives for one review under a memory limit: the collector would
go over the same trees again and again and find nothing."""
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
"""All that the server inherits. A fixed hash seed makes equal reviews equal; the limits bound what it gives away."""

PIECE = 1 << 16


class Launched:
    """A process that has been launched, and this side of its socket; whoever launches it sees to its end."""

    def __init__(self, pid: int, control: _socket.socket) -> None:
        self.pid = pid
        self.control = control
        self._has_ended = False
        self._ending = RLock()  # nobody signals a process id that has been given back

    def tell(self, message: bytes) -> None:
        """Send it a message; if it has died, whoever waits for it will say so."""
        try:
            self.control.send(len(message).to_bytes(8, "big"))
            for start in range(0, len(message), PIECE):
                self.control.send(message[start : start + PIECE])
        except OSError:
            return

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        self._reap(os.WNOHANG)
        return not self._has_ended

    def kill(self) -> None:
        """Make it end; safe while another thread is talking to it."""
        with self._ending:
            if not self._has_ended:
                from signal import SIGKILL

                os.kill(self.pid, SIGKILL)

    def end(self) -> None:
        """End it and let go of all that belongs to it; more than once does no harm."""
        self.control.close()
        self.kill()
        self._reap(0)

    def _reap(self, options: int) -> None:
        """Note that it has ended, and let go of it; wait for that unless ``options`` says not to."""
        try:
            ended = self._has_ended or os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | options)
            with self._ending:
                if ended and not self._has_ended:
                    self._has_ended = True
                    os.waitpid(self.pid, 0)
        except ChildProcessError:  # who runs this process has its children waited for
            self._has_ended = True


def launch() -> Launched:
    """Launch a server, which begins to import and then waits for what it is told.

    Raises:
        OSError: the operating system has no process, descriptor or memory to spare.
    """
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    try:
        # Its standard streams will be the null device: one that is closed here must not become the socket.
        inherited = fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD, 3)
        try:
            return Launched(_spawned(inherited), ours)
        finally:
            os.close(inherited)
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()


def _spawned(descriptor: int) -> int:
    # Bytecode is written where this process would write it: by the time a child reads a submission, all is imported.
    options = ["-s", "-P", *(["-B"] if sys.dont_write_bytecode else [])]
    nowhere = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0)
    return os.posix_spawn(
        sys.executable,
        [sys.executable, *options, "-c", BOOT, str(descriptor), *map(os.path.abspath, sys.path)],
        ENVIRONMENT,
        file_actions=[nowhere, (os.POSIX_SPAWN_DUP2, 0, 1), (os.POSIX_SPAWN_DUP2, 0, 2)],
        setsid=True,
    )
