"""The broker on the real engine, and a state folder of the test's own."""

from pathlib import Path

import pytest

from tests.runner.conftest import broker

__all__ = ["broker"]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where verifications are kept in this test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "prism" / "sandbox"
