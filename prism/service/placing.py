"""Who was first: a submission is compared with everything that was received before it, and with nothing else.

Turns do not follow the order of arrival, and several workers review at once. So whoever reviews a submission first
puts all that was received earlier, and has not been reviewed yet, into the corpus of the store; then it looks at what
is there of earlier moments. A copy can neither overtake its source nor come beside it.
"""

from sqlalchemy import Connection, delete, text, update

from prism.service.accepting import ACCEPTS
from prism.service.entries import entry_of, wanted
from prism.service.records import Entry
from prism.store import tables
from prism.store.queue_tables import entries

AT_ONCE = 50


def unplaced_before(connection: Connection, received_at: int) -> tuple[Entry, ...]:
    """Some of the submissions received before a moment that are not in the corpus yet, oldest first.

    It waits for all uploads that are on their way into the database: what comes in later is given a later moment.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ACCEPTS})
    rows = entries.c
    chosen = wanted(rows.is_placed.is_(False), rows.received_at < received_at)
    return tuple(entry_of(row) for row in connection.execute(chosen.order_by(rows.received_at).limit(AT_ONCE)))


def placed(connection: Connection, id: str) -> None:  # noqa: A002 - what it is called everywhere
    """Note that a submission is in the corpus, or cannot be."""
    connection.execute(update(entries).where(entries.c.id == id).values(is_placed=True))


def withdraw(connection: Connection, id: str) -> None:  # noqa: A002 - what it is called everywhere
    """Have nobody compared with a submission any more: what is rejected is nobody's source.

    Its snapshot goes when the next deletion looks for what nothing refers to.
    """
    connection.execute(delete(tables.submissions).where(tables.submissions.c.id == id))
