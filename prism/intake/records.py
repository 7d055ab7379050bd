"""The records of an entry, parsed from the archive's bytes into typed form; nothing is judged but their shape."""

import struct
from collections.abc import Mapping, Sequence

import msgspec

from prism.intake.refusal import refused
from prism.intake.rules import MALFORMED_RECORD, MULTI_DISK, ZIP64_CONTRADICTION

FLAG_ENCRYPTED = 1 << 0
FLAG_LEVEL = 0b110
FLAG_DESCRIPTOR = 1 << 3
FLAG_STRONG_ENCRYPTION = 1 << 6
FLAG_UTF8 = 1 << 11
FLAG_MASKED = 1 << 13

METHOD_STORE = 0
METHOD_DEFLATE = 8

EXTRA_ZIP64 = 0x0001
EXTRA_PKWARE_UNIX = 0x000D
EXTRA_STRONG_ENCRYPTION = 0x0017
EXTRA_LIBARCHIVE = 0x6C78
EXTRA_UNICODE_PATH = 0x7075
EXTRA_ASI_UNIX = 0x756E
EXTRA_AES_ENCRYPTION = 0x9901

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_LOCAL_SIGNATURE = b"PK\x03\x04"
DESCRIPTOR_SIGNATURE = b"PK\x07\x08"
_NARROW = struct.Struct("<3L")
_WIDE = struct.Struct("<L2Q")
_SENTINEL = 0xFFFFFFFF
_MAX_EXTRAS = 32
_KEPT_EXTRAS = frozenset(
    {
        EXTRA_ZIP64,
        EXTRA_PKWARE_UNIX,
        EXTRA_STRONG_ENCRYPTION,
        EXTRA_LIBARCHIVE,
        EXTRA_UNICODE_PATH,
        EXTRA_ASI_UNIX,
        EXTRA_AES_ENCRYPTION,
    }
)

LOCAL_SIZE = _LOCAL.size


class Central(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in the central directory, ZIP64 values in place; ``end`` is the byte behind the record."""

    name: bytes
    version: int
    """Of the format, times ten, that is needed to read the entry."""
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    attributes: int
    offset: int
    extra: Mapping[int, bytes]
    end: int


class Local(msgspec.Struct, frozen=True, kw_only=True):
    """An entry's local header, ZIP64 values in place; ``end`` is the first byte of the data."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    extra: Mapping[int, bytes]
    end: int


class Descriptor(msgspec.Struct, frozen=True, kw_only=True):
    """What a writer that could not seek says behind the data."""

    crc: int
    packed: int
    unpacked: int


def read_central(data: bytes, position: int, end: int) -> Central:
    """The central directory's record at a position; it must not reach behind ``end``."""
    if position + _CENTRAL.size > end or data[position : position + 4] != _CENTRAL_SIGNATURE:
        raise refused(MALFORMED_RECORD, "The list of entries is damaged: a record does not begin where it should.")
    fields = _CENTRAL.unpack_from(data, position)
    version, flags, method = fields[2] & 0xFF, fields[3], fields[4]
    crc, packed, unpacked = fields[7:10]
    disk, attributes, offset = fields[13], fields[15], fields[16]
    name, extra, stop = _tail(data, position + _CENTRAL.size, fields[10:13], end)
    if disk != 0:
        raise refused(MULTI_DISK, "The entry says that it begins on another disk.", name=name)
    unpacked, packed, offset = _widened(extra.get(EXTRA_ZIP64), (unpacked, packed, offset), name)
    return Central(
        name=name,
        version=version,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        unpacked=unpacked,
        attributes=attributes,
        offset=offset,
        extra=extra,
        end=stop,
    )


def read_local(data: bytes, central: Central, end: int) -> Local:
    """The local header that a central record points at; it must not reach behind ``end``."""
    position = central.offset
    if position + _LOCAL.size > end or data[position : position + 4] != _LOCAL_SIGNATURE:
        raise refused(MALFORMED_RECORD, "No local header is where the list of entries says.", name=central.name)
    _, _, flags, method, _, _, crc, packed, unpacked, *lengths = _LOCAL.unpack_from(data, position)
    name, extra, stop = _tail(data, position + _LOCAL.size, (*lengths, 0), end)
    unpacked, packed = _widened(extra.get(EXTRA_ZIP64), (unpacked, packed), central.name)
    return Local(
        name=name, flags=flags, method=method, crc=crc, packed=packed, unpacked=unpacked, extra=extra, end=stop
    )


def read_descriptor(field: bytes, central: Central, local: Local) -> Descriptor:
    """The data descriptor that fills a gap exactly, with or without its signature.

    Behind stored data the signature is no option: who reads from a pipe has nothing else to find the end by.
    Its sizes are wide where the local header has a ZIP64 field; where only the central directory has one, writers
    differ, and the length of the gap tells.
    """
    layouts = (
        (_WIDE,) if EXTRA_ZIP64 in local.extra else (_NARROW, _WIDE) if EXTRA_ZIP64 in central.extra else (_NARROW,)
    )
    for layout in layouts:
        is_signed = len(field) == layout.size + 4 and field.startswith(DESCRIPTOR_SIGNATURE)
        if is_signed or (len(field) == layout.size and central.method != METHOD_STORE):
            crc, packed, unpacked = layout.unpack(field[-layout.size :])
            return Descriptor(crc=crc, packed=packed, unpacked=unpacked)
    raise refused(MALFORMED_RECORD, "The data descriptor is missing, or not alone behind the data.", name=central.name)


def _tail(data: bytes, position: int, lengths: Sequence[int], end: int) -> tuple[bytes, Mapping[int, bytes], int]:
    """Name, extra fields and the byte behind the comment of a record whose fixed part ends at a position."""
    name_end = position + lengths[0]
    extra_end = name_end + lengths[1]
    stop = extra_end + lengths[2]
    if stop > end:
        raise refused(
            MALFORMED_RECORD, "A record claims more bytes than there are.", name=data[position : min(name_end, end)]
        )
    name = data[position:name_end]
    return name, _extra_fields(data[name_end:extra_end], name), stop


def _extra_fields(raw: bytes, name: bytes) -> Mapping[int, bytes]:
    """The extra fields that mean something here, by kind; the others (times, owners) are only walked over.

    Each kind may appear once: which of two counts is anybody's guess.
    """
    kinds: set[int] = set()
    kept: dict[int, bytes] = {}
    position = 0
    while position < len(raw):
        kind = int.from_bytes(raw[position : position + 2], "little")
        stop = position + 4 + int.from_bytes(raw[position + 2 : position + 4], "little")
        if position + 4 > len(raw) or stop > len(raw):
            raise refused(MALFORMED_RECORD, "An extra field claims more bytes than there are.", name=name)
        if kind in kinds or len(kinds) == _MAX_EXTRAS:
            raise refused(MALFORMED_RECORD, f"Extra fields repeat, or are more than {_MAX_EXTRAS}.", name=name)
        kinds.add(kind)
        if kind in _KEPT_EXTRAS:
            kept[kind] = raw[position + 4 : stop]
        position = stop
    return kept


def _widened(field: bytes | None, narrow: tuple[int, ...], name: bytes) -> tuple[int, ...]:
    """The 32-bit values with those at the sentinel replaced by the ZIP64 field's.

    The field holds the replaced values only. Some writers go on with values that needed no replacing, which is taken
    where these stand behind all replaced ones and repeat the 32-bit values: then every reader takes the same ones.
    """
    wide_count = narrow.count(_SENTINEL)
    if field is None and wide_count == 0:
        return narrow
    if field is None:
        raise refused(ZIP64_CONTRADICTION, "A size or offset points at a ZIP64 field that is not there.", name=name)
    values = [int.from_bytes(field[at : at + 8], "little") for at in range(0, len(field), 8)]
    is_exact = len(values) == wide_count
    is_repeating = (
        _SENTINEL not in narrow[wide_count:] and tuple(values[wide_count:]) == narrow[wide_count : len(values)]
    )
    if len(field) % 8 or len(values) < wide_count or not (is_exact or is_repeating):
        raise refused(ZIP64_CONTRADICTION, "The ZIP64 field contradicts the fields it extends.", name=name)
    source = iter(values)
    return tuple(next(source) if value == _SENTINEL else value for value in narrow)
