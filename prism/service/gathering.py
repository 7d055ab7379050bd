"""Whoever waits for the same thing shares it: uploads that come at once are made durable by one write to the disk.

SQLite has one writer at a time, and what a writer waits for is the disk. Whoever gets the turn takes in all that wait
behind it. Each is still decided by itself: a refusal undoes what that upload has written, and nothing else.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from prism.service.records import Accepted
from prism.store.database import Database

Work = Callable[[Connection], Accepted]
"""What takes one upload in, within a transaction; it raises what it refuses."""
MARK: Final = "upload"


class _Delivery:
    """One upload on its way in; once it has an outcome, that is final."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.outcome: Accepted | Exception | None = None


class Gathering:
    """Uploads of one process, taken in together."""

    def __init__(self, database: Database) -> None:
        """For a database that has one writer at a time."""
        self._database = database
        self._turn = threading.Lock()
        self.arrived: deque[_Delivery] = deque()
        """Who waits for the turn, and was not taken in by whoever has it."""

    def take_in(self, work: Work) -> Accepted:
        """What the work has come to; it is durable when this returns.

        Raises:
            Exception: what the work has raised, and then nothing of it was kept.
            StoreError: the database failed; nothing was kept.
        """
        mine = _Delivery(work)
        self.arrived.append(mine)
        with self._turn:
            if mine.outcome is None:
                self._take_in([mine, *(other for other in self._all_arrived() if other is not mine)])
        if isinstance(mine.outcome, Accepted):
            return mine.outcome
        assert mine.outcome is not None  # noqa: S101 - whoever had the turn has seen to that
        raise mine.outcome

    def _all_arrived(self) -> Sequence[_Delivery]:
        return [self.arrived.popleft() for _ in range(len(self.arrived))]

    def _take_in(self, deliveries: Sequence[_Delivery]) -> None:
        """Give each its outcome; what fails when it is tried together is tried one by one."""
        has_begun = False
        try:
            with self._database.writing() as connection:
                has_begun = True
                outcomes = _outcomes(connection, deliveries)
        except Exception as error:  # noqa: BLE001 - each is raised where somebody waits for it
            if has_begun and len(deliveries) > 1:
                for delivery in deliveries:
                    self._take_in([delivery])
                return
            outcomes = [error] * len(deliveries)
        for delivery, outcome in zip(deliveries, outcomes, strict=True):
            delivery.outcome = outcome


def _outcomes(connection: Connection, deliveries: Sequence[_Delivery]) -> list[Accepted | Exception]:
    """What each comes to, if the transaction does.

    Raises:
        Exception: the database failed, or there is only one, and it was refused.
    """
    if len(deliveries) == 1:
        return [deliveries[0].work(connection)]
    outcomes = [_apart(connection, delivery.work) for delivery in deliveries]
    transaction = connection.get_transaction()
    if transaction is not None and all(isinstance(outcome, Exception) for outcome in outcomes):
        transaction.rollback()  # what is refused costs no write to the disk
    return outcomes


def _apart(connection: Connection, work: Work) -> Accepted | Exception:
    """What one comes to; if it is refused, nothing of it stays in the transaction."""
    connection.exec_driver_sql(f"SAVEPOINT {MARK}")
    outcome: Accepted | Exception
    try:
        outcome = work(connection)
    except SQLAlchemyError:
        raise  # who knows what is left of the transaction
    except Exception as error:  # noqa: BLE001 - one that fails does not fail the rest
        connection.exec_driver_sql(f"ROLLBACK TO {MARK}")
        outcome = error
    connection.exec_driver_sql(f"RELEASE {MARK}")
    return outcome
