"""A review to which something is added after its verdict was drawn."""

from collections.abc import Sequence

import msgspec

from prism.finding import Finding, ordered
from prism.policy.model import VerdictPolicy
from prism.review import Review, Stage
from prism.verdict import Verdict, decide


def amended(review: Review, findings: Sequence[Finding], stage: Stage) -> Review:
    """The review with later findings and the stage that made them; its verdict may become harsher, never milder."""
    asked = decide(VerdictPolicy(), findings)
    verdict = Verdict(outcome=review.verdict, reasons=review.reasons).harsher(asked)
    return msgspec.structs.replace(
        review,
        findings=ordered((*review.findings, *findings)),
        verdict=verdict.outcome,
        reasons=verdict.reasons,
        stages=(*review.stages, stage),
    )
