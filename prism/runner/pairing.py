"""Two examined projects to the pair sandbox: whose code may run there, and what holds them before that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prism.errors import PrismError, RunnerError
from prism.evaluator.job import JOB_UNUSABLE
from prism.manifest import Part
from prism.policy.loading import EffectivePolicy
from prism.rule import Rule
from prism.runner.broker import Broker
from prism.runner.outcome import broker_for
from prism.runner.pair import PairOutcome, Side, compare_pair, failed
from prism.runner.pair_result import ReviewedSide
from prism.verdict import Outcome

if TYPE_CHECKING:
    from prism.examiner import Examination
    from prism.review import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Launching:
    """By what a container is launched, and as which job, where that is not left to the policy and to chance."""

    broker: Broker
    job_id: str


def compare_examined(
    first: "Examination",
    second: "Examination",
    effective: EffectivePolicy,
    rules: Mapping[str, Rule],
    launching: Launching | None = None,
) -> PairOutcome:
    """What came of comparing two examined projects; whatever is missing on our side holds the pair and says why."""
    from prism.sandbox.requirement import require_verified

    reviewed = (_reviewed(first, rules), _reviewed(second, rules))
    try:
        sides = (_side(first, reviewed[0]), _side(second, reviewed[1]))
        broker = launching.broker if launching else broker_for(effective)
        require_verified(broker, effective.policy.runner)
        return compare_pair(*sides, effective.policy.runner, broker, job_id=launching.job_id if launching else "")
    except RunnerError as error:
        return failed(*reviewed, error)
    except PrismError as error:
        return failed(*reviewed, RunnerError(error.what, where=error.where, do=error.do, code=error.code))


def may_run(review: "Review", rules: Mapping[str, Rule]) -> bool:
    """Whether a review lets a project's code run beside another's: nothing but likeness speaks against it."""
    if review.project is None or Part.ARCHITECTURE not in review.project.entrypoints:
        return False
    if review.verdict is Outcome.APPROVED:
        return True
    against = {reason.rule for reason in review.reasons}
    likeness = {rule.id for rule in rules.values() if rule.is_likeness}
    return review.verdict is Outcome.HELD and bool(against) and against <= likeness


def _reviewed(examination: "Examination", rules: Mapping[str, Rule]) -> ReviewedSide:
    review = examination.review
    return ReviewedSide(
        project_digest=review.project.digest if review.project else None,
        verdict=str(review.verdict),
        may_run=may_run(review, rules),
    )


def _side(examination: "Examination", reviewed: ReviewedSide) -> Side:
    review, snapshot = examination.review, examination.snapshot
    if snapshot is None or review.project is None:
        raise RunnerError(
            "intake refused a project, so there is nothing to compare",
            where="; ".join(reason.rule for reason in review.reasons),
            do="review it by itself to see why",
            code=JOB_UNUSABLE,
        )
    entrypoint = review.project.entrypoints.get(Part.ARCHITECTURE, "")
    declarations = review.project.declarations
    return Side(snapshot=snapshot, architecture=entrypoint, reviewed=reviewed, declarations=declarations)
