"""How much the queue takes, how long it waits, and when it gives up."""

from typing import Annotated

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, Meta(gt=0, le=3_600)]


class QueueLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers that an operator may set."""

    hotkey_per_hour: Annotated[Count, Meta(description="New submissions of one hotkey within an hour.")] = 20
    hotkey_waiting: Annotated[Count, Meta(description="Submissions of one hotkey that are pending or running.")] = 10
    waiting: Annotated[Count, Meta(description="Submissions of all that are pending or running.")] = 100_000
    attempts: Annotated[
        int,
        Meta(
            ge=1,
            le=50,
            description="Attempts before a submission that fails by our fault is held for an operator.",
        ),
    ] = 5
    rejected_sources_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How long the files of a rejected submission are kept for operators to look at. "
            "Those of a held one are kept until it is decided.",
        ),
    ] = 30
    rejected_sources_mib: Annotated[
        int,
        Meta(ge=1, le=1_048_576, description="How much room they may take, packed, in MiB; the oldest go first."),
    ] = 1024
    lease_seconds: Annotated[
        Seconds, Meta(description="How long a worker that is silent keeps what it has claimed.")
    ] = 60.0
    first_wait_seconds: Annotated[
        Seconds,
        Meta(description="Before the second attempt; it doubles with each, and up to half of it is cut at random."),
    ] = 5.0
    longest_wait_seconds: Annotated[Seconds, Meta(description="What that wait does not go beyond.")] = 900.0
    breaker_failures: Annotated[
        int,
        Meta(ge=1, le=1_000, description="Failures of one part in a row after which nothing is claimed for a while."),
    ] = 3
    breaker_seconds: Annotated[
        Seconds, Meta(description="How long, before one submission tries whether the part is back.")
    ] = 30.0
