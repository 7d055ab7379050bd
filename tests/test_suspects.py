"""A held project beside the earlier submission it resembles: notes in the record, and held whatever they say."""

from pathlib import Path

import pytest

from prism.examiner import Examination
from prism.finding import Severity
from prism.gate import Gate
from prism.review import StageStatus
from prism.runner.docker_broker import DockerBroker
from prism.store import open_store
from prism.store.keep import examine_and_keep
from prism.suspects import with_suspects
from prism.verdict import Outcome
from tests.runner.conftest import QUICK, broker

__all__ = ["broker"]

PAIRS = Path(__file__).parent / "corpora" / "pairs"
POLICY = """\
policy: 1
name: suspects
extends: default
plugins:
  similarity: {{settings: {{reject: 1.0, evidence_lines: 10000}}}}
runner:
  image: {image}
  pair: {{suspects: {suspects}}}
  broker: {{settings: {{{settings}}}}}
"""
NOWHERE = "base_url: 'unix:///nonexistent/engine.sock'"


def reviewed(folder: Path, *, suspects: int = 2, settings: str = "", forget: bool = False) -> Examination:
    """A disguised copy, reviewed beside its source."""
    policy = folder / "policy.yaml"
    policy.write_text(POLICY.format(image=QUICK.image, suspects=suspects, settings=settings), encoding="utf-8")
    with Gate.from_policy(policy) as gate, open_store(str(folder / "store.sqlite3")) as store:
        examine_and_keep(store, gate, PAIRS / "original", hotkey="bob")
        examination = examine_and_keep(store, gate, PAIRS / "reordered", hotkey="alice")
        assert [each.rule for each in examination.review.findings] == ["similarity/suspected"]
        if forget:
            store.forget(hotkey="bob")
        return with_suspects(examination, gate, store)


@pytest.mark.docker
def test_the_scores_are_put_on_record_and_nothing_of_the_other_side(broker: DockerBroker, tmp_path: Path) -> None:
    review = reviewed(tmp_path).review
    (found,) = [finding for finding in review.findings if finding.rule == "host/pair-compared"]

    assert review.verdict is Outcome.HELD
    assert {reason.rule for reason in review.reasons} == {"similarity/suspected"}
    assert (found.severity, found.at_most) == (Severity.NOTE, "approved")
    assert "first_in_second 0.8" in found.message
    assert found.chain
    assert {step.path for step in found.chain} == {"model.py"}
    assert "layers.py" not in repr(review.findings)
    assert (review.stages[-1].name, review.stages[-1].status) == ("pair", StageStatus.COMPLETED)


@pytest.mark.parametrize(("settings", "forget"), [(NOWHERE, False), (NOWHERE, True)])
def test_what_could_not_be_compared_is_said_and_forbids_approval(settings: str, forget: bool, tmp_path: Path) -> None:
    review = reviewed(tmp_path, settings=settings, forget=forget).review
    (found,) = [finding for finding in review.findings if finding.rule == "host/pair-failed"]

    assert review.verdict is Outcome.HELD
    assert {reason.rule for reason in review.reasons} == {"similarity/suspected", "host/pair-failed"}
    assert ("cannot be read" if forget else "engine-unavailable") in found.message
    assert review.stages[-1].status is StageStatus.FAILED


def test_where_the_policy_asks_for_none_nothing_is_compared(tmp_path: Path) -> None:
    examination = reviewed(tmp_path, suspects=0, settings=NOWHERE)

    assert examination.resemblances
    assert [stage.name for stage in examination.review.stages if stage.name == "pair"] == []


def test_an_approved_project_is_not_compared(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.format(image=QUICK.image, suspects=2, settings=NOWHERE), encoding="utf-8")
    with Gate.from_policy(policy) as gate, open_store(str(tmp_path / "store.sqlite3")) as store:
        examination = examine_and_keep(store, gate, PAIRS / "original")

        assert examination.review.verdict is Outcome.APPROVED
        assert with_suspects(examination, gate, store) is examination
