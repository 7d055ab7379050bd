import json
from pathlib import Path

import pytest

from prism.cli.app import run
from prism.cli.pair import as_text
from prism.runner.pair_result import CodeMatch, Evidence, PairResult, Place, ReviewedSide, Scores
from prism.runner.result import Reason
from tests.cli.strangers import prism

NO_ENGINE = """\
policy: 1
name: no-engine
extends: default
runner:
  broker:
    settings:
      base_url: unix:///nonexistent/engine.sock
"""


@pytest.fixture
def no_engine(tmp_path: Path) -> Path:
    """A policy whose engine cannot answer."""
    policy = tmp_path / "no-engine.yaml"
    policy.write_text(NO_ENGINE, encoding="utf-8")
    return policy


def test_a_rejected_project_is_not_run_and_says_why(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(hostile), "--format", "json"]) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    outcome = json.loads(shown.out)
    assert (outcome["status"], outcome["verdict"], outcome["metrics"]) == ("rejected", "rejected", {})
    assert outcome["run"] is None
    assert outcome["reason"].startswith("contract/shadowed-module: ")
    assert not outcome["reason"].endswith(".")  # more of them may follow after a semicolon


def test_a_held_project_is_not_run(hostile: Path, holding: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(hostile), "--policy", str(holding)]) == 3
    assert "\nrun held: contract/shadowed-module: " in capsys.readouterr().out


def test_without_an_engine_an_approved_project_is_held(honest: Path, no_engine: Path, tmp_path: Path) -> None:
    # In a process of its own: the SDK leaves a socket open when nobody answers.
    held = prism(tmp_path, "run", str(honest), "--policy", str(no_engine), "--format", "json")
    assert held.returncode == 3
    assert "no Docker engine answers" in held.stderr
    outcome = json.loads(held.stdout)
    assert (outcome["status"], outcome["verdict"], outcome["metrics"]) == ("held", "approved", {})
    assert outcome["reason"].startswith("engine-unavailable: ")
    assert outcome["run"] == {
        "reason": "engine-unavailable",
        "exit_code": None,
        "limits_hit": [],
        "unknown_metrics": [],
        "wall_seconds": 0.0,
        "cpu_seconds": None,
        "peak_memory_bytes": None,
        "observed": None,
    }


def test_the_outcome_can_be_written_to_a_file(
    hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", str(hostile), "--format", "json", "--output", str(tmp_path / "outcome.json")]) == 1
    assert capsys.readouterr().out == ""
    assert json.loads((tmp_path / "outcome.json").read_text(encoding="utf-8"))["status"] == "rejected"


def test_a_missing_project_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "gone"]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err


@pytest.mark.parametrize(("count", "pair"), [(2, ()), (1, ("--pair",)), (3, ("--pair",))])
def test_a_run_takes_one_project_and_a_pair_two(
    count: int, pair: tuple[str, ...], honest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", *[str(honest)] * count, *pair]) == 2
    assert "one project, or exactly two with --pair" in capsys.readouterr().err


def test_without_an_engine_a_pair_is_held(honest: Path, hostile: Path, no_engine: Path, tmp_path: Path) -> None:
    held = prism(tmp_path, "run", "--pair", str(honest), str(hostile), "--policy", str(no_engine), "--format", "json")
    assert held.returncode == 3
    assert "no Docker engine answers" in held.stderr
    result = json.loads(held.stdout)
    assert (result["status"], result["code"], result["scores"]) == ("held", "engine-unavailable", {})
    assert [result[side]["verdict"] for side in ("first", "second")] == ["approved", "rejected"]
    assert [result[side]["may_run"] for side in ("first", "second")] == [True, False]


def test_a_pair_is_shown_escaped_and_with_what_is_not_known() -> None:
    side = ReviewedSide(project_digest=None, verdict="rejected", may_run=False)
    place = Place(path="mod\x1b[2Jel.py", lines=(1, 2))
    match = CodeMatch(first=place, second=place, likeness=0.5)
    result = PairResult(
        status="held",
        reason="no-result: \x07",
        code=Reason.NO_RESULT,
        scores=Scores(modules=0.25),
        evidence=Evidence(matches=(match,) * 12),
        first=side,
        second=side,
    )
    text = as_text(result)

    assert text.replace("\n", "").isprintable()
    assert "  modules = 0.2500\n  shapes = unknown\n" in text
    assert text.count("  ~  ") == 10
