"""Whose code may run beside another's: only what is approved, or held for nothing but its likeness to something."""

from pathlib import Path

import pytest
from prism_similarity.rules import COPIED, NOT_COMPARED, RULES, SUSPECTED

from prism.core_rules import CORE_RULES
from prism.examiner import Examination
from prism.gate import Gate
from prism.policy.loading import EffectivePolicy, load
from prism.review import PolicyReference, ProjectRecord, Review, Timings, Versions
from prism.runner.pairing import compare_examined, may_run
from prism.runner.result import Reason
from prism.snapshot import Snapshot
from prism.verdict import Outcome
from prism.verdict import Reason as VerdictReason

KNOWN = {rule.id: rule for rule in (*CORE_RULES, *RULES)}
ENTRYPOINTS = {"architecture": "model.py", "training": "model.py"}


def review(
    verdict: Outcome, *rules: str, entrypoints: dict[str, str] | None = None, has_project: bool = True
) -> Review:
    project = ProjectRecord(
        digest="0" * 64, files=(), entrypoints=ENTRYPOINTS if entrypoints is None else entrypoints, kind="full"
    )
    return Review(
        verdict=verdict,
        reasons=tuple(VerdictReason(outcome=verdict, rule=rule, text="why") for rule in rules),
        findings=(),
        project=project if has_project else None,
        policy=PolicyReference(name="default", digest=""),
        versions=Versions(prism="", python="", plugins={}),
        stages=(),
        timings=Timings(started_at="", total_seconds=0, stage_seconds={}),
    )


@pytest.mark.parametrize(
    ("judged", "may"),
    [
        (review(Outcome.APPROVED), True),
        (review(Outcome.HELD, SUSPECTED.id), True),
        (review(Outcome.HELD, SUSPECTED.id, COPIED.id), True),
        (review(Outcome.HELD, SUSPECTED.id, "safety/dynamic-code"), False),
        (review(Outcome.HELD, NOT_COMPARED.id), False),
        (review(Outcome.HELD, "host/plugin-failed"), False),
        (review(Outcome.HELD), False),
        (review(Outcome.REJECTED, COPIED.id), False),
        (review(Outcome.APPROVED, entrypoints={"training": "train.py"}), False),
        (review(Outcome.APPROVED, has_project=False), False),
    ],
)
def test_only_likeness_may_stand_between_a_project_and_its_run(judged: Review, may: bool) -> None:
    assert may_run(judged, KNOWN) is may


@pytest.fixture
def no_engine(tmp_path: Path) -> EffectivePolicy:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "policy: 1\nname: none\nextends: default\nrunner:\n  broker: {settings: {base_url: 'unix:///nonexistent.sock'}}\n"
    )
    return load(policy)


def test_a_project_that_intake_refused_holds_the_pair_before_any_container(no_engine: EffectivePolicy) -> None:
    whole = Examination(review=review(Outcome.APPROVED), snapshot=Snapshot.of({"model.py": b"pass"}))
    refused = Examination(review=review(Outcome.REJECTED, "intake/encrypted", has_project=False), snapshot=None)

    for pair in ((whole, refused), (refused, whole)):
        result = compare_examined(*pair, no_engine, KNOWN).result
        assert (result.status, result.code) == ("held", Reason.JOB_UNUSABLE)
        assert {result.first.verdict, result.second.verdict} == {"approved", "rejected"}


def test_a_broker_that_has_not_proved_what_the_policy_requires_compares_nothing(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "policy: 1\nname: proved\nextends: default\nrunner: {verification: {required: [no-such-promise]}}\n"
    )
    project = Path(__file__).parents[2] / "examples" / "honest-small"
    with Gate.from_policy(policy) as gate:
        examination = gate.examine(project)
        outcome = gate.compare_pair(examination, examination)

    assert (outcome.result.status, outcome.result.code) == ("held", Reason.RUNNER_UNAVAILABLE)
    assert "no-such-promise" in outcome.log_tail
