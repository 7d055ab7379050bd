"""What `make demo` runs, without making an environment inside an environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT


def demo(**environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", ROOT / "examples" / "demo.sh"],
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_without_an_engine_it_reviews_and_says_so() -> None:
    shown = demo(DOCKER_HOST="unix:///nonexistent/engine.sock")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "approved: " in shown.stdout
    assert "because  safety/" in shown.stdout
    assert "No Docker engine answers on this machine, so nothing was evaluated." in shown.stdout


@pytest.fixture
def engine() -> None:
    answer = subprocess.run(["sh", "-c", "docker info"], capture_output=True, timeout=60, check=False)
    if answer.returncode != 0:
        pytest.skip("no Docker engine answers")


@pytest.mark.docker
@pytest.mark.usefixtures("engine")
def test_with_an_engine_it_evaluates_the_approved_project() -> None:
    shown = demo()
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "run completed" in shown.stdout
    assert "heldout_bits_per_byte = " in shown.stdout
    assert "train_flops is unknown" in shown.stdout
