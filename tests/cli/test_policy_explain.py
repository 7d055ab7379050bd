"""``prism policy explain`` and ``prism policy diff``: what they print, and how they end."""

import json
from pathlib import Path

import pytest

from prism.cli.app import run


@pytest.fixture
def noted(honest: Path) -> Path:
    (honest / "spare.py").write_text("X = 1\n")
    return honest


def test_explain_ends_as_the_verdict_does(hostile: Path, honest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "explain", str(hostile)]) == 1
    out = capsys.readouterr().out
    assert "policies/default.yaml:" in out
    assert "  To be approved\n    in the code    these must be gone" in out
    assert run(["policy", "explain", str(honest)]) == 0
    assert "nothing was found" in capsys.readouterr().out
    assert run(["policy", "explain", str(honest / "gone")]) == 2


def test_explain_as_json_has_files_lines_and_ways(noted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "explain", str(noted), "--policy", "strict", "--format", "json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"] == "held"
    (link,) = record["chain"]
    assert link["threshold"]["file"].endswith("strict.yaml")
    assert link["threshold"]["value"] == ["warning", "note"]
    assert [each["verdict"] for each in record["alternatives"]] == ["approved", "rejected"]
    assert all(each["ways"] for each in record["alternatives"])


def test_explain_compares_with_a_store_and_keeps_nothing(
    honest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "store.db")
    assert run(["review", str(honest), "--store", store, "--hotkey", "alice"]) == 0
    for _ in range(2):
        assert run(["policy", "explain", str(honest), "--store", store, "--hotkey", "bob"]) == 1
        assert "similarity/duplicate rejects" in capsys.readouterr().out


def test_a_hostile_project_reaches_no_terminal(honest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (honest / "model.py").write_text("import os  # \x1b[2J\u202e\nos.system('\u202eid\x9b')\n", encoding="utf-8")
    assert run(["policy", "explain", str(honest)]) == 1
    out = capsys.readouterr().out
    assert all(character.isprintable() or character == "\n" for character in out)


def test_diff_lists_changes_and_flips(noted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "diff", "default", "default"]) == 0
    assert "nothing is different in meaning" in capsys.readouterr().out
    assert run(["policy", "diff", "default", "strict"]) == 0
    capsys.readouterr()
    projects = noted.parent / "projects"
    projects.mkdir()
    noted.rename(projects / "noted")
    assert run(["policy", "diff", "default", "strict", "--projects", str(projects)]) == 1
    out = capsys.readouterr().out
    assert f"{projects / 'noted'}  approved -> held\n" in out
    assert out.endswith("1 project: 1 flipped, 0 as before\n")
    assert run(["policy", "diff", "default", "strict", "--projects", str(projects), "-f", "json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["replay"]["flips"][0]["causes"][0]["rule"] == "contract/unimported-module"
    assert {each["direction"] for each in record["changes"]} == {"stricter"}


def test_diff_replays_a_store(noted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(tmp_path / "store.db")
    assert run(["review", str(noted), "--store", store, "--hotkey", "alice"]) == 0
    assert run(["policy", "diff", "default", "strict", "--store", store]) == 1
    assert "approved -> held" in capsys.readouterr().out


def test_a_wrong_call_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "diff", "default", "strct"]) == 2
    assert run(["policy", "diff", "default", "strict", "--projects", str(tmp_path)]) == 2
    assert run(["policy", "diff", "default", "strict", "--projects", ".", "--store", "x.db"]) == 2
    assert run(["policy", "diff", "default", "strict", "--store", str(tmp_path / "gone.db")]) == 70
    assert "there are two places" in capsys.readouterr().err
