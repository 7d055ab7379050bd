"""What an init process in front of the supervisor leaves open, closed by Landlock: a wall the kernel puts around files.

Such an init has the contestant's user id and can be read and traced, unlike the supervisor: its memory and its real
standard output would lead out of the contestant's walls, and the job lies in a file that this user can read. A process
under Landlock reaches neither: opening another process's memory, descriptors or environment counts as tracing it, which
ends at the wall, and the job's file is not among what may be opened.
"""

import contextlib
import ctypes
import os
import struct
from pathlib import Path

from prism.evaluator.scratch import SCRATCH

JOB_FILE = Path("/prism-job")
"""Where a broker without a standard input mounts the job."""

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # of one number on all machines
_VERSION = 1  # flag: answer with the kernel's version of the interface
_PATH_BENEATH = 1
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_TRUNCATE, _DEVICE_CONTROL = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _DEVICE_CONTROL
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All rights to files that a version of the interface knows, by the version that first did."""
_SCOPED_SINCE = 6
_SCOPES = 3  # abstract Unix sockets, and signals, end at the wall too


class LandlockError(Exception):
    """This kernel cannot put the wall up, or the wall does not hold."""


def version() -> int:
    """The kernel's version of the interface.

    Raises:
        LandlockError: it has none, or the engine does not let it be used.
    """
    return _call(_CREATE, None, ctypes.c_size_t(0), _VERSION)


def restrict(known: int) -> None:
    """Close this process and all it starts off from the job's file and from every process outside; for good.

    They may read and run what is in the image, and write to scratch space and devices. The caller has set
    ``no_new_privs``.

    Args:
        known: version of the interface to use, at most the kernel's.

    Raises:
        LandlockError: it cannot be done here.
    """
    rights = _RIGHTS[max(since for since in _RIGHTS if since <= known)]
    wall = _new_wall(known, rights)
    try:
        for entry in sorted(Path("/").iterdir()):
            if entry != JOB_FILE:
                _allow(wall, entry, _rights_to(entry, rights) & rights)
        _call(_RESTRICT, wall, 0)
    finally:
        os.close(wall)


def require_closed() -> None:
    """Try what the wall must refuse.

    Raises:
        LandlockError: it did not.
    """
    init = Path("/proc/1")
    attempts = [(init / name, os.O_RDONLY) for name in ("mem", "environ", "fd/0", "fd/1", "fd/2")]
    attempts += [(init / name, os.O_WRONLY) for name in ("mem", "fd/1", "fd/2", "oom_score_adj")]
    for path, mode in [*attempts, (JOB_FILE, os.O_RDONLY)]:
        with contextlib.suppress(OSError):
            os.close(os.open(path, mode | os.O_NONBLOCK))
            raise LandlockError(f"{path} can be opened in spite of Landlock")


def _rights_to(entry: Path, rights: int) -> int:
    if entry == SCRATCH:
        return rights
    if entry.name == "dev":
        return _READ | _LIST | _WRITE | _TRUNCATE | _DEVICE_CONTROL
    return _READ | _LIST | _EXECUTE


def _new_wall(known: int, rights: int) -> int:
    attributes = struct.pack("=Q", rights)
    if known >= _SCOPED_SINCE:
        attributes += struct.pack("=QQ", 0, _SCOPES)  # nothing about networks: the container has its own
    return _call(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)


def _allow(wall: int, entry: Path, rights: int) -> None:
    try:
        place = os.open(entry, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # a link to nowhere; what cannot be opened needs no permission
    try:
        if not entry.is_dir():
            rights &= _OF_FILES
        _call(_ADD, wall, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    answer = int(library.syscall(ctypes.c_long(number), *arguments))
    if answer < 0:
        raise LandlockError(
            f"this host cannot keep the project's code from the init process in front of the supervisor: Landlock "
            f"(system call {number}): {os.strerror(ctypes.get_errno())}; use a kernel with Landlock (5.13 or newer) "
            f"and an engine that lets it be used, or a broker without an init"
        )
    return answer
