"""A worker beside the API, in a process of its own: what it does to a submission can neither slow nor end the API."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 60.0
SET_PARENT_DEATH_SIGNAL: Final = 1
log = logging.getLogger(__name__)


@contextmanager
def companion(settings: Path | None) -> Iterator[Callable[[], None]]:
    """Have a worker at work as long as the block lasts; at its end the worker finishes or gives back what it has.

    What the block gets tells the worker beforehand: once to end, and again not to wait for what it has under way.
    """
    chosen = () if settings is None else ("--settings", str(settings))
    kept = KeptProcess([sys.executable, "-m", "prism", "worker", "--with", str(os.getpid()), *chosen])
    kept.start()
    try:
        yield kept.tell
    finally:
        kept.end()


def end_with(parent: int) -> None:
    """Have this process told to end (SIGTERM) when the one that started it is gone, however that ended.

    Raises:
        KeyboardInterrupt: it is gone already.
    """
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise KeyboardInterrupt


class KeptProcess:
    """A process that is started again when it ends, after a while that grows."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._is_over = threading.Event()
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="companion", daemon=True)

    def start(self) -> None:
        """Start it."""
        self._thread.start()

    def tell(self) -> None:
        """Ask it to end; it is not started again."""
        with self._turn:
            self._is_over.set()
            if self._process is not None:
                self._process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Ask it to end, unless it was asked before, and wait until it has."""
        if not self._is_over.is_set():
            self.tell()
        self._thread.join()

    def _keep(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while self._start():
            assert self._process is not None  # noqa: S101 - it was just started
            code = self._process.wait()
            if self._is_over.is_set():
                return
            log.error("the worker ended and is started again", extra={"exit_code": code})
            self._is_over.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _start(self) -> bool:
        """Start it, unless it is over."""
        with self._turn:
            if self._is_over.is_set():
                return False
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
            return True
