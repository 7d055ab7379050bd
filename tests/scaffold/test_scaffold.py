"""What `prism plugins new` writes works at once: its tests pass, its types and style are right, a policy can use it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prism.errors import UsageError
from prism.scaffold import new_plugin
from tests.packaging.conftest import ROOT, call

HONEST = ROOT / "examples" / "honest-small"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
SEEDED = "\n\nimport torch\n\nSEEDER = torch.manual_seed\n"


def prism(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "prism", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def require_neat(folder: Path, *strict: str) -> None:
    """Types and style, with nothing but what stands in the folder."""
    call(sys.executable, "-m", "mypy", "--cache-dir", os.devnull, *strict, cwd=folder)
    call(sys.executable, "-m", "ruff", "check", "--no-cache", ".", cwd=folder)
    call(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".", cwd=folder)


def projects(folder: Path) -> tuple[str, str]:
    """A project in which the new rule finds something, and one in which it does not."""
    for name, more in (("seeded", SEEDED), ("plain", "")):
        (folder / name).mkdir()
        for file in HONEST.glob("*.py"):
            (folder / name / file.name).write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    return str(folder / "seeded"), str(folder / "plain")


def test_a_new_file_is_a_plugin_that_works(tmp_path: Path) -> None:
    done = prism(tmp_path, "plugins", "new", "own_seeds")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("wrote")] == [
        "wrote own_seeds/own_seeds.py",
        "wrote own_seeds/policy.yaml",
        "wrote own_seeds/test_own_seeds.py",
    ]
    folder = tmp_path / "own_seeds"
    assert "12 passed" in call(*PYTEST, cwd=folder)
    require_neat(folder, "--strict", ".")
    assert prism(folder, "plugins", "check", "own_seeds.py").returncode == 0
    seeded, plain = projects(tmp_path)
    assert prism(folder, "review", seeded, "--policy", "policy.yaml").returncode == 3
    assert prism(folder, "review", plain, "--policy", "policy.yaml").returncode == 0
    assert prism(tmp_path, "plugins", "new", "own_seeds").returncode == 2


def test_a_new_package_can_be_installed_and_works(tmp_path: Path) -> None:
    done = prism(tmp_path, "plugins", "new", "own_seeds", "--package")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "prism-own-seeds"
    assert "14 passed" in call(*PYTEST, cwd=folder)
    require_neat(folder)
    assert prism(folder, "plugins", "check", ".").returncode == 0
    site = str(tmp_path / "site")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    call(*pip, "--target", site, folder, cwd=tmp_path)
    listed = prism(tmp_path, "plugins", "list", PYTHONPATH=site)
    assert "own_seeds/own-seed" in listed.stdout
    seeded, plain = projects(tmp_path)
    assert prism(folder, "review", seeded, "--policy", "policy.yaml", PYTHONPATH=site).returncode == 3
    assert prism(folder, "review", plain, "--policy", "policy.yaml", PYTHONPATH=site).returncode == 0
    taken = prism(tmp_path, "plugins", "new", "own_seeds", "--into", "other", PYTHONPATH=site)
    assert "a plugin of this name is installed" in taken.stderr


@pytest.mark.parametrize(
    ("name", "why", "do"),
    [
        ("Seeds", "a name is a small letter", "call it 'seeds'"),
        ("own-seeds", "a name is a small letter", "call it 'own_seeds'"),
        ("seeds.py", "a name is a small letter", "call it 'seeds'"),
        ("../seeds", "a name is a small letter", "call it 'seeds'"),
        ("/etc/seeds", "a name is a small letter", "call it 'seeds'"),
        ("a" * 41, "40 at most", "choose another name"),
        ("sëëds\x1b[2J", "a name is a small letter", "call it 's_ds_2j'"),
        ("..", "a name is a small letter", "choose another name"),
        ("class", "a word of Python", "choose another name"),
        ("match", "a word of Python", "choose another name"),
        ("host", "belongs to PRISM", "choose another name"),
        ("conftest", "belongs to PRISM", "choose another name"),
        ("safety", "is installed", "choose another name"),
        ("ast", "standard library", "choose another name"),
        ("numpy", "a module 'numpy' is installed", "choose another name"),
    ],
)
def test_a_name_that_would_not_work_is_refused(name: str, why: str, do: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why) as refusal:
        new_plugin(name, tmp_path / "new", is_package=False)
    assert do in refusal.value.do
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    for name in ("file", "empty", "link"):
        with pytest.raises(UsageError, match="nothing is overwritten"):
            new_plugin("seeds", tmp_path / name, is_package=False)
    with pytest.raises(UsageError, match="Not a directory"):
        new_plugin("seeds", tmp_path / "file" / "seeds", is_package=False)
    assert (tmp_path / "file").read_text() == "mine"
    assert not (tmp_path / "gone").exists()
