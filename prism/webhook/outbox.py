"""Notices on their way out: so many and no more, sent one after the other by a thread of their own."""

import atexit
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from prism.webhook.receiver import NotDeliveredError

FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 60.0
CLOSING_SECONDS: Final = 5.0
log = logging.getLogger(__name__)


class Notice(NamedTuple):
    """What is to be sent."""

    delivery: str
    """Stays the same when it is sent again."""
    submission: str
    body: bytes


class Outbox:
    """Takes notices without making anybody wait; what does not fit in, or is never taken, is logged and dropped."""

    def __init__(
        self,
        post: Callable[[str, bytes], None],
        *,
        waiting: int,
        attempts: int,
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
    ) -> None:
        """An outbox; its thread starts with the first notice.

        Args:
            post: sends one notice once; raises ``NotDeliveredError``.
            waiting: notices that may wait.
            attempts: how often each is sent at most.
            first_wait_seconds: how long it waits before the second attempt; twice as long each time after.
        """
        self._post = post
        self._attempts = attempts
        self._first_wait_seconds = first_wait_seconds
        self._waiting: queue.Queue[Notice] = queue.Queue(waiting)
        self._dropped = 0
        self._changing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closing = threading.Event()

    def put(self, notice: Notice) -> None:
        """Have a notice sent some time."""
        self._start()
        try:
            self._waiting.put_nowait(notice)
        except queue.Full:
            with self._changing:
                self._dropped += 1
                dropped = self._dropped
            if dropped & (dropped - 1) == 0:  # the first, second, fourth, eighth, ...: an outage must not fill the log
                log.warning("too many notices wait for the receiver", extra={"dropped": dropped})

    def close(self, seconds: float = CLOSING_SECONDS) -> None:
        """Send what waits, as far as that goes within a while."""
        self._is_closing.set()
        deadline = time.monotonic() + seconds
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)
        left = self._waiting.unfinished_tasks
        if left:
            log.warning("the process ends before every notice was sent", extra={"dropped": left})

    def _start(self) -> None:
        with self._changing:
            if self._thread is None:
                self._thread = threading.Thread(target=self._send_all, daemon=True, name="prism-webhook")
                self._thread.start()
                atexit.register(self.close)

    def _send_all(self) -> None:
        while True:
            notice = self._waiting.get()
            try:
                self._send(notice)
            except Exception:  # a bug with one notice must not keep the others
                log.exception("an error of PRISM's own", extra={"submission": notice.submission})
            finally:
                self._waiting.task_done()

    def _send(self, notice: Notice) -> None:
        for attempt in range(1, self._attempts + 1):
            try:
                self._post(notice.delivery, notice.body)
            except NotDeliveredError as error:
                seen = {"submission": notice.submission, "delivery": notice.delivery, "attempt": attempt}
                is_last = error.is_final or attempt == self._attempts
                log.warning("a notice was not taken: %s", error, extra={**seen, "is_dropped": is_last})
                if is_last:
                    return
                self._is_closing.wait(self._wait_seconds(attempt))
            else:
                return

    def _wait_seconds(self, attempt: int) -> float:
        longest = min(LONGEST_WAIT_SECONDS, self._first_wait_seconds * 2.0 ** min(attempt - 1, 30))
        return longest * (1 - random.random() / 2)  # noqa: S311 - so that many processes do not come at once
