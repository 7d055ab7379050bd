"""Processes that hand in and work until they are killed."""

import os
import random
import time
from contextlib import suppress
from pathlib import Path

from prism.errors import StoreError
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import Origin
from prism.service.refusal import LeaseLostError
from prism.store import open_store
from tests.service.deliveries import TROUBLE, completed, upload

LIMITS = QueueLimits(
    hotkey_per_hour=1_000_000,
    hotkey_waiting=1_000_000,
    attempts=50,
    lease_seconds=0.5,
    first_wait_seconds=0.01,
    longest_wait_seconds=0.05,
)


def hand_in(location: str, acknowledged: Path) -> None:
    """Hand in without end; what was acknowledged is written down at once."""
    file = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with open_store(location) as store:
        queue = Queue(store, LIMITS)
        while True:
            with suppress(StoreError):
                answer = queue.accept(upload(os.urandom(64)), Origin(hotkey=f"hotkey {random.randrange(5)}"))  # noqa: S311
                os.write(file, f"{answer.entry.id}\n".encode())
            time.sleep(0.02)


def work(location: str, *, until_done: bool = False) -> None:
    """Work without end, or until nothing is left: sometimes too slowly, sometimes in vain."""
    with open_store(location) as store:
        queue = Queue(store, LIMITS)
        while True:
            claim = queue.claim(f"mortal-{os.getpid()}")
            if claim is None:
                if until_done and not queue.state().counts["pending"] + queue.state().counts["running"]:
                    return
                time.sleep(0.02)
                continue
            chance = random.random()  # noqa: S311 - nothing to be guessed
            time.sleep(0.7 if chance > 0.97 else 0.02 * chance)
            with suppress(LeaseLostError):
                queue.heartbeat(claim)
                if chance < 0.1:
                    queue.retry(claim, TROUBLE)
                else:
                    queue.finish(claim, completed())
