"""What ordinary tools write is taken, and gives the same snapshot whichever tool wrote it."""

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from prism.intake import take_archive, take_folder
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot
from tests.intake.ordinary_corpus import PROJECT, ordinary

LIMITS = IntakePolicy()
EXPECTED = Snapshot.of(PROJECT).digest
ORDINARY = dict(ordinary())
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"]

TOOLS: dict[str, str] = {
    "zip -r OUT .": "zip",
    "zip -r -X -9 OUT .": "zip",
    "zip -r -0 OUT model.py layers notes LICENSE": "zip",
    "zip -r -fz OUT .": "zip",
    "zip -r - . | cat > OUT": "zip",
    "7z a -tzip OUT .": "7z",
    "7z a -tzip -mx=9 OUT model.py layers notes LICENSE": "7z",
    "7z a -tzip -mm=Copy OUT .": "7z",
    "bsdtar --format zip -cf OUT .": "bsdtar",
    "bsdtar --format zip -cf OUT model.py layers notes LICENSE": "bsdtar",
    "bsdtar --format zip --options zip:compression=store -cf OUT .": "bsdtar",
    "bsdtar --format zip -b 1 -cf - . | cat | head -c -PADDING > OUT": "bsdtar",
    "jar cf OUT .": "jar",
    "jar cMf OUT .": "jar",
    "jar c0Mf OUT .": "jar",
    "jar cM . > OUT": "jar",
    "git archive -o OUT HEAD": "git",
    "git archive --prefix=project/ -o OUT HEAD": "git",
    "git archive -0 --format zip HEAD > OUT": "git",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ordinary") / "project"
    for path, data in PROJECT.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


@pytest.mark.parametrize("data", ORDINARY.values(), ids=ORDINARY)
def test_form_of_an_ordinary_tool_is_taken(data: bytes) -> None:
    assert take_archive(data, LIMITS).digest == EXPECTED


@pytest.mark.parametrize("data", ORDINARY.values(), ids=ORDINARY)
def test_form_is_a_real_one(data: bytes) -> None:
    """Python's reader finds the same contents, so the forms above are archives and not merely what is accepted here."""
    with zipfile.ZipFile(io.BytesIO(data)) as readable:
        contents = {readable.read(info) for info in readable.infolist() if not info.is_dir()}
    assert contents >= set(PROJECT.values())


@pytest.mark.parametrize("command", TOOLS)
def test_real_tool(command: str, project: Path, tmp_path: Path) -> None:
    _require(TOOLS[command])
    if TOOLS[command] == "git" and not (project / ".git").exists():
        _commit(project, tmp_path)
    target = tmp_path / "out.zip"
    if "PADDING" in command:
        pytest.fail("a placeholder was left in the command")
    _shell(command.replace("OUT", str(target)), project if TOOLS[command] != "git" else tmp_path / "clone")
    assert take_archive(target.read_bytes(), LIMITS).digest == EXPECTED
