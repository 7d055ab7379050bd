"""A worker: takes submissions from the queue, has them reviewed and run, and leaves nothing half done.

It may be killed at any instant. Its leases end, another worker takes over, and removes what is left of its runs.
"""

import logging
import os
import platform
import random
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from prism.errors import StoreError
from prism.gate import Gate
from prism.service.holding import Heart, Hold
from prism.service.hooks import tell
from prism.service.limits import QueueLimits
from prism.service.logs import about
from prism.service.queue import Queue
from prism.service.telemetry import tracing
from prism.service.work import work_on
from prism.store.reindex import in_background
from prism.store.store import Store

IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
UPKEEP_SECONDS = 600.0
GRACE_SECONDS = 30.0
CLEARING_SECONDS = 10.0
"""How long what was given back may take to be cleared away."""
LOOK_SECONDS = 0.1
log = logging.getLogger("prism.service")


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{platform.node()[:100]}-{os.getpid()}-{secrets.token_hex(3)}"


@contextmanager
def open_worker(
    store: Store,
    policy: str | Path,
    *,
    concurrency: int = 1,
    limits: QueueLimits | None = None,
    grace_seconds: float = GRACE_SECONDS,
) -> Iterator["Worker"]:
    """A worker with gates of its own, which are closed in the end.

    Args:
        store: where the queue is.
        policy: a shipped policy's name or a policy file.
        concurrency: how many submissions it works on at a time.
        limits: numbers of the queue.
        grace_seconds: how long work under way may take to end when the worker is to stop.

    Raises:
        PolicyError, PluginError: the policy cannot be used.
    """
    with ExitStack() as stack:
        gates = [stack.enter_context(Gate.from_policy(policy)) for _ in range(concurrency)]
        yield Worker(store, gates, limits, grace_seconds=grace_seconds)


class Worker:
    """Works on as many submissions at once as it has gates."""

    def __init__(
        self,
        store: Store,
        gates: Sequence[Gate],
        limits: QueueLimits | None = None,
        *,
        name: str = "",
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """A worker that does nothing yet.

        Args:
            store: where the queue is.
            gates: one for each submission that is worked on at a time; they are the caller's to close.
            limits: numbers of the queue.
            name: what the audit log calls it; nobody else may have the same.
            grace_seconds: how long work under way may take to end when the worker is to stop.
        """
        self.name = name or worker_name()
        self.queue = Queue(store, limits, changed=lambda submission: tell(gates[0].host, submission))
        self._gates = gates
        self._grace_seconds = grace_seconds
        self._heart = Heart(self.queue.limits.lease_seconds)
        self._stop = threading.Event()
        self._hurry = threading.Event()

    def stop(self) -> None:
        """Claim nothing more; what is under way is finished, or released when the grace is over."""
        self._stop.set()

    def hurry(self) -> None:
        """Wait for nothing: what is under way is released now."""
        self._hurry.set()
        self._stop.set()

    def run(self) -> None:
        """Work until somebody says stop."""
        with ExitStack() as stack:
            stack.enter_context(self._heart.beating())
            stack.enter_context(in_background(self.queue.store, self._gates[0]))
            threads = [threading.Thread(target=self._serve, args=(gate,), daemon=True) for gate in self._gates]
            for thread in (*threads, threading.Thread(target=self._keep_up, daemon=True)):
                thread.start()
            self._stop.wait()
            self._end(threads)

    def work_off(self) -> int:
        """Work with the first gate until nothing is due, or somebody says stop; how many submissions that were."""
        done = 0
        with self._heart.beating():
            while not self._stop.is_set() and self._one(self._gates[0]):
                done += 1
        self._forget_old()
        return done

    def _serve(self, gate: Gate) -> None:
        while not self._stop.is_set():
            try:
                wait = 0.0 if self._one(gate) else IDLE_SECONDS
            except StoreError as error:
                log.warning("the queue cannot be asked: %s (%s)", error.what, error.code)
                wait = TROUBLE_SECONDS
            except Exception:  # a bug must not end the worker
                log.exception("an error of PRISM's own")
                wait = TROUBLE_SECONDS
            self._stop.wait(wait * (0.5 + random.random()))  # noqa: S311 - so that workers do not keep step

    def _keep_up(self) -> None:
        """Now and then drop what has been kept for long enough."""
        while not self._stop.is_set():
            self._forget_old()
            self._stop.wait(UPKEEP_SECONDS)

    def _forget_old(self) -> None:
        try:
            count = self.queue.forget_old_exhibits()
        except StoreError as error:
            log.warning("old files of rejected submissions could not be dropped: %s (%s)", error.what, error.code)
        else:
            if count:
                log.info("dropped the files of %s rejected submissions, which were kept for long enough", count)

    def _one(self, gate: Gate) -> bool:
        """Work on the submission whose turn it is, if there is one."""
        claim = self.queue.claim(self.name)
        if claim is None:
            return False
        with (
            about(submission=claim.entry.id),
            tracing.span("submission", submission=claim.entry.id, prism__attempt=claim.entry.attempts),
            self._heart.keeping(Hold(self.queue, claim)) as hold,
        ):
            work_on(hold, self.queue, gate)
        return True

    def _end(self, threads: Sequence[threading.Thread]) -> None:
        """Let work under way come to its end, or give it back."""
        if under_way := len(self._heart.holds()):
            what = "told to end: submissions under way: %s; given back in %g seconds, or at once if told again"
            log.info(what, under_way, self._grace_seconds)
        self._wait_for(threads)
        for hold in self._heart.holds():
            with about(submission=hold.claim.entry.id):
                log.warning("submission %s: given back, because the worker has to end", hold.claim.entry.id)
                self._give_back(hold)
        for gate in self._gates:
            gate.close()
        _join(threads, CLEARING_SECONDS)

    def _wait_for(self, threads: Sequence[threading.Thread]) -> None:
        """Let work under way take its time, unless there is none any more."""
        deadline = time.monotonic() + self._grace_seconds
        while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
            if self._hurry.wait(LOOK_SECONDS):
                return

    def _give_back(self, hold: Hold) -> None:
        try:
            self.queue.release(hold.claim, leaves_run=hold.leaves_run)
        except StoreError as error:
            log.warning("submission %s: it waits for the end of its lease: %s", hold.claim.entry.id, error.what)
        hold.lose()


def _join(threads: Sequence[threading.Thread], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
