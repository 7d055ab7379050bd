"""A store as the rest of PRISM uses it: keep, look up, forget."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, tuple_, update

from prism.corpus import Features
from prism.errors import StoreError, UsageError
from prism.snapshot import FileEntry, Snapshot
from prism.store import address, features, handed_in, names, notebooks, references, snapshots, tables
from prism.store.answers import StoreSource
from prism.store.database import WAIT_SECONDS, Database
from prism.store.notebooks import StoreNotebooks
from prism.store.place import Place, place_of
from prism.store.references import ReferenceSet
from prism.store.rows import CHUNK, add_missing
from prism.store.search import LAST, View

REVISION = "revision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A submission that is in the store now."""

    id: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRow:
    """One earlier submission as lists show it."""

    id: str
    project_digest: str
    hotkey: str
    received_at: int
    """Microseconds since 1970 (UTC)."""
    files: int
    size: int
    """Bytes of all files."""


def open_store(location: str | None = None, *, must_exist: bool = False, wait_seconds: float = WAIT_SECONDS) -> "Store":
    """The store at a file or URL, by default the user's own; nothing is touched before it is used.

    Raises:
        UsageError: it is no address of a store.
    """
    return Store(Database(address.parse(location), must_exist=must_exist, wait_seconds=wait_seconds))


class Store:
    """Earlier submissions. Every method raises ``StoreError`` when the store is not there or fails."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._place: tuple[str, Place] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()

    @property
    def where(self) -> str:
        """The store's address for people."""
        return self.database.where

    def source(self, *, hotkey: str = "", before: int | None = None, without: str = "") -> StoreSource:
        """Earlier submissions as they are to be seen in one review.

        Args:
            hotkey: who hands in what is under review.
            before: only what was received before this moment (microseconds since 1970) counts.
            without: id of the submission under review, if it is in the store already.
        """
        view = View(without=without, before=LAST if before is None else before)
        return StoreSource(database=self.database, hotkey=hotkey, view=view)

    def notebooks(self, *, hotkey: str = "", before: int | None = None, without: str = "") -> StoreNotebooks:
        """What reviewers remember and have spent, for one review; the arguments are those of :meth:`source`."""
        view = View(without=without, before=LAST if before is None else before)
        return StoreNotebooks(store=self, hotkey=hotkey, view=view)

    @staticmethod
    def now() -> int:
        """This moment, in microseconds since 1970 (UTC)."""
        return time.time_ns() // 1000

    def keep(
        self,
        snapshot: Snapshot,
        made: Mapping[str, Features],
        *,
        id: str = "",  # noqa: A002 - what it is called everywhere
        hotkey: str = "",
        received_at: int | None = None,
        revision: str | None = None,
    ) -> Kept:
        """Keep one submission with its snapshot and features: all of it when this returns, or nothing.

        Keeping the same submission again changes nothing. With a ``revision`` it is kept only if nothing was added
        since the store had that one, so that of two copies that come at once one is compared with the other.

        Raises:
            UsageError: the id is that of another submission, or cannot be one.
            StoreError: something was added meanwhile (``store-changed``), or the store failed.
        """
        with self.database.writing() as connection:
            name = id or secrets.token_hex(8)
            moment = self.now() if received_at is None else received_at
            return self.keep_in(
                connection, snapshot, made, id=name, hotkey=hotkey, received_at=moment, revision=revision
            )

    def keep_in(
        self,
        connection: Connection,
        snapshot: Snapshot,
        made: Mapping[str, Features],
        *,
        id: str,  # noqa: A002 - what it is called everywhere
        hotkey: str,
        received_at: int,
        revision: str | None = None,
    ) -> Kept:
        """As :meth:`keep`, as a part of somebody's transaction."""
        name = names.checked(id, "the id of a submission")
        row = {"id": name, "hotkey": hotkey and names.checked(hotkey, "a hotkey"), "received_at": received_at}
        number = snapshots.put(connection, snapshot, self.place(connection))
        features.put(connection, number, made)
        known = connection.execute(_submission(name)).one_or_none()
        if known is None:
            connection.execute(insert(tables.submissions), {**row, "snapshot": number})
            self._renew_revision(connection, revision)
        elif (known.snapshot, known.hotkey) != (number, hotkey):
            what = f"there is another submission with the id {id!r}"
            raise UsageError(what, where=self.where, do="hand it in under another id")
        return Kept(id=name, is_new=known is None)

    def revision(self) -> str:
        """What stays the same until a submission is added."""
        with self.database.reading() as connection:
            return connection.scalar(select(tables.settings.c.value).where(tables.settings.c.name == REVISION)) or ""

    def _renew_revision(self, connection: Connection, expected: str | None) -> None:
        """Come last in a transaction: whoever else adds waits here, and then sees that something was added."""
        setting = tables.settings.c
        add_missing(connection, tables.settings, [{"name": REVISION, "value": ""}])
        its = (setting.name == REVISION, *(() if expected is None else (setting.value == expected,)))
        renewed = connection.execute(update(tables.settings).where(*its).values(value=secrets.token_hex(16)))
        if not renewed.rowcount:
            raise StoreError(
                "something was added meanwhile", where=self.where, do="compare with it too", code="store-changed"
            )

    def keep_reference(self, name: str, made: Sequence[tuple[Snapshot, Mapping[str, Features]]]) -> ReferenceSet:
        """Add snapshots to a reference set: a new version of it, unless it holds them all."""
        with self.database.writing() as connection:
            place = self.place(connection)
            rows = []
            for snapshot, each in made:
                rows.append(snapshots.put(connection, snapshot, place))
                features.put(connection, rows[-1], each, to_be_found=False)
            return references.add(connection, name, rows)

    def submissions(self, *, hotkey: str | None = None, limit: int = 1_000) -> list[SubmissionRow]:
        """Earlier submissions, newest first."""
        rows = tables.submissions.c
        chosen = () if hotkey is None else (rows.hotkey == hotkey,)
        with self.database.reading() as connection:
            wanted = _listed(*chosen).order_by(rows.received_at.desc(), rows.id).limit(limit)
            return [_row(each) for each in connection.execute(wanted)]

    def oldest_first(self, *, at_once: int = CHUNK) -> Iterator[SubmissionRow]:
        """Every earlier submission in the order of their coming, so many read at a time."""
        rows = tables.submissions.c
        last: tuple[int, str] | None = None
        while True:
            after = () if last is None else (tuple_(rows.received_at, rows.id) > last,)
            wanted = _listed(*after).order_by(rows.received_at, rows.id).limit(at_once)
            with self.database.reading() as connection:
                found = [_row(each) for each in connection.execute(wanted)]
            yield from found
            if len(found) < at_once:
                return
            last = (found[-1].received_at, found[-1].id)

    def submission(self, id: str) -> tuple[SubmissionRow, tuple[FileEntry, ...]]:  # noqa: A002 - what it is called
        """One submission with its files.

        Raises:
            UsageError: there is none with this id.
        """
        with self.database.reading() as connection:
            number = self._snapshot_row(connection, id)
            row = connection.execute(_listed(tables.submissions.c.id == id)).one()
            return _row(row), snapshots.entries(connection, number)

    def snapshot(self, id: str) -> Snapshot:  # noqa: A002 - what it is called everywhere
        """The verified sources of one submission.

        Raises:
            UsageError: there is none with this id.
            StoreError: a blob is missing or damaged.
        """
        with self.database.reading() as connection:
            number = self._snapshot_row(connection, id)
            return snapshots.get(connection, number, self.place(connection), self.where)

    def fingerprints(self, id: str) -> dict[str, Mapping[str, Any]]:  # noqa: A002 - what it is called everywhere
        """By plugin, what it made of one submission; the newest version of it.

        Raises:
            UsageError: there is none with this id.
            StoreError: a fingerprint is damaged.
        """
        with self.database.reading() as connection:
            return features.fingerprints(connection, self._snapshot_row(connection, id), self.where)

    def reference_sets(self) -> list[tuple[str, int, int]]:
        """Name, version and number of members of each reference set, by name."""
        sets, member = tables.reference_sets.c, tables.reference_members.c
        counted = select(func.count()).where(member.reference == sets.id).scalar_subquery()
        with self.database.reading() as connection:
            found = connection.execute(select(sets.name, sets.version, counted).order_by(sets.name))
            return [(name, version, count) for name, version, count in found]

    def forget(self, *, hotkey: str | None = None, before: int | None = None, id: str | None = None) -> int:  # noqa: A002
        """Delete the submissions of a hotkey, those received before a moment, or one; how many there were.

        What only they held is deleted with them: sources, fingerprints and index, for good, and what reviewers
        answered that may quote it. With everything of a hotkey goes what was answered about it and spent on it; with
        what is old go the old answers. What was handed in to the service goes too, unless it has not ended yet.
        """
        rows = tables.submissions.c
        chosen = [column == value for column, value in ((rows.hotkey, hotkey), (rows.id, id)) if value is not None]
        chosen += [rows.received_at < before] if before is not None else []
        if not chosen:
            raise ValueError("say whose submissions, which one, or how old")
        with self.database.writing(alone=True) as connection:
            notebooks.forget_quotes(connection, chosen)
            gone = handed_in.forget(connection, hotkey=hotkey, before=before, id=id)
            gone |= set(connection.scalars(select(rows.id).where(*chosen)))
            connection.execute(delete(tables.submissions).where(*chosen))
            snapshots.drop_unused(connection)
            features.drop_unused(connection)
            if hotkey is not None:
                notebooks.forget_hotkey(connection, hotkey)
            if before is not None:
                notebooks.forget_answers(connection, before)
        self._sweep()
        self.database.tidy()
        return len(gone)

    def trim(self, *, before: int) -> tuple[int, int]:
        """Forget the answers of reviewers, and the accounts, that are older than a moment; how many of each."""
        with self.database.writing(alone=True) as connection:
            count = notebooks.forget_answers(connection, before), notebooks.forget_spending(connection, before)
        self.database.tidy()
        return count

    def _sweep(self) -> None:
        """Take away outside blobs that were deleted; also those that an earlier, interrupted deletion left."""
        with self.database.writing(alone=True) as connection:
            place = self.place(connection)
            if place is not None:
                snapshots.sweep(connection, place)

    def place(self, connection: Connection) -> Place | None:
        """Where new blobs go; ``None`` for the database itself."""
        name = connection.scalar(select(tables.settings.c.value).where(tables.settings.c.name == "blobs"))
        if name is None:
            return None
        if self._place is None or self._place[0] != name:
            self._place = (name, place_of(name))
        return self._place[1]

    def put_blobs_in(self, place: str) -> None:
        """Keep blobs in a folder or bucket from now on (see :func:`prism.store.place.place_of`).

        Raises:
            UsageError: it is no such place, or blobs are in another one already.
        """
        place_of(place)
        with self.database.writing(alone=True) as connection:
            outside = select(func.count()).select_from(tables.blobs).where(tables.blobs.c.packed.is_(None))
            if connection.scalar(outside):
                raise UsageError("blobs are in a place of their own already", where=self.where, do="leave it there")
            snapshots.set_place(connection, place)

    def _snapshot_row(self, connection: Connection, id: str) -> int:  # noqa: A002 - what it is called everywhere
        known = connection.execute(_submission(id)).one_or_none()
        if known is None:
            raise UsageError(f"there is no submission {id!r}", where=self.where, do="see: prism snapshots list")
        return int(known.snapshot)


def _submission(id: str) -> Select[int, str]:  # noqa: A002 - what it is called everywhere
    return select(tables.submissions.c.snapshot, tables.submissions.c.hotkey).where(tables.submissions.c.id == id)


def _listed(*conditions: ColumnElement[bool]) -> Select[str, str, str, int, int, int]:
    rows, files = tables.submissions.c, tables.snapshot_files.c
    its = select(func.count()).where(files.snapshot == rows.snapshot)
    size = select(func.coalesce(func.sum(tables.blobs.c.size), 0)).join_from(tables.snapshot_files, tables.blobs)
    return (
        select(
            rows.id,
            tables.snapshots.c.digest,
            rows.hotkey,
            rows.received_at,
            its.scalar_subquery(),
            size.where(files.snapshot == rows.snapshot).correlate(tables.submissions).scalar_subquery(),
        )
        .join_from(tables.submissions, tables.snapshots)
        .where(*conditions)
    )


def _row(row: Row[str, str, str, int, int, int]) -> SubmissionRow:
    submission, digest, hotkey, received_at, files, size = row
    return SubmissionRow(
        id=submission, project_digest=digest, hotkey=hotkey, received_at=received_at, files=files, size=int(size)
    )
