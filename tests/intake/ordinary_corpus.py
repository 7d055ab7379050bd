"""What ordinary tools write, reproduced byte for byte in form: flags, versions, attributes, extra fields, descriptors.

All of them hold the same project, so all must give the same snapshot.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.intake.zip_builder import (
    DEFLATE,
    DESCRIPTOR,
    FOLDER,
    REGULAR,
    STORE,
    UTF8,
    Part,
    archive,
    body,
    deflate,
    extra,
    facts,
    true_descriptor,
    unicode_path,
    zip64,
)

PROJECT: dict[str, bytes] = {
    "model.py": b"import torch\n\n\ndef build_model(ctx):\n    return torch.nn.Linear(4, 4)\n" * 3,
    "layers/__init__.py": b"",
    "layers/block.py": b"WIDTH = 64\n",
    "notes/caf\xe9.txt": "naïve café\n".encode(),
    "LICENSE": b"Do as you like.\n",
}
FOLDERS = ("layers/", "notes/")

_TIMES = extra(0x5455, struct.pack("<BLL", 3, 0x6B03B52F, 0x6B03B52F))
_TIME = extra(0x5455, struct.pack("<BL", 3, 0x6B03B52F))
_THREE_TIMES = extra(0x5455, struct.pack("<BLLL", 7, 0x6B03B52F, 0x6B03B52F, 0x6B03B52F))
_OWNER = extra(0x7875, bytes.fromhex("0104e803000004e8030000"))
_NTFS = extra(0x000A, struct.pack("<LHHQQQ", 0, 1, 24, 0x1DC5A0000000000, 0x1DC5A0000000000, 0x1DC5A0000000000))
_MAX32 = 0xFFFFFFFF
_OPEN_END = {"entries": 0xFFFF, "entries_here": 0xFFFF, "size": _MAX32, "start": _MAX32}


def ordinary() -> Iterator[tuple[str, bytes]]:
    """Archives by the tool whose habits they have."""
    writers: tuple[Callable[[], bytes], ...] = (
        *(info_zip, info_zip_flagged, info_zip_old_names, info_zip_streamed, info_zip_zip64, info_zip_zip64_streamed),
        *(seven_zip, seven_zip_streamed, bsdtar, bsdtar_streamed, bsdtar_stored_streamed, jar, jar_stored),
        *(
            git_archive,
            java_streamed,
            node_archiver,
            node_jszip,
            node_yazl_zip64,
            python_stream_zip,
            python_streamed_store,
            go_streamed,
            macos_finder,
        ),
        *(
            windows_explorer,
            unsigned_descriptors,
            wide_unsigned_descriptors,
            any_order,
            every_size_in_zip64,
            with_comments,
        ),
    )
    for writer in writers:
        yield writer.__name__, writer()


def _files(**common: Any) -> list[Part]:  # noqa: ANN401 - fields of a part, each of its own type
    parts = [Part(name=name.encode(), data=data, flags=0 if name.isascii() else UTF8) for name, data in PROJECT.items()]
    return [replace(part, **common) for part in parts]


def _folders() -> list[Part]:
    return [Part(name=name.encode(), method=STORE, attributes=FOLDER, needed=10) for name in FOLDERS]


def _streamed(part: Part) -> Part:
    return replace(part, flags=part.flags | DESCRIPTOR)


def info_zip() -> bytes:
    """On Linux: times and owner, names in UTF-8 without the flag, what does not shrink is stored."""
    parts = [
        replace(part, flags=0, local_extra=_TIMES + _OWNER, central_extra=_TIME + _OWNER)
        for part in _files() + _folders()
    ]
    return archive(*(replace(part, method=STORE, needed=10) if len(part.data) < 20 else part for part in parts))


def info_zip_flagged() -> bytes:
    return archive(*_files(local_extra=_TIMES + _OWNER, central_extra=_TIME + _OWNER, made_by=3 << 8 | 30))


def info_zip_old_names() -> bytes:
    """On Windows: names in the old character set, with the Unicode path beside them."""

    def old(part: Part) -> Part:
        text = part.name.decode()
        raw = text.encode("cp437")
        if text.isascii():
            return part
        field = unicode_path(raw, text)
        return replace(part, name=raw, flags=0, local_extra=field, central_extra=field, made_by=30)

    return archive(*(old(part) for part in _files()))


def info_zip_streamed() -> bytes:
    """To a pipe: the local header knows the unpacked size, and has zeros for what it cannot know yet."""
    parts = (_streamed(part) for part in _files(local_extra=_TIMES + _OWNER, central_extra=_TIME + _OWNER))
    return archive(*_folders(), *(replace(part, local={"unpacked": len(part.data)}) for part in parts))


def info_zip_zip64() -> bytes:
    """With `-fz`: sizes in ZIP64 fields although they would fit, and ZIP64 end records."""

    def wide(part: Part) -> Part:
        size, packed = facts(part)["unpacked"], facts(part)["packed"]
        return replace(
            part,
            needed=45,
            local={"packed": _MAX32, "unpacked": _MAX32},
            local_extra=_TIMES + zip64(size, packed),
            central={"unpacked": _MAX32},
            central_extra=_TIME + zip64(size),
        )

    return archive(*(wide(part) for part in _files()), end64={}, end={"start": _MAX32})


def info_zip_zip64_streamed() -> bytes:
    """From a pipe to a pipe: sizes at the sentinel with a ZIP64 field of zeros, wide descriptors."""

    def wide(part: Part) -> Part:
        return replace(
            _streamed(part),
            needed=45,
            local={"packed": _MAX32, "unpacked": _MAX32},
            local_extra=zip64(0, 0),
            descriptor=true_descriptor(part, wide=True),
        )

    return archive(*(wide(part) for part in _files()))


def seven_zip() -> bytes:
    parts = _files(central_extra=_NTFS, made_by=3 << 8 | 63, attributes=REGULAR | 0x8020)
    folders = [replace(part, central_extra=_NTFS, attributes=FOLDER | 0x8000) for part in _folders()]
    return archive(*folders, *parts)


def seven_zip_streamed() -> bytes:
    parts = (_streamed(part) for part in _files(central_extra=_NTFS, made_by=3 << 8 | 63))
    return archive(*_folders(), *parts)


def bsdtar() -> bytes:
    """Started on `.`: names begin with `./`, descriptors everywhere but behind folders."""
    here = Part(name=b"./", method=STORE, attributes=0o040755 << 16)
    parts = [_streamed(part) for part in _files()]
    parts = [replace(part, local={"unpacked": len(part.data)}) for part in parts]
    dotted = (
        replace(part, name=b"./" + part.name, local_extra=_THREE_TIMES + _OWNER) for part in [*_folders(), *parts]
    )
    return archive(here, *dotted)


def bsdtar_streamed() -> bytes:
    field = extra(0x6C78, struct.pack("<BHHL", 7, 3 << 8 | 20, 0, REGULAR))
    return archive(*(_streamed(part) for part in _files(local_extra=field + _THREE_TIMES, central_extra=_THREE_TIMES)))


def bsdtar_stored_streamed() -> bytes:
    parts = (_streamed(part) for part in _files(method=STORE, needed=10))
    return archive(*(replace(part, local={"unpacked": len(part.data), "packed": len(part.data)}) for part in parts))


def jar() -> bytes:
    """Every name flagged as UTF-8, no attributes, a marker on the first entry, a manifest nobody asked for."""
    marker = extra(0xCAFE, b"")
    meta = Part(name=b"META-INF/", flags=UTF8 | DESCRIPTOR, local_extra=marker, central_extra=marker)
    manifest = Part(name=b"META-INF/MANIFEST.MF", data=b"Manifest-Version: 1.0\r\n\r\n", flags=UTF8 | DESCRIPTOR)
    parts = [replace(part, flags=UTF8 | DESCRIPTOR) for part in _files()]
    folders = [replace(part, flags=UTF8) for part in _folders()]
    return archive(*(replace(part, attributes=0, made_by=20) for part in [meta, manifest, *folders, *parts]))


def jar_stored() -> bytes:
    return archive(*_files(method=STORE, flags=UTF8, attributes=0, made_by=10, needed=10))


def git_archive() -> bytes:
    """With `--prefix`: one folder around everything, the commit as archive comment."""
    time = extra(0x5455, struct.pack("<BL", 1, 0x6B03B530))
    root = Part(name=b"project-1.0/", method=STORE, attributes=0x10, made_by=0, needed=10)
    parts = [replace(part, name=root.name + part.name, attributes=0, made_by=0) for part in _files()]
    marked = (replace(part, local_extra=time, central_extra=time) for part in [root, *parts])
    return archive(*marked, comment=b"0123456789abcdef0123456789abcdef01234567")


def java_streamed() -> bytes:
    """`ZipOutputStream`: folders deflated to two bytes, descriptors on everything, no attributes."""
    folders = [replace(part, method=DEFLATE) for part in _folders()]
    parts = [replace(part, flags=UTF8 | DESCRIPTOR, attributes=0, made_by=20) for part in [*folders, *_files()]]
    return archive(*parts)


def node_archiver() -> bytes:
    parts = [replace(_streamed(part), made_by=3 << 8 | 45) for part in _files()]
    return archive(*parts, *_folders())


def node_jszip() -> bytes:
    """Names that are not ASCII twice: flagged, and in the Unicode path field."""

    def twice(part: Part) -> Part:
        field = unicode_path(part.name, part.name.decode()) if part.flags & UTF8 else b""
        return replace(part, local_extra=field, central_extra=field, attributes=0, made_by=20, needed=10)

    return archive(*_folders(), *(twice(part) for part in _files(method=STORE)))


def node_yazl_zip64() -> bytes:
    """With `forceZip64Format`: wide descriptors although only the central directory has a ZIP64 field."""
    sizes = {"packed": _MAX32, "unpacked": _MAX32, "offset": _MAX32}
    parts: list[Part] = []
    offset = 0
    for part in _files():
        true = facts(part)
        field = zip64(true["unpacked"], true["packed"], offset)
        wide = replace(_streamed(part), descriptor=true_descriptor(part, wide=True), central=sizes, central_extra=field)
        parts.append(wide)
        offset += len(body(wide))
    return archive(*parts, end64={}, end=_OPEN_END)


def python_stream_zip() -> bytes:
    """`stream-zip` in its ZIP64 form: every value of the end record at its sentinel, disk numbers too."""

    def wide(part: Part) -> Part:
        sizes = {"packed": _MAX32, "unpacked": _MAX32}
        descriptor = true_descriptor(part, wide=True)
        return replace(_streamed(part), needed=45, local=sizes, local_extra=zip64(0, 0), descriptor=descriptor)

    return archive(*(wide(part) for part in _files()), end64={}, end=_OPEN_END | {"disk": 0xFFFF, "start_disk": 0xFFFF})


def python_streamed_store() -> bytes:
    return archive(*(_streamed(part) for part in _files(method=STORE, attributes=0o600 << 16)))


def go_streamed() -> bytes:
    """No attributes, ends of deflate streams in an empty stored block."""

    def flushed(data: bytes) -> bytes:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH) + b"\x01\0\0\xff\xff"

    return archive(*(replace(_streamed(part), raw=flushed(part.data), attributes=0, made_by=20) for part in _files()))


def macos_finder() -> bytes:
    """Names unflagged, odd low attributes, a `__MACOSX` twin for each file, `.DS_Store`, one folder around all."""
    attributes = 0o100644 << 16 | 0x4000
    twin = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(60)
    files = [
        replace(_streamed(part), flags=DESCRIPTOR, attributes=attributes, made_by=3 << 8 | 21, local_extra=_OWNER)
        for part in _files()
    ]
    twins = [replace(part, name=b"__MACOSX/project/._" + part.name.rpartition(b"/")[2], data=twin) for part in files]
    files = [replace(part, name=b"project/" + part.name) for part in files]
    store = replace(files[0], name=b"project/.DS_Store", data=b"\0\0\0\x01Bud1" + bytes(40))
    return archive(*files, store, *twins)


def windows_explorer() -> bytes:
    folders = [replace(part, attributes=0x10, made_by=20) for part in _folders()]
    return archive(*folders, *_files(attributes=0x20, made_by=20))


def unsigned_descriptors() -> bytes:
    return archive(*(replace(_streamed(part), descriptor=true_descriptor(part, signed=False)) for part in _files()))


def wide_unsigned_descriptors() -> bytes:
    def wide(part: Part) -> Part:
        descriptor = true_descriptor(part, wide=True, signed=False)
        sizes = {"packed": _MAX32, "unpacked": _MAX32}
        return replace(_streamed(part), local=sizes, local_extra=zip64(0, 0), descriptor=descriptor)

    return archive(*(wide(part) for part in _files()))


def any_order() -> bytes:
    """A directory in another order than the data, as editing an archive in place leaves it."""
    return archive(*_files(), order=(4, 2, 0, 3, 1))


def every_size_in_zip64() -> bytes:
    """All sizes and offsets at the sentinel, counts of the end record too."""

    def wide(part: Part, offset: int) -> Part:
        sizes = facts(part)["unpacked"], facts(part)["packed"]
        return replace(
            part,
            both={"packed": _MAX32, "unpacked": _MAX32},
            local_extra=zip64(*sizes),
            central={"offset": _MAX32},
            central_extra=zip64(*sizes, offset),
        )

    parts: list[Part] = []
    offset = 0
    for part in _files():
        parts.append(wide(part, offset))
        offset += 30 + len(part.name) + 20 + facts(part)["packed"]
    return archive(*parts, end64={}, end=_OPEN_END)


def with_comments() -> bytes:
    """Comments on entries and archive, the second kind of Unicode comment, the best and the least compression."""
    field = extra(0x6375, b"\x01" + bytes(4) + "né".encode())
    best = [replace(part, raw=deflate(part.data, 9 if number % 2 else 1)) for number, part in enumerate(_files())]
    parts = (replace(part, comment=b"second draft", central_extra=field, flags=part.flags | 2) for part in best)
    return archive(*parts, comment="für später".encode())
