"""An upload becomes a submission, once, however often and from however many sides it comes."""

import math
import secrets

from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from prism.service import clock
from prism.service.entries import FIRST_WAITING, entry_of, wanted
from prism.service.limits import QueueLimits
from prism.service.records import MICROSECONDS, Accepted, Origin, Upload
from prism.service.refusal import KeyReusedError, QueueFullError, RateLimitError
from prism.store.queue_tables import entries, hotkeys, idempotency_keys, uploads
from prism.store.rows import add_missing
from prism.submission import SubmissionStatus

HOUR = 3_600 * MICROSECONDS
ACCEPTS = 0x505249534E  # the advisory lock of uploads on their way in; see `placing`
FULL_RETRY_SECONDS = 60
MAX_KEY = 255


def accept(
    connection: Connection, upload: Upload, origin: Origin, limits: QueueLimits, *, key: str, priority: int
) -> Accepted:
    """The submission that an upload is.

    Raises:
        LimitError, KeyReusedError: see :meth:`prism.service.queue.Queue.accept`.
    """
    known = _known(connection, upload, origin, key)
    if known is not None:
        return known
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": ACCEPTS})
    _wait_for_turn(connection, origin.hotkey)
    known = _known(connection, upload, origin, key)  # again: another may have brought the same just before
    if known is not None:
        return known
    moment = _moment(connection)
    _require_room(connection, origin.hotkey, moment, limits)
    return _new(connection, upload, origin, moment, key=key, priority=priority)


def _known(connection: Connection, upload: Upload, origin: Origin, key: str) -> Accepted | None:
    rows, keys = entries.c, idempotency_keys.c
    if key:
        named = select(rows.code_hash).join_from(idempotency_keys, entries)
        code_hash = connection.scalar(named.where(keys.hotkey == origin.hotkey, keys.key == key[:MAX_KEY]))
        if code_hash not in {None, upload.code_hash}:
            do = "use another key for another upload"
            raise KeyReusedError("the idempotency key was used for other bytes", where="Idempotency-Key", do=do)
    same = wanted(rows.hotkey == origin.hotkey, rows.code_hash == upload.code_hash)
    row = connection.execute(same).one_or_none()
    return None if row is None else Accepted(entry=entry_of(row), is_new=False)


def _wait_for_turn(connection: Connection, hotkey: str) -> None:
    """Hold the row of a hotkey, so that its uploads are counted one by one."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = kind.insert(hotkeys).values(hotkey=hotkey, served=0)
    connection.execute(added.on_conflict_do_update(index_elements=["hotkey"], set_={"served": hotkeys.c.served}))


def _moment(connection: Connection) -> int:
    """Now, but always later than all that was received before, whatever became of the clock."""
    latest = connection.scalar(select(func.max(entries.c.received_at))) or 0
    return max(clock.now(connection), latest + 1)


def _require_room(connection: Connection, hotkey: str, moment: int, limits: QueueLimits) -> None:
    rows = entries.c
    its = select(rows.received_at).where(rows.hotkey == hotkey, rows.received_at > moment - HOUR)
    recent = connection.scalars(its.order_by(rows.received_at.desc()).limit(limits.hotkey_per_hour)).all()
    if len(recent) == limits.hotkey_per_hour:
        wait = math.ceil((recent[-1] + HOUR - moment) / MICROSECONDS)
        what = f"this hotkey has handed in {limits.hotkey_per_hour} submissions within an hour"
        raise RateLimitError(what, retry_after_seconds=max(1, wait))
    waiting = select(func.count()).select_from(entries).where(rows.status.in_(FIRST_WAITING))
    if (connection.scalar(waiting.where(rows.hotkey == hotkey)) or 0) >= limits.hotkey_waiting:
        what = f"{limits.hotkey_waiting} submissions of this hotkey are waiting already"
        raise QueueFullError(what, retry_after_seconds=FULL_RETRY_SECONDS)
    if (connection.scalar(waiting) or 0) >= limits.waiting:
        what = "too many submissions are waiting"
        raise QueueFullError(what, retry_after_seconds=FULL_RETRY_SECONDS)


def _new(connection: Connection, upload: Upload, origin: Origin, moment: int, *, key: str, priority: int) -> Accepted:
    body = {"code_hash": upload.code_hash, "size": len(upload.body), "body": upload.body}
    add_missing(connection, uploads, [body])
    row = {
        "id": secrets.token_hex(16),
        "hotkey": origin.hotkey,
        "uid": origin.uid,
        "nonce": origin.nonce,
        "code_hash": upload.code_hash,
        "form": str(upload.form),
        "file_name": upload.file_name,
        "received_at": moment,
        "changed_at": moment,
        "status": str(SubmissionStatus.PENDING),
        "reason": "",
        "text": "",
        "note": "",
        "priority": priority,
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
    connection.execute(insert(entries), row)
    if key:
        connection.execute(
            insert(idempotency_keys), {"hotkey": origin.hotkey, "key": key[:MAX_KEY], "entry": row["id"]}
        )
    return Accepted(entry=entry_of(connection.execute(wanted(entries.c.id == row["id"])).one()), is_new=True)
