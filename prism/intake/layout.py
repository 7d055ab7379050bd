"""Lays an archive out: every byte belongs to exactly one record, or the archive is refused."""

import msgspec

from prism.intake.end_record import Directory, find_directory
from prism.intake.records import (
    FLAG_DESCRIPTOR,
    LOCAL_SIZE,
    Central,
    Descriptor,
    Local,
    read_central,
    read_descriptor,
    read_local,
)
from prism.intake.refusal import refused
from prism.intake.rules import (
    AMBIGUOUS_END,
    HEADER_MISMATCH,
    MALFORMED_RECORD,
    OVERLAPPING_ENTRIES,
    TOO_MANY_FILES,
    UNACCOUNTED_BYTES,
)

ENTRIES_PER_FILE = 2
"""How many entries an archive may have for each file it may have: folders are entries too."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """All that an archive says about one entry, and its packed bytes."""

    central: Central
    local: Local
    descriptor: Descriptor | None
    packed: memoryview


def lay_out(data: bytes, max_files: int) -> tuple[Entry, ...]:
    """The entries in the order of their bytes, which fill the archive up to the central directory without a gap.

    Raises:
        RefusedError: a record is damaged, too many are there, or bytes are described twice or not at all.
    """
    directory = find_directory(data)
    if directory.entries > max_files * ENTRIES_PER_FILE:
        raise refused(
            TOO_MANY_FILES,
            f"{directory.entries} entries; with folders at most {max_files * ENTRIES_PER_FILE} are taken.",
        )
    records = sorted(_central_records(data, directory), key=lambda record: record.offset)
    starts = [record.offset for record in records]
    stops = [*starts[1:], directory.start] if records else []
    _check_begin(starts, directory)
    return tuple(_entry(data, record, stop, directory) for record, stop in zip(records, stops, strict=True))


def _central_records(data: bytes, directory: Directory) -> list[Central]:
    records = []
    position = directory.start
    for _ in range(directory.entries):
        record = read_central(data, position, directory.end)
        records.append(record)
        position = record.end
    if position != directory.end:
        raise refused(AMBIGUOUS_END, "The list of entries is longer than the end record's count of them.")
    return records


def _check_begin(starts: list[int], directory: Directory) -> None:
    first = starts[0] if starts else directory.start
    if first != 0:
        raise refused(UNACCOUNTED_BYTES, f"{first} bytes stand in front of the first entry.")


def _entry(data: bytes, central: Central, stop: int, directory: Directory) -> Entry:
    """One entry, whose records and data must fill the bytes up to ``stop``, where the next one begins."""
    if central.offset + LOCAL_SIZE > stop and central.offset < directory.start:
        raise refused(OVERLAPPING_ENTRIES, "The entry begins inside another one.", name=central.name)
    local = read_local(data, central, directory.start)
    data_end = local.end + central.packed
    if data_end > stop:
        raise refused(OVERLAPPING_ENTRIES, "The entry's data reaches into what follows it.", name=central.name)
    if (local.flags ^ central.flags) & FLAG_DESCRIPTOR:
        raise refused(
            HEADER_MISMATCH, "Local header and central directory disagree on a data descriptor.", name=central.name
        )
    return Entry(
        central=central,
        local=local,
        descriptor=_descriptor(data[data_end : min(stop, data_end + 25)], central, local, stop - data_end),
        packed=memoryview(data)[local.end : data_end],
    )


def _descriptor(gap: bytes, central: Central, local: Local, gap_size: int) -> Descriptor | None:
    if central.flags & FLAG_DESCRIPTOR:
        if gap_size == 0:
            raise refused(MALFORMED_RECORD, "The data descriptor is missing.", name=central.name)
        return read_descriptor(gap, central, local)
    if gap_size:
        raise refused(
            UNACCOUNTED_BYTES, f"{gap_size} bytes follow the entry that nothing describes.", name=central.name
        )
    return None
