"""Starting the fork server: a new interpreter with a clean environment, and one socket to talk to it.

Next to nothing is imported here, so that a command can launch the server before it imports anything for itself: both
then do so at the same time.
"""

import os
import socket
import sys

BOOT = "import sys; sys.path[:] = sys.argv[2:]; from prism.guard.server import main; main(int(sys.argv[1]))"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
"""All that the server inherits. A fixed hash seed makes equal reviews equal; the limits bound what it gives away."""


class Launched:
    """A server that has been launched; whoever gets it ends it."""

    def __init__(self, pid: int, control: socket.socket) -> None:
        self.pid = pid
        self.control = control


def launch() -> Launched:
    """Launch a server, which begins to import and then waits for what it is told.

    Raises:
        OSError: the operating system has no process, descriptor or memory to spare.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        with theirs:
            theirs.set_inheritable(True)
            return Launched(_spawned(theirs.fileno()), ours)
    except BaseException:
        ours.close()
        raise


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
