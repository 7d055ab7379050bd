"""What time it is for everybody who shares a database.

Two clocks: a calendar, for what people read and who was first; and a counter for leases and waiting, which nobody can
set where there is one. On SQLite all processes are on one machine, and count by its time since boot; after a reboot
nothing that was counted before holds any more. On PostgreSQL everybody counts by the server.
"""

import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, or_

from prism.service.records import MICROSECONDS
from prism.store.queue_tables import entries

SERVER_MOMENT = f"CAST(EXTRACT(epoch FROM clock_timestamp()) * {MICROSECONDS} AS BIGINT)"
"""What asks PostgreSQL for this moment on the calendar, in the same numbers."""
LONGEST_WAIT = 3_600 * MICROSECONDS
"""Nothing is ever due later than this: what seems to be was written before somebody set the clock back."""


class Count(NamedTuple):
    """A moment on the counter, in microseconds; counters of two names cannot be compared."""

    clock: str
    at: int

    def after(self, seconds: float) -> int:
        """The moment so much later."""
        return self.at + min(int(seconds * MICROSECONDS), LONGEST_WAIT)


def now(connection: Connection) -> int:
    """This moment on the calendar, in microseconds since 1970 (UTC)."""
    if connection.dialect.name == "sqlite":
        return time.time_ns() // 1000
    moment = connection.exec_driver_sql(f"SELECT {SERVER_MOMENT}").scalar_one()
    return int(moment)


def count(connection: Connection) -> Count:
    """This moment on the counter."""
    if connection.dialect.name == "sqlite":
        return Count(_boot(), time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000)
    return Count("server", now(connection))


def is_due(moment: Count) -> ColumnElement[bool]:
    """Whether an entry's wait, or its lease, is over."""
    rows = entries.c
    is_over = or_(rows.due_at <= moment.at, rows.due_at > moment.at + LONGEST_WAIT)
    return or_(rows.clock != moment.clock, and_(rows.clock == moment.clock, is_over))


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
