"""What is kept of a submission beside its entry: the upload, the rounds, and how the queue stands."""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from prism.service import audit, breakers, clock
from prism.service.entries import find
from prism.service.limits import QueueLimits
from prism.service.records import MICROSECONDS, Detail, Form, QueueState, Round, Upload
from prism.service.refusal import NotFoundError
from prism.store.queue_tables import entries, rounds, uploads
from prism.store.snapshots import unpack
from prism.store.trouble import damaged
from prism.submission import SubmissionStatus


def upload(connection: Connection, id: str, where: str) -> Upload:  # noqa: A002 - what it is called everywhere
    """The verified bytes that were handed in.

    Raises:
        NotFoundError: there is no such submission.
        StoreError: the bytes are not what they were.
    """
    rows = entries.c
    chosen = select(uploads.c.body, rows.code_hash, rows.form, rows.file_name).join_from(entries, uploads)
    row = connection.execute(chosen.where(rows.id == id)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such submission", do="check its id")
    if hashlib.sha256(row.body).hexdigest() != row.code_hash:
        raise damaged(f"the upload {row.code_hash} is damaged", where)
    return Upload(body=row.body, code_hash=row.code_hash, form=Form(row.form), file_name=row.file_name)


def detail(connection: Connection, id: str, where: str) -> Detail:  # noqa: A002 - what it is called everywhere
    """All that is known of one submission.

    Raises:
        NotFoundError: there is no such submission.
        StoreError: a record is not what it was.
    """
    entry = find(connection, id)
    kept = connection.execute(select(rounds).where(rounds.c.entry == id).order_by(rounds.c.number))
    return Detail(
        entry=entry, rounds=tuple(_round(row, where) for row in kept), decisions=audit.of_entry(connection, id)
    )


def latest_round(connection: Connection, id: str, where: str = "") -> Round | None:  # noqa: A002 - what it is called
    """The last round of a submission, if it has had one."""
    kept = select(rounds).where(rounds.c.entry == id).order_by(rounds.c.number.desc()).limit(1)
    row = connection.execute(kept).one_or_none()
    return None if row is None else _round(row, where)


def state(connection: Connection, limits: QueueLimits) -> QueueState:
    """How many submissions stand where, and since when."""
    rows, moment = entries.c, clock.now(connection)
    counts = {str(status): 0 for status in SubmissionStatus}
    oldest: dict[str, float] = {}
    grouped = select(rows.status, func.count(), func.min(rows.received_at)).group_by(rows.status)
    for status, number, first in connection.execute(grouped):
        counts[status] = number
        oldest[status] = max(0, moment - first) / MICROSECONDS
    dead = connection.scalar(select(func.count()).select_from(entries).where(rows.status == "held", rows.is_dead))
    return QueueState(
        counts=counts, dead=dead or 0, oldest_seconds=oldest, open_breakers=breakers.away(connection, limits)
    )


def best_scores(connection: Connection) -> dict[str, float]:
    """By hotkey, the best score among its completed submissions."""
    rows = entries.c
    counts = (rows.status == str(SubmissionStatus.COMPLETED)) & rows.score.is_not(None)
    best = select(rows.hotkey, func.max(rows.score)).where(counts).group_by(rows.hotkey).order_by(rows.hotkey)
    return {row[0]: row[1] for row in connection.execute(best)}


def _round(row: Row[Any], where: str) -> Round:
    review = _whole(row.review, row.review_size, row.review_sha256, where)
    run = _whole(row.run, row.run_size, row.run_sha256, where)
    return Round(
        number=row.number,
        finished_at=row.finished_at,
        worker=row.worker,
        status=SubmissionStatus(row.status),
        review=msgspec.Raw(review),
        review_sha256=row.review_sha256,
        run=msgspec.Raw(run),
    )


def _whole(packed: bytes, size: int, sha256: str, where: str) -> bytes:
    data = unpack(packed, size)
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        raise damaged("the record of a review or run is damaged", where)
    return data
