"""``prism policy test``: exit codes, readable differences, JUnit, and nothing that stops the rest."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from prism.cli.app import run

BODY = "\n\ndef build_model(ctx):\n    return None\n\n\ndef get_recipe(ctx):\n    return {}\n"
SHELL = "import os\n\nos.system('id')\n"


def add(folder: Path, name: str, expectation: str, model: str | None = BODY) -> None:
    case = folder / "house.cases" / name
    case.mkdir(parents=True)
    (case / "expect.yaml").write_text(expectation, encoding="utf-8")
    if model is not None:
        (case / "project").mkdir()
        (case / "project" / "model.py").write_text(model, encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "house.yaml").write_text("policy: 1\nname: house\nextends: default\n")
    monkeypatch.chdir(tmp_path)
    add(tmp_path, "good", "verdict: approved\nfindings: []\n")
    return tmp_path


def test_all_as_expected_ends_with_0(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "test"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("house.yaml (")
    assert "good" not in out
    assert out.endswith("\n1 case: 1 as expected, 0 different, 0 broken\n")
    assert run(["policy", "test", "house.yaml", "--verbose"]) == 0
    assert "\n  ok     good\n" in capsys.readouterr().out


def test_a_difference_ends_with_1_and_reads_like_one(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "verdict: held\nfindings:\n  - {rule: safety/process, path: model.py, line: 4}\n"
    add(house, "shell", text + "  - {rule: safety/forbidden-import, path: model.py, line: 1}\n", SHELL + BODY)
    assert run(["policy", "test"]) == 1
    lines = capsys.readouterr().out.splitlines()
    begin = lines.index("  FAILED shell")
    assert lines[begin + 1 : begin + 8] == [
        "    - verdict held",
        "    + verdict rejected",
        "      because safety/forbidden-import: `os` is not among the allowed imports.",
        "      because safety/process: `os.system` starts programs or processes.",
        "    - safety/process  model.py:4  (came at model.py:3)",
        "    + safety/process  model.py:3  `os.system` starts programs or processes.",
        "    = 1 finding as expected",
    ]


def test_what_is_broken_ends_with_2_and_the_rest_is_tried(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(house, "lost", "verdict: approved\n", None)
    add(house, "typo", "findings:\n  - {rule: safety/proces}\n")
    add(house, "wrong", "verdict: aproved\n")
    add(house, "shell", "verdict: approved\n", SHELL + BODY)
    assert run(["policy", "test"]) == 2
    out = capsys.readouterr().out
    assert "house.cases/typo/expect.yaml:2: $.findings[0].rule: the policy" in out
    assert "did you mean 'safety/process'?" in out
    assert "house.cases/lost: there is no project" in out
    assert "house.cases/wrong/expect.yaml:1: $.verdict" in out
    assert out.endswith("5 cases: 1 as expected, 1 different, 3 broken\n")


def test_json_and_junit_say_the_same(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(house, "lost", "verdict: approved\n", None)
    add(house, "shell", "verdict: approved\n", SHELL + BODY)
    assert run(["policy", "test", "--format", "json", "--junit", "out.xml"]) == 2
    (record,) = json.loads(capsys.readouterr().out)
    standings = {trial["name"]: trial["standing"] for trial in record["trials"]}
    assert standings == {"good": "passed", "lost": "broken", "shell": "failed"}
    assert record["standing"] == "broken"
    root = ET.parse(house / "out.xml").getroot()  # noqa: S314 - PRISM wrote it a moment ago
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("3", "1", "1")
    kinds = {case.attrib["name"]: [child.tag for child in case] for case in root.iter("testcase")}
    assert kinds == {"good": [], "lost": ["error"], "shell": ["failure"]}


def test_a_policy_that_cannot_be_used_and_cases_without_one_stop_nobody_else(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (house / "bad.yaml").write_text("policy: 1\nname: bad\nintake: {fils: 3}\n")
    (house / "bad.cases").mkdir()
    (house / "alone.cases").mkdir()
    (house / "twice.cases").mkdir()
    for name in ("twice.yaml", "twice.json"):
        (house / name).write_text('{"policy": 1, "name": "twice"}')
    assert run(["policy", "test", "."]) == 2
    out = capsys.readouterr().out
    assert "alone.cases: these cases have no policy beside them" in out
    assert "the cases belong to 'twice.json' and 'twice.yaml'" in out
    assert "bad.yaml:3: $.intake.fils: the key 'fils' is unknown" in out
    assert out.endswith("1 case: 1 as expected, 0 different, 0 broken; 3 suites could not be tried\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["empty"], "no policy in this folder has cases"),
        (["nowhere.yaml"], "there are no cases beside this policy"),
        (["house.cases", "--policy", "nowhere.yaml"], "nowhere.yaml"),
        (["nowhere", "--policy", "house.yaml"], "there is no such folder of cases"),
        ([".", "--junit", "nowhere/out.xml"], "there is no folder nowhere\n  where: --junit"),
    ],
)
def test_a_wrong_call_ends_with_2(
    house: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    (house / "empty").mkdir()
    assert run(["policy", "test", *arguments]) == 2
    captured = capsys.readouterr()
    assert says in captured.out + captured.err


def test_cases_can_be_tried_under_another_policy(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(house, "noted", "verdict: held\n", BODY)
    (house / "house.cases" / "noted" / "project" / "spare.py").write_text("X = 1\n")
    assert run(["policy", "test", "house.cases", "--policy", "strict"]) == 0
    assert capsys.readouterr().out.startswith("strict (")


def test_hostile_names_reach_no_terminal(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(house, "evil\x1b[2J\u202e", "verdict: rejected\nfindings: []\n", BODY)
    project = house / "house.cases" / "evil\x1b[2J\u202e" / "project"
    (project / "a\x1b[31mb.py").write_text(SHELL)
    assert run(["policy", "test", "--junit", "out.xml"]) == 1
    out = capsys.readouterr().out + (house / "out.xml").read_text()
    assert all(character.isprintable() or character == "\n" for character in out)
    ET.parse(house / "out.xml")  # noqa: S314 - PRISM wrote it a moment ago


@pytest.mark.parametrize(("no_color", "is_coloured"), [("", True), ("1", False)])
def test_colour_is_for_terminals(house: Path, no_color: str, is_coloured: bool) -> None:
    add(house, "shell", "verdict: approved\n", SHELL + BODY)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": no_color}
    prism = str(Path(sys.executable).parent / "prism")
    shown = b""
    with subprocess.Popen(
        [prism, "policy", "test"], stdout=theirs, stderr=subprocess.DEVNULL, env=environment
    ) as tried:
        os.close(theirs)
        with contextlib.suppress(OSError):  # the end of a terminal is an error
            while piece := os.read(ours, 4096):
                shown += piece
    os.close(ours)
    assert tried.returncode == 1
    assert (b"\x1b[" in shown) is is_coloured
