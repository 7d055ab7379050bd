"""What the run used, from the kernel's own counters as the supervisor can read them."""

import resource
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")
_PROCESSOR = ("cpu.stat", "cpuacct/cpuacct.usage")
_PEAK_MEMORY = ("memory.peak", "memory/memory.max_usage_in_bytes")
_MEMORY_EVENTS = ("memory.events", "memory/memory.oom_control")
_AT_THE_LIMIT = ("memory/memory.failcnt", "memory/memory.memsw.failcnt")
_PEAKS = (
    ("memory/memory.max_usage_in_bytes", "memory/memory.limit_in_bytes"),
    ("memory/memory.memsw.max_usage_in_bytes", "memory/memory.memsw.limit_in_bytes"),
)
_BATCH_BYTES = 64 * 4096  # memory is counted in steps of so much
_PROCESS_EVENTS = ("pids.events", "pids/pids.events")


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


def limits_hit(groups: Path = _GROUPS) -> tuple[str, ...]:
    """Which limits made the kernel refuse a process or thread, or kill one, by their names in the policy."""
    refused = _first_line(_PROCESS_EVENTS, groups) not in ("", "max 0")
    killed = _was_killed(groups) and _was_at_the_limit(groups)
    return tuple(name for name, is_hit in (("pids", refused), ("memory_bytes", killed)) if is_hit)


def is_host_short_of_memory(groups: Path = _GROUPS) -> bool:
    """Whether the kernel killed a process of the container for memory that others took: it was below its own limit."""
    return _was_killed(groups) and not _was_at_the_limit(groups)


def _was_killed(groups: Path) -> bool:
    return any(line.startswith("oom_kill ") and line != "oom_kill 0" for line in _lines(_MEMORY_EVENTS, groups))


def _was_at_the_limit(groups: Path) -> bool:
    """Whether the container itself was ever out of memory (version 2), or at its limit at all (version 1)."""
    if any(line.startswith("oom ") and line != "oom 0" for line in _lines(_MEMORY_EVENTS, groups)):
        return True
    if any(_first_line((counter,), groups) not in ("", "0") for counter in _AT_THE_LIMIT):
        return True
    # Newer kernels leave the counters of version 1 at 0; its peaks they keep.
    pairs = [[_first_line((name,), groups) for name in pair] for pair in _PEAKS]
    return any(peak.isdigit() and limit.isdigit() and int(peak) >= int(limit) - _BATCH_BYTES for peak, limit in pairs)


def _first_line(candidates: tuple[str, ...], groups: Path = _GROUPS) -> str:
    return next(iter(_lines(candidates, groups)), "")


def _lines(candidates: tuple[str, ...], groups: Path) -> list[str]:
    """The lines of the file that exists (cgroup version 2, or version 1), or nothing."""
    for candidate in candidates:
        try:
            return (groups / candidate).read_text().splitlines()
        except OSError:
            continue
    return []
