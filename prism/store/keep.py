"""What becomes of an examined project: an approved or held one is kept, or nothing is approved."""

import dataclasses

import msgspec

from prism.core_rules import CORPUS_INCOMPLETE
from prism.errors import StoreError
from prism.finding import ordered
from prism.gate import Examination
from prism.policy.model import VerdictPolicy
from prism.review import Review, Stage, StageStatus
from prism.store.store import Store
from prism.verdict import Outcome, Verdict, decide

PART = "keep"
NEEDED = ("fingerprint", "index")


def keep(store: Store, examination: Examination, *, hotkey: str = "", id: str = "") -> Examination:  # noqa: A002
    """The examination with its project in the store, and a verdict of at least held if it could not be kept.

    A held project is kept like an approved one: somebody may copy it before an operator has looked at it. A rejected
    one is not, nor one that a plugin failed to fingerprint: every later review would wait for what cannot be had.
    """
    review, snapshot = examination.review, examination.snapshot
    why_not = _why_not(review)
    if why_not or snapshot is None:
        return _with(examination, Stage(name=PART, status=StageStatus.SKIPPED, why=why_not))
    try:
        store.keep(snapshot, examination.features, id=id, hotkey=hotkey)
    except StoreError as error:
        return _held(examination, f"the project could not be kept for later comparisons: {error.what}")
    return _with(examination, Stage(name=PART, status=StageStatus.COMPLETED))


def _why_not(review: Review) -> str:
    failed = {stage.name.partition(":")[0] for stage in review.stages if stage.status is StageStatus.FAILED}
    if review.verdict is Outcome.REJECTED:
        return "the project is rejected"
    return "it could not be fingerprinted" if failed & set(NEEDED) else ""


def _with(examination: Examination, stage: Stage) -> Examination:
    review = examination.review
    return dataclasses.replace(examination, review=msgspec.structs.replace(review, stages=(*review.stages, stage)))


def _held(examination: Examination, why: str) -> Examination:
    review = examination.review
    finding = CORPUS_INCOMPLETE.finding(why)
    asked = decide(VerdictPolicy(), [finding])
    verdict = Verdict(outcome=review.verdict, reasons=review.reasons).harsher(asked)
    changed = msgspec.structs.replace(
        review,
        findings=ordered((*review.findings, finding)),
        verdict=verdict.outcome,
        reasons=verdict.reasons,
        stages=(*review.stages, Stage(name=PART, status=StageStatus.FAILED, why=why)),
    )
    return dataclasses.replace(examination, review=changed)
