"""Judges what an entry's headers say: that they agree, that the entry can be read, that it is a file or a folder."""

import stat
import zlib
from collections.abc import Iterator

from prism.intake.layout import Entry
from prism.intake.records import (
    EXTRA_AES_ENCRYPTION,
    EXTRA_ASI_UNIX,
    EXTRA_LIBARCHIVE,
    EXTRA_PKWARE_UNIX,
    EXTRA_STRONG_ENCRYPTION,
    EXTRA_UNICODE_PATH,
    FLAG_DESCRIPTOR,
    FLAG_ENCRYPTED,
    FLAG_LEVEL,
    FLAG_MASKED,
    FLAG_STRONG_ENCRYPTION,
    FLAG_UTF8,
    METHOD_DEFLATE,
    METHOD_STORE,
)
from prism.intake.refusal import refused
from prism.intake.rules import (
    ENCRYPTED_ENTRY,
    FOLDER_WITH_DATA,
    HEADER_MISMATCH,
    LINK_ENTRY,
    MALFORMED_RECORD,
    NAME_ENCODING,
    NAME_MISMATCH,
    SPECIAL_FILE,
    UNSUPPORTED_COMPRESSION,
)

_NEWEST_VERSION = 45  # ZIP64; what came later is not read, and some readers leave out what asks for it
_ENCRYPTION_FLAGS = FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED
_ENCRYPTION_EXTRAS = {EXTRA_STRONG_ENCRYPTION, EXTRA_AES_ENCRYPTION}
_PKWARE_UNIX_TIMES_AND_OWNER = 12

_DOS_VOLUME_LABEL = 0x08
_DOS_FOLDER = 0x10
_DOS_DEVICE = 0x40
_WINDOWS_REPARSE_POINT = 0x400
_SPECIAL_BITS = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX


def entry_name(entry: Entry) -> str:
    """The one name of an entry; a folder's ends in ``/``.

    Raises:
        RefusedError: the headers contradict, or describe something else than a readable file or folder.
    """
    _check_readable(entry)
    name = _agreed_name(entry)
    _check_agreement(entry)
    _check_attributes(entry, is_folder=name.endswith("/"))
    return name


def _check_readable(entry: Entry) -> None:
    central = entry.central
    extras = entry.local.extra.keys() | central.extra.keys()
    if (central.flags | entry.local.flags) & _ENCRYPTION_FLAGS or extras & _ENCRYPTION_EXTRAS:
        raise refused(ENCRYPTED_ENTRY, "The entry is encrypted.", name=central.name)
    if central.method not in {METHOD_STORE, METHOD_DEFLATE}:
        raise refused(UNSUPPORTED_COMPRESSION, f"The entry is packed by method {central.method}.", name=central.name)
    strange = central.flags & ~(FLAG_LEVEL | FLAG_DESCRIPTOR | FLAG_UTF8)
    if strange or central.version > _NEWEST_VERSION:
        what = f"flags 0x{strange:04x}" if strange else f"version {central.version / 10} of the format"
        raise refused(
            UNSUPPORTED_COMPRESSION, f"The entry needs a feature that is not read: {what}.", name=central.name
        )


def _agreed_name(entry: Entry) -> str:
    raw = entry.central.name
    if entry.local.name != raw:
        raise refused(NAME_MISMATCH, "The local header has another name for the entry.", name=raw)
    unicode_names = set(_unicode_names(entry))
    name = _decoded(raw, is_utf8=bool(entry.central.flags & FLAG_UTF8), has_unicode_name=bool(unicode_names))
    if unicode_names - {name}:
        raise refused(NAME_MISMATCH, "The Unicode path field has another name for the entry.", name=raw)
    return name


def _decoded(raw: bytes, *, is_utf8: bool, has_unicode_name: bool) -> str:
    """A name's text: UTF-8, flagged or not, because Info-ZIP and macOS do not flag it.

    The format's old character set is believed only where a Unicode path field says the same name.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if is_utf8 or not has_unicode_name:
            raise refused(NAME_ENCODING, "The entry's name is not UTF-8.", name=raw) from None
        return raw.decode("cp437")


def _unicode_names(entry: Entry) -> Iterator[str]:
    for extra in (entry.local.extra, entry.central.extra):
        field = extra.get(EXTRA_UNICODE_PATH)
        if field is None:
            continue
        if field[:1] != b"\x01" or field[1:5] != zlib.crc32(entry.central.name).to_bytes(4, "little"):
            raise refused(NAME_MISMATCH, "The Unicode path field belongs to another name.", name=entry.central.name)
        try:
            yield field[5:].decode("utf-8")
        except UnicodeDecodeError:
            raise refused(NAME_ENCODING, "The Unicode path field is not UTF-8.", name=entry.central.name) from None


def _check_agreement(entry: Entry) -> None:
    """Local header, descriptor and central directory agree; before a descriptor the local header may say zero."""
    central, local, descriptor = entry.central, entry.local, entry.descriptor
    open_value = {0} if descriptor else set()
    free_flags = FLAG_LEVEL if central.method == METHOD_DEFLATE else 0
    claims = [
        ("flags", local.flags & ~free_flags, {central.flags & ~free_flags}),
        ("compression method", local.method, {central.method}),
        ("checksum", local.crc, {central.crc} | open_value),
        ("packed size", local.packed, {central.packed} | open_value),
        ("unpacked size", local.unpacked, {central.unpacked} | open_value),
    ]
    if descriptor:
        claims += [
            ("checksum in the descriptor", descriptor.crc, {central.crc}),
            ("packed size in the descriptor", descriptor.packed, {central.packed}),
            ("unpacked size in the descriptor", descriptor.unpacked, {central.unpacked}),
        ]
    for what, value, allowed in claims:
        if value not in allowed:
            raise refused(HEADER_MISMATCH, f"The headers disagree on the {what}.", name=central.name)


def _check_attributes(entry: Entry, *, is_folder: bool) -> None:
    name = entry.central.name
    _check_old_unix_field(entry)
    for attributes in _all_attributes(entry):
        check_mode(attributes >> 16, is_folder=is_folder, name=name)
        if attributes & _WINDOWS_REPARSE_POINT:
            raise refused(LINK_ENTRY, "The entry is a link of Windows (a reparse point).", name=name)
        if attributes & (_DOS_DEVICE | _DOS_VOLUME_LABEL):
            raise refused(SPECIAL_FILE, "The entry is a device or volume label.", name=name)
        if attributes & _DOS_FOLDER and not is_folder:
            raise refused(SPECIAL_FILE, "The entry is a folder by its attributes and a file by its name.", name=name)
    if is_folder and entry.central.unpacked:
        raise refused(FOLDER_WITH_DATA, f"The folder entry holds {entry.central.unpacked} bytes.", name=name)


def check_mode(mode: int, *, is_folder: bool, name: bytes | str) -> None:
    """Refuse a Unix mode that is not a plain file's or, for a folder, a plain folder's; no kind at all is fine."""
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        raise refused(LINK_ENTRY, "The entry is a symbolic link.", name=name)
    if kind not in {0, stat.S_IFDIR if is_folder else stat.S_IFREG}:
        raise refused(SPECIAL_FILE, f"The entry's mode {mode:06o} is not that of what its name says.", name=name)
    if mode & _SPECIAL_BITS:
        raise refused(
            SPECIAL_FILE, f"The entry's mode {mode:06o} has a set-user-id, set-group-id or sticky bit.", name=name
        )


def _check_old_unix_field(entry: Entry) -> None:
    """PKWARE's Unix field holds times and owner; anything behind them is the target of a link or a device number."""
    for extra in (entry.local.extra, entry.central.extra):
        if len(extra.get(EXTRA_PKWARE_UNIX, b"")) > _PKWARE_UNIX_TIMES_AND_OWNER:
            raise refused(LINK_ENTRY, "The entry has a link target in its Unix field.", name=entry.central.name)


def _all_attributes(entry: Entry) -> Iterator[int]:
    """Every place that can say what kind of file an entry is, as external attributes."""
    yield entry.central.attributes
    for extra in (entry.local.extra, entry.central.extra):
        if EXTRA_ASI_UNIX in extra:  # checksum (4 bytes), mode (2 bytes), ...
            yield _number(extra[EXTRA_ASI_UNIX], 4, 2, entry) << 16
        if EXTRA_LIBARCHIVE in extra:  # a bit mask of what follows: version (2), internal (2), external attributes (4)
            yield _libarchive_attributes(extra[EXTRA_LIBARCHIVE], entry)


def _libarchive_attributes(field: bytes, entry: Entry) -> int:
    present = _number(field, 0, 1, entry)
    if not present & 4:
        return 0
    return _number(field, 1 + 2 * (present & 1) + (present & 2), 4, entry)


def _number(field: bytes, start: int, size: int, entry: Entry) -> int:
    if start + size > len(field):
        raise refused(MALFORMED_RECORD, "An extra field is shorter than its kind demands.", name=entry.central.name)
    return int.from_bytes(field[start : start + size], "little")
