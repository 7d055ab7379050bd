"""Projects and policies for the commands to work on."""

import zipfile
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
HOLDING = """\
policy: 1
name: holding
extends: default
verdict:
  reject: []
  hold: [error, warning]
"""
HONEST_MODEL = """\
from torch import nn


def build_model(ctx):
    return nn.Linear(4, 4)


def get_recipe(ctx):
    return {"learning_rate": 0.001}
"""


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    """A project that is approved."""
    project = tmp_path / "honest"
    project.mkdir()
    (project / "model.py").write_text(HONEST_MODEL, encoding="utf-8")
    return project


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """An archive of a project that is rejected."""
    archive = tmp_path / "hostile.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        for source in sorted((EXAMPLES / "hostile-shadow").iterdir()):
            writer.write(source, source.name)
    return archive


@pytest.fixture
def holding(tmp_path: Path) -> Path:
    """A policy that holds where the default one rejects."""
    policy = tmp_path / "holding.yaml"
    policy.write_text(HOLDING, encoding="utf-8")
    return policy
