"""The same project gives the same findings in every process, whatever order sets have there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import prism_safety
import pytest

import prism

# Each tuple holds the same function by another way: which way is followed to the call must not be a matter of luck.
TIED = """\
def every(model):
    for act, *given in [
        (open, model, "r"),
        (open, model.name, "rb"),
        (open, 3, "wb"),
        (open, model, "w", -1, None),
        (model.go, model),
    ]:
        act(*given)
"""
# Each way to the same symbol is as long as the others: which of them the finding names must not be one either.
ALIKE = """\
import numpy as np


class Held:
    def __init__(self):
        self.first = np.lib
        self.second = np.lib
        self.third = np.lib
        self.fourth = np.lib


def every():
    for name in ("first", "second", "third", "fourth"):
        getattr(Held(), name).chunks = 3
"""
REVIEWED = """\
import json, sys
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot
from prism_safety.plugin import SafetyPlugin

project = Project(Snapshot.of({"model.py": sys.stdin.buffer.read()}))
with guarded_here():
    findings = [one for file in project for one in SafetyPlugin({}).prism_check_file(file, project)]
print(json.dumps([[one.rule, one.line, [step.line for step in one.chain]] for one in findings]))
"""


@pytest.mark.parametrize(
    ("source", "finding"), [(TIED, ("safety/filesystem", 9)), (ALIKE, ("safety/patched-module", 14))]
)
def test_findings_do_not_depend_on_the_order_of_sets(source: str, finding: tuple[str, int]) -> None:
    found = {_reviewed(source, seed) for seed in range(1, 7)}

    assert len(found) == 1
    assert list(finding) in [each[:2] for each in json.loads(found.pop())]


def _reviewed(source: str, seed: int) -> str:
    environment = {"PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(_roots())}
    done = subprocess.run(  # noqa: S603 - this interpreter and the text above
        [sys.executable, "-c", REVIEWED],
        input=source.encode(),
        env=environment,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode()


def _roots() -> list[str]:
    return [str(Path(package.__path__[0]).parent) for package in (prism, prism_safety)]
