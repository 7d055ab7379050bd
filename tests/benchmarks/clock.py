"""Measuring so that what else the machine does matters little, and saying what came out."""

import os
import statistics
import time
from collections.abc import Callable


def typical_seconds(work: Callable[[], object], rounds: int) -> float:
    """The median wall time of the work, after one round that is not counted."""
    work()
    return statistics.median(seconds(work) for _ in range(rounds))


def seconds(work: Callable[[], object]) -> float:
    """The wall time of the work."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def processor_seconds(*shares: Callable[[], object]) -> float:
    """The processor time of the slowest share, each done in a process of its own at the same time as the others."""
    workers = [_started(share) for share in shares]
    return max(_ended(worker) for worker in workers)


def row(label: str, seconds: float, yardstick: float) -> str:
    """One line of a table: what, milliseconds, and how many times the yardstick that is."""
    return f"{label:<44} {seconds * 1000:>9.1f} ms {seconds / yardstick:>7.2f} x\n"


def _started(work: Callable[[], object]) -> int:
    worker = os.fork()
    if worker == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return worker


def _ended(worker: int) -> float:
    _, status, usage = os.wait4(worker, 0)
    if status:
        raise RuntimeError("the work that was to be measured failed")
    return usage.ru_utime + usage.ru_stime
