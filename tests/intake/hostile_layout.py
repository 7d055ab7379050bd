"""Hostile layouts of whole archives: end records, ZIP64, stray bytes, overlaps."""

import gzip
import struct
from collections.abc import Iterator
from dataclasses import replace

from prism.policy.model import KIB
from tests.intake.hostile_case import MAX32, MODEL, MODEL2, SOURCE, Case, case
from tests.intake.tar_builder import tar
from tests.intake.zip_builder import (
    STORE,
    Part,
    archive,
    body,
    central_record,
    deflate,
    end_record,
    extra,
    zip64,
)


def hostile_layout() -> Iterator[Case]:
    for kind in (_zip64, _end_records, _stray_bytes, _overlaps):
        yield from kind()


def _zip64() -> Iterator[Case]:
    size, packed = len(SOURCE), len(deflate(SOURCE))
    missing = replace(MODEL, both={"unpacked": MAX32})
    yield case("ZIP64 sentinel without a field", archive(missing), "zip64-contradiction")
    yield case(
        "offset sentinel without a field", archive(replace(MODEL, central={"offset": MAX32})), "zip64-contradiction"
    )
    contradicting = replace(MODEL, central_extra=zip64(size + 1, packed))
    yield case("ZIP64 field beside other sizes", archive(contradicting), "zip64-contradiction")
    partly = replace(MODEL, central={"unpacked": MAX32}, central_extra=zip64(size, packed + 1))
    yield case("ZIP64 field with a surplus lie", archive(partly), "zip64-contradiction")
    odd = replace(MODEL, central={"unpacked": MAX32}, central_extra=extra(1, b"\0" * 7))
    yield case("ZIP64 field of seven bytes", archive(odd), "zip64-contradiction")
    short = replace(
        MODEL, both={"unpacked": MAX32, "packed": MAX32}, central_extra=zip64(size), local_extra=zip64(size)
    )
    yield case("ZIP64 field too short", archive(short), "zip64-contradiction")
    surplus = replace(MODEL, central_extra=zip64(size, packed, 0, 0))
    yield case("ZIP64 field too long", archive(surplus), "zip64-contradiction")
    differ = replace(MODEL, local={"unpacked": MAX32, "packed": MAX32}, local_extra=zip64(size + 1, packed))
    yield case("local ZIP64 size differs", archive(differ), "header-mismatch")
    shifted = replace(MODEL2, central={"offset": MAX32}, central_extra=zip64(size, packed, len(body(MODEL))))
    yield case("ZIP64 field whose first value is not the one needed", archive(MODEL, shifted), "zip64-contradiction")
    shifted = replace(MODEL, central={"packed": MAX32}, central_extra=zip64(size, packed))
    yield case("ZIP64 field with the packed size in second place", archive(shifted), "zip64-contradiction")
    twice = replace(MODEL, central={"unpacked": MAX32}, central_extra=zip64(size) + zip64(size + 1))
    yield case("two ZIP64 fields", archive(twice), "malformed-record")
    far = replace(MODEL, central={"offset": MAX32}, central_extra=zip64(1 << 62))
    yield case("huge ZIP64 offset", archive(far), "unaccounted-bytes")
    most = replace(MODEL, central={"offset": MAX32}, central_extra=zip64((1 << 64) - 1))
    yield case("negative ZIP64 offset, second entry", archive(MODEL2, most), "unaccounted-bytes")
    huge = replace(
        MODEL,
        both={"packed": MAX32, "unpacked": MAX32},
        central_extra=zip64(1 << 63, 1 << 63),
        local_extra=zip64(1 << 63, 1 << 63),
    )
    yield case("huge ZIP64 sizes", archive(huge), "overlapping-entries")
    for name, lies in {
        "other count": {"entries": 2, "entries_here": 2},
        "other size": {"size": 1},
        "other start": {"start": 1},
        "other length": {"behind": 45},
        "no length": {"behind": 0},
        "other place": {"place": 1},
        "place behind the end": {"place": 1 << 63},
        "another disk": {"disk": 1},
        "another count here": {"entries_here": 0},
    }.items():
        yield case(f"ZIP64 end record with {name}", archive(MODEL, end64=lies), "zip64-contradiction")
    open_end = {"disk": 0xFFFF, "start_disk": 0xFFFF, "entries_here": 0xFFFF}
    for name, lies in {
        "on another disk": {"disk": 1},
        "starting on another disk": {"start_disk": 1},
        "counting fewer here": {"entries_here": 0},
        "located on another disk": {"locator_disk": 1},
        "of no disk": {"disks": 0},
        "of two disks": {"disks": 2},
    }.items():
        yield case(f"ZIP64 end record {name}", archive(MODEL, end64=lies, end=open_end), "multi-disk")
    wide_lie = archive(MODEL, end64={"entries": 9, "entries_here": 9}, end={"entries": 0xFFFF, "entries_here": 0xFFFF})
    yield case("ZIP64 end record counts more than there are", wide_lie, "malformed-record")
    no_record = archive(MODEL, behind_directory=struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1))
    yield case("ZIP64 locator without a record", no_record, "zip64-contradiction")
    fake = replace(MODEL, comment=struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1))
    yield case("ZIP64 locator in an entry's comment", archive(fake), "zip64-contradiction")


def _end_records() -> Iterator[Case]:
    whole = archive(MODEL)
    yield case("nothing", b"", "not-a-zip")
    yield case("text", b"print('hello')\n" * 20, "not-a-zip")
    yield case("tar", tar(), "not-a-zip")
    yield case("gzip", gzip.compress(SOURCE), "not-a-zip")
    yield case("end record cut short", whole[:-1], "not-a-zip")
    yield case("half an archive", whole[: len(whole) // 2], "not-a-zip")
    yield case("signature only", b"PK\x05\x06", "not-a-zip")
    yield case(
        "comment that is another end record", archive(MODEL, comment=end_record(0, 0, 0)), "ambiguous-end-record"
    )
    inner = archive(Part(name=b"evil.py", data=b"x = 1\n"))
    yield case("comment that is another archive", archive(MODEL, comment=inner), "ambiguous-end-record")
    yield case("comment with the signature", archive(MODEL, comment=b"PK\x05\x06"), "ambiguous-end-record")
    yield case("comment longer than the file", archive(MODEL, end={"comment_length": 9}), "ambiguous-end-record")
    yield case(
        "comment shorter than what follows",
        archive(MODEL, comment=b"abc", end={"comment_length": 1}),
        "unaccounted-bytes",
    )
    yield case("two end records", whole + end_record(0, 0, 0), "unaccounted-bytes")
    yield case("two archives", whole + archive(MODEL2), "unaccounted-bytes")
    yield case("count too small", archive(MODEL, MODEL2, end={"entries": 1, "entries_here": 1}), "ambiguous-end-record")
    yield case("count too large", archive(MODEL, end={"entries": 2, "entries_here": 2}), "malformed-record")
    yield case("count zero", archive(MODEL, end={"entries": 0, "entries_here": 0}), "ambiguous-end-record")
    yield case(
        "count at its sentinel", archive(MODEL, end={"entries": 0xFFFF, "entries_here": 0xFFFF}), "too-many-files"
    )
    yield case("counts differ", archive(MODEL, end={"entries_here": 0}), "multi-disk")
    yield case("disk number", archive(MODEL, end={"disk": 1}), "multi-disk")
    yield case("start disk number", archive(MODEL, end={"start_disk": 1}), "multi-disk")
    yield case(
        "disk numbers at their sentinel", archive(MODEL, end={"disk": 0xFFFF, "start_disk": 0xFFFF}), "multi-disk"
    )
    yield case("directory starts too early", archive(MODEL, end={"start": 0}), "unaccounted-bytes")
    yield case("directory starts too late", archive(MODEL, end={"start": len(whole)}), "ambiguous-end-record")
    yield case("directory starts at the sentinel", archive(MODEL, end={"start": MAX32}), "ambiguous-end-record")
    yield case("directory too small", archive(MODEL, end={"size": 1}), "unaccounted-bytes")
    yield case("directory too large", archive(MODEL, end={"size": 1000}), "ambiguous-end-record")
    yield case("directory empty", end_record(1, 0, 0), "ambiguous-end-record")


def _stray_bytes() -> Iterator[Case]:
    whole = archive(MODEL, MODEL2)
    yield case("script in front", b"#!/bin/sh\nid\n" + whole, "unaccounted-bytes")
    yield case("script in front that offsets know of", archive(MODEL, front=b"#!/bin/sh\nid\n"), "unaccounted-bytes")
    yield case("image in front", archive(MODEL, front=b"\x89PNG\r\n\x1a\n"), "unaccounted-bytes")
    yield case("bytes between entries", archive(MODEL, MODEL2, between=b"\0"), "unaccounted-bytes")
    unlisted = body(Part(name=b"hidden.py", data=SOURCE))
    yield case("entry that the directory does not list", archive(MODEL, MODEL2, between=unlisted), "unaccounted-bytes")
    yield case("unlisted entry in front", archive(MODEL, front=unlisted), "unaccounted-bytes")
    yield case("bytes behind the directory", archive(MODEL, behind_directory=b"\0" * 30), "unaccounted-bytes")
    signature = b"PK\x05\x05" + struct.pack("<H", 4) + b"sign"
    yield case("directory with a signature record", archive(MODEL, behind_directory=signature), "unaccounted-bytes")
    yield case("bytes behind the end", whole + b"x", "unaccounted-bytes")
    yield case("line break behind the end", whole + b"\n", "unaccounted-bytes")
    yield case("padding behind the end", whole + bytes(4096), "unaccounted-bytes")
    yield case("much behind the end", whole + b"x" * 70_000, "unaccounted-bytes")


def _overlaps() -> Iterator[Case]:
    first = body(MODEL)
    shared = central_record(MODEL, 0) + central_record(MODEL2, 0)
    yield case(
        "two names for one entry", first + shared + end_record(2, len(shared), len(first)), "overlapping-entries"
    )
    yield case("overlap by fields", _field_overlap(), "overlapping-entries")
    quoted = _quoted_overlap(40)
    yield case("quoted overlap", quoted, "overlapping-entries")
    kernel = Part(name=b"inner.py", data=SOURCE)
    inner = body(kernel)
    outer = Part(name=b"outer.py", data=inner, method=STORE)
    listing = central_record(outer, 0) + central_record(kernel, len(body(outer)) - len(inner))
    yield case(
        "entry inside another's data",
        body(outer) + listing + end_record(2, len(listing), len(body(outer))),
        "overlapping-entries",
    )
    listing = central_record(MODEL, len(first))
    yield case(
        "entry inside the directory", first + listing + end_record(1, len(listing), len(first)), "unaccounted-bytes"
    )
    off = central_record(MODEL, 1)
    yield case("offset beside the header", first + off + end_record(1, len(off), len(first)), "unaccounted-bytes")


def _quoted_overlap(count: int) -> bytes:
    """Local headers that each quote the next one as a stored block, down to one kernel all entries share."""
    data = deflate(bytes(60 * KIB), 9)
    names = [f"{number:02}.py".encode() for number in range(count)]
    size = 60 * KIB
    crc = 0
    records: list[tuple[Part, bytes]] = []
    for name in reversed(names):
        part = Part(name=name, raw=data, both={"crc": crc, "unpacked": size})
        head = body(part)[: -len(data)]
        records.insert(0, (part, head))
        data = struct.pack("<BHH", 0, len(head), ~len(head) & 0xFFFF) + head + data
        size += len(head)
    whole = data[5:]
    offsets = []
    offset = 0
    for _, head in records:
        offsets.append(offset)
        offset += len(head) + 5
    listing = b"".join(central_record(part, place) for (part, _), place in zip(records, offsets, strict=True))
    return whole + listing + end_record(count, len(listing), len(whole))


def _field_overlap() -> bytes:
    """A local header that hides the next one in its extra field."""
    inner = body(MODEL2)
    outer = replace(MODEL, local_extra=extra(0xCAFE, inner))
    listing = central_record(outer, 0) + central_record(MODEL2, 30 + len(outer.name) + 4)
    return body(outer) + listing + end_record(2, len(listing), len(body(outer)))
