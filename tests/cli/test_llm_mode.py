"""``prism review --llm`` says for one run what the review by a model counts; it is checked like the policy itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from prism.cli.app import run
from prism.cli.reviewing import with_llm
from prism.errors import EXIT_USAGE
from prism.policy.layers import read_layers

PLUGIN = """
from prism import Rule, Severity, hookimpl

MODE = Rule(id="llm/mode", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


class Plugin:
    name = "llm"
    settings_schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "mode": {"enum": ["off", "advisory", "required"], "default": "off"},
            "model": {"type": "string"},
        },
        "if": {"properties": {"mode": {"const": "required"}}},
        "then": {"required": ["model"]},
    }

    def __init__(self, settings):
        self.settings = settings

    @hookimpl
    def prism_rules(self):
        return [MODE]

    @hookimpl
    def prism_review(self):
        return [MODE.finding(self.settings["mode"])]
"""


def policy(folder: Path, settings: str) -> str:
    (folder / "llm.py").write_text(PLUGIN)
    file = folder / "p.yaml"
    file.write_text(f"policy: 1\nname: case\nplugins:\n  llm:\n    from: ./llm.py\n    settings: {settings}\n")
    (folder / "project").mkdir(exist_ok=True)
    (folder / "project" / "model.py").write_text("x = 1\n")
    return str(file)


def reviewed(folder: Path, file: str, *words: str) -> dict[str, Any]:
    output = folder / "review.json"
    assert run(["review", str(folder / "project"), "-p", file, "-f", "json", "-o", str(output), *words]) == 0
    record: dict[str, Any] = json.loads(output.read_text())
    return record


@pytest.mark.parametrize("plain", [True, False])
def test_the_mode_of_one_run_goes_before_the_policys(plain: bool, tmp_path: Path) -> None:
    file = policy(tmp_path, "{mode: advisory, model: m}")
    digests = set()
    for said in ("", "required", "off"):
        words = [] if not said else (["--llm", said] if plain else [f"--llm={said}"])
        record = reviewed(tmp_path, file, *words)
        assert [each["message"] for each in record["findings"]] == [said or "advisory"]
        assert record["policy"]["name"] == "case"
        digests.add(record["policy"]["digest"])
    assert len(digests) == 3


def test_a_mode_for_which_something_is_missing_is_a_problem_of_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = policy(tmp_path, "{}")
    assert run(["review", str(tmp_path / "project"), "-p", file, "--llm", "required"]) == EXIT_USAGE
    assert "model" in capsys.readouterr().err


def test_what_is_not_selected_need_not_be_switched_off() -> None:
    layers = read_layers("default")
    assert with_llm(layers, "off") is layers
    assert with_llm(layers, "") is layers
