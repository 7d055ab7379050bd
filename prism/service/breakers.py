"""What all submissions need and may be away: broker, reviewer, guard, corpus. While one is, no attempts are spent.

After some failures in a row nothing is claimed for a while, by any worker. Then one submission at a time is tried, as a
probe that costs it no attempt, until one comes through.
"""

import random

from sqlalchemy import Connection, delete, or_, select, update

from prism.service.clock import Count
from prism.service.limits import QueueLimits
from prism.store.queue_tables import breakers
from prism.store.rows import add_missing

BROKER = "broker"
REVIEWER = "reviewer"
GUARD = "guard"
CORPUS = "corpus"
LONGEST_JITTER = 1.25


def away(connection: Connection, limits: QueueLimits) -> tuple[str, ...]:
    """The parts that are waited for."""
    rows = breakers.c
    open_ones = select(rows.part).where(rows.failures >= limits.breaker_failures).order_by(rows.part)
    return tuple(connection.scalars(open_ones))


def may_claim(connection: Connection, moment: Count, limits: QueueLimits) -> bool:
    """Whether nothing is away, or it is time for a probe; then nobody else gets one for a while."""
    missing = away(connection, limits)
    if not missing:
        return True
    rows = breakers.c
    latest = moment.after(limits.breaker_seconds * LONGEST_JITTER)  # what is later was written before a clock was set
    is_over = or_(rows.clock != moment.clock, rows.away_until <= moment.at, rows.away_until > latest)
    taken = update(breakers).where(rows.part.in_(missing), is_over).values(_wait(moment, limits))
    return connection.execute(taken).rowcount == len(missing)


def failed(connection: Connection, part: str, moment: Count, limits: QueueLimits) -> None:
    """Count a failure of a part."""
    add_missing(connection, breakers, [{"part": part, "failures": 0, "clock": "", "away_until": 0}])
    more = {"failures": breakers.c.failures + 1, **_wait(moment, limits)}
    connection.execute(update(breakers).where(breakers.c.part == part).values(more))


def answered(connection: Connection, *parts: str) -> None:
    """Forget the failures of parts that have done their work."""
    connection.execute(delete(breakers).where(breakers.c.part.in_(parts)))


def _wait(moment: Count, limits: QueueLimits) -> dict[str, object]:
    jitter = random.uniform(1, LONGEST_JITTER)  # noqa: S311 - so that probes do not keep step, nothing to be guessed
    return {"clock": moment.clock, "away_until": moment.after(limits.breaker_seconds * jitter)}
