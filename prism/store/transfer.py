"""Takes a store's sources out into one file, and a file's into a store.

An exported store may come from anybody: it is read to its end and verified before a row is written.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
from sqlalchemy import Connection, insert, select

from prism.errors import UsageError
from prism.snapshot import FileEntry, Snapshot, project_digest
from prism.store import portable, snapshots, tables
from prism.store.names import NAME
from prism.store.portable import (
    BLOB,
    BLOB_HEAD,
    REFERENCE,
    SNAPSHOT,
    SUBMISSION,
    FormError,
    Member,
    ReferenceRecord,
    SnapshotRecord,
    SubmissionRecord,
    Writer,
)
from prism.store.rows import chunks
from prism.store.store import Store

T = TypeVar("T", bound=msgspec.Struct)
DAMAGED = "get the file again; nothing was imported"


def export(store: Store, stream: BinaryIO) -> int:
    """Write everything that was handed in, as it is at one moment; how many submissions.

    Raises:
        StoreError: a blob is missing or damaged, or the store failed; the file is not complete.
    """
    writer = Writer(stream)
    with store.database.reading() as connection:
        _export_blobs(store, connection, writer)
        snapshot = tables.snapshots.c
        for row, digest in connection.execute(select(snapshot.id, snapshot.digest).order_by(snapshot.digest)).all():
            files = snapshots.entries(connection, row)
            writer.record(SNAPSHOT, SnapshotRecord(digest=digest, files=files))
        count = _export_submissions(connection, writer)
        _export_references(connection, writer)
    writer.end()
    return count


def _export_blobs(store: Store, connection: Connection, writer: Writer) -> None:
    blob, place = tables.blobs.c, store.place(connection)
    for group in chunks(connection.scalars(select(blob.digest)).all()):
        wanted = select(blob.digest, blob.size, blob.packed).where(blob.digest.in_(group)).order_by(blob.digest)
        for digest, size, packed in connection.execute(wanted):
            data = snapshots.verified(digest, size, packed, place, store.where)
            writer.blob(digest, size, snapshots.pack(data))


def _export_submissions(connection: Connection, writer: Writer) -> int:
    rows = tables.submissions.c
    wanted = select(rows.id, tables.snapshots.c.digest, rows.hotkey, rows.received_at)
    count = 0
    for each in connection.execute(
        wanted.join_from(tables.submissions, tables.snapshots).order_by(rows.received_at, rows.id)
    ):
        id_, digest, hotkey, received_at = each
        record = SubmissionRecord(id=id_, snapshot=digest, hotkey=hotkey, received_at=received_at)
        writer.record(SUBMISSION, record)
        count += 1
    return count


def _export_references(connection: Connection, writer: Writer) -> None:
    for record in _references(connection).values():
        writer.record(REFERENCE, record)


def _references(connection: Connection) -> dict[str, ReferenceRecord]:
    sets, member = tables.reference_sets.c, tables.reference_members.c
    found = {}
    for row, name, version in connection.execute(select(sets.id, sets.name, sets.version).order_by(sets.name)).all():
        wanted = select(tables.snapshots.c.digest, member.since).join_from(tables.reference_members, tables.snapshots)
        listed = connection.execute(
            wanted.where(member.reference == row).order_by(member.since, tables.snapshots.c.digest)
        )
        members = tuple(Member(snapshot=digest, since=since) for digest, since in listed)
        found[name] = ReferenceRecord(name=name, version=version, members=members)
    return found


def import_(store: Store, path: Path) -> int:
    """Take in an exported store; how many of its submissions were new. What is there already stays as it is.

    The features of what was taken in still have to be made: see :mod:`prism.store.reindex`.

    Raises:
        UsageError: the file is damaged, or contradicts itself or the store; nothing was imported.
        StoreError: the store failed; importing again goes on where it was.
    """
    try:
        with path.open("rb") as stream:
            contents = _read(stream)
            _refuse_conflicts(store, contents)
            return _write(store, stream, contents)
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", where=str(path)) from error
    except FormError as error:
        raise UsageError(f"this is no whole exported store: {error}", where=str(path), do=DAMAGED) from error


class _Contents:
    """What a file says it holds, each thing checked against what stands before it."""

    def __init__(self) -> None:
        self.blobs: dict[str, tuple[int, int, int]] = {}
        """By digest: where its packed bytes are, how many, and its size."""
        self.snapshots: dict[str, SnapshotRecord] = {}
        self.submissions: dict[str, SubmissionRecord] = {}
        self.references: dict[str, ReferenceRecord] = {}

    def take(self, kind: bytes, offset: int, payload: bytes) -> None:
        """Add one frame."""
        if kind == BLOB:
            self._take_blob(offset, payload)
        elif kind == SNAPSHOT:
            self._take_snapshot(_record(payload, SnapshotRecord))
        elif kind == SUBMISSION:
            submission = _record(payload, SubmissionRecord)
            self._require(submission.snapshot in self.snapshots and submission.id not in self.submissions, offset)
            self.submissions[submission.id] = submission
        elif kind == REFERENCE:
            reference = _record(payload, ReferenceRecord)
            known = all(each.snapshot in self.snapshots for each in reference.members)
            self._require(known and _is_sound(reference) and reference.name not in self.references, offset)
            self.references[reference.name] = reference
        else:
            raise FormError(f"a frame of a kind that is not known, at byte {offset}")

    def _take_blob(self, offset: int, payload: bytes) -> None:
        self._require(len(payload) > BLOB_HEAD.size, offset)
        raw, size = BLOB_HEAD.unpack_from(payload)
        packed = payload[BLOB_HEAD.size :]
        data = snapshots.unpack(packed, size) if size <= portable.MAX_BLOB else None
        self._require(data is not None and hashlib.sha256(data).digest() == raw, offset)
        self.blobs[raw.hex()] = (offset + BLOB_HEAD.size, len(packed), size)

    def _take_snapshot(self, record: SnapshotRecord) -> None:
        paths = [entry.path for entry in record.files]
        whole = all(entry.sha256 in self.blobs and self.blobs[entry.sha256][2] == entry.size for entry in record.files)
        if not whole or len(set(paths)) != len(paths) or not all(map(_is_path, paths)):
            raise FormError(f"snapshot {record.digest} has files that cannot be")
        if project_digest(record.files) != record.digest:
            raise FormError(f"snapshot {record.digest} is not what its files make")
        self.snapshots[record.digest] = record

    @staticmethod
    def _require(holds: bool, offset: int) -> None:
        if not holds:
            raise FormError(f"what stands at byte {offset} contradicts itself or what stands before it")


def _read(stream: BinaryIO) -> _Contents:
    contents = _Contents()
    for kind, offset, payload in portable.frames(stream):
        contents.take(kind, offset, payload)
    return contents


def _record(payload: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise FormError(f"a record that is none: {error}") from error


def _is_path(path: str) -> bool:
    """Whether intake could have let a path pass: relative, without steps upwards or control characters."""
    return re.fullmatch(NAME, path) is not None and not {"", ".", ".."} & set(path.split("/"))


def _is_sound(reference: ReferenceRecord) -> bool:
    """Whether each version of a set added something, and nothing twice."""
    since = {each.since for each in reference.members}
    distinct = {each.snapshot for each in reference.members}
    return since == set(range(1, reference.version + 1)) and len(distinct) == len(reference.members)


def _refuse_conflicts(store: Store, contents: _Contents) -> None:
    """Refuse ids and names that mean something else in the store."""
    rows = tables.submissions.c
    known = select(rows.id, tables.snapshots.c.digest, rows.hotkey).join_from(tables.submissions, tables.snapshots)
    with store.database.reading() as connection:
        for group in chunks(contents.submissions):
            for id_, digest, hotkey in connection.execute(known.where(rows.id.in_(group))):
                record = contents.submissions[id_]
                if (record.snapshot, record.hotkey) != (digest, hotkey):
                    raise _conflict(f"submission {id_!r}")
        for name, there in _references(connection).items():
            if contents.references.get(name, there) != there:
                raise _conflict(f"reference set {name!r}")


def _conflict(what: str) -> UsageError:
    return UsageError(
        f"{what} is another one in the store",
        where="prism snapshots import",
        do="nothing was imported; import it into a store of its own",
    )


def _write(store: Store, stream: BinaryIO, contents: _Contents) -> int:
    new = 0
    for record in sorted(contents.submissions.values(), key=lambda each: (each.received_at, each.id)):
        snapshot = _snapshot(stream, contents, record.snapshot)
        kept = store.keep(snapshot, {}, id=record.id, hotkey=record.hotkey, received_at=record.received_at)
        new += kept.is_new
    for reference in contents.references.values():
        _write_reference(store, stream, contents, reference)
    return new


def _write_reference(store: Store, stream: BinaryIO, contents: _Contents, record: ReferenceRecord) -> None:
    with store.database.writing() as connection:
        if record.name in _references(connection):
            return
        place = store.place(connection)
        made = insert(tables.reference_sets).values(name=record.name, version=record.version)
        row = connection.execute(made).inserted_primary_key
        rows = []
        for member in record.members:
            snapshot = snapshots.put(connection, _snapshot(stream, contents, member.snapshot), place)
            rows.append({"reference": row[0] if row else None, "snapshot": snapshot, "since": member.since})
        if rows:
            connection.execute(insert(tables.reference_members), rows)


def _snapshot(stream: BinaryIO, contents: _Contents, digest: str) -> Snapshot:
    """A snapshot of the file, read again: it may have been changed since it was verified."""
    files: Iterable[FileEntry] = contents.snapshots[digest].files
    snapshot = Snapshot.of({entry.path: _blob(stream, contents, entry.sha256) for entry in files})
    if snapshot.digest != digest:
        raise FormError("it was changed while it was read")
    return snapshot


def _blob(stream: BinaryIO, contents: _Contents, digest: str) -> bytes:
    offset, length, size = contents.blobs[digest]
    stream.seek(offset)
    data = snapshots.unpack(stream.read(length), size)
    if data is None:
        raise FormError("it was changed while it was read")
    return data
