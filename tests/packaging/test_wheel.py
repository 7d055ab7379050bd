"""What strangers install is complete, small and works outside the tree."""

import json
import shutil
import subprocess
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

from prism import __version__
from tests.packaging.conftest import ROOT, call

PLUGINS = ("contract", "llm", "safety", "similarity")
PACKAGES = ("prism/", *(f"prism_{name}/" for name in PLUGINS), f"prism_gate-{__version__}.dist-info/")


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def sources(*folders: str) -> set[str]:
    """The files below folders of the tree, without what tools leave there."""
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    code = sources("prism")
    plugins = {name.split("/", 2)[2] for each in PLUGINS for name in sources(f"plugins/{each}/prism_{each}")}
    policies = {f"prism/{name}" for name in sources("policies") if name.endswith(".yaml")}
    held = {name for name in names(wheel) if ".dist-info/" not in name}
    assert code | plugins | policies <= held
    assert all(name.startswith(PACKAGES) for name in held)
    assert not [name for name in held if "/tests/" in name or "/fires/" in name or "__pycache__" in name]


def test_the_wheel_holds_what_is_needed_besides_code(wheel: Path) -> None:
    held = names(wheel)
    assert {"prism/py.typed", "prism/policies/default.yaml", "prism/policies/strict.yaml"} <= held
    assert "prism_contract/settings.schema.json" in held
    assert any(name.startswith("prism/evaluator/data/") for name in held)
    assert {"prism/store/migrations/env.py", "prism/store/migrations/versions/v0001.py"} <= held
    assert f"prism_gate-{__version__}.dist-info/licenses/LICENSE" in held


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_string(archive.read(f"prism_gate-{__version__}.dist-info/METADATA").decode())
        points = archive.read(f"prism_gate-{__version__}.dist-info/entry_points.txt").decode()
    assert metadata["Name"] == "prism-gate"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert set(metadata.get_all("Provides-Extra") or ()) == {
        "llm",
        "docker",
        "service",
        "otel",
        "postgres",
        "s3",
        "cluster",
        "all",
    }
    assert "prism = prism.cli.app:main" in points
    assert wheel.stat().st_size < 2_000_000


def test_the_sdist_can_be_tested_and_holds_no_litter(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "LICENSE",
        "README.md",
        "Makefile",
        "pyproject.toml",
        "policies/default.yaml",
        "requirements/dev.lock",
    } <= held
    assert not [name for name in held if name.startswith((".venv", "site/", "dist/", ".git/", ".cache"))]


def test_the_installed_command_works_outside_the_tree(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "honest-small", tmp_path / "honest")
    shutil.copytree(ROOT / "examples" / "hostile-shell", tmp_path / "hostile")
    assert call(installed / "prism", "--version", cwd=tmp_path) == f"prism {__version__}\n"
    assert "default" in call(installed / "prism", "policy", "list", cwd=tmp_path)
    reviewed = subprocess.run(
        [installed / "prism", "review", "honest", "hostile", "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (reviewed.returncode, reviewed.stderr) == (1, "")
    assert [record["verdict"] for record in json.loads(reviewed.stdout)] == ["approved", "rejected"]


def test_a_run_without_the_docker_extra_is_held_and_says_what_is_missing(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "honest-small", tmp_path / "honest")
    held = subprocess.run(
        [installed / "prism", "run", "honest", "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert held.returncode == 3
    outcome = json.loads(held.stdout)
    assert (outcome["status"], outcome["metrics"]) == ("held", {})
    assert "install prism-gate[docker]" in held.stderr
