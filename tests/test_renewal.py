"""A gate that stays open: what a file named in the settings says counts from the next review on, and is recorded."""

import os
import signal
import threading
from pathlib import Path

import pytest

from prism.errors import GuardError, PolicyError
from prism.gate import Gate
from prism.verdict import Outcome

PLUGIN = """
from pathlib import Path

from prism import Rule, Severity, hookimpl
from prism.schema_problems import Complaint


def words_in(settings):
    return Path(settings["rules_file"]).read_text().split()


class Plugin:
    name = "house"
    settings_schema = {
        "type": "object",
        "properties": {"rules_file": {"type": "string", "x-prism-file": "content"}, "waits_for": {"type": "string"}},
        "required": ["rules_file"],
    }

    def __init__(self, settings):
        self.rules = [
            Rule(id=f"house/{word}", title="t", severity=Severity.WARNING, why="w", example="e", instead="i")
            for word in words_in(settings)
        ]
        self.settings = settings

    @staticmethod
    def check_settings(settings):
        if "bad" in words_in(settings):
            yield Complaint(("rules_file",), "a bad word", "take it out")

    @hookimpl
    def prism_rules(self):
        return self.rules

    @hookimpl
    def prism_check_project(self, project):
        return [rule.finding("guarded") for rule in self.rules]

    @hookimpl
    def prism_review(self, project):
        while self.settings.get("waits_for") and not Path(self.settings["waits_for"]).exists():
            pass
        return [rule.finding("asked") for rule in self.rules]
"""


def opened(folder: Path, waits_for: str = "") -> Gate:
    (folder / "house.py").write_text(PLUGIN)
    (folder / "rules.txt").write_text("one")
    (folder / "project").mkdir()
    (folder / "project" / "model.py").write_text("x = 1\n")
    settings = f'{{rules_file: rules.txt, waits_for: "{waits_for}"}}'
    (folder / "p.yaml").write_text(
        f"policy: 1\nname: case\nplugins: {{house: {{from: ./house.py, settings: {settings}}}}}\n"
    )
    return Gate.from_policy(folder / "p.yaml")


def test_new_rules_count_from_the_next_review_on_and_the_record_says_which(tmp_path: Path) -> None:
    with opened(tmp_path) as gate:
        first = gate.review(tmp_path / "project")
        (tmp_path / "rules.txt").write_text("two")
        second = gate.review(tmp_path / "project")
        (tmp_path / "rules.txt").write_text("one")
        third = gate.review(tmp_path / "project")
    rules = [[each.rule for each in review.findings] for review in (first, second, third)]
    assert rules == [["house/one"] * 2, ["house/two"] * 2, ["house/one"] * 2]
    assert first.policy == third.policy != second.policy


def test_with_rules_that_are_wrong_nothing_is_decided_until_they_are_mended(tmp_path: Path) -> None:
    with opened(tmp_path) as gate:
        (tmp_path / "rules.txt").write_text("bad")
        for _ in range(2):
            with pytest.raises(PolicyError, match="has a problem") as refusal:
                gate.review(tmp_path / "project")
            assert refusal.value.problems[0].what == "a bad word"
        (tmp_path / "rules.txt").unlink()
        with pytest.raises(PolicyError):
            gate.review(tmp_path / "project")
        (tmp_path / "rules.txt").write_text("two")
        assert gate.review(tmp_path / "project").verdict is Outcome.HELD
        assert "house/two" in gate.rules


def test_a_review_under_way_ends_under_the_rules_that_it_began_with(tmp_path: Path) -> None:
    go = tmp_path / "go"
    with opened(tmp_path, waits_for=str(go)) as gate:
        reviews = []
        old = threading.Thread(target=lambda: reviews.append(gate.review(tmp_path / "project")))
        began = gate.effective.digest
        old.start()
        while not gate._users:
            pass
        (tmp_path / "rules.txt").write_text("two")
        new = threading.Thread(target=lambda: reviews.append(gate.review(tmp_path / "project")))
        new.start()
        while gate.effective.digest == began:
            pass
        go.touch()
        old.join()
        new.join()
        assert {tuple(each.rule for each in review.findings) for review in reviews} == {
            ("house/one",) * 2,
            ("house/two",) * 2,
        }


def test_a_guarded_process_that_would_read_other_rules_reviews_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as gate:
        assert gate.review(tmp_path / "project").verdict is Outcome.HELD
        examiner = gate._examiner  # a gate would look at the file before
        os.kill(examiner._guard.pid, signal.SIGKILL)
        while examiner._guard._server.is_alive:
            pass
        (tmp_path / "rules.txt").write_text("two")
        with pytest.raises(GuardError, match="has changed since the policy was read"):
            examiner.examine(tmp_path / "project", None, gate.notebooks())


def test_a_closed_gate_stays_closed_whatever_changes(tmp_path: Path) -> None:
    gate = opened(tmp_path)
    gate.close()
    (tmp_path / "rules.txt").write_text("two")
    with pytest.raises(GuardError):
        gate.review(tmp_path / "project")
