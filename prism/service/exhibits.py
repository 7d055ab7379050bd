"""What operators look at when a submission is held or rejected: the files as they were reviewed.

The corpus holds what later submissions are compared with, and what is rejected is nobody's source. So these files are
kept beside it: of a held submission until it is decided, of a rejected one for as long as the operator says.
They come from the guarded process of the review: nothing is unpacked again.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select

from prism.examiner import Examination
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.service import clock
from prism.service.limits import QueueLimits
from prism.service.records import MICROSECONDS
from prism.snapshot import Snapshot
from prism.store.queue_tables import entries, exhibits
from prism.store.snapshots import pack, unpack
from prism.store.trouble import damaged
from prism.submission import SubmissionStatus

STOPPED = frozenset({OutcomeStatus.HELD, OutcomeStatus.REJECTED})
DAY = 86_400 * MICROSECONDS
MIB = 1024 * 1024


class Exhibit(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one submission, and what comparing plugins made of them."""

    snapshot: Snapshot
    fingerprints: Mapping[str, Mapping[str, Any]]
    """By plugin."""


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit as it is kept."""

    data: bytes
    size: int
    sha256: str


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    contents: dict[str, bytes]
    fingerprints: bytes
    """JSON, because it knows numbers that MessagePack does not."""


def packed(examination: Examination, outcome: RunOutcome) -> Packed | None:
    """What is to be kept of what is held or rejected; nothing where intake took no file in."""
    if examination.snapshot is None or outcome.status not in STOPPED:
        return None
    prints = json.dumps({name: dict(each) for name, each in examination.fingerprints.items()}).encode()
    data = msgspec.msgpack.encode(_Record(contents=dict(examination.snapshot.contents), fingerprints=prints))
    return Packed(data=pack(data), size=len(data), sha256=hashlib.sha256(data).hexdigest())


def put(connection: Connection, id: str, exhibit: Packed | None) -> None:  # noqa: A002 - what it is called everywhere
    """Keep an exhibit in place of the one of the round before."""
    connection.execute(delete(exhibits).where(exhibits.c.entry == id))
    if exhibit is not None:
        sizes = {"packed_size": len(exhibit.data), "size": exhibit.size, "sha256": exhibit.sha256}
        row = {"entry": id, "kept_at": clock.now(connection), "packed": exhibit.data, **sizes}
        connection.execute(insert(exhibits), row)


def find(connection: Connection, id: str, where: str) -> Exhibit | None:  # noqa: A002 - what it is called everywhere
    """The exhibit of a submission, verified; ``None`` where there is none.

    Raises:
        StoreError: it is damaged.
    """
    row = connection.execute(select(exhibits).where(exhibits.c.entry == id)).one_or_none()
    if row is None:
        return None
    data = unpack(row.packed, row.size)
    if data is None or hashlib.sha256(data).hexdigest() != row.sha256:
        raise damaged(f"the files of submission {id} that were kept for operators are damaged", where)
    record = msgspec.msgpack.decode(data, type=_Record)
    return Exhibit(snapshot=Snapshot.of(record.contents), fingerprints=msgspec.json.decode(record.fingerprints))


def forget_old(connection: Connection, limits: QueueLimits) -> int:
    """Drop the files of rejected submissions that are too old, and the oldest of those that are too many; how many."""
    rows, oldest = exhibits.c, clock.now(connection) - limits.rejected_sources_days * DAY
    newer = func.sum(rows.packed_size).over(order_by=(rows.kept_at.desc(), rows.entry))
    counted = select(rows.entry, rows.kept_at, newer.label("bytes")).join_from(exhibits, entries)
    its = counted.where(entries.c.status == str(SubmissionStatus.REJECTED)).subquery()
    is_over = or_(its.c.kept_at < oldest, its.c.bytes > limits.rejected_sources_mib * MIB)
    return connection.execute(delete(exhibits).where(rows.entry.in_(select(its.c.entry).where(is_over)))).rowcount
