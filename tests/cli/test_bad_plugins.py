"""What a plugin can do wrong: a clear error with what to do, the others go on, and nobody is approved by accident."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from tests.packaging.conftest import ROOT

BAD = ROOT / "tests" / "corpora" / "bad_plugins"
HONEST = ROOT / "tests" / "corpora" / "plugins" / "honest.py"
ENVIRONMENT = {**os.environ, "PRISM_PLUGIN_SECONDS": "1"}


def prism(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "prism", *map(str, arguments)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def reviewed(name: str, folder: Path, text: str = "bad\n") -> "subprocess.CompletedProcess[str]":
    """A review of a project in which the other plugin finds something, with a bad plugin beside it."""
    policy = {
        "policy": 1,
        "name": "bad",
        "plugins": {"honest": {"from": str(HONEST)}, name: {"from": str(BAD / f"{name}.py")}},
        "guard": {"plugin_seconds": 1},
        "verdict": {"plugin_seconds": 1},
    }
    YAML().dump(policy, folder / "policy.yaml")
    (folder / "project").mkdir()
    (folder / "project" / "model.py").write_text(text, encoding="utf-8")
    return prism("review", folder / "project", "--policy", folder / "policy.yaml", "--format", "json")


class Refused(NamedTuple):
    """A plugin with which nothing is reviewed."""

    what: str
    do: str


REFUSED = {
    "raises_at_import": Refused("cannot be imported: RuntimeError: the catalogue is not there", "mend the plugin"),
    "taken_rule": Refused("the rule 'safety/forbidden-import' does not begin with 'taken_rule/'", "prism_rules"),
    "wrong_signature": Refused(
        "prism_check_file takes an argument 'settings' that the hook does not have; it has file, project",
        "docs/reference/hooks.md",
    ),
    "needs_newer": Refused("it requires hook API 999, and this PRISM has 1: upgrade PRISM", "docs/reference/hooks.md"),
    "hangs_at_import": Refused("cannot be imported: nothing within 1 s", "mend the plugin"),
    "safety": Refused("a plugin that comes with PRISM is called 'safety'", "give the plugin another name"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_plugin_that_does_not_load_stops_everything_and_says_why(name: str, tmp_path: Path) -> None:
    for done in (reviewed(name, tmp_path), prism("plugins", "check", BAD / f"{name}.py", "--format", "json")):
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
        said = done.stderr or done.stdout
        assert REFUSED[name].what in said
        assert REFUSED[name].do in said
        assert name in said


FAILS = {
    "hangs_in_check": "took longer than",
    "hangs_in_verdict": "nothing within 1 s",
    "writes": "it changed the tree of model.py although it says reads_only = True",
    "writes_snapshot": "AttributeError: a snapshot never changes",
    "empties": "it changed the tree of model.py although it says reads_only = True",
}


@pytest.mark.parametrize("name", FAILS)
def test_a_plugin_that_fails_holds_the_project_and_silences_nobody(name: str, tmp_path: Path) -> None:
    done = reviewed(name, tmp_path)
    assert done.returncode == 3, done.stderr
    record = json.loads(done.stdout)
    assert {finding["rule"] for finding in record["findings"]} == {"honest/bad-name", "host/plugin-failed"}
    (failed,) = [stage for stage in record["stages"] if stage["status"] == "failed"]
    assert name in failed["name"]
    assert FAILS[name] in failed["why"]


def test_what_a_plugin_prints_is_not_among_the_data(tmp_path: Path) -> None:
    done = reviewed("prints", tmp_path, "x = 1\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["verdict"] == "approved"
    assert {"imported", "judging", "judging, without Python's help", "judging, by a program"} <= set(
        done.stderr.splitlines()
    )
    case = tmp_path / "policy.cases" / "plain"
    case.mkdir(parents=True)
    (case / "expect.yaml").write_text("verdict: approved\nproject: ../../project\n", encoding="utf-8")
    policy, project = tmp_path / "policy.yaml", tmp_path / "project"
    for call in (
        ("check", project, "--policy", policy, "-f", "json"),
        ("batch", project, "--policy", policy),
        ("policy", "test", policy, "-f", "json"),
        ("policy", "explain", project, "--policy", policy, "-f", "json"),
    ):
        done = prism(*call)
        assert json.loads(done.stdout), call
        assert "judging, by a program" in done.stderr


def test_a_plugin_that_writes_to_frozen_records_by_force_changes_its_own_copies(tmp_path: Path) -> None:
    done = reviewed("forces_approval", tmp_path)
    record = json.loads(done.stdout)
    assert (done.returncode, record["verdict"]) == (3, "held")
    assert [(each["rule"], each.get("at_most")) for each in record["findings"]] == [("honest/bad-name", None)]
    assert record["project"]["digest"] != "0" * 64


def test_a_plugin_that_hangs_at_the_end_changes_no_verdict(tmp_path: Path) -> None:
    done = reviewed("hangs_at_exit", tmp_path)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (3, "held")


def test_a_plugin_that_closes_the_standard_output_closes_its_own_alone(tmp_path: Path) -> None:
    done = reviewed("closes_stdout", tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    assert [each["rule"] for each in json.loads(done.stdout)["findings"]] == ["honest/bad-name"]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("never-ready", "plugin 'hangs_as_broker' could not provide a broker: nothing within 1 s"),
        ("never-back", "the broker of plugin 'hangs_as_broker' brought nothing within 0.5 s"),
    ],
)
def test_a_broker_that_hangs_holds_what_was_approved(kind: str, why: str, tmp_path: Path) -> None:
    policy = {
        "policy": 1,
        "name": "stuck",
        "extends": "default",
        "plugins": {"hangs_as_broker": {"from": str(BAD / "hangs_as_broker.py")}},
        "verdict": {"plugin_seconds": 1},
        "runner": {"broker": {"kind": kind}, "limits": {"wall_seconds": 1}},
    }
    YAML().dump(policy, tmp_path / "policy.yaml")
    done = prism("run", ROOT / "examples" / "honest-small", "--policy", tmp_path / "policy.yaml", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (3, "held")
    assert why in done.stdout + done.stderr


def checked(name: str, *options: str) -> tuple[int, dict[str, Any]]:
    done = prism("plugins", "check", BAD / f"{name}.py", "--format", "json", "--cpu-seconds", "1", *options)
    return done.returncode, json.loads(done.stdout)


CHECKED = {
    "hangs_in_check": ("it_is_in_time", "it took more than 1 s of processor time"),
    "hangs_in_verdict": ("it_is_in_time", "it took more than 1 s of processor time"),
    "prints": ("it_prints_nothing", "it printed 'imported"),
    "writes": ("it_changes_nothing", "it changed the tree of model.py"),
    "writes_snapshot": ("it_survives_odd_projects", "a snapshot never changes"),
}


@pytest.mark.parametrize("name", CHECKED)
def test_the_check_names_the_broken_promise_and_what_to_do(name: str) -> None:
    promise, what = CHECKED[name]
    code, record = checked(name)
    assert code == 1
    problems = record["promises"][promise]
    assert what in " ".join(problem["what"] for problem in problems)
    assert all(problem["do"] and problem["where"].startswith(name) for problem in problems)


def test_the_check_is_readable(tmp_path: Path) -> None:
    good, bad = prism("plugins", "check", HONEST), prism("plugins", "check", BAD / "prints.py")
    assert (good.returncode, bad.returncode) == (0, 1)
    assert good.stdout.endswith("honest: keeps what every plugin promises, 72 odd projects\n")
    assert "\nno   It leaves the standard output to PRISM\n" in bad.stdout
    assert "\n       do: take the print out" in bad.stdout
    gone = prism("plugins", "check", tmp_path / "gone.py")
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "there is no plugin" in gone.stderr
