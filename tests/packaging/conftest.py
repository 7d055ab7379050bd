"""The built artefacts, and a machine on which nothing but one of them is installed."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def call(*arguments: str | Path, cwd: Path) -> str:
    """Run a program and return what it printed; its exit code must be 0."""
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it and not from the tree."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    call(*pip, "--wheel-dir", folder, sdist, cwd=folder)
    return folder


@pytest.fixture(scope="session")
def wheel(artefacts: Path) -> Path:
    (found,) = artefacts.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def sdist(artefacts: Path) -> Path:
    (found,) = artefacts.glob("*.tar.gz")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and its locked dependencies, and nothing else."""
    home = tmp_path_factory.mktemp("machine") / "venv"
    venv.create(home, with_pip=True, symlinks=True)
    python = home / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call(*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.lock", cwd=home)
    call(*pip, "--no-deps", wheel, cwd=home)
    return home / "bin"
