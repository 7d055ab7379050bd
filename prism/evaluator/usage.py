"""What the run used, from the kernel's own counters as the supervisor can read them."""

import resource
from pathlib import Path

_PROCESSOR = ("/sys/fs/cgroup/cpu.stat", "/sys/fs/cgroup/cpuacct/cpuacct.usage")
_PEAK_MEMORY = ("/sys/fs/cgroup/memory.peak", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes")
_MEMORY_EVENTS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")
_PROCESS_EVENTS = ("/sys/fs/cgroup/pids.events", "/sys/fs/cgroup/pids/pids.events")


def used() -> dict[str, float | None]:
    """Processor seconds of all processes there were, and the peak of memory where it is known."""
    peak = _first_line(_PEAK_MEMORY)
    return {"cpu_seconds": _cpu_seconds(), "peak_memory_bytes": float(peak) if peak.isdigit() else None}


def _cpu_seconds() -> float:
    """Of the whole container, or where that is not shown, of this process and all that have been waited for.

    Only the container's own counter holds those whose parent refuses to hear of their end.
    """
    name, _, value = _first_line(_PROCESSOR).rpartition(" ")
    if value.isdigit():
        return int(value) / (1e6 if name == "usage_usec" else 1e9)
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def limits_hit() -> tuple[str, ...]:
    """Which limits made the kernel refuse a process or thread, or kill one, by their names in the policy."""
    refused = _first_line(_PROCESS_EVENTS) not in ("", "max 0")
    killed = any(line.startswith("oom_kill ") and line != "oom_kill 0" for line in _lines(_MEMORY_EVENTS))
    return tuple(name for name, is_hit in (("pids", refused), ("memory_bytes", killed)) if is_hit)


def _first_line(candidates: tuple[str, ...]) -> str:
    return next(iter(_lines(candidates)), "")


def _lines(candidates: tuple[str, ...]) -> list[str]:
    """The lines of the file that exists (cgroup version 2, or version 1), or nothing."""
    for candidate in candidates:
        try:
            return Path(candidate).read_text().splitlines()
        except OSError:
            continue
    return []
