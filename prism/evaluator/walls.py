"""Whether the container is what the policy asked for, as seen from inside before anything of the project runs.

A broker hands limits on, and an engine, a kernel without the right option or a broker's own rules may drop one without
a word. Whoever is inside can read what is in force.
"""

import math
import os
import resource
from collections.abc import Mapping
from pathlib import Path

from prism.evaluator.confinement import ConfinementError
from prism.evaluator.scratch import SCRATCH

_ROUNDING = 1.001  # quotas are whole microseconds of a period
_NO_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def require(limits: Mapping[str, float], *, has_network: bool, is_first: bool) -> None:
    """Nothing, if every limit and wall is in force.

    Args:
        limits: what the policy allows, by its names.
        has_network: whether there may be a network.
        is_first: whether the broker is one that starts the supervisor first. It has compared the limits with the
            engine's own record, so those that cannot be seen from inside, as under another kernel, are left to it.

    Raises:
        ConfinementError: something is not in force, or cannot be seen; all of it is named.
    """
    found = {**control_groups(Path("/")), **_own_limits(), **_scratch()}
    broken = [*exceeded(limits, found, must_see=not is_first), *_open_doors(has_network=has_network)]
    if broken:
        raise ConfinementError(f"the container is not what was asked for: {'; '.join(broken)}")


def exceeded(limits: Mapping[str, float], found: Mapping[str, float | None], *, must_see: bool) -> list[str]:
    """One sentence for each limit that is higher than allowed, or that cannot be seen and has to be."""
    broken = []
    for name, value in found.items():
        if value is None:
            broken += [f"{name} cannot be read"] if must_see else []
        elif value > limits[name]:
            broken.append(f"{name} is {value:g} instead of {limits[name]:g}")
    return broken


def control_groups(root: Path) -> dict[str, float | None]:
    """Limits of the container's control group, version 2 or 1, below a root; ``None`` is not to be seen."""
    groups = root / "sys/fs/cgroup"
    if (groups / "memory.max").exists():
        quota, _, period = _text(groups / "cpu.max").partition(" ")
        memory, swap = _number(groups / "memory.max"), _number(groups / "memory.swap.max")
        pids = _number(groups / "pids.max")
    else:
        quota, period = _text(groups / "cpu/cpu.cfs_quota_us"), _text(groups / "cpu/cpu.cfs_period_us")
        memory = _number(groups / "memory/memory.limit_in_bytes")
        both = _number(groups / "memory/memory.memsw.limit_in_bytes")
        swap = both - memory if both is not None and memory is not None else None
        pids = _number(groups / "pids/pids.max")
    if swap is None and memory is not None and len(_text(root / "proc/swaps").splitlines()) == 1:
        swap = 0.0  # the host has none
    return {"memory_bytes": memory, "swap_bytes": swap, "pids": pids, "cpus": _share(quota, period)}


def _share(quota: str, period: str) -> float | None:
    if quota in ("max", "-1"):
        return math.inf
    return int(quota) / int(period) / _ROUNDING if quota.isdigit() and period.isdigit() else None


def _number(path: Path) -> float | None:
    text = _text(path)
    return math.inf if text == "max" else float(text) if text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _own_limits() -> dict[str, float | None]:
    kinds = {"open_files": resource.RLIMIT_NOFILE, "file_bytes": resource.RLIMIT_FSIZE}
    found = {name: resource.getrlimit(kind)[1] for name, kind in kinds.items()}
    return {name: math.inf if value == resource.RLIM_INFINITY else value for name, value in found.items()}


def _scratch() -> dict[str, float | None]:
    room = os.statvfs(SCRATCH)
    rounding = os.sysconf("SC_PAGE_SIZE") - 1
    return {"scratch_bytes": room.f_blocks * room.f_frsize - rounding, "scratch_files": room.f_files}


def _open_doors(*, has_network: bool) -> list[str]:
    """What is open besides numbers."""
    mounts = [line.split()[1] for line in _text(Path("/proc/self/mounts")).splitlines()]
    status = dict(line.partition(":\t")[::2] for line in _text(Path("/proc/self/status")).splitlines())
    doors = {
        "the user is root": 0 in (*os.getresuid(), *os.getresgid()),
        "there are capabilities": any(int(status[name], 16) for name in _NO_SETS),
        "new privileges can be had": status.get("NoNewPrivs") != "1",
        "the root file system can be written to": not os.statvfs("/").f_flag & os.ST_RDONLY,
        "there is a network": not has_network and len(_text(Path("/proc/net/route")).splitlines()) > 1,
    }
    writable = [
        mount for mount in mounts if mount != str(SCRATCH) and Path(mount).is_dir() and os.access(mount, os.W_OK)
    ]
    return [door for door, is_open in doors.items() if is_open] + [f"{mount} can be written to" for mount in writable]
