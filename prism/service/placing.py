"""Who was first: a submission is compared with everything that was received before it, and with nothing else.

Turns do not follow the order of arrival, and several workers review at once. So whoever reviews a submission first
puts all that was received earlier, and has not been reviewed yet, into the corpus of the store; then it looks at what
is there of earlier moments. A copy can neither overtake its source nor come beside it.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, text, update

from prism.corpus import Features
from prism.service.accepting import ACCEPTS
from prism.service.claiming import held
from prism.service.entries import entry_of, lock, wanted
from prism.service.records import Claim, Entry
from prism.snapshot import Snapshot
from prism.store import tables
from prism.store.queue_tables import entries
from prism.store.store import Store

AT_ONCE = 50
Project = tuple[Snapshot, Mapping[str, Features]]
"""A project with what later comparisons need of it."""


def unplaced_before(connection: Connection, received_at: int) -> tuple[Entry, ...]:
    """Some of the submissions received before a moment that are not in the corpus yet, oldest first.

    It waits for all uploads that are on their way into the database: what comes in later is given a later moment.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ACCEPTS})
    rows = entries.c
    chosen = wanted(rows.is_placed.is_(False), rows.received_at < received_at)
    return tuple(entry_of(row) for row in connection.execute(chosen.order_by(rows.received_at).limit(AT_ONCE)))


def place_earlier(connection: Connection, store: Store, entry: Entry, project: Project | None) -> None:
    """Put what waits for its own review into the corpus, unless that is over by now; nothing if it cannot be read."""
    if lock(connection, entry.id).is_placed:
        return
    if project is not None:
        _keep(connection, store, entry, project)
    connection.execute(update(entries).where(entries.c.id == entry.id).values(is_placed=True))


def place(connection: Connection, store: Store, claim: Claim, project: Project) -> None:
    """Put what has been reviewed into the corpus, in place of what was put there before.

    Raises:
        LeaseLostError: somebody else has it.
    """
    held(connection, claim)
    withdraw(connection, claim.entry.id)
    _keep(connection, store, claim.entry, project)


def _keep(connection: Connection, store: Store, entry: Entry, project: Project) -> None:
    snapshot, made = project
    store.keep_in(connection, snapshot, made, id=entry.id, hotkey=entry.hotkey, received_at=entry.received_at)


def withdraw(connection: Connection, id: str) -> None:  # noqa: A002 - what it is called everywhere
    """Have nobody compared with a submission any more: what is rejected is nobody's source.

    Its snapshot goes when the next deletion looks for what nothing refers to.
    """
    connection.execute(delete(tables.submissions).where(tables.submissions.c.id == id))
