"""What the tests of batches share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from prism.batch.gate import BatchGate
from prism.cli.app import run
from prism.policy.layers import read_layers
from prism.policy.loading import in_force
from tests.batch import projects


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `projects` with 24 of them."""
    root = tmp_path_factory.mktemp("batch")
    projects.make(root / "projects", 24)
    return root


@pytest.fixture(scope="session")
def undisturbed(folder: Path) -> str:
    """What one process says of them, one after another."""
    done = projects.batch("projects", "-n", 1, cwd=folder)
    assert done.returncode == 1, done.stderr
    return done.stdout


class Here(Protocol):
    """A batch in this process, for calls that end before anything is reviewed: its code, and what it says."""

    def __call__(self, *arguments: object, cwd: Path) -> tuple[int, str, str]: ...


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    def call(*arguments: object, cwd: Path) -> tuple[int, str, str]:
        monkeypatch.chdir(cwd)
        code = run(["batch", *map(str, arguments)])
        return (code, *capsys.readouterr())

    return call


@pytest.fixture(scope="session")
def gate() -> Iterator[BatchGate]:
    with BatchGate(in_force(read_layers("default"))) as opened:
        yield opened
