"""Measuring a few times and telling the typical case."""

import statistics
import time
from collections.abc import Callable


def typical_seconds(work: Callable[[], object], rounds: int) -> float:
    """The median wall time of the work, after one round that is not counted."""
    work()
    return statistics.median(_seconds(work) for _ in range(rounds))


def row(label: str, seconds: float, yardstick: float) -> str:
    """One line of a table: what, milliseconds, and how many times the yardstick that is."""
    return f"{label:<44} {seconds * 1000:>9.1f} ms {seconds / yardstick:>7.2f} x\n"


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
