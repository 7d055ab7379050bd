"""Forgetting what was handed in to the service, together with what the store keeps of it for comparisons."""

from sqlalchemy import Connection, delete, exists, select

from prism.store.queue_tables import entries, entry_rules, exhibits, idempotency_keys, rounds, uploads
from prism.store.rows import chunks

UNFINISHED = ("pending", "running")


def forget(connection: Connection, *, hotkey: str | None, before: int | None, id: str | None) -> set[str]:  # noqa: A002
    """Delete submissions that have ended, with their uploads, reviews and runs; the ids that are gone.

    What waits or runs is left: it was acknowledged, and has not had its answer. Decisions are left: they name nobody.
    """
    rows = entries.c
    chosen = [column == value for column, value in ((rows.hotkey, hotkey), (rows.id, id)) if value is not None]
    chosen += [rows.received_at < before] if before is not None else []
    ended = select(rows.id).where(rows.status.not_in(UNFINISHED), *chosen)
    gone = set(connection.scalars(ended))
    for group in chunks(gone):
        for table in (entry_rules, exhibits, idempotency_keys, rounds):
            connection.execute(delete(table).where(table.c.entry.in_(group)))
        connection.execute(delete(entries).where(rows.id.in_(group)))
    connection.execute(delete(uploads).where(~exists().where(rows.code_hash == uploads.c.code_hash)))
    return gone
