"""Writes ZIP archives byte by byte, so that a test can lie about every single field."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

STORE = 0
DEFLATE = 8
UTF8 = 0x800
DESCRIPTOR = 0x8
REGULAR = 0o100644 << 16
FOLDER = 0o040755 << 16 | 0x10
UNIX = 3 << 8 | 30

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One entry. ``both``, ``local`` and ``central`` replace header fields by name; the rest is what is true."""

    name: bytes
    data: bytes = b""
    method: int = DEFLATE
    flags: int = 0
    attributes: int = REGULAR
    made_by: int = UNIX
    needed: int = 20
    local_extra: bytes = b""
    central_extra: bytes = b""
    comment: bytes = b""
    raw: bytes | None = None
    """Packed bytes in place of those that ``method`` gives."""
    descriptor: bytes | None = None
    """Bytes behind the data; with the descriptor flag and none given, an ordinary signed one."""
    both: Mapping[str, int] = field(default_factory=dict)
    local: Mapping[str, int | bytes] = field(default_factory=dict)
    central: Mapping[str, int | bytes] = field(default_factory=dict)
    time: int = 0x1CCC
    date: int = 0x5D77


def packed_bytes(part: Part) -> bytes:
    if part.raw is not None:
        return part.raw
    return deflate(part.data) if part.method == DEFLATE else part.data


def deflate(data: bytes, level: int = 6) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def extra(kind: int, payload: bytes) -> bytes:
    return struct.pack("<HH", kind, len(payload)) + payload


def zip64(*values: int) -> bytes:
    return extra(0x0001, struct.pack(f"<{len(values)}Q", *values))


def unicode_path(name: bytes, text: str, *, version: int = 1, crc: int | None = None) -> bytes:
    checksum = zlib.crc32(name) if crc is None else crc
    return extra(0x7075, struct.pack("<BL", version, checksum) + text.encode())


def signed_descriptor(crc: int, packed: int, unpacked: int, *, wide: bool = False, signed: bool = True) -> bytes:
    return (b"PK\x07\x08" if signed else b"") + struct.pack("<LQQ" if wide else "<LLL", crc, packed, unpacked)


def facts(part: Part) -> dict[str, int]:
    """What is true of an entry, under the names by which it can be lied about."""
    return {"crc": zlib.crc32(part.data), "packed": len(packed_bytes(part)), "unpacked": len(part.data)}


def true_descriptor(part: Part, *, wide: bool = False, signed: bool = True) -> bytes:
    true = facts(part)
    return signed_descriptor(true["crc"], true["packed"], true["unpacked"], wide=wide, signed=signed)


def local_record(part: Part) -> bytes:
    values: dict[str, int | bytes] = {"flags": part.flags, "method": part.method, "signature": b"PK\x03\x04"}
    values |= {"name": part.name, "extra": part.local_extra, **facts(part)}
    if part.flags & DESCRIPTOR:
        values |= {"crc": 0, "packed": 0, "unpacked": 0}
    values |= {**part.both, **part.local}
    name, fields = bytes(values["name"]), bytes(values["extra"])
    head = _LOCAL.pack(
        *(values["signature"], part.needed, values["flags"], values["method"], part.time, part.date),
        *(values["crc"], values["packed"], values["unpacked"]),
        *(values.get("name_length", len(name)), values.get("extra_length", len(fields))),
    )
    return head + name + fields


def central_record(part: Part, offset: int) -> bytes:
    values: dict[str, int | bytes] = {"flags": part.flags, "method": part.method, "signature": b"PK\x01\x02"}
    values |= {"name": part.name, "extra": part.central_extra, "disk": 0, "offset": offset, **facts(part)}
    values |= {**part.both, **part.central}
    name, fields = bytes(values["name"]), bytes(values["extra"])
    head = _CENTRAL.pack(
        *(values["signature"], part.made_by, part.needed, values["flags"], values["method"], part.time, part.date),
        *(values["crc"], values["packed"], values["unpacked"]),
        *(values.get("name_length", len(name)), values.get("extra_length", len(fields))),
        *(values.get("comment_length", len(part.comment)), values["disk"], 0, part.attributes, values["offset"]),
    )
    return head + name + fields + part.comment


def body(part: Part) -> bytes:
    """Local header, data and data descriptor of one entry."""
    tail = part.descriptor
    if tail is None:
        tail = true_descriptor(part) if part.flags & DESCRIPTOR else b""
    return local_record(part) + packed_bytes(part) + tail


def end_record(
    entries: int, size: int, start: int, comment: bytes = b"", lies: Mapping[str, int] | None = None
) -> bytes:
    values = {"disk": 0, "start_disk": 0, "entries_here": entries, "entries": entries, "size": size, "start": start}
    values |= {"comment_length": len(comment), **(lies or {})}
    return _END.pack(b"PK\x05\x06", *values.values()) + comment


def end64_records(entries: int, size: int, start: int, place: int, lies: Mapping[str, int]) -> bytes:
    """ZIP64 end record and its locator; ``place`` is where the record stands in the archive."""
    values = {"behind": 44, "made_by": 45, "needed": 45, "disk": 0, "start_disk": 0}
    values |= {"entries_here": entries, "entries": entries, "size": size, "start": start}
    values |= {"locator_disk": 0, "place": place, "disks": 1, **lies}
    names = tuple(values)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", *(values[name] for name in names[:9]))
    return record + struct.pack("<4sLQL", b"PK\x06\x07", *(values[name] for name in names[9:]))


def archive(
    *parts: Part,
    front: bytes = b"",
    between: bytes = b"",
    behind_directory: bytes = b"",
    comment: bytes = b"",
    end: Mapping[str, int] | None = None,
    end64: Mapping[str, int] | None = None,
    order: Sequence[int] | None = None,
) -> bytes:
    """An archive of the given entries.

    ``front`` and ``between`` are bytes before the first and between all entries that offsets know of; ``end`` and
    ``end64`` replace fields of the end records (``end64`` adds them); ``order`` is that of the central directory.
    """
    data = front
    offsets = []
    for number, part in enumerate(parts):
        data += between if number else b""
        offsets.append(len(data))
        data += body(part)
    start = len(data)
    for number in order if order is not None else range(len(parts)):
        data += central_record(parts[number], offsets[number])
    size = len(data) - start
    data += behind_directory
    if end64 is not None:
        data += end64_records(len(parts), size, start, len(data), end64)
    return data + end_record(len(parts), size, start, comment, end)
