"""Entries in the database: reading them, choosing among them, listing them."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, exists, select

from prism.service.records import Entry, Filters, Form, Page
from prism.service.refusal import CursorError, NotFoundError
from prism.store.queue_tables import entries, entry_rules, uploads
from prism.submission import Submission, SubmissionStatus

LARGEST_PAGE = 500
MOMENT_BYTES = 8
FIRST_WAITING = (SubmissionStatus.PENDING, SubmissionStatus.RUNNING)
PLAIN = (
    "id",
    "hotkey",
    "uid",
    "code_hash",
    "file_name",
    "received_at",
    "changed_at",
    "reason",
    "text",
    "note",
    "priority",
    "attempts",
    "is_dead",
    "project_digest",
    "score",
)


def wanted(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The query for entries with all that :func:`entry_of` needs, and all other columns."""
    return select(entries, uploads.c.size).join_from(entries, uploads).where(*conditions)


def entry_of(row: Row[Any]) -> Entry:
    """The record of one row."""
    plain = {name: getattr(row, name) for name in PLAIN}
    metrics = msgspec.json.decode(row.metrics, type=dict[str, float])
    return Entry(**plain, size=row.size, form=Form(row.form), status=SubmissionStatus(row.status), metrics=metrics)


def find(connection: Connection, id: str) -> Entry:  # noqa: A002 - what it is called everywhere
    """One entry.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute(wanted(entries.c.id == id)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such submission", do="check its id")
    return entry_of(row)


def lock(connection: Connection, id: str) -> Row[Any]:  # noqa: A002 - what it is called everywhere
    """One entry's row, which nobody else changes before the transaction is over.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute(select(entries).where(entries.c.id == id).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("there is no such submission", do="check its id")
    return row


def notice_of(entry: Entry) -> Submission:
    """What is told about an entry that has changed."""
    reason = f"{entry.reason}: {entry.text}" if entry.text else entry.reason
    return Submission(
        id=entry.id,
        hotkey=entry.hotkey,
        status=entry.status,
        project_digest=entry.project_digest,
        reason=reason,
    )


def page(connection: Connection, filters: Filters, cursor: str | None, limit: int) -> Page:
    """A part of the list, newest first.

    Raises:
        CursorError: the cursor is none.
    """
    most = max(1, min(limit, LARGEST_PAGE))
    conditions = _conditions(filters)
    if cursor is not None:
        conditions.append(entries.c.received_at < _moment(cursor))
    newest = wanted(*conditions).order_by(entries.c.received_at.desc()).limit(most + 1)
    found = [entry_of(row) for row in connection.execute(newest)]
    more = _cursor(found[most - 1].received_at) if len(found) > most else None
    return Page(entries=tuple(found[:most]), next=more)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    rows = entries.c
    chosen = [
        column == value
        for column, value in (
            (rows.status, filters.status),
            (rows.hotkey, filters.hotkey),
            (rows.is_dead, filters.is_dead),
        )
        if value is not None
    ]
    if filters.since is not None:
        chosen.append(rows.received_at >= filters.since)
    if filters.before is not None:
        chosen.append(rows.received_at < filters.before)
    if filters.rule is not None:
        chosen.append(exists().where(entry_rules.c.entry == rows.id, entry_rules.c.rule == filters.rule))
    return chosen


def _cursor(moment: int) -> str:
    return urlsafe_b64encode(moment.to_bytes(MOMENT_BYTES)).decode().rstrip("=")


def _moment(cursor: str) -> int:
    try:
        moment = urlsafe_b64decode(cursor + "=")
    except (binascii.Error, ValueError):
        moment = b""
    if len(moment) != MOMENT_BYTES or moment[0] & 0x80 or _cursor(int.from_bytes(moment)) != cursor:
        do = "use the one that the page before gave, unchanged"
        raise CursorError("this is no cursor", where="cursor", do=do)
    return int.from_bytes(moment)
