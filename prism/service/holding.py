"""A worker's hold on what it has claimed: kept alive while the work lasts, and known to be lost when it is lost."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prism.errors import PrismError, RunnerError, StoreError
from prism.runner.asking import asking
from prism.runner.broker import Broker
from prism.runner.result import Reason
from prism.service.logs import about
from prism.service.queue import Queue
from prism.service.records import Claim

BEATS_A_LEASE = 3
log = logging.getLogger("prism.service")


class Hold:
    """One claim while it is worked on."""

    def __init__(self, queue: Queue, claim: Claim) -> None:
        self.claim = claim
        self._queue = queue
        self._lost = threading.Event()
        self._kept_at = time.monotonic()
        self._broker: Broker | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the work was given up."""
        return self._lost.is_set()

    @property
    def leaves_run(self) -> bool:
        """Whether a run of this claim, or of those before, may be there if the work ends now."""
        return self._broker is not None or bool(self.claim.earlier_jobs)

    def beat(self) -> None:
        """Keep the lease alive; if it is gone, or nobody has heard of it for as long as it lasts, end the run."""
        try:
            is_kept = self._queue.heartbeat(self.claim)
        except StoreError as error:
            log.warning("submission %s: its lease could not be kept alive: %s", self.claim.entry.id, error.what)
            is_kept = time.monotonic() - self._kept_at < self._queue.limits.lease_seconds
        else:
            self._kept_at = time.monotonic()
        if not is_kept:
            self.lose()

    def lose(self) -> None:
        """Give the work up: no run begins any more, and one that is under way is ended."""
        if self._lost.is_set():
            return
        self._lost.set()
        if self._broker is not None:  # in a thread: the other leases must not wait for an engine that does not answer
            threading.Thread(target=self._end_run, args=(self._broker,), daemon=True).start()

    def _end_run(self, broker: Broker) -> None:
        with about(submission=self.claim.entry.id):
            try:
                broker.cleanup(self.claim.job_id)
            except PrismError as error:
                log.warning("submission %s: its run could not be ended: %s", self.claim.entry.id, error.what)

    def broker(self, broker: Broker) -> Broker:
        """The broker, which launches nothing once the lease is lost."""
        self._broker = broker
        return asking(broker, self.require)

    def wait(self, seconds: float) -> None:
        """Wait for a while, or until the work is given up."""
        self._lost.wait(seconds)

    def require(self) -> None:
        """Make sure that the lease is still this claim's.

        Raises:
            RunnerError: it is not; ``run-lost``.
        """
        self.beat()
        if self._lost.is_set():
            do = "nothing: whoever has it now goes on with it"
            what = "the submission is not this worker's any more"
            raise RunnerError(what, where=self.claim.entry.id, do=do, code=Reason.RUN_LOST)


class Heart:
    """Keeps all holds of a worker alive, from a thread of its own."""

    def __init__(self, lease_seconds: float) -> None:
        self._pause = lease_seconds / BEATS_A_LEASE
        self._holds: set[Hold] = set()
        self._changing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="prism-heart")

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Keep everything alive for as long as the ``with`` block lasts."""
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()

    @contextmanager
    def keeping(self, hold: Hold) -> Iterator[Hold]:
        """Keep one hold alive for as long as the ``with`` block lasts."""
        with self._changing:
            self._holds.add(hold)
        try:
            yield hold
        finally:
            with self._changing:
                self._holds.discard(hold)

    def holds(self) -> tuple[Hold, ...]:
        """What is held now."""
        with self._changing:
            return tuple(self._holds)

    def _beat(self) -> None:
        while not self._stop.wait(self._pause):
            for hold in self.holds():
                with about(submission=hold.claim.entry.id):
                    self._beat_once(hold)

    def _beat_once(self, hold: Hold) -> None:
        try:
            hold.beat()
        except Exception:  # one that cannot be kept alive must not end the others
            log.exception("submission %s: an error of PRISM's own", hold.claim.entry.id)
