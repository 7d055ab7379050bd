"""Sessions that were signed out of before their time: kept where every process of the API looks.

A cookie that somebody has copied opens nothing any more when its owner has signed out. What is kept of a session opens
nothing either: it is not sealed.
"""

import time
from typing import Final

from sqlalchemy import delete, select

from prism.service.console.session import Session
from prism.store import Store
from prism.store.queue_tables import ended_sessions
from prism.store.rows import add_missing

KEPT_SECONDS: Final = 7 * 24 * 3_600
"""How much longer than it lasts an ended session is kept: clocks may be set back."""


def end(store: Store, session: Session) -> None:
    """Have a session open nothing any more.

    Raises:
        StoreError: it could not be written down.
    """
    rows = ended_sessions.c
    with store.database.writing() as connection:
        add_missing(connection, ended_sessions, [{"nonce": session.nonce, "until": session.until}])
        connection.execute(delete(ended_sessions).where(rows.until < int(time.time()) - KEPT_SECONDS))


def has_ended(store: Store, session: Session) -> bool:
    """Whether somebody has signed out of a session.

    Raises:
        StoreError: nobody knows.
    """
    its = select(ended_sessions.c.nonce).where(ended_sessions.c.nonce == session.nonce)
    with store.database.reading() as connection:
        return connection.scalar(its) is not None
