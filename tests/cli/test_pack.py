"""The archive lands where it was wanted, whole, or everything stays as it was and the reason is said."""

import json
from pathlib import Path

import pytest

from prism.cli.app import run


def packed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run(["pack", *arguments, "--format", "json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_the_archive_lies_beside_the_project_and_is_the_same_project_to_the_gate(
    honest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = packed(capsys, str(honest))
    archive = honest.parent / "honest.zip"
    assert found["archive"] == str(archive)
    assert found["bytes"] == archive.stat().st_size
    assert run(["check", str(archive), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["project"]["digest"] == found["project_digest"]

    assert packed(capsys, str(honest)) == found  # a former archive is replaced by the same bytes


def test_a_project_is_packed_from_inside(
    honest: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(honest)
    assert packed(capsys, ".")["archive"] == str(honest.parent / "honest.zip")


def test_people_read_what_was_left_out(honest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (honest / ".git").mkdir()
    (honest / "\u202egnp.pyc").write_bytes(b"")
    assert run(["pack", str(honest), "--exclude", "*.pyc", "-o", str(honest.parent / "a.zip")]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == f"{honest.parent / 'a.zip'}: 1 file, {(honest.parent / 'a.zip').stat().st_size} bytes"
    assert lines[-2:] == ["  left out  .git", "  left out  \\u202egnp.pyc"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["nowhere"], "there is no such folder"),
        (["honest/model.py"], "this is not a folder"),
        (["honest", "-o", "honest/inside.zip"], "the archive would lie inside the project"),
        (["honest", "-o", "nowhere/a.zip"], "there is no folder nowhere"),
        (["honest", "-o", "."], ". is a folder"),
        (["refused"], "this project would be refused"),
    ],
)
def test_what_cannot_be_packed_is_said_and_nothing_is_written(
    arguments: list[str],
    what: str,
    honest: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(honest.parent)
    refused = honest.parent / "refused"
    refused.mkdir()
    (refused / "weights.bin").write_bytes(b"\0")
    before = sorted(honest.parent.rglob("*"))

    assert run(["pack", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"usage: {what}")
    assert sorted(honest.parent.rglob("*")) == before
