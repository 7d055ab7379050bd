"""One claimed submission from its bytes to its end, a call a step.

    upload --project_bytes--> archive --examine--> review --run--> outcome --finish--> the queue
                                                   held --pair--> review with scores --finish--> the queue

What fails by our fault is never charged to the miner: it goes back to the queue (``Trouble``) and is tried again.
"""

import logging
from collections.abc import Callable

import msgspec

from prism.core_rules import CORPUS_INCOMPLETE, PAIR_FAILED, UNDECLARED_CAPABILITY
from prism.errors import PrismError, StoreError, UsageError
from prism.finding import Finding
from prism.gate import Examination, Gate
from prism.policy.loading import EffectivePolicy
from prism.policy.model import Policy
from prism.review import Review
from prism.runner.broker import Broker
from prism.runner.outcome import OutcomeStatus, RunOutcome, broker_for, not_run, run_approved
from prism.runner.pairing import Launching
from prism.runner.result import HOPELESS, OURS, Reason
from prism.runner.tripwire import allowing
from prism.service import breakers
from prism.service.contents import project_bytes
from prism.service.exhibits import packed
from prism.service.holding import Hold
from prism.service.logs import about
from prism.service.placing import Project
from prism.service.queue import Queue
from prism.service.records import Claim, Entry
from prism.service.refusal import LeaseLostError
from prism.service.score import score_of
from prism.service.settling import Conclusion, Trouble
from prism.service.telemetry import tracing
from prism.store.keep import why_not_kept
from prism.store.trouble import PASSING
from prism.suspects import suspects_of, with_suspects
from prism.verdict import Outcome, consequence

ONCE = frozenset({Reason.RUN_DISTURBED, Reason.RUN_LOST, Reason.JOB_CONFLICT})
"""Failures of ours that say nothing of the next run. All others are of the broker, whatever it is to run."""
AWAY = {CORPUS_INCOMPLETE.id: breakers.CORPUS, PAIR_FAILED.id: breakers.BROKER}
"""By the rule of a finding that may pass, what was away; it was a reviewer where there is nothing else."""
RECORD_SECONDS = 0.5
log = logging.getLogger("prism.service")


class TroubleError(Exception):
    """A failure of ours; what is to become of the submission is in ``trouble``."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


def work_on(hold: Hold, queue: Queue, gate: Gate) -> Entry | None:
    """What a claimed submission has become; ``None`` if it is another's by now, or nothing could be written down."""
    claim = hold.claim
    try:
        entry = _settled(hold, queue, gate)
    except LeaseLostError:
        log.info("submission %s: another worker has it", claim.entry.id)
    except StoreError as error:
        log.warning("submission %s: %s; it is claimed again when its lease is over", claim.entry.id, error.what)
    else:
        ended = {"status": str(entry.status), "reason": entry.reason, "attempt": entry.attempts}
        log.info("submission %s is %s", entry.id, entry.status, extra=ended)
        tracing.note(prism__status=str(entry.status), prism__reason=entry.reason)
        return entry
    return None


def _settled(hold: Hold, queue: Queue, gate: Gate) -> Entry:
    try:
        conclusion = _concluded(hold, queue, gate)
        return _recorded(hold, lambda: queue.finish(hold.claim, conclusion))
    except TroubleError as error:
        trouble = error.trouble
    except LeaseLostError:
        raise
    except PrismError as error:  # the guard, the policy, a plugin, or the store for once
        part = "" if isinstance(error, StoreError) else breakers.GUARD
        trouble = Trouble(reason=error.code, text=error.what, part=part, is_counted=error.code not in PASSING)
    except Exception as error:  # a bug must not be charged to the miner, nor end the worker
        log.exception("submission %s: an error of PRISM's own", hold.claim.entry.id)
        trouble = Trouble(reason="internal-error", text=type(error).__name__)
    log.warning("submission %s: %s: %s", hold.claim.entry.id, trouble.reason, trouble.text)
    return _recorded(hold, lambda: queue.retry(hold.claim, trouble))


def _recorded(hold: Hold, record: Callable[[], Entry]) -> Entry:
    """Write down what was found out, as soon as the database is there: an hour's run is not thrown away for a restart.

    Raises:
        StoreError: it did not come back while the lease lasted.
    """
    while True:
        try:
            return record()
        except StoreError as error:
            if error.code not in PASSING or hold.is_lost:
                raise
            log.warning("submission %s: its end cannot be recorded yet: %s", hold.claim.entry.id, error.what)
        hold.wait(RECORD_SECONDS)


def _concluded(hold: Hold, queue: Queue, gate: Gate) -> Conclusion:
    """The review of a submission, and what its run brought if it was allowed to.

    Raises:
        TroubleError: something of ours failed.
        PrismError: the guard, the policy, a plugin or the store did.
    """
    claim = hold.claim
    queue.note_policy(worker=claim.worker, name=gate.policy.name, digest=gate.effective.digest)
    _remove_earlier_runs(claim, gate)
    _place_earlier(claim, queue, gate)
    with tracing.span("review") as span:
        examination = _examined(claim, queue, gate)
        span.note(prism__verdict=str(examination.review.verdict))
    _require_complete(claim, examination, gate.policy)
    _place(claim, queue, examination)
    if _may_run(claim, examination):
        return _run(hold, queue, examination, gate)
    examination = _beside_suspects(hold, queue, examination, gate)
    _require_complete(claim, examination, gate.policy)
    return _not_run(examination)


def _remove_earlier_runs(claim: Claim, gate: Gate) -> None:
    """End what a worker that died has left running."""
    if claim.earlier_jobs:
        broker = _broker(gate.effective)
        try:
            for job in claim.earlier_jobs:
                broker.cleanup(job)
        except PrismError as error:
            trouble = Trouble(reason=error.code, text=error.what, part=breakers.BROKER, leaves_run=True)
            raise TroubleError(trouble) from error


def _place_earlier(claim: Claim, queue: Queue, gate: Gate) -> None:
    """Have everything that was received earlier in the corpus; see :mod:`prism.service.placing`."""
    if not gate.host.implementers("prism_compare"):
        return
    while earlier := queue.unplaced_before(claim):
        for entry in earlier:
            with about(submission=entry.id):
                queue.place_earlier(entry, _project_of(entry, queue, gate))


def _project_of(entry: Entry, queue: Queue, gate: Gate) -> Project | None:
    try:
        upload = queue.upload(entry.id)
        return gate.features_of(project_bytes(upload, gate.policy.project.entrypoint))
    except UsageError:  # its own review will say why
        return None
    except StoreError as error:
        if error.code != "store-damaged":
            raise
        log.exception("submission %s: it is compared with nobody, because it is damaged", entry.id)
        return None


def _examined(claim: Claim, queue: Queue, gate: Gate) -> Examination:
    entry = claim.entry
    archive = project_bytes(queue.upload(entry.id), gate.policy.project.entrypoint)
    store, hotkey, before = queue.store, entry.hotkey, entry.received_at
    corpus = store.source(hotkey=hotkey, before=before, without=entry.id)
    notebooks = store.notebooks(hotkey=hotkey, before=before, without=entry.id)
    return gate.examine(archive, corpus=corpus, notebooks=notebooks)


def _require_complete(claim: Claim, examination: Examination, policy: Policy) -> None:
    """Refuse to hold a project only because something of ours was away, unless an operator has said so.

    Raises:
        TroubleError: something was.
    """
    review = examination.review
    passing = [finding for finding in review.findings if _holds_for_now(finding, policy)]
    if review.verdict is not Outcome.HELD or not passing or _is_approved(claim, examination):
        return
    first = passing[0]
    part = AWAY.get(first.rule, breakers.REVIEWER)
    raise TroubleError(Trouble(reason=first.rule, text=first.message, part=part, conclusion=_not_run(examination)))


def _not_run(examination: Examination) -> Conclusion:
    review = examination.review
    outcome = not_run(review)
    return Conclusion(review=review, outcome=outcome, exhibit=packed(examination, outcome))


def _holds_for_now(finding: Finding, policy: Policy) -> bool:
    return finding.may_pass and consequence(policy.verdict, finding) is not Outcome.APPROVED


def _place(claim: Claim, queue: Queue, examination: Examination) -> None:
    if examination.snapshot is not None and not why_not_kept(examination.review):
        queue.place(claim, (examination.snapshot, examination.features))


def _may_run(claim: Claim, examination: Examination) -> bool:
    return examination.review.verdict is Outcome.APPROVED or _is_approved(claim, examination)


def _is_approved(claim: Claim, examination: Examination) -> bool:
    """Whether an operator has approved everything for which the project is held."""
    review, approved = examination.review, claim.approved_rules
    if review.verdict is not Outcome.HELD or not approved:
        return False
    return all(reason.rule in approved for reason in review.reasons)


def _beside_suspects(hold: Hold, queue: Queue, examination: Examination, gate: Gate) -> Examination:
    """The examination with what a comparison in a container says, where the policy asks for one."""
    if not suspects_of(examination, gate):
        return examination
    launching = Launching(broker=hold.broker(_broker(gate.effective)), job_id=hold.claim.job_id)
    return with_suspects(examination, gate, queue.store, launching)


def _as_approved(claim: Claim, queue: Queue, review: Review) -> Review:
    """The review, by which the project may do when it is run what an operator has seen it do and approved."""
    if review.project is None or UNDECLARED_CAPABILITY.id not in (claim.approved_rules or ()):
        return review
    last = queue.last_outcome(claim.entry.id)
    observed = last.result.observed if last is not None and last.result is not None else None
    declarations = tuple(allowing(each, observed or ()) for each in review.project.declarations)
    return msgspec.structs.replace(review, project=msgspec.structs.replace(review.project, declarations=declarations))


def _run(hold: Hold, queue: Queue, examination: Examination, gate: Gate) -> Conclusion:
    review, snapshot = examination.review, examination.snapshot
    assert snapshot is not None  # noqa: S101 - only what intake took in is approved or held with a snapshot
    effective = gate.effective
    if effective.digest != review.policy.digest:
        raise TroubleError(Trouble(reason="policy-changed", text="during the review", is_counted=False))
    broker = hold.broker(_broker(effective))
    allowed = _as_approved(hold.claim, queue, review)
    with tracing.span("run", prism__job=hold.claim.job_id) as span:
        outcome = run_approved(allowed, snapshot, effective, broker=broker, job_id=hold.claim.job_id)
        span.note(prism__reason=outcome.reason.partition(":")[0][:100])
    conclusion = Conclusion(review=review, outcome=outcome, exhibit=packed(examination, outcome))
    trouble = _trouble_of(conclusion)
    if trouble is not None:
        leaves_run = not _leaves_nothing(broker, hold.claim)
        raise TroubleError(msgspec.structs.replace(trouble, leaves_run=leaves_run))
    if outcome.status is not OutcomeStatus.COMPLETED:
        return conclusion
    return msgspec.structs.replace(conclusion, score=score_of(outcome.metrics, gate.policy.score))


def _broker(effective: EffectivePolicy) -> Broker:
    try:
        return broker_for(effective)
    except PrismError as error:
        raise TroubleError(Trouble(reason=error.code, text=error.what, part=breakers.BROKER)) from error


def _trouble_of(conclusion: Conclusion) -> Trouble | None:
    """What of ours has failed, if another try may do without it."""
    outcome = conclusion.outcome
    if outcome.result is None:  # nothing was run
        return Trouble(
            reason=outcome.reason.partition(":")[0], text=outcome.reason, part=breakers.BROKER, conclusion=conclusion
        )
    reason = outcome.result.reason
    if reason not in OURS or reason in HOPELESS:
        return None
    part = "" if reason in {*ONCE, Reason.RUNNER_BUSY} else breakers.BROKER
    text, is_counted = _detail(outcome), reason is not Reason.RUNNER_BUSY
    return Trouble(reason=str(reason), text=text, part=part, is_counted=is_counted, conclusion=conclusion)


def _detail(outcome: RunOutcome) -> str:
    return outcome.result.sentence if outcome.result is not None else outcome.reason


def _leaves_nothing(broker: Broker, claim: Claim) -> bool:
    """Whether all is gone that a run may have left which failed by our fault and will be made once more; remove it."""
    try:
        broker.cleanup(claim.job_id)
    except PrismError as error:
        log.warning("submission %s: its run could not be removed: %s", claim.entry.id, error.what)
        return False
    return True
