import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prism.cli.app import run
from tests.store.indexer import gate


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "store.sqlite3")


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """One whose only plugin finds shared lines; see :mod:`tests.store.indexer`."""
    gate(tmp_path).close()
    return str(tmp_path / "policy.yaml")


def project(folder: Path, name: str, *lines: str) -> str:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "model.py").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(folder / name)


def listed(store: str, capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(["snapshots", "list", "--store", store, "--format", "json", *options]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_review_compares_with_a_store_and_keeps_what_it_does_not_reject(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--policy", policy, "--store", store, "--format", "json"]
    own, copy = project(tmp_path, "own", "a = 1", "b = 2"), project(tmp_path, "copy", "c = 3", "b = 2")
    assert run(["review", own, *options, "--hotkey", "alice"]) == 0
    assert run(["review", copy, *options, "--hotkey", "bob"]) == 1
    assert run(["review", copy, *options, "--hotkey", "alice"]) == 0
    kept = listed(store, capsys)
    assert [row["hotkey"] for row in kept] == ["alice", "alice"]
    assert run(["review", own, "--policy", policy]) == 0
    assert len(listed(store, capsys)) == 2, "without --store nothing is kept"


def test_projects_of_one_command_are_compared_with_each_other(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [project(tmp_path, name, "same = 1", f"own = {name!r}") for name in ("a", "b")]
    assert run(["review", *paths, "--policy", policy, "--store", store]) == 1
    assert "a line of" in capsys.readouterr().out


def test_a_store_that_cannot_be_used_holds_and_says_why(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(store).write_bytes(b"no database" * 1_000)
    assert run(["review", project(tmp_path, "own", "a = 1"), "--policy", policy, "--store", store]) == 3
    shown = capsys.readouterr().out
    assert "host/corpus-incomplete" in shown
    assert "the store is damaged" in shown
    assert run(["snapshots", "list", "--store", store]) == 70
    assert capsys.readouterr().err.startswith("store-damaged: the store is damaged")


def test_snapshots_are_added_listed_shown_and_deleted(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project(tmp_path, "own", "a = 1", "text = '\x1b[2J'")
    add = ["snapshots", "add", path, "--store", store, "--policy", policy]
    assert run([*add, "--id", "first", "--hotkey", "alice", "--received-at", "2026-01-31T12:00:00"]) == 0
    assert capsys.readouterr().out == "first\n"
    assert run([*add, "--hotkey", "bob", "--received-at", "2026-01-31T12:00:00+02:00"]) == 0
    rows = listed(store, capsys)
    assert [row["received_at"] for row in rows] == ["2026-01-31T12:00:00+00:00", "2026-01-31T10:00:00+00:00"]
    assert [row["id"] for row in listed(store, capsys, "--hotkey", "alice", "--limit", "5")] == ["first"]
    assert run(["snapshots", "show", "first", "--store", store]) == 0
    assert "model.py" in capsys.readouterr().out
    assert run(["snapshots", "show", "first", "--store", store, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["path"] == "model.py"
    assert run(["snapshots", "show", "first", "--store", store, "--file", "model.py"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("a = 1\n")
    assert "\x1b" not in shown
    assert run(["snapshots", "show", "first", "--store", store, "--file", "none.py"]) == 2
    assert run(["snapshots", "show", "nobody", "--store", store]) == 2
    assert run(["snapshots", "delete", "--hotkey", "alice", "--store", store]) == 2
    assert run(["snapshots", "delete", "--hotkey", "alice", "--store", store, "--yes"]) == 0
    assert "1 submissions were deleted" in capsys.readouterr().err
    assert [row["hotkey"] for row in listed(store, capsys)] == ["bob"]
    assert run(["snapshots", "delete", "--before", "2027-01-01", "--store", store, "--yes"]) == 0
    assert listed(store, capsys) == []


def test_reference_code_is_added_by_version(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [project(tmp_path, name, f"own = {name!r}") for name in ("a", "b")]
    add = ["snapshots", "add", "--reference", "examples", "--store", store, "--policy", policy]
    assert run([*add, paths[0]]) == 0
    assert run([*add, *paths]) == 0
    assert capsys.readouterr().out == "examples@1\nexamples@2\n"
    assert listed(store, capsys, "--references") == [{"name": "examples", "version": 2, "snapshots": 2}]
    assert listed(store, capsys) == []


@pytest.mark.parametrize(
    "options",
    [
        ["--reference", "Bad Name"],
        ["--reference", "known", "--hotkey", "alice"],
        ["--received-at", "yesterday"],
        ["--received-at", "1969-01-01"],
        ["--id", "a\nb"],
        ["--store", "mysql://x"],
    ],
)
def test_a_call_that_makes_no_sense_adds_nothing(
    options: list[str], tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project(tmp_path, "own", "a = 1")
    assert run(["snapshots", "add", path, "--store", store, "--policy", policy, *options]) == 2
    assert "do:" in capsys.readouterr().err
    assert not Path(store).exists() or listed(store, capsys) == []


def test_one_id_is_not_for_several_projects(tmp_path: Path, store: str, policy: str) -> None:
    paths = [project(tmp_path, name, f"own = {name!r}") for name in ("a", "b")]
    assert run(["snapshots", "add", *paths, "--id", "x", "--store", store, "--policy", policy]) == 2


def test_a_project_that_intake_refuses_is_not_added(store: str, tmp_path: Path, policy: str) -> None:
    (tmp_path / "no.zip").write_bytes(b"no archive")
    assert run(["snapshots", "add", str(tmp_path / "no.zip"), "--store", store, "--policy", policy]) == 2


def test_a_store_goes_to_another_by_a_file(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    own = project(tmp_path, "own", "a = 1")
    assert run(["snapshots", "add", own, "--store", store, "--policy", policy, "--id", "first"]) == 0
    file, other = tmp_path / "exported", str(tmp_path / "other.sqlite3")
    assert run(["snapshots", "export", str(file), "--store", store]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert run(["snapshots", "import", str(file), "--store", other, "--policy", policy]) == 0
    assert [row["id"] for row in listed(other, capsys)] == ["first"]
    assert run(["review", own, "--policy", policy, "--store", other, "--hotkey", "bob"]) == 1
    assert run(["snapshots", "export", str(tmp_path / "nowhere" / "file"), "--store", store]) == 2
    file.write_bytes(file.read_bytes()[:-1])
    assert run(["snapshots", "import", str(file), "--store", store, "--policy", policy]) == 2
    assert "no whole exported store" in capsys.readouterr().err


def test_a_failed_export_leaves_the_old_file(tmp_path: Path, store: str) -> None:
    (tmp_path / "exported").write_text("old")
    Path(store).write_bytes(b"no database" * 1_000)
    assert run(["snapshots", "export", str(tmp_path / "exported"), "--store", store]) == 70
    assert (tmp_path / "exported").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"exported", "store.sqlite3"}


def test_a_new_version_is_indexed_in_the_background_or_on_request(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        run(["snapshots", "add", project(tmp_path, name, f"x = {name!r}"), "--store", store, "--policy", policy])
    gate(tmp_path, features="2", refused="x = 'b'").close()
    assert run(["review", project(tmp_path, "c", "y = 1"), "--policy", policy, "--store", store]) == 3
    assert "2 earlier submissions are being indexed again" in capsys.readouterr().err
    assert run(["snapshots", "reindex", "--policy", policy, "--store", store]) == 3
    assert "x = 'b'" not in capsys.readouterr().out
    gate(tmp_path, features="3").close()
    assert run(["snapshots", "reindex", "--policy", policy, "--store", store, "--drop-older"]) == 0
    assert run(["snapshots", "reindex", "--policy", policy, "--store", store, "--from-scratch"]) == 0
    assert capsys.readouterr().err == "3 snapshots were indexed\n" * 2, "what was held in between is among them"


def test_a_check_names_what_is_damaged(
    tmp_path: Path, store: str, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    blobs = tmp_path / "blobs"
    assert run(["store", "blobs", str(blobs), "--store", store]) == 0
    run(["snapshots", "add", project(tmp_path, "a", "x = 1"), "--store", store, "--policy", policy, "--id", "first"])
    capsys.readouterr()
    assert run(["store", "check", "--store", store]) == 0
    assert capsys.readouterr().out == "the store is whole\n"
    (blob,) = blobs.glob("*/*")
    blob.write_bytes(b"else")
    assert run(["store", "check", "--store", store]) == 70
    assert f"blob {blob.name} is damaged\n  where: first: model.py" in capsys.readouterr().out
    assert run(["store", "check", "--store", store, "--format", "json"]) == 70
    assert json.loads(capsys.readouterr().out)[0]["where"] == "first: model.py"
    assert run(["snapshots", "export", str(tmp_path / "file"), "--store", store]) == 70


@pytest.mark.parametrize(
    "command", [["snapshots", "list"], ["snapshots", "show", "x"], ["snapshots", "export", "file"], ["store", "check"]]
)
def test_a_store_that_is_not_there_is_not_made_by_looking(
    command: list[str], store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--store", store]) == 70
    assert capsys.readouterr().err.startswith("store-missing: there is no store")
    assert not Path(store).exists()


def test_a_review_without_a_store_imports_no_database() -> None:
    code = "import sys, prism.cli.app, prism.cli.root, prism.gate; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
