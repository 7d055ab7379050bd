"""Whose turn it is, and whose it stays: claims and leases.

A claim is a row that was pending, or whose lease is over, with a lease that nobody had before. Everything a worker
writes later names that lease, so whoever has lost it changes nothing any more, however late it comes back.
"""

import secrets
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from prism.service import breakers, clock
from prism.service.clock import Count
from prism.service.entries import FIRST_WAITING, entry_of, wanted
from prism.service.limits import QueueLimits
from prism.service.records import Claim
from prism.service.refusal import LeaseLostError
from prism.store.queue_tables import entries, hotkeys
from prism.submission import SubmissionStatus


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What claiming came to: a claim, or a submission that has no attempt left, or neither."""

    claim: Claim | None = None
    exhausted: str = ""


def take(connection: Connection, worker: str, limits: QueueLimits) -> Turn:
    """Take the submission whose turn it is.

    The highest priority goes first, then the hotkey that has waited longest for a turn, then its oldest submission.
    A submission whose attempts are used up, because workers died of it, is locked and named instead of taken.
    """
    moment = clock.count(connection)
    row = _first(connection, moment)
    if row is None:
        return Turn()
    is_probe = bool(breakers.away(connection, limits))
    if not is_probe and row.attempts >= limits.attempts:
        return Turn(exhausted=row.id)
    if is_probe and not breakers.may_claim(connection, moment, limits):
        return Turn()
    lease = secrets.token_hex(16)
    is_orphan = row.status == SubmissionStatus.RUNNING
    changes = {
        "status": str(SubmissionStatus.RUNNING),
        "changed_at": clock.now(connection),
        "attempts": row.attempts + (0 if is_probe else 1),
        "lease": lease,
        "worker": worker,
        "is_probe": is_probe,
        "claims": row.claims + 1,
        "orphans": row.orphans + int(is_orphan),
        "clock": moment.clock,
        "due_at": moment.after(limits.lease_seconds),
    }
    connection.execute(update(entries).where(entries.c.id == row.id).values(changes))
    _serve(connection, row.hotkey)
    return Turn(claim=_claim(connection, row.id))


def _first(connection: Connection, moment: Count) -> Row[Any] | None:
    rows = entries.c
    waiting = (
        select(entries)
        .join_from(entries, hotkeys, rows.hotkey == hotkeys.c.hotkey)
        .where(rows.status.in_(FIRST_WAITING), clock.is_due(moment))
        .order_by(rows.priority.desc(), hotkeys.c.served, rows.received_at)
        .limit(1)
        .with_for_update(of=entries, skip_locked=True)
    )
    return connection.execute(waiting).one_or_none()


def _serve(connection: Connection, hotkey: str) -> None:
    """Put a hotkey at the end of the line."""
    last = select(func.coalesce(func.max(hotkeys.c.served), 0) + 1).scalar_subquery()
    connection.execute(update(hotkeys).where(hotkeys.c.hotkey == hotkey).values(served=last))


def _claim(connection: Connection, id: str) -> Claim:  # noqa: A002 - what it is called everywhere
    row = connection.execute(wanted(entries.c.id == id)).one()
    return Claim(
        entry=entry_of(row),
        lease=row.lease,
        worker=row.worker,
        job_id=job_id(row.id, row.claims),
        earlier_jobs=tuple(job_id(row.id, number) for number in range(row.claims - row.orphans, row.claims)),
        is_probe=row.is_probe,
        approved_rules=msgspec.json.decode(row.approved, type=tuple[str, ...] | None) if row.approved else None,
    )


def job_id(entry: str, number: int) -> str:
    """The name of the run of one claim."""
    return f"{entry}-{number}"


def is_mine(mine: Claim) -> ColumnElement[bool]:
    """The condition that a claim still holds its submission."""
    rows = entries.c
    return and_(rows.id == mine.entry.id, rows.lease == mine.lease, rows.status == str(SubmissionStatus.RUNNING))


def held(connection: Connection, mine: Claim) -> Row[Any]:
    """The row of a claimed submission, which nobody else changes before the transaction is over.

    Raises:
        LeaseLostError: somebody else has it.
    """
    row = connection.execute(select(entries).where(is_mine(mine)).with_for_update()).one_or_none()
    if row is None:
        do = "nothing: whoever has it now goes on with it"
        raise LeaseLostError("the submission is not this worker's any more", where=mine.entry.id, do=do)
    return row


def heartbeat(connection: Connection, mine: Claim, limits: QueueLimits) -> bool:
    """Prolong a lease, if it is still the claim's."""
    moment = clock.count(connection)
    longer = {"clock": moment.clock, "due_at": moment.after(limits.lease_seconds)}
    return connection.execute(update(entries).where(is_mine(mine)).values(longer)).rowcount == 1


def release(connection: Connection, mine: Claim, *, leaves_run: bool) -> bool:
    """Put a submission back as if it had not been claimed, if it is still the claim's.

    Where a run may be left, whoever claims next makes sure that it is gone.
    """
    back = {
        "status": str(SubmissionStatus.PENDING),
        "changed_at": clock.now(connection),
        "attempts": entries.c.attempts - (0 if mine.is_probe else 1),
        "lease": "",
        "orphans": entries.c.orphans + 1 if leaves_run else 0,
        "clock": "",
        "due_at": 0,
    }
    return connection.execute(update(entries).where(is_mine(mine)).values(back)).rowcount == 1
