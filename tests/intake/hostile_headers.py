"""Hostile headers of single entries: kinds of files, contradictions, lengths that are not those of the data."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

from prism.policy.model import MIB
from tests.intake.hostile_case import MAX32, MODEL, MODEL2, SOURCE, Case, case
from tests.intake.zip_builder import (
    DEFLATE,
    DESCRIPTOR,
    FOLDER,
    STORE,
    UTF8,
    Part,
    archive,
    body,
    deflate,
    extra,
    signed_descriptor,
    zip64,
)


def hostile_headers() -> Iterator[Case]:
    for kind in (_modes, _headers, _descriptors, _sizes, _damage):
        yield from kind()


def _modes() -> Iterator[Case]:
    kinds = {"fifo": 0o010644, "character device": 0o020644, "block device": 0o060644, "socket": 0o140755}
    kinds |= {"folder mode on a file": 0o040755, "unknown kind": 0o150644, "another unknown kind": 0o170000}
    kinds |= {"set-user-id": 0o104755, "set-group-id": 0o102755, "sticky": 0o101644, "set-user-id alone": 0o004000}
    for system in (0, 3, 10, 19, 255):
        link = replace(MODEL, name=b"link.py", data=b"/etc/passwd", attributes=0o120777 << 16, made_by=system << 8 | 20)
        yield case(f"symbolic link by system {system}", archive(MODEL, link), "link-entry")
    for name, mode in kinds.items():
        for system in (0, 3):
            part = replace(MODEL, name=b"b.py", attributes=mode << 16, made_by=system << 8 | 20)
            yield case(f"{name} by system {system}", archive(MODEL, part), "special-file")
    for name, mode in {"fifo": 0o010755, "device": 0o060755, "regular": 0o100644, "set-group-id": 0o042755}.items():
        part = Part(name=b"src/", method=STORE, attributes=mode << 16)
        yield case(f"{name} mode on a folder's name", archive(MODEL, part), "special-file")
    folder_link = Part(name=b"src/", method=STORE, data=b"/etc", attributes=0o120777 << 16)
    yield case("symbolic link on a folder's name", archive(MODEL, folder_link), "link-entry")
    for name, bits, rule in (
        ("reparse point", 0x400, "link-entry"),
        ("DOS device", 0x40, "special-file"),
        ("volume label", 0x08, "special-file"),
        ("DOS folder without a slash", 0x10, "special-file"),
    ):
        yield case(name, archive(MODEL, replace(MODEL, name=b"b.py", attributes=bits, made_by=20)), rule)
    old_unix = extra(0x000D, struct.pack("<LLHH", 0, 0, 0, 0) + b"/etc/passwd")
    yield case("PKWARE link target", archive(MODEL, replace(MODEL, name=b"b.py", local_extra=old_unix)), "link-entry")
    asi = struct.pack("<HLHH", 0o120777, 11, 0, 0) + b"/etc/passwd"
    asi_field = extra(0x756E, zlib.crc32(asi).to_bytes(4, "little") + asi)
    yield case("ASi link", archive(MODEL, replace(MODEL, name=b"b.py", central_extra=asi_field)), "link-entry")
    yield case("ASi field too short", archive(replace(MODEL, local_extra=extra(0x756E, b"abcd"))), "malformed-record")
    streamed = extra(0x6C78, struct.pack("<BHHL", 7, 0x314, 0, 0o120777 << 16))
    yield case(
        "libarchive's local link", archive(MODEL, replace(MODEL, name=b"b.py", local_extra=streamed)), "link-entry"
    )
    short = extra(0x6C78, b"\x04\x00")
    yield case("libarchive's field too short", archive(replace(MODEL, local_extra=short)), "malformed-record")
    folder = Part(name=b"src/", method=STORE, data=b"#!/bin/sh\n", attributes=FOLDER)
    yield case("folder with stored data", archive(MODEL, folder), "folder-with-data")
    yield case("folder with deflated data", archive(MODEL, replace(folder, method=DEFLATE)), "folder-with-data")
    hidden = Part(name=b"./", method=STORE, raw=b"#!/bin/sh\n", attributes=FOLDER, both={"packed": 10})
    yield case("folder with bytes that unpack to none", archive(MODEL, hidden), "size-mismatch")


def _headers() -> Iterator[Case]:
    lies = {"method": STORE, "crc": 1, "packed": 1, "unpacked": 1, "flags": UTF8}
    for name, value in lies.items():
        yield case(f"local {name} differs", archive(replace(MODEL, local={name: value})), "header-mismatch")
    yield case("local name differs", archive(replace(MODEL, local={"name": b"other.py"})), "name-mismatch")
    yield case("local name differs in case", archive(replace(MODEL, local={"name": b"Model.py"})), "name-mismatch")
    flagged = replace(MODEL, central={"flags": DESCRIPTOR})
    yield case("descriptor flag in the directory only", archive(flagged), "header-mismatch")
    yield case(
        "descriptor flag in the local header only", archive(replace(MODEL, local={"flags": 8})), "header-mismatch"
    )
    level = replace(MODEL, method=STORE, local={"flags": 2})
    yield case("compression level of stored data in the local header only", archive(level), "header-mismatch")
    for bit in (0, 6, 13):
        yield case(f"encryption flag {bit}", archive(replace(MODEL, flags=1 << bit)), "encrypted-entry")
    yield case(
        "encryption flag in the local header only", archive(replace(MODEL, local={"flags": 1})), "encrypted-entry"
    )
    aes = extra(0x9901, struct.pack("<HHBH", 2, 0x4541, 3, 8))
    yield case(
        "AES", archive(replace(MODEL, both={"method": 99}, local_extra=aes, central_extra=aes)), "encrypted-entry"
    )
    strong = replace(MODEL, central_extra=extra(0x0017, b"\x02\x00\x01\x00"))
    yield case("strong encryption header", archive(strong), "encrypted-entry")
    for bit in (4, 5, 7, 8, 9, 10, 12, 14, 15):
        yield case(f"flag {bit}", archive(replace(MODEL, flags=1 << bit)), "unsupported-compression")
    for version in (46, 51, 63, 64, 255):
        yield case(
            f"version {version} of the format", archive(replace(MODEL, needed=version)), "unsupported-compression"
        )
    for method in (1, 6, 9, 12, 14, 93, 95, 98, 99, 65535):
        yield case(f"method {method}", archive(replace(MODEL, both={"method": method})), "unsupported-compression")
    yield case("entry on another disk", archive(replace(MODEL, central={"disk": 1})), "multi-disk")


def _descriptors() -> Iterator[Case]:
    part = replace(MODEL, flags=DESCRIPTOR)
    crc, packed, unpacked = zlib.crc32(SOURCE), len(deflate(SOURCE)), len(SOURCE)
    lies = {"checksum": (1, packed, unpacked), "packed size": (crc, 1, unpacked), "size": (crc, packed, 1)}
    for name, values in lies.items():
        data = archive(replace(part, descriptor=signed_descriptor(*values)), MODEL2)
        yield case(f"descriptor with another {name}", data, "header-mismatch")
    yield case("descriptor missing", archive(replace(part, descriptor=b""), MODEL2), "malformed-record")
    short = signed_descriptor(crc, packed, unpacked)[:-1]
    yield case("descriptor cut short", archive(replace(part, descriptor=short), MODEL2), "malformed-record")
    wide = signed_descriptor(crc, packed, unpacked, wide=True)
    yield case("wide descriptor without ZIP64", archive(replace(part, descriptor=wide), MODEL2), "malformed-record")
    inner = signed_descriptor(zlib.crc32(b"notes"), 5, 5) + body(replace(MODEL, data=b"import os\n"))
    early = Part(name=b"__MACOSX/a", data=b"notes" + inner, method=STORE, flags=DESCRIPTOR)
    yield case("descriptor inside stored data, where a stream would end", archive(MODEL, early), "size-mismatch")
    unsigned = replace(part, method=STORE, descriptor=signed_descriptor(crc, unpacked, unpacked, signed=False))
    wide_by_offset = replace(part, local_extra=zip64(0, 0), local={"packed": MAX32, "unpacked": MAX32})
    yield case("unsigned descriptor behind stored data", archive(unsigned, MODEL2), "malformed-record")
    yield case("narrow descriptor with ZIP64", archive(wide_by_offset, MODEL2), "malformed-record")
    longer = signed_descriptor(crc, packed, unpacked) + b"#"
    yield case("bytes behind the descriptor", archive(replace(part, descriptor=longer), MODEL2), "malformed-record")
    yield case("descriptor without its flag", archive(replace(MODEL, descriptor=wide), MODEL2), "unaccounted-bytes")


def _sizes() -> Iterator[Case]:
    size, packed = len(SOURCE), len(deflate(SOURCE))
    stored = replace(MODEL, method=STORE)
    yield case("size too small", archive(replace(MODEL, both={"unpacked": size - 1})), "size-mismatch")
    yield case("size too large", archive(replace(MODEL, both={"unpacked": size + 1})), "size-mismatch")
    yield case("size zero", archive(replace(MODEL, both={"unpacked": 0})), "size-mismatch")
    yield case("stored size too small", archive(replace(stored, both={"unpacked": 1})), "size-mismatch")
    yield case("stored size too large", archive(replace(stored, both={"unpacked": size + 1})), "size-mismatch")
    yield case("checksum", archive(replace(MODEL, both={"crc": 1})), "checksum-mismatch")
    yield case("checksum of stored data", archive(replace(stored, both={"crc": 1})), "checksum-mismatch")
    trailing = replace(MODEL, raw=deflate(SOURCE) + b"#!/bin/sh\n")
    yield case("bytes behind the deflate stream", archive(trailing), "size-mismatch")
    yield case("deflate stream cut short", archive(replace(MODEL, raw=deflate(SOURCE)[:-4])), "size-mismatch")
    yield case("no deflate stream", archive(replace(MODEL, raw=b"")), "size-mismatch")
    yield case("two deflate streams", archive(replace(MODEL, raw=deflate(SOURCE) * 2)), "size-mismatch")
    yield case("not a deflate stream", archive(replace(MODEL, raw=b"\xff" * 40)), "damaged-data")
    zlib_stream = replace(MODEL, raw=zlib.compress(SOURCE))
    yield case("zlib in place of raw deflate", archive(zlib_stream), "damaged-data")
    yield case(
        "packed size reaches into the directory",
        archive(replace(MODEL, both={"packed": packed + 1})),
        "overlapping-entries",
    )
    yield case("packed size too small", archive(replace(MODEL, both={"packed": packed - 1})), "unaccounted-bytes")
    liar = replace(MODEL, raw=deflate(bytes(4 * MIB)), both={"unpacked": 10, "crc": 0})
    yield case("bomb that promises ten bytes", archive(liar), "size-mismatch")


def _damage() -> Iterator[Case]:
    for name, lies in {
        "local": {"local": {"signature": b"PK\x03\x05"}},
        "central": {"central": {"signature": b"PK\x01\x03"}},
    }.items():
        yield case(f"{name} signature", archive(replace(MODEL, **lies)), "malformed-record")  # type: ignore[arg-type] # keywords by name
    for name in ("name_length", "extra_length"):
        for record in ("local", "central"):
            lie = replace(MODEL, **{record: {name: 0xFFFF}})  # type: ignore[arg-type] # keywords by name
            yield case(f"{record} {name} too large", archive(lie), "malformed-record")
    yield case("comment length too large", archive(replace(MODEL, central={"comment_length": 500})), "malformed-record")
    for name, field_ in {
        "claims more": struct.pack("<HH", 0xCAFE, 40) + b"abcd",
        "of one byte": b"\0",
        "of three zeros": b"\0\0\0",
        "twice": extra(0xCAFE, b"") * 2,
        "in numbers": b"".join(extra(kind, b"") for kind in range(0x2000, 0x2000 + 500)),
    }.items():
        yield case(f"local extra field {name}", archive(replace(MODEL, local_extra=field_)), "malformed-record")
        yield case(f"central extra field {name}", archive(replace(MODEL, central_extra=field_)), "malformed-record")
