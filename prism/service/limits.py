"""How much the queue takes, how long it waits, and when it gives up."""

from typing import Annotated

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, Meta(gt=0, le=3_600)]


class QueueLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers that an operator may set."""

    hotkey_per_hour: Count = 20
    """New submissions of one hotkey within an hour."""
    hotkey_waiting: Count = 10
    """Submissions of one hotkey that are pending or running."""
    waiting: Count = 100_000
    """Submissions of all that are pending or running."""
    attempts: Annotated[int, Meta(ge=1, le=50)] = 5
    """Attempts before a submission that fails by our fault is held for an operator."""
    lease_seconds: Seconds = 60.0
    """How long a worker that is silent keeps what it has claimed."""
    first_wait_seconds: Seconds = 5.0
    """Before the second attempt; it doubles with each, and up to half of it is cut at random."""
    longest_wait_seconds: Seconds = 900.0
    breaker_failures: Annotated[int, Meta(ge=1, le=1_000)] = 3
    """Failures of one part in a row after which nothing is claimed for a while."""
    breaker_seconds: Seconds = 30.0
    """How long, before one submission tries whether the part is back."""
