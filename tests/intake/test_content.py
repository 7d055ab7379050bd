"""Honest contents that look a little like something else are taken."""

import pickletools
import struct
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.intake import take_archive
from prism.intake.content import archive_kind, begins_as_text, check_content, program_kind, reads_as_pickle
from prism.policy.model import IntakePolicy
from tests.intake.zip_builder import Part, archive

TEXTS: dict[str, bytes] = {
    "numbers.txt": b"0.\n",
    "animals.txt": b"cat\ndog\nbird\nRabbit\n(tame)\n",
    "words.md": b"(in\nother\nwords) this is text\n",
    "mask.txt": b"0110100101" * 5000,
    "labels.txt": b"I1\nF2\nI3\n" * 20_000,
    "brackets.txt": b"))))((((" * 5000,
    "list.md": b"c\nabout\n.\n",
    "plan.yaml": b"cpu: 1\nmemory: 2\n...\n",
    "import.py": b"import torch\nimport numpy\n",
    "units.txt": b"MZ = 3\nPE = 4\n",
    "ends.txt": b"a\r\r\nb\r\r\n",
    "script.py": b"#!/usr/bin/env python3\nprint('PK')\n",
    "names.txt": b"PK\nRar!\nBZh9\n7z\nustar\n",
    "emoji.md": "\U0001f600 \u202b שלום\n".encode(),
    "later-mark.txt": "a\ufeffb\n".encode(),
    "form-feed.py": b"x = 1\n\x0c\ny = 2\n",
    "empty.py": b"",
    "position.py": b"x = 1\n# Positional encoding: sinusoidal\n",
    "third-line.py": b"# one\n# two\n# coding: latin-1\n",
    "not-a-comment.py": b"x = 1\n# coding: the hard way\n",
    "cookie.py": b"# -*- coding: UTF-8 -*-\n",
    "second-line-cookie.py": b"#!/usr/bin/python\n# vim: set fileencoding=utf_8 :\n",
    "other-language.txt": b"# coding: utf-7\n",
    "opcode-lines.json": b'{"I": 1}\n',
    "escapes.txt": b"S'\\q'\n.",
}


@pytest.mark.parametrize("path", TEXTS)
def test_honest_text_is_taken(path: str) -> None:
    check_content(path, TEXTS[path])


@pytest.mark.parametrize("length", [0x028 * 16, 0x9D1F, 0x5A4D, 0x71C7, 0xEA60, 0x8B1F, 0x0280, 0x0480, 0x5D, 0x4B50])
def test_safetensors_are_data_whatever_their_header_length_looks_like(length: int) -> None:
    header = b'{"w":{"dtype":"F32","shape":[64],"data_offsets":[0,256]}}'
    data = struct.pack("<Q", length) + header.ljust(length) + bytes(range(256))
    policy = IntakePolicy(suffixes=(".py", ".safetensors"))
    snapshot = take_archive(archive(Part(name=b"weights.safetensors", data=data)), policy)
    assert snapshot.contents["weights.safetensors"] == data


def test_real_source_code_is_nothing_else() -> None:
    """The standard library's own modules, of which none is an archive, a program or a pickle."""
    modules = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    assert len(modules) > 100
    for module in modules:
        data = module.read_bytes()
        assert not archive_kind(data), module.name
        assert not program_kind(data), module.name


PICKLED = (b"cos\n", b"system\n", b"\\x6fs\n", b"(", b"S'id'\n", b"tR", b".", b"p0\n", b"\x80\x04", b"N0", b"}", b"i")
WRITTEN = (b"import torch\n", b"from torch import nn\n", b"class A:\n", b"\n", b"# x\n", b'"""x"""\n', b"\xc3\xa4\n")
PIECES = st.sampled_from((*PICKLED, *WRITTEN))


@settings(max_examples=1000, deadline=None)
@given(st.lists(PIECES, max_size=8).map(b"".join))
def test_what_begins_as_text_never_reads_as_a_pickle(data: bytes) -> None:
    assert not (begins_as_text(data) and reads_as_pickle(data))


def test_the_beginnings_of_pickles_are_those_of_the_standard_library() -> None:
    codes = {opcode.code.encode("latin-1") for opcode in pickletools.opcodes}
    assert {bytes([code]) for code in range(256) if not begins_as_text(bytes([code]) + b" ")} == codes


def test_most_source_code_is_known_at_its_beginning() -> None:
    modules = list(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    known = [module for module in modules if begins_as_text(module.read_bytes())]
    assert len(known) > 0.9 * len(modules)
