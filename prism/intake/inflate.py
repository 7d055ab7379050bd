"""Unpacks one entry in bounded pieces: no more than its headers promised is ever held, whatever the data would give."""

import zlib
from collections.abc import Iterator

from prism.intake.layout import Entry
from prism.intake.records import DESCRIPTOR_SIGNATURE, METHOD_DEFLATE, METHOD_STORE
from prism.intake.refusal import RefusedError, refused
from prism.intake.rules import (
    CHECKSUM_MISMATCH,
    DAMAGED_DATA,
    EXCESSIVE_COMPRESSION,
    FILE_TOO_LARGE,
    SIZE_MISMATCH,
)
from prism.policy.model import KIB, IntakePolicy

PIECE = 64 * KIB
RATIO_COUNTS_BEYOND = 64 * KIB


def unpack(entry: Entry, limits: IntakePolicy) -> bytes:
    """The bytes of an entry, which match its headers exactly.

    Raises:
        RefusedError: the entry is over a limit, or its data is not what its headers say.
    """
    central = entry.central
    _check_limits(entry, limits)
    pieces = _pieces(entry)
    data = b"".join(_at_most(pieces, central.unpacked, central.name))
    if len(data) != central.unpacked:
        raise refused(
            SIZE_MISMATCH, f"The entry unpacks to {len(data)} bytes, not {central.unpacked}.", name=central.name
        )
    if entry.descriptor and central.method == METHOD_STORE and DESCRIPTOR_SIGNATURE in data:
        # Who reads from a pipe looks for a descriptor to find the end.
        raise refused(SIZE_MISMATCH, "The stored data holds what ends it for some readers.", name=central.name)
    if zlib.crc32(data) != central.crc:
        raise refused(CHECKSUM_MISMATCH, "The data does not match its checksum.", name=central.name)
    return data


def _check_limits(entry: Entry, limits: IntakePolicy) -> None:
    """What the headers promise is within the limits; what the data gives is held to the promise later."""
    unpacked, packed, name = entry.central.unpacked, entry.central.packed, entry.central.name
    if unpacked > limits.file_bytes:
        raise refused(
            FILE_TOO_LARGE, f"The file has {unpacked} bytes; at most {limits.file_bytes} are taken.", name=name
        )
    if unpacked - RATIO_COUNTS_BEYOND > limits.compression_ratio * packed:
        raise refused(EXCESSIVE_COMPRESSION, f"{packed} bytes unpack to {unpacked}.", name=name)


def _pieces(entry: Entry) -> Iterator[bytes]:
    central = entry.central
    if central.method == METHOD_DEFLATE and (central.packed or central.unpacked):
        return inflated(entry.packed, central.name)
    return stored(entry.packed)


def _at_most(pieces: Iterator[bytes], size: int, name: bytes) -> Iterator[bytes]:
    """The pieces, until they exceed the promised size: the first byte too many ends it."""
    seen = 0
    for piece in pieces:
        seen += len(piece)
        if seen > size:
            raise refused(SIZE_MISMATCH, f"The entry unpacks to more than the {size} bytes it promises.", name=name)
        yield piece


def stored(packed: memoryview) -> Iterator[bytes]:
    """Unpacked data, in pieces."""
    for start in range(0, len(packed), PIECE):
        yield bytes(packed[start : start + PIECE])


def inflated(packed: memoryview, name: bytes) -> Iterator[bytes]:
    """What a raw deflate stream gives, in pieces of at most 64 KiB; the stream must fill ``packed`` exactly.

    Input is fed in pieces too: handing over all of it would copy what is left of it for every piece of output.
    """
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    fed = 0
    try:
        while fed < len(packed) and not stream.eof:
            pending = bytes(packed[fed : fed + PIECE])
            fed += len(pending)
            while pending:
                yield stream.decompress(pending, PIECE)
                pending = stream.unconsumed_tail
        while not stream.eof and (rest := stream.decompress(b"", PIECE)):
            yield rest
    except zlib.error as error:
        raise _damaged(name) from error
    if not stream.eof or stream.unused_data or fed < len(packed):
        what = "goes on behind its end" if stream.eof else "is cut short"
        raise refused(SIZE_MISMATCH, f"The packed data {what}.", name=name)


def _damaged(name: bytes) -> RefusedError:
    return refused(DAMAGED_DATA, "The packed data is not a valid deflate stream.", name=name)
