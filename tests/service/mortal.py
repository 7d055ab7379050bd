"""Processes that hand in, take in and work until they are killed."""

import os
import random
import socket
import time
from contextlib import suppress
from pathlib import Path

from prism.errors import StoreError
from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.service.records import Origin
from prism.service.refusal import LeaseLostError
from prism.store import open_store
from prism.verdict import Outcome
from tests.service.deliveries import TROUBLE, completed, decided, upload

BAD = b"bad"
"""What is to be rejected begins so."""
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


def serve(location: str, policy: str, token: str, listener: socket.socket) -> None:
    """Take in over HTTP without end, on a socket that outlives this process."""
    from prism.service.http.app import create_app
    from prism.service.http.server import server
    from prism.service.policy_in_force import PolicyInForce
    from prism.service.serving import parts_for
    from prism.service.settings import Settings

    settings = Settings(shared_token=token, database_url=location, queue=LIMITS)
    with parts_for(settings, PolicyInForce(policy), runs_here=False) as parts:
        server(create_app(parts), settings).run(sockets=[listener])


def work(location: str, *, until_done: bool = False) -> None:
    """Work without end, or until nothing is left: sometimes too slowly, sometimes in vain.

    A database that is away is asked again, as workers do.
    """
    with open_store(location) as store:
        queue = Queue(store, LIMITS)
        while True:
            try:
                is_idle = not _one(queue)
                if is_idle and until_done and _is_done(queue):
                    return
            except (LeaseLostError, StoreError):
                is_idle = True
            time.sleep(0.02 if is_idle else 0)


def _one(queue: Queue) -> bool:
    claim = queue.claim(f"mortal-{os.getpid()}")
    if claim is None:
        return False
    chance = random.random()  # noqa: S311 - nothing to be guessed
    time.sleep(0.7 if chance > 0.97 else 0.02 * chance)
    queue.heartbeat(claim)
    if chance < 0.1:
        queue.retry(claim, TROUBLE)
    else:
        is_bad = queue.upload(claim.entry.id).body.startswith(BAD)
        queue.finish(claim, decided(Outcome.REJECTED) if is_bad else completed())
    return True


def _is_done(queue: Queue) -> bool:
    counts = queue.state().counts
    return not counts["pending"] + counts["running"]
