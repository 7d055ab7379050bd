"""Snapshots in a store: every file's bytes once, packed, under their digest; read back only if they still fit it."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from prism.snapshot import FileEntry, Snapshot
from prism.store import tables
from prism.store.place import Place
from prism.store.rows import add_missing, chunks
from prism.store.trouble import damaged

LEVEL = 6


def pack(data: bytes) -> bytes:
    """The bytes, compressed."""
    return zlib.compress(data, LEVEL)


def unpack(packed: bytes, size: int) -> bytes | None:
    """What was packed; ``None`` if it is not exactly so many bytes, however many it claims to be."""
    try:
        reader = zlib.decompressobj()
        data = reader.decompress(packed, size + 1)
    except zlib.error:
        return None
    whole = len(data) == size and (reader.eof or not reader.decompress(reader.unconsumed_tail, 1)) and reader.eof
    return data if whole and not reader.unused_data else None


def put(connection: Connection, snapshot: Snapshot, place: Place | None) -> int:
    """The row of a snapshot, which is written with its blobs if it was not there."""
    found = find(connection, snapshot.digest)
    if found is not None:
        return found
    _put_blobs(connection, snapshot, place)
    add_missing(connection, tables.snapshots, [{"digest": snapshot.digest}])
    row = find(connection, snapshot.digest)
    assert row is not None  # noqa: S101 - it was added a line above, or by another before it
    files = [{"snapshot": row, "path": entry.path, "blob": entry.sha256} for entry in snapshot.files]
    add_missing(connection, tables.snapshot_files, files)
    return row


def find(connection: Connection, digest: str) -> int | None:
    """The row of the snapshot with this digest."""
    return connection.scalar(select(tables.snapshots.c.id).where(tables.snapshots.c.digest == digest))


def _put_blobs(connection: Connection, snapshot: Snapshot, place: Place | None) -> None:
    wanted = {entry.sha256: snapshot.contents[entry.path] for entry in snapshot.files}
    for group in chunks(wanted):
        known = set(connection.scalars(select(tables.blobs.c.digest).where(tables.blobs.c.digest.in_(group))))
        rows = []
        for digest in group:
            if digest not in known:
                packed = pack(wanted[digest])
                if place is not None:
                    place.put(digest, packed)
                rows.append({"digest": digest, "size": len(wanted[digest]), "packed": None if place else packed})
        add_missing(connection, tables.blobs, rows)


def entries(connection: Connection, row: int) -> tuple[FileEntry, ...]:
    """The files of a snapshot, in the order of their paths."""
    files, blobs = tables.snapshot_files.c, tables.blobs.c
    found = connection.execute(
        select(files.path, files.blob, blobs.size)
        .join_from(tables.snapshot_files, tables.blobs)
        .where(files.snapshot == row)
    )
    listed = (FileEntry(path=path, sha256=blob, size=size) for path, blob, size in found)
    return tuple(sorted(listed, key=lambda entry: entry.path.encode()))


def get(connection: Connection, row: int, place: Place | None, where: str) -> Snapshot:
    """A snapshot with its bytes, each file verified.

    Raises:
        StoreError: a blob is missing or damaged; it is named.
    """
    files = entries(connection, row)
    contents = blobs_of(connection, files, place, where)
    snapshot = Snapshot(files, {entry.path: contents[entry.sha256] for entry in files})
    expected = connection.scalar(select(tables.snapshots.c.digest).where(tables.snapshots.c.id == row))
    if snapshot.digest != expected:
        raise damaged(f"the files of snapshot {expected} are not those it was made of", where)
    return snapshot


def blobs_of(
    connection: Connection, files: Iterable[FileEntry], place: Place | None, where: str
) -> Mapping[str, bytes]:
    """The verified bytes of files by digest."""
    sizes = {entry.sha256: entry.size for entry in files}
    contents: dict[str, bytes] = {}
    for group in chunks(sizes):
        stored = select(tables.blobs.c.digest, tables.blobs.c.packed).where(tables.blobs.c.digest.in_(group))
        for digest, packed in connection.execute(stored):
            contents[digest] = verified(digest, sizes[digest], packed, place, where)
    return contents


def verified(digest: str, size: int, packed: bytes | None, place: Place | None, where: str) -> bytes:
    """The bytes of one blob, if they are what its digest says."""
    if packed is None and place is not None:
        packed = place.get(digest)
    if packed is None:
        raise damaged(f"blob {digest} is missing", where)
    data = unpack(packed, size)
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        raise damaged(f"blob {digest} is damaged", where)
    return data


def drop_unused(connection: Connection) -> None:
    """Take away the snapshots that nothing refers to any more, and then the blobs that no snapshot does."""
    snapshots = tables.snapshots.c.id
    unused = select(snapshots).where(
        ~exists().where(tables.submissions.c.snapshot == snapshots),
        ~exists().where(tables.reference_members.c.snapshot == snapshots),
    )
    for group in chunks(connection.scalars(unused).all()):
        for table in (tables.fingerprints, tables.indexed, tables.occurrences, tables.snapshot_files):
            connection.execute(delete(table).where(table.c.snapshot.in_(group)))
        connection.execute(delete(tables.snapshots).where(snapshots.in_(group)))
    blob = tables.blobs.c.digest
    connection.execute(delete(tables.blobs).where(~exists().where(tables.snapshot_files.c.blob == blob)))


def sweep(connection: Connection, place: Place) -> None:
    """Take away from the blob place what no snapshot refers to; nobody may be adding meanwhile."""
    for digest in place.digests():
        if connection.scalar(select(func.count()).where(tables.blobs.c.digest == digest)) == 0:
            place.drop(digest)


def set_place(connection: Connection, place: str) -> None:
    """Write down where blobs are from now on."""
    changed = connection.execute(update(tables.settings).where(tables.settings.c.name == "blobs").values(value=place))
    if not changed.rowcount:
        connection.execute(insert(tables.settings).values(name="blobs", value=place))
