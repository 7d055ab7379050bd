"""Hostile archives, each with the rules that must refuse it: generated, so that every byte has its reason here."""

import gzip
import io
import pickle
import struct
import tarfile
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from prism.policy.model import KIB, MIB
from tests.intake.zip_builder import (
    DEFLATE,
    DESCRIPTOR,
    FOLDER,
    STORE,
    UTF8,
    Part,
    archive,
    body,
    central_record,
    deflate,
    end_record,
    extra,
    signed_descriptor,
    unicode_path,
    zip64,
)

SOURCE = b"import torch\n\n\ndef build_model(ctx):\n    return torch.nn.Linear(4, 4)\n" * 3
MODEL = Part(name=b"model.py", data=SOURCE)
MAX32 = 0xFFFFFFFF


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    data: bytes
    rules: frozenset[str]
    limits: dict[str, Any] = field(default_factory=dict)
    """Settings of the intake policy other than the default."""


def _case(name: str, data: bytes, *rules: str, **limits: Any) -> Case:
    return Case(name=name, data=data, rules=frozenset(f"intake/{rule}" for rule in rules), limits=limits)


def _named(name: bytes, flags: int = UTF8) -> bytes:
    return archive(MODEL, Part(name=name, data=SOURCE, flags=flags))


def hostile() -> Iterator[Case]:
    """Every hostile archive."""
    kinds: tuple[Callable[[], Iterator[Case]], ...] = (
        *(_names, _long_names, _name_encodings, _collisions, _modes, _headers, _descriptors),
        *(_sizes, _zip64, _end_records, _stray_bytes, _overlaps, _damage, _contents, _types, _limits, _choices),
    )
    return chain.from_iterable(kind() for kind in kinds)


def _names() -> Iterator[Case]:
    bad = {
        "path-traversal": [
            *(b"../model2.py", b"a/../../b.py", b"a/..", b"..", b"a/./b.py", b"a//b.py", b".", b"", b"a/../b.py"),
            *(b"..\\..\\b.py", b"a\\../b.py", b"././b.py", b"b.py\\", b"b/.."),
        ],
        "absolute-path": [
            *(b"/etc/cron.d/job.py", b"//host/share/b.py", b"\\\\host\\share\\b.py", b"\\b.py", b"C:b.py"),
            *(b"C:/b.py", b"c:\\b.py", b".//b.py", b"\\\\?\\C:\\b.py"),
        ],
        "backslash-name": [b"a\\b.py", b"a/b\\c.py"],
        "control-character": [
            *(b"b.py\0.txt", b"\0.py", b"b\n.py", b"b\r.py", b"\x1b[2J.py", b"b\x07.py", b"b\x7f.py", b"b\t.py"),
            *("b\x85.py".encode(), "b\x9b31m.py".encode(), b"a\0/b.py"),
        ],
        "invisible-character": [
            *(f"b{char}.py".encode() for char in "\u202e\u202d\u2066\u2067\u200b\u200d\u200e\u2028\u2029\ufeff"),
            *(f"b{char}.py".encode() for char in "\xad\xa0\u3000\u3164\ufe0f\u2060\ue000\U000e0041\uffff\u061c"),
        ],
        "trailing-dot-or-space": [b"b.py.", b"b.py ", b"src./b.py", b"src /b.py", b"...", b"src/... /b.py"],
        "reserved-name": [
            *(b"con", b"aux.py", b"NUL.txt", b"src/COM1.py", b"lpt9.md", b"prn/b.py", b"com0.py", b"conin$.py"),
            *(
                "com\xb9.py".encode(),
                b"aux .py",
                b"b.py:hidden",
                b"b.py::$DATA",
                b"b?.py",
                b"b*.py",
                b'b".py',
                b"a<b>.py",
            ),
            *(b"b|c.py", b"clock$.txt"),
        ],
        "hidden-name": [b".env", b".git/config", b"src/.hidden.py", b".github/workflows/ci.yml", b"._model.py"],
        "tool-leftover": [b"__pycache__/model.py", b"src/__pycache__/b.txt", b"venv/b.py", b"node_modules/b.json"],
    }
    for rule, names in bad.items():
        for name in names:
            yield _case(f"name {name!r}", _named(name), rule)
    yield _case(
        "name of a folder climbs", archive(MODEL, Part(name=b"../", method=STORE, attributes=FOLDER)), "path-traversal"
    )
    odd = Part(name=b"a//", method=STORE, attributes=FOLDER)
    yield _case("name of a folder with an empty component", archive(MODEL, odd), "path-traversal")
    yield _case("only the local name climbs", archive(replace(MODEL, local={"name": b"../x.py"})), "name-mismatch")


def _long_names() -> Iterator[Case]:
    yield _case("component too long", _named(b"a" * 118 + b".py"), "long-name")
    yield _case("component too long in bytes", _named(("é" * 59 + ".py").encode()), "long-name")
    yield _case("path too long", _named(b"/".join([b"a" * 60] * 4) + b"b.py"), "long-name")
    yield _case("name of 64 KiB", _named(b"a/" * 32767 + b"b"), "long-name")
    yield _case("path too deep", _named(b"a/" * 12 + b"b.py"), "deep-path")
    yield _case("path deeper than another policy takes", _named(b"a/b/c.py"), "deep-path", path_depth=2)
    deep = Part(name=b"a/" * 13, method=STORE, attributes=FOLDER)
    yield _case("folder too deep", archive(MODEL, deep), "deep-path")


def _name_encodings() -> Iterator[Case]:
    yield _case("latin-1 with the UTF-8 flag", _named(b"mod\xe9l.py"), "name-encoding")
    yield _case("latin-1 without the flag", _named(b"mod\xe9l.py", 0), "name-encoding")
    yield _case("overlong UTF-8", _named(b"..\xc0\xaf..\xc0\xafb.py"), "name-encoding")
    yield _case("surrogate in UTF-8", _named(b"b\xed\xa0\x80.py"), "name-encoding")
    yield _case("UTF-8 cut short", _named(b"b.py\xe2\x82"), "name-encoding")
    raw = b"caf\x82.py"
    for name, field_ in {
        "another name": unicode_path(raw, "other.py"),
        "a climbing name": unicode_path(raw, "../x.py"),
        "another checksum": unicode_path(raw, "café.py", crc=1),
        "another version": unicode_path(raw, "café.py", version=2),
        "nothing in it": extra(0x7075, b""),
    }.items():
        part = Part(name=raw, data=SOURCE, central_extra=field_, local_extra=field_)
        yield _case(f"Unicode path with {name}", archive(MODEL, part), "name-mismatch")
    bad_text = extra(0x7075, b"\x01" + zlib.crc32(raw).to_bytes(4, "little") + b"caf\xe9.py")
    part = Part(name=raw, data=SOURCE, central_extra=bad_text)
    yield _case("Unicode path that is not UTF-8", archive(MODEL, part), "name-encoding")
    plain = Part(name=b"b.py", data=SOURCE, local_extra=unicode_path(b"b.py", "c.py"))
    yield _case("Unicode path of an ASCII name, local only", archive(MODEL, plain), "name-mismatch")
    flagged = Part(name=b"b.py", data=SOURCE, flags=UTF8, central_extra=unicode_path(b"b.py", "c.py"))
    yield _case("Unicode path beside the UTF-8 flag", archive(MODEL, flagged), "name-mismatch")
    old_reading = unicode_path("é.py".encode(), "\u251c\u2310.py")
    both_ways = Part(name="é.py".encode(), data=SOURCE, central_extra=old_reading)
    yield _case("Unicode path that reads UTF-8 as the old set", archive(MODEL, both_ways), "name-mismatch")


def _collisions() -> Iterator[Case]:
    nfc, nfd = "café.py", unicodedata.normalize("NFD", "café.py")
    pairs = {
        ("duplicate-name", "same name"): (b"b.py", b"b.py"),
        ("duplicate-name", "same name behind ./"): (b"b.py", b"./b.py"),
        ("duplicate-name", "folder twice"): (b"src/", b"src/"),
        ("colliding-name", "case"): (b"b.py", b"B.py"),
        ("colliding-name", "case of a folder"): (b"src/b.py", b"Src/c.py"),
        ("colliding-name", "case fold of sharp s"): ("straße.py".encode(), b"strasse.py"),
        ("colliding-name", "Unicode form"): (nfc.encode(), nfd.encode()),
        ("colliding-name", "compatibility form"): ("\ufb01t.py".encode(), b"fit.py"),
        ("colliding-name", "full-width letters"): ("\uff42.py".encode(), b"b.py"),
        ("colliding-name", "Kelvin sign"): ("\u212a.py".encode(), b"k.py"),
        ("colliding-name", "file and folder by case"): (b"LICENSE", b"license/b.py"),
        ("file-as-folder", "file first"): (b"LICENSE", b"LICENSE/b.py"),
        ("file-as-folder", "folder first"): (b"LICENSE/b.py", b"LICENSE"),
        ("file-as-folder", "listed folder"): (b"README/", b"README"),
        ("file-as-folder", "deep"): (b"a/README", b"a/README/c/d.py"),
    }
    for (rule, name), names in pairs.items():
        parts = (_part_of(raw) for raw in names)
        yield _case(f"collision: {name}", archive(MODEL, *parts), rule)


def _part_of(name: bytes) -> Part:
    if name.endswith(b"/"):
        return Part(name=name, method=STORE, attributes=FOLDER, flags=UTF8)
    return Part(name=name, data=SOURCE, flags=UTF8)


def _modes() -> Iterator[Case]:
    kinds = {"fifo": 0o010644, "character device": 0o020644, "block device": 0o060644, "socket": 0o140755}
    kinds |= {"folder mode on a file": 0o040755, "unknown kind": 0o150644, "another unknown kind": 0o170000}
    kinds |= {"set-user-id": 0o104755, "set-group-id": 0o102755, "sticky": 0o101644, "set-user-id alone": 0o004000}
    for system in (0, 3, 10, 19, 255):
        link = replace(MODEL, name=b"link.py", data=b"/etc/passwd", attributes=0o120777 << 16, made_by=system << 8 | 20)
        yield _case(f"symbolic link by system {system}", archive(MODEL, link), "link-entry")
    for name, mode in kinds.items():
        for system in (0, 3):
            part = replace(MODEL, name=b"b.py", attributes=mode << 16, made_by=system << 8 | 20)
            yield _case(f"{name} by system {system}", archive(MODEL, part), "special-file")
    for name, mode in {"fifo": 0o010755, "device": 0o060755, "regular": 0o100644, "set-group-id": 0o042755}.items():
        part = Part(name=b"src/", method=STORE, attributes=mode << 16)
        yield _case(f"{name} mode on a folder's name", archive(MODEL, part), "special-file")
    folder_link = Part(name=b"src/", method=STORE, data=b"/etc", attributes=0o120777 << 16)
    yield _case("symbolic link on a folder's name", archive(MODEL, folder_link), "link-entry")
    for name, bits, rule in (
        ("reparse point", 0x400, "link-entry"),
        ("DOS device", 0x40, "special-file"),
        ("volume label", 0x08, "special-file"),
        ("DOS folder without a slash", 0x10, "special-file"),
    ):
        yield _case(name, archive(MODEL, replace(MODEL, name=b"b.py", attributes=bits, made_by=20)), rule)
    old_unix = extra(0x000D, struct.pack("<LLHH", 0, 0, 0, 0) + b"/etc/passwd")
    yield _case("PKWARE link target", archive(MODEL, replace(MODEL, name=b"b.py", local_extra=old_unix)), "link-entry")
    asi = struct.pack("<HLHH", 0o120777, 11, 0, 0) + b"/etc/passwd"
    asi_field = extra(0x756E, zlib.crc32(asi).to_bytes(4, "little") + asi)
    yield _case("ASi link", archive(MODEL, replace(MODEL, name=b"b.py", central_extra=asi_field)), "link-entry")
    yield _case("ASi field too short", archive(replace(MODEL, local_extra=extra(0x756E, b"abcd"))), "malformed-record")
    streamed = extra(0x6C78, struct.pack("<BHHL", 7, 0x314, 0, 0o120777 << 16))
    yield _case(
        "libarchive's local link", archive(MODEL, replace(MODEL, name=b"b.py", local_extra=streamed)), "link-entry"
    )
    short = extra(0x6C78, b"\x04\x00")
    yield _case("libarchive's field too short", archive(replace(MODEL, local_extra=short)), "malformed-record")
    folder = Part(name=b"src/", method=STORE, data=b"#!/bin/sh\n", attributes=FOLDER)
    yield _case("folder with stored data", archive(MODEL, folder), "folder-with-data")
    yield _case("folder with deflated data", archive(MODEL, replace(folder, method=DEFLATE)), "folder-with-data")
    hidden = Part(name=b"./", method=STORE, raw=b"#!/bin/sh\n", attributes=FOLDER, both={"packed": 10})
    yield _case("folder with bytes that unpack to none", archive(MODEL, hidden), "size-mismatch")


def _headers() -> Iterator[Case]:
    lies = {"method": STORE, "crc": 1, "packed": 1, "unpacked": 1, "flags": UTF8}
    for name, value in lies.items():
        yield _case(f"local {name} differs", archive(replace(MODEL, local={name: value})), "header-mismatch")
    yield _case("local name differs", archive(replace(MODEL, local={"name": b"other.py"})), "name-mismatch")
    yield _case("local name differs in case", archive(replace(MODEL, local={"name": b"Model.py"})), "name-mismatch")
    flagged = replace(MODEL, central={"flags": DESCRIPTOR})
    yield _case("descriptor flag in the directory only", archive(flagged), "header-mismatch")
    yield _case(
        "descriptor flag in the local header only", archive(replace(MODEL, local={"flags": 8})), "header-mismatch"
    )
    for bit in (0, 6, 13):
        yield _case(f"encryption flag {bit}", archive(replace(MODEL, flags=1 << bit)), "encrypted-entry")
    yield _case(
        "encryption flag in the local header only", archive(replace(MODEL, local={"flags": 1})), "encrypted-entry"
    )
    aes = extra(0x9901, struct.pack("<HHBH", 2, 0x4541, 3, 8))
    yield _case(
        "AES", archive(replace(MODEL, both={"method": 99}, local_extra=aes, central_extra=aes)), "encrypted-entry"
    )
    strong = replace(MODEL, central_extra=extra(0x0017, b"\x02\x00\x01\x00"))
    yield _case("strong encryption header", archive(strong), "encrypted-entry")
    for bit in (4, 5, 7, 8, 9, 10, 12, 14, 15):
        yield _case(f"flag {bit}", archive(replace(MODEL, flags=1 << bit)), "unsupported-compression")
    for method in (1, 6, 9, 12, 14, 93, 95, 98, 99, 65535):
        yield _case(f"method {method}", archive(replace(MODEL, both={"method": method})), "unsupported-compression")
    yield _case("entry on another disk", archive(replace(MODEL, central={"disk": 1})), "multi-disk")


def _descriptors() -> Iterator[Case]:
    part = replace(MODEL, flags=DESCRIPTOR)
    crc, packed, unpacked = zlib.crc32(SOURCE), len(deflate(SOURCE)), len(SOURCE)
    lies = {"checksum": (1, packed, unpacked), "packed size": (crc, 1, unpacked), "size": (crc, packed, 1)}
    for name, values in lies.items():
        data = archive(replace(part, descriptor=signed_descriptor(*values)), MODEL2)
        yield _case(f"descriptor with another {name}", data, "header-mismatch")
    yield _case("descriptor missing", archive(replace(part, descriptor=b""), MODEL2), "malformed-record")
    short = signed_descriptor(crc, packed, unpacked)[:-1]
    yield _case("descriptor cut short", archive(replace(part, descriptor=short), MODEL2), "malformed-record")
    wide = signed_descriptor(crc, packed, unpacked, wide=True)
    yield _case("wide descriptor without ZIP64", archive(replace(part, descriptor=wide), MODEL2), "malformed-record")
    longer = signed_descriptor(crc, packed, unpacked) + b"#"
    yield _case("bytes behind the descriptor", archive(replace(part, descriptor=longer), MODEL2), "malformed-record")
    yield _case("descriptor without its flag", archive(replace(MODEL, descriptor=wide), MODEL2), "unaccounted-bytes")


MODEL2 = replace(MODEL, name=b"model2.py")


def _sizes() -> Iterator[Case]:
    size, packed = len(SOURCE), len(deflate(SOURCE))
    stored = replace(MODEL, method=STORE)
    yield _case("size too small", archive(replace(MODEL, both={"unpacked": size - 1})), "size-mismatch")
    yield _case("size too large", archive(replace(MODEL, both={"unpacked": size + 1})), "size-mismatch")
    yield _case("size zero", archive(replace(MODEL, both={"unpacked": 0})), "size-mismatch")
    yield _case("stored size too small", archive(replace(stored, both={"unpacked": 1})), "size-mismatch")
    yield _case("stored size too large", archive(replace(stored, both={"unpacked": size + 1})), "size-mismatch")
    yield _case("checksum", archive(replace(MODEL, both={"crc": 1})), "checksum-mismatch")
    yield _case("checksum of stored data", archive(replace(stored, both={"crc": 1})), "checksum-mismatch")
    trailing = replace(MODEL, raw=deflate(SOURCE) + b"#!/bin/sh\n")
    yield _case("bytes behind the deflate stream", archive(trailing), "size-mismatch")
    yield _case("deflate stream cut short", archive(replace(MODEL, raw=deflate(SOURCE)[:-4])), "size-mismatch")
    yield _case("no deflate stream", archive(replace(MODEL, raw=b"")), "size-mismatch")
    yield _case("two deflate streams", archive(replace(MODEL, raw=deflate(SOURCE) * 2)), "size-mismatch")
    yield _case("not a deflate stream", archive(replace(MODEL, raw=b"\xff" * 40)), "damaged-data")
    zlib_stream = replace(MODEL, raw=zlib.compress(SOURCE))
    yield _case("zlib in place of raw deflate", archive(zlib_stream), "damaged-data")
    yield _case(
        "packed size reaches into the directory",
        archive(replace(MODEL, both={"packed": packed + 1})),
        "overlapping-entries",
    )
    yield _case("packed size too small", archive(replace(MODEL, both={"packed": packed - 1})), "unaccounted-bytes")
    liar = replace(MODEL, raw=deflate(bytes(4 * MIB)), both={"unpacked": 10, "crc": 0})
    yield _case("bomb that promises ten bytes", archive(liar), "size-mismatch")


def _zip64() -> Iterator[Case]:
    size, packed = len(SOURCE), len(deflate(SOURCE))
    missing = replace(MODEL, both={"unpacked": MAX32})
    yield _case("ZIP64 sentinel without a field", archive(missing), "zip64-contradiction")
    yield _case(
        "offset sentinel without a field", archive(replace(MODEL, central={"offset": MAX32})), "zip64-contradiction"
    )
    contradicting = replace(MODEL, central_extra=zip64(size + 1, packed))
    yield _case("ZIP64 field beside other sizes", archive(contradicting), "zip64-contradiction")
    partly = replace(MODEL, central={"unpacked": MAX32}, central_extra=zip64(size, packed + 1))
    yield _case("ZIP64 field with a surplus lie", archive(partly), "zip64-contradiction")
    odd = replace(MODEL, central={"unpacked": MAX32}, central_extra=extra(1, b"\0" * 7))
    yield _case("ZIP64 field of seven bytes", archive(odd), "zip64-contradiction")
    short = replace(
        MODEL, both={"unpacked": MAX32, "packed": MAX32}, central_extra=zip64(size), local_extra=zip64(size)
    )
    yield _case("ZIP64 field too short", archive(short), "zip64-contradiction")
    surplus = replace(MODEL, central_extra=zip64(size, packed, 0, 0))
    yield _case("ZIP64 field too long", archive(surplus), "zip64-contradiction")
    differ = replace(MODEL, local={"unpacked": MAX32, "packed": MAX32}, local_extra=zip64(size + 1, packed))
    yield _case("local ZIP64 size differs", archive(differ), "header-mismatch")
    twice = replace(MODEL, central={"unpacked": MAX32}, central_extra=zip64(size) + zip64(size + 1))
    yield _case("two ZIP64 fields", archive(twice), "malformed-record")
    far = replace(MODEL, central={"offset": MAX32}, central_extra=zip64(1 << 62))
    yield _case("huge ZIP64 offset", archive(far), "unaccounted-bytes")
    most = replace(MODEL, central={"offset": MAX32}, central_extra=zip64((1 << 64) - 1))
    yield _case("negative ZIP64 offset, second entry", archive(MODEL2, most), "unaccounted-bytes")
    huge = replace(
        MODEL,
        both={"packed": MAX32, "unpacked": MAX32},
        central_extra=zip64(1 << 63, 1 << 63),
        local_extra=zip64(1 << 63, 1 << 63),
    )
    yield _case("huge ZIP64 sizes", archive(huge), "overlapping-entries")
    for name, lies in {
        "other count": {"entries": 2, "entries_here": 2},
        "other size": {"size": 1},
        "other start": {"start": 1},
        "other length": {"behind": 45},
        "no length": {"behind": 0},
        "other place": {"place": 1},
        "place behind the end": {"place": 1 << 63},
    }.items():
        yield _case(f"ZIP64 end record with {name}", archive(MODEL, end64=lies), "zip64-contradiction")
    for name, lies in {
        "on another disk": {"disk": 1},
        "counting fewer here": {"entries_here": 0},
        "located on another disk": {"locator_disk": 1},
        "of two disks": {"disks": 2},
    }.items():
        yield _case(f"ZIP64 end record {name}", archive(MODEL, end64=lies), "multi-disk")
    wide_lie = archive(MODEL, end64={"entries": 9, "entries_here": 9}, end={"entries": 0xFFFF, "entries_here": 0xFFFF})
    yield _case("ZIP64 end record counts more than there are", wide_lie, "malformed-record")
    no_record = archive(MODEL, behind_directory=struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1))
    yield _case("ZIP64 locator without a record", no_record, "zip64-contradiction")
    fake = replace(MODEL, comment=struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1))
    yield _case("ZIP64 locator in an entry's comment", archive(fake), "zip64-contradiction")


def _end_records() -> Iterator[Case]:
    whole = archive(MODEL)
    yield _case("nothing", b"", "not-a-zip")
    yield _case("text", b"print('hello')\n" * 20, "not-a-zip")
    yield _case("tar", _tar(), "not-a-zip")
    yield _case("gzip", gzip.compress(SOURCE), "not-a-zip")
    yield _case("end record cut short", whole[:-1], "not-a-zip")
    yield _case("half an archive", whole[: len(whole) // 2], "not-a-zip")
    yield _case("signature only", b"PK\x05\x06", "not-a-zip")
    yield _case(
        "comment that is another end record", archive(MODEL, comment=end_record(0, 0, 0)), "ambiguous-end-record"
    )
    inner = archive(Part(name=b"evil.py", data=b"x = 1\n"))
    yield _case("comment that is another archive", archive(MODEL, comment=inner), "ambiguous-end-record")
    yield _case("comment with the signature", archive(MODEL, comment=b"PK\x05\x06"), "ambiguous-end-record")
    yield _case("comment longer than the file", archive(MODEL, end={"comment_length": 9}), "ambiguous-end-record")
    yield _case(
        "comment shorter than what follows",
        archive(MODEL, comment=b"abc", end={"comment_length": 1}),
        "unaccounted-bytes",
    )
    yield _case("two end records", whole + end_record(0, 0, 0), "unaccounted-bytes")
    yield _case("two archives", whole + archive(MODEL2), "unaccounted-bytes")
    yield _case(
        "count too small", archive(MODEL, MODEL2, end={"entries": 1, "entries_here": 1}), "ambiguous-end-record"
    )
    yield _case("count too large", archive(MODEL, end={"entries": 2, "entries_here": 2}), "malformed-record")
    yield _case("count zero", archive(MODEL, end={"entries": 0, "entries_here": 0}), "ambiguous-end-record")
    yield _case(
        "count at its sentinel", archive(MODEL, end={"entries": 0xFFFF, "entries_here": 0xFFFF}), "too-many-files"
    )
    yield _case("counts differ", archive(MODEL, end={"entries_here": 0}), "multi-disk")
    yield _case("disk number", archive(MODEL, end={"disk": 1}), "multi-disk")
    yield _case("start disk number", archive(MODEL, end={"start_disk": 1}), "multi-disk")
    yield _case(
        "disk numbers at their sentinel", archive(MODEL, end={"disk": 0xFFFF, "start_disk": 0xFFFF}), "multi-disk"
    )
    yield _case("directory starts too early", archive(MODEL, end={"start": 0}), "unaccounted-bytes")
    yield _case("directory starts too late", archive(MODEL, end={"start": len(whole)}), "ambiguous-end-record")
    yield _case("directory starts at the sentinel", archive(MODEL, end={"start": MAX32}), "ambiguous-end-record")
    yield _case("directory too small", archive(MODEL, end={"size": 1}), "unaccounted-bytes")
    yield _case("directory too large", archive(MODEL, end={"size": 1000}), "ambiguous-end-record")
    yield _case("directory empty", end_record(1, 0, 0), "ambiguous-end-record")


def _stray_bytes() -> Iterator[Case]:
    whole = archive(MODEL, MODEL2)
    yield _case("script in front", b"#!/bin/sh\nid\n" + whole, "unaccounted-bytes")
    yield _case("script in front that offsets know of", archive(MODEL, front=b"#!/bin/sh\nid\n"), "unaccounted-bytes")
    yield _case("image in front", archive(MODEL, front=b"\x89PNG\r\n\x1a\n"), "unaccounted-bytes")
    yield _case("bytes between entries", archive(MODEL, MODEL2, between=b"\0"), "unaccounted-bytes")
    unlisted = body(Part(name=b"hidden.py", data=SOURCE))
    yield _case("entry that the directory does not list", archive(MODEL, MODEL2, between=unlisted), "unaccounted-bytes")
    yield _case("unlisted entry in front", archive(MODEL, front=unlisted), "unaccounted-bytes")
    yield _case("bytes behind the directory", archive(MODEL, behind_directory=b"\0" * 30), "unaccounted-bytes")
    signature = b"PK\x05\x05" + struct.pack("<H", 4) + b"sign"
    yield _case("directory with a signature record", archive(MODEL, behind_directory=signature), "unaccounted-bytes")
    yield _case("bytes behind the end", whole + b"x", "unaccounted-bytes")
    yield _case("line break behind the end", whole + b"\n", "unaccounted-bytes")
    yield _case("padding behind the end", whole + bytes(4096), "unaccounted-bytes")
    yield _case("much behind the end", whole + b"x" * 70_000, "unaccounted-bytes")


def _overlaps() -> Iterator[Case]:
    first = body(MODEL)
    shared = central_record(MODEL, 0) + central_record(MODEL2, 0)
    yield _case(
        "two names for one entry", first + shared + end_record(2, len(shared), len(first)), "overlapping-entries"
    )
    yield _case("overlap by fields", _field_overlap(), "overlapping-entries")
    quoted = _quoted_overlap(40)
    yield _case("quoted overlap", quoted, "overlapping-entries")
    kernel = Part(name=b"inner.py", data=SOURCE)
    inner = body(kernel)
    outer = Part(name=b"outer.py", data=inner, method=STORE)
    listing = central_record(outer, 0) + central_record(kernel, len(body(outer)) - len(inner))
    yield _case(
        "entry inside another's data",
        body(outer) + listing + end_record(2, len(listing), len(body(outer))),
        "overlapping-entries",
    )
    listing = central_record(MODEL, len(first))
    yield _case(
        "entry inside the directory", first + listing + end_record(1, len(listing), len(first)), "unaccounted-bytes"
    )
    off = central_record(MODEL, 1)
    yield _case("offset beside the header", first + off + end_record(1, len(off), len(first)), "unaccounted-bytes")


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


def _damage() -> Iterator[Case]:
    for name, lies in {
        "local": {"local": {"signature": b"PK\x03\x05"}},
        "central": {"central": {"signature": b"PK\x01\x03"}},
    }.items():
        yield _case(f"{name} signature", archive(replace(MODEL, **lies)), "malformed-record")  # type: ignore[arg-type] # keywords by name
    for name in ("name_length", "extra_length"):
        for record in ("local", "central"):
            lie = replace(MODEL, **{record: {name: 0xFFFF}})  # type: ignore[arg-type] # keywords by name
            yield _case(f"{record} {name} too large", archive(lie), "malformed-record")
    yield _case(
        "comment length too large", archive(replace(MODEL, central={"comment_length": 500})), "malformed-record"
    )
    for name, field_ in {
        "claims more": struct.pack("<HH", 0xCAFE, 40) + b"abcd",
        "of one byte": b"\0",
        "of three zeros": b"\0\0\0",
        "twice": extra(0xCAFE, b"") * 2,
        "in numbers": b"".join(extra(kind, b"") for kind in range(0x2000, 0x2000 + 500)),
    }.items():
        yield _case(f"local extra field {name}", archive(replace(MODEL, local_extra=field_)), "malformed-record")
        yield _case(f"central extra field {name}", archive(replace(MODEL, central_extra=field_)), "malformed-record")


def _contents() -> Iterator[Case]:
    programs = {
        "ELF": b"\x7fELF\x02\x01\x01" + bytes(57),
        "PE": b"MZ" + bytes(58) + struct.pack("<L", 64) + b"PE\0\0" + bytes(20),
        "Mach-O": b"\xcf\xfa\xed\xfe" + bytes(28),
        "universal Mach-O": b"\xca\xfe\xba\xbe" + bytes(28),
        "WebAssembly": b"\0asm\x01\0\0\0",
        "compiled Python": b"\xa7\x0d\x0d\x0a" + bytes(12) + b"\xe3",
        **{
            f"pickle, protocol {protocol}": pickle.dumps({"weights": [1.5, None, "x"]}, protocol)
            for protocol in range(6)
        },
        "pickle that would run a command": b"cos\nsystem\n(S'id'\ntR.",
        "pickle that would run a command, another way": b"(S'id'\nios\nsystem\n.",
        "long pickle": pickle.dumps([str(number) for number in range(30_000)], 0),
    }
    for name, content in programs.items():
        for path in (b"b.py", b"b.json", b"LICENSE"):
            yield _case(
                f"{name} as {path.decode()}", archive(MODEL, Part(name=path, data=content)), "disguised-content"
            )
    archives = {
        "ZIP": archive(MODEL2),
        "empty ZIP": end_record(0, 0, 0),
        "ZIP behind text": SOURCE + archive(MODEL2),
        "ZIP behind text with a comment": SOURCE + archive(MODEL2, comment=b"# comment"),
        "gzip": gzip.compress(SOURCE),
        "tar": _tar(),
        "old tar": _tar(tarfile.USTAR_FORMAT).replace(b"ustar\x0000", bytes(8), 1),
        "bzip2": b"BZh91AY&SY" + bytes(20),
        "xz": b"\xfd7zXZ\x00" + bytes(20),
        "7-Zip": b"7z\xbc\xaf\x27\x1c" + bytes(20),
        "RAR": b"Rar!\x1a\x07\x01\x00" + bytes(20),
        "Zstandard": b"\x28\xb5\x2f\xfd" + bytes(20),
        "cpio": b"070701" + b"0" * 104,
        "ar": b"!<arch>\n",
    }
    for name, content in archives.items():
        if name == "old tar":
            content = _old_tar(content)
        for path in (b"b.py", b"b.txt", b"NOTICE"):
            yield _case(f"{name} as {path.decode()}", archive(MODEL, Part(name=path, data=content)), "nested-archive")
    yield _case("ZIP under its own name", archive(MODEL, Part(name=b"b.zip", data=archives["ZIP"])), "unsupported-type")
    yield _case(
        "ZIP among the bookkeeping", archive(MODEL, Part(name=b"__MACOSX/b", data=archives["ZIP"])), "nested-archive"
    )
    taken = {"suffixes": (".py", ".safetensors", ".zip")}
    for name, content, rule in (
        ("ZIP", archives["ZIP"], "nested-archive"),
        ("ELF", programs["ELF"], "disguised-content"),
        ("pickle", programs["pickle, protocol 2"], "disguised-content"),
    ):
        yield _case(f"{name} as data", archive(MODEL, Part(name=b"b.safetensors", data=content)), rule, **taken)
    yield _case(
        "ZIP where a policy takes ZIP names",
        archive(MODEL, Part(name=b"b.zip", data=archives["ZIP"])),
        "nested-archive",
        **taken,
    )
    yield from _encodings()


def _encodings() -> Iterator[Case]:
    texts = {
        "byte-order mark": b"\xef\xbb\xbf" + SOURCE,
        "UTF-16 with a mark": SOURCE.decode().encode("utf-16"),
        "UTF-16 without a mark": SOURCE.decode().encode("utf-16-le"),
        "UTF-32": SOURCE.decode().encode("utf-32-be"),
        "NUL byte": SOURCE + b"\0",
        "latin-1": b"# caf\xe9\n" + SOURCE,
        "overlong UTF-8": b"# \xc0\xaf\n",
        "surrogate": b"# \xed\xa0\x80\n",
        "UTF-8 cut short": SOURCE + b"\xe2\x82",
        "random bytes": bytes(range(128, 256)),
    }
    for name, content in texts.items():
        yield _case(f"text: {name}", archive(MODEL, Part(name=b"b.py", data=content)), "text-encoding")
        yield _case(f"text file: {name}", archive(MODEL, Part(name=b"README", data=content)), "text-encoding")
    for cookie in (
        b"# coding: utf-7",
        b"#!/bin/sh\r# -*- coding=latin-1 -*-",
        b"\n \t# vim: set fileencoding=rot13 :",
        b"# coding:utf_16",
    ):
        data = archive(MODEL, Part(name=b"b.py", data=cookie + b"\nx = 1\n"))
        yield _case(f"encoding declaration {cookie!r}", data, "text-encoding")


def _types() -> Iterator[Case]:
    names = (
        b"weights.pt",
        b"b.so",
        b"b.pyc",
        b"b.pyd",
        b"Makefile",
        b"b",
        b"b.PY",
        b"b.pyw",
        b"license",
        b"b.py.bak",
        b"b.ipynb",
        b"b.tar.gz",
    )
    for name in names:
        yield _case(f"type {name.decode()}", archive(MODEL, Part(name=name, data=b"x")), "unsupported-type")
    several = (Part(name=b"a.so", data=b"x"), Part(name=b"../b.py", data=b"x"), Part(name=b"c.py", data=b"\0"))
    yield _case("three causes at once", archive(MODEL, *several), "unsupported-type", "path-traversal", "text-encoding")


def _limits() -> Iterator[Case]:
    many = [Part(name=f"m{number}.py".encode(), data=b"", method=STORE) for number in range(30)]
    yield _case("too many files", archive(*many), "too-many-files", files=29)
    folders = [Part(name=f"f{number}/".encode(), method=STORE, attributes=FOLDER) for number in range(30)]
    yield _case("too many folders", archive(MODEL, *folders), "too-many-files", files=15)
    system = [Part(name=f"__MACOSX/{number}".encode(), method=STORE) for number in range(30)]
    yield _case("too many ignored files", archive(MODEL, *system), "too-many-files", files=30)
    noise = bytes(range(32, 127)) * 24_000
    yield _case("file too large", archive(replace(MODEL, data=noise)), "file-too-large")
    yield _case("file too large for another policy", archive(MODEL), "file-too-large", file_bytes=len(SOURCE) - 1)
    yield _case("total too large", archive(MODEL, MODEL2), "total-too-large", total_bytes=2 * len(SOURCE) - 1)
    yield _case("archive too large", archive(MODEL), "archive-too-large", archive_bytes=len(archive(MODEL)) - 1)
    yield _case("compression ratio", archive(replace(MODEL, data=b"#" * MIB)), "excessive-compression")
    bomb = replace(MODEL, data=b" " * (64 * KIB + 5000))
    yield _case("compression ratio of another policy", archive(bomb), "excessive-compression", compression_ratio=2)


def _choices() -> Iterator[Case]:
    yield _case("no entries", archive(), "empty-archive")
    yield _case("folders only", archive(Part(name=b"src/", method=STORE, attributes=FOLDER)), "empty-archive")
    yield _case("bookkeeping only", archive(Part(name=b"__MACOSX/._b.py", data=b"x")), "empty-archive")
    wrapped = archive(replace(MODEL, name=b"project/model.py"))
    yield _case("root folder refused", wrapped, "root-folder", root_folder="refuse")
    for name in (b"__MACOSX/._model.py", b".DS_Store", b"src/.DS_Store", b"META-INF/MANIFEST.MF"):
        data = archive(MODEL, Part(name=name, data=b"x"))
        yield _case(f"bookkeeping refused: {name.decode()}", data, "os-metadata", os_metadata="reject")


def _tar(form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        member = tarfile.TarInfo("model.py")
        member.size = len(SOURCE)
        tar.addfile(member, io.BytesIO(SOURCE))
    return buffer.getvalue()


def _old_tar(data: bytes) -> bytes:
    """A tar whose header has no mark, only its checksum, which is made to fit again."""
    header = data[:148] + b" " * 8 + data[156:512]
    return header[:148] + f"{sum(header):06o}\0 ".encode() + header[156:] + data[512:]
