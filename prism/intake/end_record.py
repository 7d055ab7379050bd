"""Finds the one end record of an archive, and with it where the list of entries stands."""

import struct

import msgspec
from msgspec.structs import astuple

from prism.intake.refusal import refused
from prism.intake.rules import (
    AMBIGUOUS_END,
    MULTI_DISK,
    NOT_A_ZIP,
    UNACCOUNTED_BYTES,
    ZIP64_CONTRADICTION,
)

END_SIGNATURE = b"PK\x05\x06"
_LOCATOR_SIGNATURE = b"PK\x06\x07"
_END64_SIGNATURE = b"PK\x06\x06"
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_BEHIND_SIZE = _END64.size - 12
_MAX_COMMENT = 0xFFFF


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """Where the central directory stands (byte offsets, the end exclusive) and how many entries it should have."""

    entries: int
    start: int
    end: int


class _EndRecord(msgspec.Struct, frozen=True):
    """What an end record says, in the order in which both kinds of it say it."""

    disk: int
    start_disk: int
    entries_here: int
    entries: int
    size: int
    start: int


_SENTINELS = _EndRecord(0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
"""What an end record says of a value that stands in the ZIP64 end record."""


def find_directory(data: bytes) -> Directory:
    """The central directory's place, which must end exactly where the end records begin.

    Raises:
        RefusedError: there is no end record, more than one, or one that contradicts the archive or its ZIP64 record.
    """
    position = _find_end(data)
    end = _EndRecord(*_END.unpack_from(data, position)[1:7])
    locator = position - _LOCATOR.size
    if locator < 0 or data[locator : locator + 4] != _LOCATOR_SIGNATURE:
        return _directory(end, position)
    record = locator - _END64.size
    _check_locator(data, locator, record)
    return _directory(_widened(data, record, end), record)


def _find_end(data: bytes) -> int:
    """The position of the first end record whose comment reaches exactly to the end; no other may follow it."""
    tail = max(0, len(data) - _END.size - _MAX_COMMENT)
    position = data.find(END_SIGNATURE, tail)
    while position != -1 and not _reaches_end(data, position):
        position = data.find(END_SIGNATURE, position + 1)
    if position == -1:
        _refuse_without_end(data)
    if data.find(END_SIGNATURE, position + 4) != -1:
        raise refused(AMBIGUOUS_END, "The archive comment contains the signature of another end record.")
    return position


def _reaches_end(data: bytes, position: int) -> bool:
    return position + _END.size <= len(data) and position + _END.size + _comment_length(data, position) == len(data)


def _comment_length(data: bytes, position: int) -> int:
    return int.from_bytes(data[position + 20 : position + 22], "little")


def _refuse_without_end(data: bytes) -> None:
    position = data.rfind(END_SIGNATURE)
    if position == -1 or position + _END.size > len(data):
        cut = data.startswith(b"PK")
        raise refused(NOT_A_ZIP, "The archive has no end record: it was cut short." if cut else "This is not a ZIP.")
    surplus = len(data) - position - _END.size - _comment_length(data, position)
    if surplus < 0:
        raise refused(AMBIGUOUS_END, f"The archive comment claims {-surplus} bytes more than there are.")
    remedy = (
        ""
        if data[-surplus:].strip(b"\0")
        else "bsdtar pads what it writes to standard output: name a file instead (`-f`)."
    )
    raise refused(UNACCOUNTED_BYTES, f"{surplus} bytes follow the end of the archive.", remedy=remedy)


def _widened(data: bytes, record: int, end: _EndRecord) -> _EndRecord:
    """What the ZIP64 end record says, which the end record must not contradict."""
    behind, _, _, *values = _END64.unpack_from(data, record)[1:]
    if behind != _END64_BEHIND_SIZE:
        raise refused(ZIP64_CONTRADICTION, "The ZIP64 end record has another length than version 1 of it.")
    triples = zip(astuple(end), values, astuple(_SENTINELS), strict=True)
    if any(narrow not in {wide, sentinel} for narrow, wide, sentinel in triples):
        raise refused(ZIP64_CONTRADICTION, "The end record and the ZIP64 end record disagree.")
    return _EndRecord(*values)


def _check_locator(data: bytes, locator: int, record: int) -> None:
    _, disk, place, disks = _LOCATOR.unpack_from(data, locator)
    if disk != 0 or disks != 1:
        raise refused(MULTI_DISK, f"The ZIP64 locator says disk {disk} of {disks}; a whole archive is disk 0 of 1.")
    if record < 0 or place != record or data[record : record + 4] != _END64_SIGNATURE:
        raise refused(ZIP64_CONTRADICTION, "The ZIP64 locator does not point at the ZIP64 end record in front of it.")


def _directory(said: _EndRecord, end: int) -> Directory:
    """The place of the central directory, which must end where the end records begin."""
    if (said.disk, said.start_disk) != (0, 0) or said.entries_here != said.entries:
        raise refused(MULTI_DISK, "The end record describes one part of a split archive.")
    surplus = end - said.start - said.size
    if surplus > 0:
        raise refused(
            UNACCOUNTED_BYTES,
            f"{surplus} bytes are described by no record: data in front of the archive or behind its list.",
        )
    if surplus < 0:
        raise refused(AMBIGUOUS_END, "The end record places the list of entries where it cannot be.")
    if (said.entries == 0) != (said.size == 0):
        raise refused(AMBIGUOUS_END, "The end record's count of entries contradicts the size of their list.")
    return Directory(entries=said.entries, start=said.start, end=end)
