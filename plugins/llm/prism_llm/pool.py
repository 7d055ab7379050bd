"""The reviewer's processes of this process: kept between questions and shared, since each costs seconds and 200 MB.

A process is nobody's in particular: which model is asked, and with which key, goes with the order.
"""

import atexit
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from prism_llm.reviewer_process import ReviewerProcess

MOST_IDLE: Final = 1
"""Processes that are kept for one environment. Whoever asks at the same time gets one more, for as long as it takes."""


class ReviewerPool:
    """Lends processes; safe for threads. A process that failed is not lent again."""

    def __init__(self) -> None:
        self._idle: dict[tuple[object, ...], list[ReviewerProcess]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def process(self, environment: Mapping[str, str]) -> Iterator[ReviewerProcess]:
        """One process with this environment for the caller alone, as long as the context lasts.

        Raises:
            OSError: none can be started.
        """
        kind = (os.getpid(), *sorted(environment.items()))  # a fork must not share its parent's sockets
        process = self._taken(kind) or ReviewerProcess(environment)
        try:
            yield process
        except BaseException:
            process.end()  # it may still be at work on what nobody waits for
            raise
        self._put_back(kind, process)

    def close(self) -> None:
        """End all that are idle; the next question starts another."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for kind, processes in idle.items():
            for process in processes if kind[0] == os.getpid() else ():
                process.end()

    def _taken(self, kind: tuple[object, ...]) -> ReviewerProcess | None:
        with self._lock:
            idle = self._idle.get(kind, [])
            while idle:
                process = idle.pop()
                if process.is_alive:
                    return process
                process.end()
        return None

    def _put_back(self, kind: tuple[object, ...], process: ReviewerProcess) -> None:
        with self._lock:
            idle = self._idle.setdefault(kind, [])
            if process.is_alive and len(idle) < MOST_IDLE:
                idle.append(process)
                return
        process.end()


SHARED: Final = ReviewerPool()
atexit.register(SHARED.close)
