"""Who started a container, written on its label, so that those of dead owners can be removed and no others.

A process is identified by machine, boot, process namespace, process id and start time. Whether an owner is alive can
only be judged from the same machine and namespace; a container that is not judged so is removed once it is long past
the time its run was allowed, whoever started it. What bears this very process's name and is no run of its own any more
is what could not be removed when its run ended, because the engine was away.
"""

import contextlib
import hashlib
import os
import platform
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

JOB_LABEL = "prism.job"
OWNER_LABEL = "prism.owner"
EXPIRES_LABEL = "prism.expires"
LAUNCH_LABEL = "prism.launch"
"""Another number for each container."""
_GRACE_SECONDS = 600
_START_TIME_FIELD = 22
_under_way: list[str] = []  # once for each run, as the second run of a job begins before it is refused
_changing = threading.Lock()


@contextlib.contextmanager
def under_way(job_id: str) -> Iterator[None]:
    """Say that this process runs a job, for the length of the context."""
    with _changing:
        _under_way.append(job_id)
    try:
        yield
    finally:
        with _changing:
            _under_way.remove(job_id)


def labels(job_id: str, wall_seconds: int) -> dict[str, str]:
    """The labels of a container that this process starts now and that may run for so long."""
    return {
        JOB_LABEL: job_id,
        OWNER_LABEL: this_process(),
        LAUNCH_LABEL: secrets.token_hex(16),
        EXPIRES_LABEL: str(int(time.time()) + wall_seconds + _GRACE_SECONDS),
    }


def is_abandoned(found: Mapping[str, str]) -> bool:
    """Whether the owner in these labels is known to be gone, or the run is long overdue."""
    expires = found.get(EXPIRES_LABEL, "")
    if not expires.isdigit() or int(expires) < time.time():
        return True
    if found.get(OWNER_LABEL) == this_process():
        return found.get(JOB_LABEL) not in _under_way
    owner, mine = found.get(OWNER_LABEL, "").split("/"), this_process().split("/")
    if len(owner) != len(mine) or owner[0] != mine[0]:
        return False
    if owner[1] != mine[1]:
        return True  # this machine has been started again since
    return owner[2] == mine[2] and _start_time(owner[3]) != owner[4]


def this_process() -> str:
    """``machine/boot/namespace/pid/start``."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    pid = str(os.getpid())
    return "/".join((_machine(), boot, namespace, pid, _start_time(pid)))


def _machine() -> str:
    machine_id = Path("/etc/machine-id")
    name = machine_id.read_text().strip() if machine_id.is_file() else ""
    return hashlib.sha256((name or platform.node()).encode()).hexdigest()[:16]


def _start_time(pid: str) -> str:
    """Clock ticks since boot at which the process started; empty when there is none, or only its remains."""
    try:
        # The command's name comes second, in parentheses, and may itself hold spaces and parentheses.
        rest = Path("/proc", pid, "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if rest[0] == "Z" else rest[_START_TIME_FIELD - 3]
