"""The limits a guarded child puts on itself before it touches a submission."""

import ctypes
import os
import resource
import signal

from prism.guard.syscalls import restrict
from prism.policy.model import GuardPolicy

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)


def confine(policy: GuardPolicy, *, cpu_seconds: int, keep: int) -> None:
    """Take on the policy's limits; ``keep`` is the one descriptor that stays open.

    Afterwards the process has an empty environment, no other descriptors than ``keep`` (standard input, output and
    error are the null device), cannot write files, reach the network, start processes or threads, dump core, gain
    privileges or outlive its parent.
    """
    os.environ.clear()
    _close_all_but(keep)
    memory = _address_space_bytes() + policy.memory_bytes
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_NOFILE, policy.open_files, policy.open_files),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _limit(kind, soft, hard)
    for option, value in ((PR_SET_PDEATHSIG, signal.SIGKILL), (PR_SET_DUMPABLE, 0), (PR_SET_NO_NEW_PRIVS, 1)):
        if _libc.prctl(option, int(value), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option}")
    restrict()


def _limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit, or keep the one that this machine's operator has set if it is tighter."""
    highest = resource.getrlimit(kind)[1]
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(kind, (soft, hard))


def _close_all_but(keep: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    highest = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(3, keep)
    os.closerange(keep + 1, min(highest, 1 << 20))


def _address_space_bytes() -> int:
    with open("/proc/self/statm", encoding="utf-8") as statm:  # noqa: PTH123 - pathlib is slower here
        return int(statm.read().split()[0]) * resource.getpagesize()
