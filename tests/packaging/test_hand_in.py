"""The hook and the action for projects that are to be handed in are what their readers expect, and do what they say."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
TOOLS = Path(sys.executable).parent
GIT = ("git", "-c", "user.name=n", "-c", "user.email=n@localhost")


def read(name: str) -> Any:  # noqa: ANN401 - whatever stands there
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


def done(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables, "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"),
        ("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"),
    ],
    ids=lambda command: command[0],
)
def test_both_files_are_valid(command: tuple[str, ...]) -> None:
    checked = done(*command, cwd=ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(("project", "is_clean"), [("honest-small", True), ("hostile-shell", False)])
def test_a_commit_is_stopped_where_the_gate_would_not_approve(project: str, is_clean: bool, tmp_path: Path) -> None:
    """The hook as it stands in the manifest, by the real program, with PRISM as it is installed here."""
    for source in (EXAMPLES / project).iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    hooks = [{**hook, "language": "system"} for hook in read(".pre-commit-hooks.yaml")]
    with (tmp_path / ".pre-commit-config.yaml").open("w", encoding="utf-8") as file:
        YAML().dump({"repos": [{"repo": "local", "hooks": hooks}]}, file)
    for command in ((*GIT, "init", "-q"), (*GIT, "add", "-A"), ("pre-commit", "install")):
        prepared = done(*command, cwd=tmp_path, HOME=str(tmp_path.parent))
        assert prepared.returncode == 0, prepared.stderr

    committed = done(*GIT, "commit", "-qm", "first", cwd=tmp_path, HOME=str(tmp_path.parent))

    said = committed.stdout + committed.stderr
    assert (committed.returncode == 0) is is_clean, said
    assert ("Change in .:" in said) is not is_clean


@pytest.mark.parametrize(("project", "codes"), [("honest-small", [0, 0, 0]), ("hostile-shell", [0, 1, 0])])
def test_the_steps_of_the_action_report_judge_and_pack(project: str, codes: list[int], tmp_path: Path) -> None:
    inputs = {
        "project": str(EXAMPLES / project),
        "policy": "default",
        "archive": str(tmp_path / "p.zip"),
        "report": str(tmp_path / "p.sarif"),
    }
    found = []
    for step in read("action.yml")["runs"]["steps"][2:]:
        assert step["shell"] == "bash"
        given = {
            name: inputs[text.removeprefix("${{ inputs.").removesuffix(" }}")] for name, text in step["env"].items()
        }
        found.append(done("bash", "-eo", "pipefail", "-c", step["run"], cwd=tmp_path, **given).returncode)

    assert found == codes
    assert '"version": "2.1.0"' in (tmp_path / "p.sarif").read_text(encoding="utf-8")
    assert (tmp_path / "p.zip").read_bytes().startswith(b"PK")


def test_no_input_is_pasted_into_a_command() -> None:
    """An input may be somebody else's text: it reaches the shell as a variable."""
    runs = [step["run"] for step in read("action.yml")["runs"]["steps"] if "run" in step]
    assert len(runs) == 4
    assert not any("${{" in run for run in runs)
