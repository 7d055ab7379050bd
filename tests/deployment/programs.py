"""Programs that an operator has: found, or shown to be missing by a skip."""

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "docs" / "operate" / "deploy"


def called(*arguments: str | Path, cwd: Path = DEPLOY, env: dict[str, str] | None = None, seconds: int = 300) -> str:
    """What a program printed; its exit code must be 0."""
    done = subprocess.run(
        arguments, cwd=cwd, env=env, capture_output=True, text=True, timeout=seconds, check=False, errors="replace"
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def program(name: str) -> str:
    """Where a program is."""
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def compose() -> tuple[str, ...]:
    """The Compose command: the client's plugin, or the program of its own that Debian has."""
    docker = program("docker")
    has_plugin = subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    return (docker, "compose") if has_plugin else (program("docker-compose"),)
