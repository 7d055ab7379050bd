"""``prism review --llm`` says for one run what the review by a model counts; it is checked like the policy itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from prism.cli.app import run
from prism.cli.reviewing import with_llm
from prism.errors import EXIT_USAGE
from prism.policy.layers import read_layers

REVIEWER = "{model: none/none, usd_per_million_input: 1, usd_per_million_output: 1}"
BROKE = f"{{mode: advisory, reviewers: [{REVIEWER}], budgets: {{submission: {{tokens: 1}}}}}}"
"""Nothing can be asked for so little, so that each mode says what a missing answer means to it."""
MEANING = {"advisory": ("approved", "note"), "required": ("held", "warning"), "off": ("approved", None)}


def policy(folder: Path, settings: str) -> str:
    file = folder / "p.yaml"
    file.write_text(f"policy: 1\nname: case\nplugins:\n  llm:\n    settings: {settings}\n")
    (folder / "project").mkdir(exist_ok=True)
    (folder / "project" / "model.py").write_text("x = 1\n")
    return str(file)


def reviewed(folder: Path, file: str, *words: str) -> dict[str, Any]:
    output = folder / "review.json"
    code = run(["review", str(folder / "project"), "-p", file, "-f", "json", "-o", str(output), *words])
    record: dict[str, Any] = json.loads(output.read_text())
    assert code == {"approved": 0, "held": 3}[record["verdict"]]
    return record


@pytest.mark.parametrize("plain", [True, False])
def test_the_mode_of_one_run_goes_before_the_policys(plain: bool, tmp_path: Path) -> None:
    file = policy(tmp_path, BROKE)
    digests = set()
    for said in ("", "required", "off"):
        words = [] if not said else (["--llm", said] if plain else [f"--llm={said}"])
        record = reviewed(tmp_path, file, *words)
        weights = {each["rule"]: each["severity"] for each in record["findings"]}
        assert (record["verdict"], weights.get("llm/budget-spent")) == MEANING[said or "advisory"]
        assert record["policy"]["name"] == "case"
        digests.add(record["policy"]["digest"])
    assert len(digests) == 3


def test_a_mode_for_which_something_is_missing_is_a_problem_of_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = policy(tmp_path, "{}")
    assert run(["review", str(tmp_path / "project"), "-p", file, "--llm", "required"]) == EXIT_USAGE
    assert "reviewers" in capsys.readouterr().err


def test_what_is_not_selected_need_not_be_switched_off() -> None:
    layers = read_layers("default")
    assert with_llm(layers, "off") is layers
    assert with_llm(layers, "") is layers
