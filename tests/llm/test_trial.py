"""``prism llm try`` as a person runs it who writes rules."""

import json
from pathlib import Path
from typing import Any

import pytest

from prism.cli.app import run
from tests.llm import model_server as scripted
from tests.llm.gates import SOURCE, reviewer
from tests.llm.model_server import Asked, ModelServer, says
from tests.llm.scripted_answers import accusation, complete, judges, read


class Bench:
    """A policy with one model, a rules file and a project."""

    def __init__(self, folder: Path, server: ModelServer) -> None:
        self.server = server
        self.rules = folder / "rules.yaml"
        self.rules.write_text("rules: [{id: hidden-behaviour}, {id: own, text: No more than one class.}]\n")
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "model.py").write_text(SOURCE)
        self.policy = folder / "policy.json"
        settings = {"mode": "off", "reviewers": [reviewer(server)], "attempts": 1}
        stated = {"policy": 1, "name": "try", "extends": "default", "plugins": {"llm": {"settings": settings}}}
        self.policy.write_text(json.dumps(stated))

    def run(self, *words: str) -> int:
        return run(["llm", "try", str(self.rules), str(self.project), "-p", str(self.policy), *words])


@pytest.fixture
def bench(tmp_path: Path, model_server: ModelServer) -> Bench:
    return Bench(tmp_path, model_server)


def accuses_twice(asked: Asked) -> dict[str, Any]:
    question = read(asked)
    invented = accusation(question, "os.system('id')", explanation="\x1b[31mred\u202e")
    return complete(question, "violation", [accusation(question, "== 20260131"), invented])


def test_questions_answers_evidence_and_cost_are_shown(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.server.follow(says(accuses_twice))
    assert bench.run() == 0
    text = capsys.readouterr().out
    assert "question 1 of 2: written view of model.py" in text
    assert "    - own: No more than one class." in text
    assert "7|     if ctx.seed == 20260131:" in text
    assert "  verified: hidden-behaviour at model.py:7, condition\n    quote: == 20260131\n" in text
    assert "  discarded: hidden-behaviour at model.py:1, condition: its quote does not stand there" in text
    assert "says: \\x1b[31mred\\u202e" in text
    assert "answer of openai/scripted by schema (" in text
    assert "openai/scripted: 2 requests, " in text
    assert "2 of 4 accusations discarded" in text
    assert not any(not line.isprintable() for line in text.split("\n"))


def test_the_same_is_there_for_programs(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.server.follow(says(accuses_twice))
    assert bench.run("--format", "json") == 0
    trial = json.loads(capsys.readouterr().out)
    assert trial["rules"] == ["hidden-behaviour", "own"]
    assert trial["is_complete"] is True
    assert [question["view"] for question in trial["questions"]] == ["written", "neutral"]
    first = trial["questions"][0]
    assert json.loads(first["answer"])["judgements"]
    assert [(each["stands"], each["first_line"], each["why"]) for each in first["evidence"]] == [
        (True, 7, ""),
        (False, 1, "its quote does not stand there"),
    ]
    assert ["model.py", "own", "none"] in first["judgements"]
    assert sum(question["micro_usd"] for question in trial["questions"]) == trial["usage"][0]["micro_usd"] > 0


def test_only_the_rules_of_the_file_are_asked_about(bench: Bench) -> None:
    bench.server.follow(judges("none"))
    bench.rules.write_text("rules: [{id: own, text: No more than one class.}]\n")
    assert bench.run() == 0
    assert {read(asked).rules for asked in bench.server.requests} == {("own",)}


def test_what_was_not_answered_is_said_and_has_an_exit_code(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.server.follow(scripted.fails(500, "down \x1b[31m"))
    assert bench.run() == 3
    text = capsys.readouterr().out
    assert "no valid answer: unavailable: " in text
    assert "llm/no-answer" in text
    assert "\x1b" not in text


def test_an_answer_that_does_not_count_is_shown_with_the_reason(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.server.follow(says({"verdict": "approved\n\x1b[2J"}))
    assert bench.run() == 3
    text = capsys.readouterr().out
    assert "no valid answer: the answer is not of the schema" in text
    assert "approved\\n\\x1b[2J" in text.replace("\\\\", "\\").replace("\\u001b", "\\x1b")


def test_it_can_be_written_to_a_file(bench: Bench, tmp_path: Path) -> None:
    bench.server.follow(judges("none"))
    assert bench.run("--output", str(tmp_path / "trial.txt")) == 0
    assert "question 1 of 2" in (tmp_path / "trial.txt").read_text()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("rules:\n  - {id: hiden-behaviour}\n", "rules.yaml:2: $.rules[0].id: no rule 'hiden-behaviour' is shipped"),
        ("rules:\n  - {id: own, text: a}\n  - {id: own, text: b}\n", "rules.yaml:3: $.rules[1].id"),
        ("rules: []\n", "rules.yaml:1: $.rules: expected a list of at least 1"),
        ("rules:\n\t- x\n", "rules.yaml:2"),
        ("[", "rules.yaml:"),
    ],
    ids=["unknown", "twice", "none", "tab", "no YAML"],
)
def test_rules_with_errors_are_refused_with_their_lines(
    rules: str, said: str, bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.rules.write_text(rules)
    assert bench.run() == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert not bench.server.requests


def test_what_is_not_there_is_said(bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        ([str(tmp_path / "none.yaml"), str(bench.project), "-p", str(bench.policy)], "none.yaml"),
        ([str(bench.rules), str(tmp_path / "nowhere"), "-p", str(bench.policy)], "nowhere"),
        ([str(bench.rules), str(bench.project)], "names no model"),
    ):
        assert run(["llm", "try", *words]) == 2
        shown = capsys.readouterr().err
        assert said in shown
        assert "do:" in shown


def test_a_project_that_cannot_be_read_is_refused(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    (bench.project / "weights.bin").write_bytes(b"\0")
    assert bench.run() == 2
    assert "weights.bin" in capsys.readouterr().err
    assert not bench.server.requests
