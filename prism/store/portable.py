"""The form of an exported store: one file of frames that can be read on any machine, and need not be trusted.

It begins with a line that names the form. A frame is one byte of kind, eight bytes of length (big endian) and a
payload: ``B`` a blob (32 bytes of SHA-256, eight bytes of size, packed bytes), ``S`` a snapshot, ``H`` a submission,
``R`` a reference set (JSON each). The last is ``E`` with the SHA-256 of everything before it. Sources and who handed
them in are all it holds: what plugins made of them is made again by whoever imports it, so that nobody's word has to be
taken.
"""

import hashlib
import struct
from collections.abc import Iterator
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta

from prism.snapshot import FileEntry
from prism.store import references
from prism.store.names import MAX_NAME, NAME

MAGIC = b"PRISM store, form 1\n"
HEAD = struct.Struct(">cQ")
BLOB_HEAD = struct.Struct(">32sQ")
BLOB, SNAPSHOT, SUBMISSION, REFERENCE, END = b"B", b"S", b"H", b"R", b"E"
MAX_JSON = 32 * 1024 * 1024
MAX_BLOB = 64 * 1024 * 1024
"""Bytes of one file, as much as any policy's intake takes."""
MAX_PACKED = MAX_BLOB + 1024 * 1024

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME, pattern=NAME)]


class FormError(Exception):
    """The file is not what it should be; the message says where."""


class SnapshotRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A snapshot: its files, whose blobs stand before it."""

    digest: Sha256
    files: Annotated[tuple[FileEntry, ...], Meta(max_length=100_000)]


class SubmissionRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who handed in which snapshot, and when."""

    id: Name
    snapshot: Sha256
    hotkey: Annotated[str, Meta(max_length=MAX_NAME, pattern=f"{NAME}|^$")]
    received_at: Annotated[int, Meta(ge=0, lt=2**62)]


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A snapshot of a reference set, and the first version that holds it."""

    snapshot: Sha256
    since: Annotated[int, Meta(ge=1, lt=2**31)]


class ReferenceRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reference set with all of its versions."""

    name: Annotated[str, Meta(pattern=references.NAME)]
    version: Annotated[int, Meta(ge=0, lt=2**31)]
    members: Annotated[tuple[Member, ...], Meta(max_length=1_000_000)]


class Writer:
    """Writes frames, and the digest of them all at the end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._write(MAGIC)

    def blob(self, digest: str, size: int, packed: bytes) -> None:
        """Write a blob."""
        self._frame(BLOB, BLOB_HEAD.pack(bytes.fromhex(digest), size) + packed)

    def record(self, kind: bytes, record: msgspec.Struct) -> None:
        """Write a record."""
        self._frame(kind, msgspec.json.encode(record))

    def end(self) -> None:
        """Write the end."""
        self._frame(END, self._digest.digest())

    def _frame(self, kind: bytes, payload: bytes) -> None:
        self._write(HEAD.pack(kind, len(payload)) + payload)

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._stream.write(data)


def frames(stream: BinaryIO) -> Iterator[tuple[bytes, int, bytes]]:
    """Kind, offset of the payload, and payload of each frame but the last, which is checked.

    Raises:
        FormError: it is no export, is cut short, was changed, or goes on after its end.
    """
    digest = hashlib.sha256(_exactly(stream, len(MAGIC), 0))
    if digest.digest() != hashlib.sha256(MAGIC).digest():
        raise FormError("it does not begin like an exported store of a form that this PRISM knows")
    offset = len(MAGIC)
    while True:
        head = _exactly(stream, HEAD.size, offset)
        kind, size = HEAD.unpack(head)
        offset += HEAD.size
        if size > (MAX_PACKED if kind == BLOB else MAX_JSON):
            raise FormError(f"the frame at byte {offset} is larger than any may be")
        payload = _exactly(stream, size, offset)
        if kind == END:
            if payload != digest.digest() or stream.read(1):
                raise FormError("its digest does not fit: it was changed, or goes on after its end")
            return
        digest.update(head + payload)
        yield kind, offset, payload
        offset += size


def _exactly(stream: BinaryIO, size: int, offset: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise FormError(f"it ends in the middle, at byte {offset + len(data)}")
    return data
