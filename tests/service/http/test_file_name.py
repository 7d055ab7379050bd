"""Names of uploads, made harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.service.http.file_name import LONGEST, PLAIN, harmless


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        (b"model.zip", "model.zip"),
        (b"../../etc/passwd", "passwd"),
        (b"C:\\temp\\my model (1).zip", "my model (1).zip"),
        (b"a\r\nSet-Cookie: x.zip", "a__Set-Cookie_ x.zip"),
        (b'"><script>.zip', "___script_.zip"),
        ("Modell-\u00fc.zip".encode(), "Modell-\u00fc.zip"),
        ("a\u202egpj.zip".encode(), "a_gpj.zip"),
        (b"...", ""),
        (b"", ""),
        (b"a/", ""),
        (b".hidden", "hidden"),
        (b"x" * 500 + b".zip", "x" * (LONGEST - 4) + ".zip"),
    ],
)
def test_what_is_kept(given_name: bytes, kept: str) -> None:
    assert harmless(given_name) == kept


@given(st.binary(max_size=600))
def test_nothing_else_is_left(name: bytes) -> None:
    kept = harmless(name)
    assert len(kept) <= LONGEST
    assert all(character.isalnum() or character in PLAIN for character in kept.replace("_", ""))
    assert not kept.startswith((".", " "))
