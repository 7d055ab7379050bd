"""What is added to a review after its verdict makes it harsher or leaves it, and is in the record."""

import pytest

from prism.amending import amended
from prism.core_rules import PAIR_COMPARED, PAIR_FAILED
from prism.finding import Finding, put_on_record
from prism.review import PolicyReference, Review, Stage, StageStatus, Timings, Versions
from prism.verdict import Outcome, Reason

STAGE = Stage(name="pair", status=StageStatus.COMPLETED)
NOTE = put_on_record(PAIR_COMPARED.finding("alike"))
FAILURE = PAIR_FAILED.finding("no engine")


def review(verdict: Outcome) -> Review:
    return Review(
        verdict=verdict,
        reasons=() if verdict is Outcome.APPROVED else (Reason(outcome=verdict, rule="a/b", text="why"),),
        findings=(),
        project=None,
        policy=PolicyReference(name="default", digest=""),
        versions=Versions(prism="", python="", plugins={}),
        stages=(),
        timings=Timings(started_at="", total_seconds=0, stage_seconds={}),
    )


@pytest.mark.parametrize(
    ("before", "finding", "after"),
    [
        (Outcome.APPROVED, NOTE, Outcome.APPROVED),
        (Outcome.HELD, NOTE, Outcome.HELD),
        (Outcome.REJECTED, NOTE, Outcome.REJECTED),
        (Outcome.APPROVED, FAILURE, Outcome.HELD),
        (Outcome.HELD, FAILURE, Outcome.HELD),
        (Outcome.REJECTED, FAILURE, Outcome.REJECTED),
    ],
)
def test_it_becomes_harsher_or_stays(before: Outcome, finding: Finding, after: Outcome) -> None:
    changed = amended(review(before), [finding], STAGE)

    assert (changed.verdict, changed.findings, changed.stages) == (after, (finding,), (STAGE,))
    assert {reason.rule for reason in review(before).reasons} <= {reason.rule for reason in changed.reasons}
