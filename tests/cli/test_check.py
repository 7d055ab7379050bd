"""Before they hand in, authors get the findings and the verdict of the gate, and what to change."""

import json
from pathlib import Path

import pytest

from prism.cli.app import run

EXAMPLES = Path(__file__).parents[2] / "examples"
NEVER_ASKED = """\
from prism import Rule, hookimpl
from prism.errors import PluginError


@hookimpl
def prism_review(project):
    raise RuntimeError("asked")
"""


@pytest.mark.parametrize("project", sorted(EXAMPLES.glob("ho*-*")), ids=lambda path: path.name)
def test_the_verdict_findings_and_digest_are_those_of_the_gate(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [run([command, str(project), "--format", "json"]) for command in ("check", "review")]
    checked, reviewed = (json.loads(part) for part in capsys.readouterr().out.replace("}\n{", "}\n\0{").split("\0"))

    assert codes[0] == codes[1]
    for same in ("verdict", "reasons", "findings", "policy", "project", "versions", "stages"):
        assert checked[same] == reviewed[same]


def test_findings_with_one_cause_are_one_change_and_each_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(EXAMPLES / "hostile-shell"), str(EXAMPLES / "honest-small")]) == 1
    advice = capsys.readouterr().out.partition("\nChange in ")[2]

    assert [line.strip().split("    ")[0] for line in advice.splitlines() if ".py:" in line] == [
        "telemetry.py:3",
        "and telemetry.py:9",
    ]
    assert "Remove the import." in advice
    assert "a model computes inside its own process" in advice
    assert f"Nothing to change in {EXAMPLES / 'honest-small'}." in advice
    assert "The gate decides the same if its policy is " in advice


def test_no_reviewer_is_asked_and_the_digest_stays(
    honest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "asked.py").write_text(NEVER_ASKED, encoding="utf-8")
    policy = tmp_path / "asking.yaml"
    policy.write_text("policy: 1\nname: asking\nextends: default\nplugins: {asked: {from: asked.py}}\n")

    assert run(["review", str(honest), "-p", str(policy), "-f", "json"]) == 3
    assert run(["check", str(honest), "-p", str(policy), "-f", "json"]) == 0
    reviewed, checked = (json.loads(part) for part in capsys.readouterr().out.replace("}\n{", "}\n\0{").split("\0"))

    assert checked["policy"] == reviewed["policy"]
    assert {"name": "review:asked", "status": "skipped", "why": "only the gate asks it"} in checked["stages"]


def test_what_is_quoted_in_the_advice_cannot_disturb_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p"
    project.mkdir()
    (project / "model.py").write_text("import os  # \x1b[2J\u202e\n", encoding="utf-8")

    assert run(["check", str(project)]) == 1
    shown = capsys.readouterr().out
    assert "model.py:1" in shown.partition("\nChange in ")[2]
    assert not {"\x1b", "\u202e"} & set(shown)


def test_a_page_shows_the_sources(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run(["check", str(EXAMPLES / "hostile-shell"), "--format", "html", "--output", str(page)]) == 1
    assert "Labels a training run." in page.read_text(encoding="utf-8")
