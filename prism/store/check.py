"""Whether a store still holds what was put into it: everything is read, and what is damaged is named."""

import zlib
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, exists, func, select, text

from prism.errors import Problem, StoreError
from prism.snapshot import project_digest
from prism.store import features, snapshots, tables
from prism.store.notebooks import intact
from prism.store.queue_tables import exhibits
from prism.store.store import Store

SHOWN_USERS = 20
RESTORE = "restore it from a backup or an export; until then it cannot be compared in full"
ASK_AGAIN = "nothing: it will be asked for again"
KEPT_FOR = "have it reviewed once more (rerun), or see its upload"
REBUILD = "make the index anew: prism snapshots reindex --from-scratch"


def check(store: Store) -> list[Problem]:
    """Everything that is wrong with a store; empty when it is whole.

    Raises:
        StoreError: it cannot be opened at all.
    """
    found: list[Problem] = []
    parts: tuple[Callable[[Store, Connection], Iterator[Problem]], ...]
    parts = (_pages, _blobs, _snapshots, _fingerprints, _units, _bands, _answers, _exhibits)
    for part in parts:
        try:
            with store.database.reading() as connection:
                found += part(store, connection)
        except StoreError as error:
            if error.code not in {"store-damaged", "store-failed", "store-place-unavailable"}:
                raise
            found.append(Problem(where=error.where, what=error.what, do=error.do))
    return found


def _pages(store: Store, connection: Connection) -> Iterator[Problem]:
    """What SQLite says about its own file; PostgreSQL checks its pages when it reads them."""
    if store.database.is_sqlite:
        for (line,) in connection.execute(text("PRAGMA integrity_check(20)")):
            if line != "ok":
                yield Problem(where=store.where, what=f"SQLite: {line}", do=RESTORE)
        for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
            yield Problem(where=f"table {table}, row {row}", what=f"refers to nothing in {parent}", do=RESTORE)


def _blobs(store: Store, connection: Connection) -> Iterator[Problem]:
    blob, place = tables.blobs.c, store.place(connection)
    last = ""
    wanted = select(blob.digest, blob.size, blob.packed).order_by(blob.digest).limit(100)
    while rows := connection.execute(wanted.where(blob.digest > last)).all():
        for digest, size, packed in rows:
            last = digest
            try:
                snapshots.verified(digest, size, packed, place, store.where)
            except StoreError as error:
                yield Problem(where=_users(connection, digest), what=error.what, do=RESTORE)


def _users(connection: Connection, blob: str) -> str:
    """The submissions and paths that a blob belongs to."""
    files, rows = tables.snapshot_files.c, tables.submissions.c
    found = connection.execute(
        select(rows.id, files.path)
        .join_from(tables.snapshot_files, tables.submissions, rows.snapshot == files.snapshot)
        .where(files.blob == blob)
        .order_by(rows.received_at)
        .limit(SHOWN_USERS)
    )
    return ", ".join(f"{submission}: {path}" for submission, path in found) or "no submission"


def _snapshots(_store: Store, connection: Connection) -> Iterator[Problem]:
    for row, digest in connection.execute(select(tables.snapshots.c.id, tables.snapshots.c.digest)).all():
        if project_digest(snapshots.entries(connection, row)) != digest:
            yield Problem(where=f"snapshot {digest}", what="its files are not those it was made of", do=RESTORE)


def _fingerprints(store: Store, connection: Connection) -> Iterator[Problem]:
    prints = tables.fingerprints.c
    wanted = select(tables.snapshots.c.digest, prints.plugin, prints.packed, prints.sha256).join_from(
        tables.fingerprints, tables.snapshots
    )
    for digest, plugin, packed, sha256 in connection.execution_options(yield_per=100).execute(wanted):
        try:
            features.unpacked(packed, sha256, store.where)
        except (StoreError, ValueError, zlib.error):
            yield Problem(where=f"snapshot {digest}", what=f"its fingerprint by {plugin!r} is damaged", do=REBUILD)


def _units(store: Store, connection: Connection) -> Iterator[Problem]:
    unit = tables.units.c
    unused = select(func.count()).select_from(tables.units).where(~exists().where(tables.occurrences.c.unit == unit.id))
    if count := connection.scalar(unused):
        yield Problem(where=store.where, what=f"{count} units occur nowhere", do=REBUILD)


def _answers(_store: Store, connection: Connection) -> Iterator[Problem]:
    """An answer that is damaged is asked for again by whoever needs it."""
    rows = tables.answers.c
    wanted = select(rows.plugin, rows.key, rows.packed, rows.sha256, rows.size)
    for plugin, key, packed, sha256, size in connection.execution_options(yield_per=100).execute(wanted):
        if intact(packed, sha256, size) is None:
            yield Problem(where=f"answer {key}", what=f"what {plugin!r} was answered is damaged", do=ASK_AGAIN)


def _exhibits(_store: Store, connection: Connection) -> Iterator[Problem]:
    """The files of what is held or rejected, which only operators look at."""
    rows = exhibits.c
    wanted = select(rows.entry, rows.packed, rows.sha256, rows.size)
    for entry, packed, sha256, size in connection.execution_options(yield_per=10).execute(wanted):
        if intact(packed, sha256, size) is None:
            yield Problem(where=f"submission {entry}", what="its files, kept for operators, are damaged", do=KEPT_FOR)


def _bands(store: Store, connection: Connection) -> Iterator[Problem]:
    """Each unit has to stand in one bucket of each band, and nothing else in any."""
    unit, band = tables.units.c, tables.bands.c
    hashes = func.coalesce(func.sum(func.length(unit.buckets)), 0) / features.HASH_BYTES
    for scheme, expected in connection.execute(select(unit.scheme, hashes).group_by(unit.scheme)).all():
        there = connection.scalar(select(func.count()).where(band.scheme == scheme))
        if there != int(expected):
            what = f"{there} bucket entries where {int(expected)} belong"
            yield Problem(where=f"{store.where}, scheme {scheme}", what=what, do=REBUILD)
    orphans = select(func.count()).select_from(tables.bands).where(~exists().where(unit.id == band.unit))
    if count := connection.scalar(orphans):
        yield Problem(where=store.where, what=f"{count} bucket entries of units that are not there", do=REBUILD)
