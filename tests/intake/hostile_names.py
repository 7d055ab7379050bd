"""Hostile names: where they point, what they hide, how they are encoded, which others they meet."""

import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import replace

from tests.intake.hostile_case import MODEL, SOURCE, Case, case
from tests.intake.zip_builder import (
    FOLDER,
    STORE,
    UTF8,
    Part,
    archive,
    extra,
    unicode_path,
)


def hostile_names() -> Iterator[Case]:
    for kind in (_names, _long_names, _name_encodings, _collisions):
        yield from kind()


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
            yield case(f"name {name!r}", _named(name), rule)
    yield case(
        "name of a folder climbs", archive(MODEL, Part(name=b"../", method=STORE, attributes=FOLDER)), "path-traversal"
    )
    odd = Part(name=b"a//", method=STORE, attributes=FOLDER)
    yield case("name of a folder with an empty component", archive(MODEL, odd), "path-traversal")
    yield case("only the local name climbs", archive(replace(MODEL, local={"name": b"../x.py"})), "name-mismatch")


def _long_names() -> Iterator[Case]:
    yield case("component too long", _named(b"a" * 118 + b".py"), "long-name")
    yield case("component too long in bytes", _named(("é" * 59 + ".py").encode()), "long-name")
    yield case("path too long", _named(b"/".join([b"a" * 60] * 4) + b"b.py"), "long-name")
    yield case("name of 64 KiB", _named(b"a/" * 32767 + b"b"), "long-name")
    yield case("path too deep", _named(b"a/" * 12 + b"b.py"), "deep-path")
    yield case("path deeper than another policy takes", _named(b"a/b/c.py"), "deep-path", path_depth=2)
    deep = Part(name=b"a/" * 13, method=STORE, attributes=FOLDER)
    yield case("folder too deep", archive(MODEL, deep), "deep-path")


def _name_encodings() -> Iterator[Case]:
    yield case("latin-1 with the UTF-8 flag", _named(b"mod\xe9l.py"), "name-encoding")
    yield case("latin-1 without the flag", _named(b"mod\xe9l.py", 0), "name-encoding")
    yield case("overlong UTF-8", _named(b"..\xc0\xaf..\xc0\xafb.py"), "name-encoding")
    yield case("surrogate in UTF-8", _named(b"b\xed\xa0\x80.py"), "name-encoding")
    yield case("UTF-8 cut short", _named(b"b.py\xe2\x82"), "name-encoding")
    raw = b"caf\x82.py"
    for name, field_ in {
        "another name": unicode_path(raw, "other.py"),
        "a climbing name": unicode_path(raw, "../x.py"),
        "another checksum": unicode_path(raw, "café.py", crc=1),
        "another version": unicode_path(raw, "café.py", version=2),
        "nothing in it": extra(0x7075, b""),
    }.items():
        part = Part(name=raw, data=SOURCE, central_extra=field_, local_extra=field_)
        yield case(f"Unicode path with {name}", archive(MODEL, part), "name-mismatch")
    bad_text = extra(0x7075, b"\x01" + zlib.crc32(raw).to_bytes(4, "little") + b"caf\xe9.py")
    part = Part(name=raw, data=SOURCE, central_extra=bad_text)
    yield case("Unicode path that is not UTF-8", archive(MODEL, part), "name-encoding")
    plain = Part(name=b"b.py", data=SOURCE, local_extra=unicode_path(b"b.py", "c.py"))
    yield case("Unicode path of an ASCII name, local only", archive(MODEL, plain), "name-mismatch")
    flagged = Part(name=b"b.py", data=SOURCE, flags=UTF8, central_extra=unicode_path(b"b.py", "c.py"))
    yield case("Unicode path beside the UTF-8 flag", archive(MODEL, flagged), "name-mismatch")
    old_reading = unicode_path("é.py".encode(), "\u251c\u2310.py")
    both_ways = Part(name="é.py".encode(), data=SOURCE, central_extra=old_reading)
    yield case("Unicode path that reads UTF-8 as the old set", archive(MODEL, both_ways), "name-mismatch")


def _collisions() -> Iterator[Case]:
    nfc, nfd = "café.py", unicodedata.normalize("NFD", "café.py")
    pairs = {
        ("duplicate-name", "same name"): (b"b.py", b"b.py"),
        ("duplicate-name", "same name behind ./"): (b"b.py", b"./b.py"),
        ("duplicate-name", "folder twice"): (b"src/", b"src/"),
        ("duplicate-name", "starting folder twice"): (b"./", b"./"),
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
        yield case(f"collision: {name}", archive(MODEL, *parts), rule)


def _part_of(name: bytes) -> Part:
    if name.endswith(b"/"):
        return Part(name=name, method=STORE, attributes=FOLDER, flags=UTF8)
    return Part(name=name, data=SOURCE, flags=UTF8)


def _named(name: bytes, flags: int = UTF8) -> bytes:
    return archive(MODEL, Part(name=name, data=SOURCE, flags=flags))
