"""What a container has used, by the engine's own counters, while it still exists to be asked about."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker.client import DockerClient

_NANOSECONDS = 1e9


def of(client: "DockerClient", container: str) -> dict[str, float | None]:
    """``cpu_seconds`` and ``peak_memory_bytes`` of a running container; ``None`` for what the engine does not count."""
    ask: Callable[..., dict[str, Any]] = client.api.stats
    found = ask(container, stream=False, one_shot=True)
    busy = found.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
    peak = found.get("memory_stats", {}).get("max_usage")  # control groups of version 2 have no such number
    return {
        "cpu_seconds": busy / _NANOSECONDS if busy else None,
        "peak_memory_bytes": float(peak) if peak else None,
    }
