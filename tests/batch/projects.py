"""Small projects for a batch to review."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

APPROVED = """\
from torch import nn


def build_model(ctx):
    return nn.Linear({size}, 4)


def get_recipe(ctx):
    return {{}}
"""
REJECTED = """\
import subprocess


def build_model(ctx):
    return subprocess.run(["id", str({size})])
"""
COMMAND = [sys.executable, "-m", "prism", "batch"]


def make(folder: Path, number: int) -> list[Path]:
    """So many projects, every third of which is rejected; folders and archives in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    return [project(folder, index) for index in range(number)]


def project(folder: Path, index: int) -> Path:
    source = (REJECTED if index % 3 == 2 else APPROVED).format(size=index + 1)
    path = folder / f"p{index:04}"
    if index % 2:
        archive = path.with_suffix(".zip")
        with zipfile.ZipFile(archive, "w") as writer:
            writer.writestr("model.py", source)
        return archive
    path.mkdir()
    (path / "model.py").write_text(source, encoding="utf-8")
    return path


def batch(*arguments: object, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=cwd, input=stdin, capture_output=True, text=True, timeout=300, check=False
    )


def records(text: str) -> dict[str, dict[str, Any]]:
    """By id, each line without what differs between reviews of the same."""
    found = {}
    for line in text.splitlines():
        record = json.loads(line)
        del record["timings"]
        assert record["id"] not in found
        found[record["id"]] = record
    return found


def verdicts(text: str) -> dict[str, str]:
    return {name: record["verdict"] for name, record in records(text).items()}
