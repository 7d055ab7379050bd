"""Whether there is room for one more among all that wait: counted no more often than it can matter.

Counting goes through everything that waits. Where ten thousand more would still find room, nothing is counted again for
a second: all processes together do not take in so many meanwhile. Near the limit each upload is counted.
"""

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from prism.service.entries import FIRST_WAITING
from prism.store.queue_tables import entries

AMPLE: Final = 10_000
GOOD_SECONDS: Final = 1.0
_first = select(entries.c.id).where(entries.c.status.in_(FIRST_WAITING)).limit(bindparam("most")).subquery()
COUNT: Final = select(func.count()).select_from(_first)


class Room:
    """Places for submissions that are pending or running."""

    def __init__(self, places: int, *, ample: int = AMPLE, clock: Callable[[], float] = time.monotonic) -> None:
        """So many places, whoever waits in them.

        Args:
            places: how many may wait.
            ample: as long as so many more may, they are not counted again for a second.
            clock: tells the seconds.
        """
        self._places = places
        self._ample = ample
        self._clock = clock
        self._ample_until = 0.0

    def is_left(self, connection: Connection) -> bool:
        """Whether one more may wait, as far as a transaction sees."""
        moment = self._clock()
        if moment < self._ample_until:
            return True
        left = self._places - connection.execute(COUNT, {"most": self._places}).scalar_one()
        self._ample_until = moment + GOOD_SECONDS if left >= self._ample else 0.0
        return left > 0
