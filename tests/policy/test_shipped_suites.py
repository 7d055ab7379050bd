"""Each shipped policy decides its own cases as they say, tried by the command that operators use."""

import json
from pathlib import Path

import pytest

from prism.cli.app import run
from prism.policy.shipped import shipped_file, shipped_names

POLICIES = Path(__file__).parents[2] / "policies"
LEAST = {
    "plain": ("approved", "approved", "approved"),
    "unimported": ("approved", "held", "approved"),
    "shell-command": ("rejected", "rejected", "rejected"),
    "desktop-file": ("approved", "rejected", "rejected"),
}
"""What the default, the strict and the production policy make of the same four projects."""
HARD_TO_REACH = {
    "contract/hidden-file",  # intake refuses the path before
    "safety/odd-encoding",  # intake refuses the file before
    "safety/too-complex",  # plugins/safety/tests has a file that is
    "similarity/crowded-index",  # needs thousands of earlier submissions
    "similarity/not-compared",  # needs a project of half a million operations
    "similarity/suspected",  # tests/similarity has pairs of every likeness
}


def test_every_case_of_every_shipped_policy_comes_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "test", str(POLICIES), "--format", "json"]) == 0
    tried = {Path(each["policy"]).stem: each for each in json.loads(capsys.readouterr().out)}
    assert set(tried) == set(shipped_names())
    for place, (name, each) in enumerate((name, tried[name]) for name in ("default", "strict", "production")):
        verdicts = {trial["name"].rpartition("/")[2]: trial["verdict"] for trial in each["trials"]}
        assert {case: verdicts[case] for case in LEAST} == {case: LEAST[case][place] for case in LEAST}, name
    assert set(tried["default"]["unexercised"]) == HARD_TO_REACH


def test_a_shipped_policy_is_tried_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert shipped_file("production")
    assert run(["policy", "test", "production"]) == 0
    assert "5 cases: 5 as expected, 0 different, 0 broken" in capsys.readouterr().out
