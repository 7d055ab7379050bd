"""What each shipped policy makes of the same four small projects."""

from pathlib import Path

import pytest

from prism.gate import Gate
from prism.policy.shipped import shipped_names
from prism.verdict import Outcome

MODEL = """\
from torch import nn


def build_model(ctx):
    return nn.Linear(4, 4)


def get_recipe(ctx):
    return {"learning_rate": 0.001}
"""
PROJECTS = {
    "plain": {"model.py": MODEL},
    "with-a-module-that-nothing-imports": {"model.py": MODEL, "spare.py": "WIDTH = 4\n"},
    "with-a-shell-command": {"model.py": "import os\n\nos.system('id')\n" + MODEL},
    "with-a-desktop-file": {"model.py": MODEL, ".DS_Store": "x"},
}
EXPECTED = {
    "default": ("approved", "approved", "rejected", "approved"),
    "strict": ("approved", "held", "rejected", "rejected"),
    "production": ("approved", "approved", "rejected", "rejected"),
}


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_policy_decides_as_it_says(name: str, tmp_path: Path) -> None:
    for project, files in PROJECTS.items():
        (tmp_path / project).mkdir()
        for file, text in files.items():
            (tmp_path / project / file).write_text(text, encoding="utf-8")
    with Gate.from_policy(name) as gate:
        verdicts = tuple(gate.review(tmp_path / project).verdict for project in PROJECTS)
    assert verdicts == tuple(Outcome(word) for word in EXPECTED[name])


def test_every_shipped_policy_has_its_verdicts_here() -> None:
    assert set(shipped_names()) == set(EXPECTED)
