"""Queues in both databases, of which each test gets a new one."""

from collections.abc import Iterator

import pytest

from prism.service.limits import QueueLimits
from prism.service.queue import Queue
from prism.store import Store, open_store
from prism.submission import Submission
from tests.runner.conftest import broker

__all__ = ["broker"]

LIMITS = QueueLimits(hotkey_per_hour=5, hotkey_waiting=4, waiting=6, attempts=3, breaker_failures=2)


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    """A new store in each kind of database."""
    with open_store(location, wait_seconds=20) as opened:
        yield opened


@pytest.fixture
def told() -> list[Submission]:
    """What was told of changes, in order."""
    return []


@pytest.fixture
def queue(store: Store, told: list[Submission]) -> Queue:
    """A queue with small limits."""
    return Queue(store, LIMITS, changed=told.append)
