"""One verdict explained."""

from collections.abc import Mapping

import msgspec

from prism.examiner import Examination
from prism.explanation.chain import Link, chain_of
from prism.explanation.ways import Alternative, Question
from prism.policy.loading import EffectivePolicy
from prism.review import PolicyReference, Stage, StageStatus
from prism.rule import Rule
from prism.verdict import Outcome, Reason


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a verdict is as it is, and what would change it."""

    verdict: Outcome
    policy: PolicyReference
    sources: tuple[str, ...]
    """The policy's files, the outermost base first."""
    project: str
    """Digest of the project; empty if intake refused it."""
    reasons: tuple[Reason, ...]
    chain: tuple[Link, ...]
    alternatives: tuple[Alternative, ...]
    unfinished: tuple[Stage, ...]
    """What was skipped or failed: it may have more to say once it runs."""


def explained(effective: EffectivePolicy, rules: Mapping[str, Rule], examination: Examination) -> Explanation:
    """The explanation of an examination under the policy that was in force."""
    review, snapshot = examination.review, examination.snapshot
    question = Question(effective=effective, rules=rules, review=review, snapshot=snapshot)
    return Explanation(
        verdict=review.verdict,
        policy=review.policy,
        sources=tuple(str(source) for source in effective.sources),
        project=snapshot.digest if snapshot else "",
        reasons=review.reasons,
        chain=chain_of(effective, rules, review.findings),
        alternatives=question.alternatives(),
        unfinished=tuple(stage for stage in review.stages if stage.status is not StageStatus.COMPLETED),
    )
