"""The shared token: none lets nobody in, and it changes while the service runs."""

import hashlib
import hmac
import os
from pathlib import Path

import pytest

from prism.service.settings import Settings
from prism.service.shared_token import SharedToken, token_file


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_no_token_opens_nothing(tmp_path: Path) -> None:
    for token in (SharedToken(), SharedToken(inline="  "), SharedToken(file=tmp_path / "absent")):
        assert not token.is_configured()
        assert not any(token.opens(each) for each in (b"", b" ", b"None", b"x"))


def test_bytes_are_compared() -> None:
    token = SharedToken(inline="geheim\u00e9")
    assert token.opens("geheim\u00e9".encode())
    assert not any(token.opens(each) for each in (b"geheim\xe9", b"geheim", b"", b"geheim\xc3\xa9\x00"))


def test_the_old_token_is_taken_for_a_while(tmp_path: Path) -> None:
    file, clock = tmp_path / "token", Clock()
    token = SharedToken(file=file, overlap_seconds=10, clock=clock)
    file.write_text("one\n")
    assert (token.opens(b"one"), token.opens(b"one\n")) == (True, False)
    file.write_text("two")
    assert (token.opens(b"one"), token.opens(b"two")) == (True, True)
    clock.now = 5
    file.write_text("three")
    assert [token.opens(each) for each in (b"one", b"two", b"three")] == [True, True, True]
    clock.now = 10
    assert [token.opens(each) for each in (b"one", b"two", b"three")] == [False, True, True]
    clock.now = 15
    assert [token.opens(each) for each in (b"one", b"two", b"three")] == [False, False, True]


def test_a_file_that_is_written_in_place_loses_no_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    token = SharedToken(file=file, overlap_seconds=10, clock=Clock())
    for content in ("one", "", "tw", "two!"):
        file.write_text(content)
        token.is_configured()
    assert (token.opens(b"one"), token.opens(b"two!")) == (True, True)


def test_a_token_that_is_taken_away_opens_nothing_at_once(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one")
    token = SharedToken(file=file, overlap_seconds=10)
    assert token.opens(b"one")
    file.unlink()
    assert (token.is_configured(), token.opens(b"one")) == (False, False)


@pytest.mark.parametrize("kind", ["folder", "fifo", "long", "empty"])
def test_what_holds_no_token_is_none(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "token"
    if kind == "folder":
        file.mkdir()
    elif kind == "fifo":
        os.mkfifo(file)
    else:
        file.write_text("x" * 5_000 if kind == "long" else " \n")
    assert not SharedToken(file=file).is_configured()


def test_platforms_place_depends_on_the_generation() -> None:
    assert str(token_file(Settings())) == "/run/secrets/platform/challenge_token"
    assert str(token_file(Settings(headers="base"))) == "/run/secrets/base/challenge_token"  # type: ignore[arg-type] # an enum's value


def test_a_seal_is_no_quick_way_to_try_tokens() -> None:
    """Whoever opens the page to sign in gets one; it must not be as cheap to check as a digest."""
    seal = SharedToken(inline="guessed").seal(b"message")
    assert seal == SharedToken(inline=" guessed\n").seal(b"message") != SharedToken(inline="other").seal(b"message")
    cheap = (b"guessed", hashlib.sha256(b"guessed").digest())
    assert seal not in {hmac.digest(key, b"message", "sha256") for key in cheap}
