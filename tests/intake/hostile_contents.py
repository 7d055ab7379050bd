"""Hostile contents: programs, archives and pickles under honest names, other encodings, sizes beyond the limits."""

import gzip
import pickle
import struct
from collections.abc import Iterator
from dataclasses import replace

from prism.policy.model import KIB, MIB
from tests.intake.hostile_case import MODEL, MODEL2, SOURCE, Case, case
from tests.intake.tar_builder import old_tar, tar
from tests.intake.zip_builder import (
    FOLDER,
    STORE,
    Part,
    archive,
    end_record,
)


def hostile_contents() -> Iterator[Case]:
    for kind in (_contents, _types, _limits, _choices):
        yield from kind()


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
        "pickle that would run a command, a third way": b"(cos\nsystem\nS'id'\no.",
        "pickle that would run a command before it breaks off": b"cos\nsystem\n(S'id'\ntR!",
        "pickle with text behind it": b"cos\nsystem\n(S'id'\ntR.# the end\n",
        "pickle behind much padding": b"N0" * 20_000 + b"cos\nsystem\n(S'id'\ntR.",
        "long pickle": pickle.dumps([str(number) for number in range(30_000)], 0),
    }
    for name, content in programs.items():
        for path in (b"b.py", b"b.json", b"LICENSE"):
            yield case(f"{name} as {path.decode()}", archive(MODEL, Part(name=path, data=content)), "disguised-content")
    archives = {
        "ZIP": archive(MODEL2),
        "empty ZIP": end_record(0, 0, 0),
        "ZIP behind text": SOURCE + archive(MODEL2),
        "ZIP behind text with a comment": SOURCE + archive(MODEL2, comment=b"# comment"),
        "ZIP with half an end record behind it": archive(MODEL2) + b"PK\x05\x06",
        "gzip": gzip.compress(SOURCE),
        "tar": tar(),
        "old tar": old_tar(),
        "bzip2": b"BZh91AY&SY" + bytes(20),
        "xz": b"\xfd7zXZ\x00" + bytes(20),
        "7-Zip": b"7z\xbc\xaf\x27\x1c" + bytes(20),
        "RAR": b"Rar!\x1a\x07\x01\x00" + bytes(20),
        "Zstandard": b"\x28\xb5\x2f\xfd" + bytes(20),
        "cpio": b"070701" + b"0" * 104,
        "ar": b"!<arch>\n",
    }
    for name, content in archives.items():
        for path in (b"b.py", b"b.txt", b"NOTICE"):
            yield case(f"{name} as {path.decode()}", archive(MODEL, Part(name=path, data=content)), "nested-archive")
    yield case("ZIP under its own name", archive(MODEL, Part(name=b"b.zip", data=archives["ZIP"])), "unsupported-type")
    yield case(
        "ZIP among the bookkeeping", archive(MODEL, Part(name=b"__MACOSX/b", data=archives["ZIP"])), "nested-archive"
    )
    taken = {"suffixes": (".py", ".safetensors", ".zip")}
    for name, content, rule in (
        ("ZIP", archives["ZIP"], "nested-archive"),
        ("ELF", programs["ELF"], "disguised-content"),
        ("pickle", programs["pickle, protocol 2"], "disguised-content"),
    ):
        yield case(f"{name} as data", archive(MODEL, Part(name=b"b.safetensors", data=content)), rule, **taken)
    yield case(
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
        yield case(f"text: {name}", archive(MODEL, Part(name=b"b.py", data=content)), "text-encoding")
        yield case(f"text file: {name}", archive(MODEL, Part(name=b"README", data=content)), "text-encoding")
    for cookie in (
        b"# coding: utf-7",
        b"#!/bin/sh\r# -*- coding=latin-1 -*-",
        b"\n \t# vim: set fileencoding=rot13 :",
        b"# coding:utf_16",
    ):
        data = archive(MODEL, Part(name=b"b.py", data=cookie + b"\nx = 1\n"))
        yield case(f"encoding declaration {cookie!r}", data, "text-encoding")


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
        yield case(f"type {name.decode()}", archive(MODEL, Part(name=name, data=b"x")), "unsupported-type")
    several = (Part(name=b"a.so", data=b"x"), Part(name=b"../b.py", data=b"x"), Part(name=b"c.py", data=b"\0"))
    yield case("three causes at once", archive(MODEL, *several), "unsupported-type", "path-traversal", "text-encoding")


def _limits() -> Iterator[Case]:
    many = [Part(name=f"m{number}.py".encode(), data=b"", method=STORE) for number in range(30)]
    yield case("too many files", archive(*many), "too-many-files", files=29)
    folders = [Part(name=f"f{number}/".encode(), method=STORE, attributes=FOLDER) for number in range(30)]
    yield case("too many folders", archive(MODEL, *folders), "too-many-files", files=15)
    system = [Part(name=f"__MACOSX/{number}".encode(), method=STORE) for number in range(30)]
    yield case("too many ignored files", archive(MODEL, *system), "too-many-files", files=30)
    noise = bytes(range(32, 127)) * 24_000
    yield case("file too large", archive(replace(MODEL, data=noise)), "file-too-large")
    yield case("file too large for another policy", archive(MODEL), "file-too-large", file_bytes=len(SOURCE) - 1)
    yield case("total too large", archive(MODEL, MODEL2), "total-too-large", total_bytes=2 * len(SOURCE) - 1)
    yield case("archive too large", archive(MODEL), "archive-too-large", archive_bytes=len(archive(MODEL)) - 1)
    yield case("compression ratio", archive(replace(MODEL, data=b"#" * MIB)), "excessive-compression")
    bomb = replace(MODEL, data=b" " * (64 * KIB + 5000))
    yield case("compression ratio of another policy", archive(bomb), "excessive-compression", compression_ratio=2)


def _choices() -> Iterator[Case]:
    yield case("no entries", archive(), "empty-archive")
    yield case("folders only", archive(Part(name=b"src/", method=STORE, attributes=FOLDER)), "empty-archive")
    yield case("bookkeeping only", archive(Part(name=b"__MACOSX/._b.py", data=b"x")), "empty-archive")
    wrapped = archive(replace(MODEL, name=b"project/model.py"))
    yield case("root folder refused", wrapped, "root-folder", root_folder="refuse")
    for name in (b"__MACOSX/._model.py", b".DS_Store", b"src/.DS_Store", b"META-INF/MANIFEST.MF"):
        data = archive(MODEL, Part(name=name, data=b"x"))
        yield case(f"bookkeeping refused: {name.decode()}", data, "os-metadata", os_metadata="reject")
