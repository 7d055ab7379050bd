"""The broker's token: where it is looked for, and that what cannot be one is never sent."""

import os
from pathlib import Path

import pytest

from prism.errors import RunnerError
from prism.runner.platform.token import broker_token


@pytest.fixture(autouse=True)
def _no_token_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRISM_BROKER_TOKEN", raising=False)
    monkeypatch.delenv("PRISM_BROKER_TOKEN_FILE", raising=False)


def secret(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_the_settings_file_goes_before_the_variable_and_the_variable_before_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRISM_BROKER_TOKEN_FILE", secret(tmp_path, "third", b"three\n"))
    assert broker_token("") == "three"
    monkeypatch.setenv("PRISM_BROKER_TOKEN", "two")
    assert broker_token("") == "two"
    assert broker_token(secret(tmp_path, "first", b"  one \n")) == "one"


def test_no_token_says_where_to_put_one() -> None:
    with pytest.raises(RunnerError) as caught:
        broker_token("")

    assert "PRISM_BROKER_TOKEN_FILE" in caught.value.do


@pytest.mark.parametrize("content", [b"", b" \n", b"a b", b"a\r\nX-Other: b", b"\xff", "é".encode(), b"x" * 5000])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RunnerError) as caught:
        broker_token(secret(tmp_path, "token", content))

    assert caught.value.where.endswith("token")
    assert "X-Other" not in caught.value.what


def test_a_file_that_is_missing_or_a_pipe_makes_nobody_wait(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (pipe, tmp_path / "missing", tmp_path):
        with pytest.raises(RunnerError):
            broker_token(str(path))
