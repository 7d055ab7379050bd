"""An upload becomes a submission, once, however often and from however many sides it comes.

Everybody waits for this, so it asks the database as few questions as it can: what it has to know of earlier uploads is
one of them.
"""

import math
import secrets
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from prism.service import clock, nonces
from prism.service.entries import FIRST_WAITING, find
from prism.service.limits import QueueLimits
from prism.service.records import MICROSECONDS, Accepted, Entry, Origin, Upload
from prism.service.refusal import KeyReusedError, QueueFullError, RateLimitError
from prism.service.room import Room
from prism.store import names
from prism.store.database import WRITERS
from prism.store.plain import tell
from prism.store.queue_tables import entries
from prism.submission import SubmissionStatus

HOUR = 3_600 * MICROSECONDS
ACCEPTS = 0x505249534E  # the advisory lock of uploads on their way in; see `placing`
FULL_RETRY_SECONDS = 60
TURN = {
    "sqlite": "INSERT INTO hotkeys (hotkey, served) VALUES (:hotkey, 0) ON CONFLICT DO NOTHING",
    "postgresql": (
        "INSERT INTO hotkeys (hotkey, served) SELECT :hotkey, 0 FROM "  # noqa: S608 - our own numbers
        f"(SELECT pg_advisory_xact_lock_shared({WRITERS}), pg_advisory_xact_lock_shared({ACCEPTS}), "
        "set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)) AS held "
        "ON CONFLICT (hotkey) DO UPDATE SET served = hotkeys.served"
    ),
}
"""Holds the row of a hotkey, so that its uploads are counted one by one; SQLite has one writer at a time anyway.

PostgreSQL takes longer to plan what follows than to do it. For the rest of the transaction one plan is good for all, as
there is an index for each question; that a table was empty when it was made must not have it go through the table.
"""
KEEP = "INSERT INTO uploads (code_hash, size, body) VALUES (:code_hash, :size, :body) ON CONFLICT DO NOTHING"
NAME_KEY = "INSERT INTO idempotency_keys (hotkey, key, entry) VALUES (:hotkey, :key, :id)"


def _enter(also: str = "") -> str:
    names_of = [column.name for column in entries.columns if column.name not in LATER]
    values = ", ".join(f":{name}" for name in names_of)
    return f"{also}INSERT INTO entries ({', '.join(names_of)}) VALUES ({values})"  # noqa: S608 - our own names


LATER = frozenset({"approved", "project_digest", "score"})
"""What nobody knows of a submission that is new."""
ENTER = {"sqlite": (KEEP, _enter()), "postgresql": (_enter(f"WITH kept AS ({KEEP}) "),)}


def _question(moment: str) -> str:
    # `IS TRUE` keeps the database from going through all that wait to find those of one hotkey.
    waits = " OR ".join(f"status = '{status}'" for status in FIRST_WAITING)
    return (
        f"SELECT {moment} AS moment, "  # noqa: S608 - our own names
        "(SELECT id FROM entries WHERE hotkey = :hotkey AND code_hash = :code_hash) AS known, "
        "(SELECT code_hash FROM idempotency_keys AS keys JOIN entries ON entries.id = keys.entry "
        "WHERE keys.hotkey = :hotkey AND keys.key = :key) AS named, "
        "(SELECT max(received_at) FROM entries) AS latest, "
        "(SELECT received_at FROM entries WHERE hotkey = :hotkey "
        "ORDER BY received_at DESC LIMIT 1 OFFSET :skip) AS earliest, "
        f"(SELECT count(*) FROM entries WHERE hotkey = :hotkey AND ({waits}) IS TRUE) AS own"
    )


QUESTION = {"sqlite": _question("NULL"), "postgresql": _question(clock.SERVER_MOMENT)}
"""All that has to be known of earlier uploads: see :func:`accept`."""


class Terms(NamedTuple):
    """What a new submission has to keep to."""

    limits: QueueLimits
    room: Room


def accept(
    connection: Connection, upload: Upload, origin: Origin, terms: Terms, *, key: str, priority: int
) -> Accepted:
    """The submission that an upload is.

    Raises:
        UsageError, RefusalError: see :meth:`prism.service.queue.Queue.accept`.
    """
    names.checked(origin.hotkey, "a hotkey")
    for given, what in ((origin.nonce, "a nonce"), (upload.file_name, "a file name"), (key, "an idempotency key")):
        if given:
            names.checked(given, what)
    dialect = connection.dialect.name
    tell(connection, TURN[dialect], {"hotkey": origin.hotkey})
    if origin.signed_at is not None:
        nonces.spend(connection, origin)
    asked = {
        "hotkey": origin.hotkey,
        "code_hash": upload.code_hash,
        "key": key,
        "skip": terms.limits.hotkey_per_hour - 1,
    }
    earlier = tell(connection, QUESTION[dialect], asked).one()
    if key and earlier.named not in {None, upload.code_hash}:
        do = "use another key for another upload"
        raise KeyReusedError("the idempotency key was used for other bytes", where="Idempotency-Key", do=do)
    if earlier.known is not None:
        return Accepted(entry=find(connection, earlier.known), is_new=False)
    moment = clock.now(connection) if earlier.moment is None else earlier.moment
    moment = max(moment, (earlier.latest or 0) + 1)  # later than all others, whatever the clock says
    _require_quota(earlier, moment, terms.limits)
    if not terms.room.is_left(connection):
        raise QueueFullError("too many submissions are waiting", retry_after_seconds=FULL_RETRY_SECONDS)
    return Accepted(entry=_new(connection, upload, origin, moment, key=key, priority=priority), is_new=True)


def _require_quota(earlier: Row[Any], moment: int, limits: QueueLimits) -> None:
    if earlier.earliest is not None and earlier.earliest > moment - HOUR:
        wait = math.ceil((earlier.earliest + HOUR - moment) / MICROSECONDS)
        what = f"this hotkey has handed in {limits.hotkey_per_hour} submissions within an hour"
        raise RateLimitError(what, retry_after_seconds=min(3_600, max(1, wait)))
    if earlier.own >= limits.hotkey_waiting:
        what = f"{limits.hotkey_waiting} submissions of this hotkey are waiting already"
        raise QueueFullError(what, retry_after_seconds=FULL_RETRY_SECONDS)


def _new(connection: Connection, upload: Upload, origin: Origin, moment: int, *, key: str, priority: int) -> Entry:
    size = len(upload.body)
    entry = Entry(
        id=secrets.token_hex(16),
        hotkey=origin.hotkey,
        uid=origin.uid,
        code_hash=upload.code_hash,
        size=size,
        form=upload.form,
        file_name=upload.file_name,
        received_at=moment,
        changed_at=moment,
        status=SubmissionStatus.PENDING,
        reason="",
        text="",
        note="",
        priority=priority,
        attempts=0,
        is_dead=False,
        project_digest=None,
        score=None,
        metrics={},
    )
    values = {**_row(entry, origin.nonce), "size": size, "body": upload.body}
    for statement in ENTER[connection.dialect.name]:
        tell(connection, statement, values)
    if key:
        tell(connection, NAME_KEY, {"hotkey": entry.hotkey, "key": key, "id": entry.id})
    return entry


def _row(entry: Entry, nonce: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "hotkey": entry.hotkey,
        "uid": entry.uid,
        "nonce": nonce,
        "code_hash": entry.code_hash,
        "form": str(entry.form),
        "file_name": entry.file_name,
        "received_at": entry.received_at,
        "changed_at": entry.changed_at,
        "status": str(entry.status),
        "reason": "",
        "text": "",
        "note": "",
        "priority": entry.priority,
        "attempts": 0,
        "is_dead": False,
        "is_placed": False,
        "metrics": "{}",
        "lease": "",
        "worker": "",
        "is_probe": False,
        "claims": 0,
        "orphans": 0,
        "clock": "",
        "due_at": 0,
    }
