"""How a claim ends: with a round on record, or put back to be tried again, or held because nothing helped."""

import hashlib
import random
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from prism.report.escape import shorten
from prism.review import Review, StageStatus
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.runner.result import OURS, Reason
from prism.service import audit, breakers, clock, exhibits, placing
from prism.service.claiming import held, job_id
from prism.service.entries import lock
from prism.service.limits import QueueLimits
from prism.service.records import Act, Claim
from prism.service.telemetry import tallying
from prism.store.queue_tables import decisions, entries, entry_rules, rounds
from prism.store.rows import add_missing
from prism.store.snapshots import pack
from prism.submission import SubmissionStatus
from prism.suspects import PART as PAIR
from prism.verdict import Reason as VerdictReason

DEAD = "dead-letter"
LATER = "Something that the evaluation needs was not there; the submission is tried again."
NEVER = "The evaluation failed several times by no fault of the submission; it is kept for the operator."
UNFINISHED = "The review could not be finished by no fault of the submission; it is kept for the operator."
OF_THE_HOST = "host/"
MAX_TEXT = 2_000
ENDED = {"lease": "", "is_probe": False, "orphans": 0, "clock": "", "due_at": 0}
"""What a row says of whose it is when it is nobody's."""


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker found out about a submission."""

    review: Review
    outcome: RunOutcome
    score: float | None = None
    exhibit: exhibits.Packed | None = None
    """The files, of what is held or rejected."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A failure of ours, which must not be charged to the miner."""

    reason: str
    """A stable code."""
    text: str
    part: str = ""
    """What was away as a whole, if anything: it is waited for (:mod:`prism.service.breakers`)."""
    is_counted: bool = True
    """Whether it was an attempt; not if there only was no room."""
    conclusion: Conclusion | None = None
    """What was found out all the same, for the operator should it have been the last attempt."""
    leaves_run: bool = False
    """Whether a run of this claim, or of those before, may still be there: whoever claims next removes it."""


def finish(connection: Connection, claim: Claim, conclusion: Conclusion) -> None:
    """Record a round, and what the submission has become.

    Raises:
        LeaseLostError: somebody else has it.
    """
    row = held(connection, claim)
    review, outcome = conclusion.review, conclusion.outcome
    breakers.answered(connection, *_worked(conclusion))
    digests = _record(connection, row, conclusion)
    exhibits.put(connection, row.id, conclusion.exhibit)
    is_completed = outcome.status is OutcomeStatus.COMPLETED
    if outcome.status is OutcomeStatus.REJECTED:
        placing.withdraw(connection, row.id)
    changes = {
        "status": str(outcome.status),
        "reason": _reason(conclusion),
        "text": _shown(_for_the_miner(conclusion)),
        "note": _shown(_for_the_operator(conclusion)),
        "is_placed": True,
        "project_digest": review.project.digest if review.project else None,
        "score": conclusion.score if is_completed else None,
        "metrics": msgspec.json.encode(outcome.metrics if is_completed else {}).decode(),
    }
    _change(connection, row, changes)
    _decide(connection, row, conclusion, digests)
    tallying.add(connection, tallying.of_round(review, outcome))


def retry(connection: Connection, claim: Claim, limits: QueueLimits, trouble: Trouble) -> None:
    """Put a submission back for a while, or hold it if it has had all its attempts.

    Raises:
        LeaseLostError: somebody else has it.
    """
    row = held(connection, claim)
    moment = clock.count(connection)
    if trouble.part:
        breakers.failed(connection, trouble.part, moment, limits)
    is_counted = trouble.is_counted and not row.is_probe
    if is_counted and row.attempts >= limits.attempts:
        _bury(connection, row, trouble)
        review = trouble.conclusion.review if trouble.conclusion else None
        tallying.add(connection, chain(_counted(trouble), tallying.of_burial(trouble.reason, review)))
        return
    changes = {
        "status": str(SubmissionStatus.PENDING),
        "reason": "back-off",
        "text": LATER,
        "note": _shown(f"{trouble.reason}: {trouble.text}"),
        "attempts": row.attempts - (0 if is_counted or row.is_probe else 1),
        "orphans": row.orphans + 1 if trouble.leaves_run else 0,
        "clock": moment.clock,
        "due_at": moment.after(_wait_seconds(row.attempts, limits)),
    }
    _change(connection, row, changes)
    tallying.add(connection, _counted(trouble))


def _counted(trouble: Trouble) -> tallying.Amounts:
    found = trouble.conclusion
    review, outcome = (found.review, found.outcome) if found else (None, None)
    has_run = outcome is not None and outcome.result is not None
    # No room is no error: a host that is used well would be reported day and night.
    is_broker = trouble.reason != Reason.RUNNER_BUSY and (trouble.part == breakers.BROKER or has_run)
    return tallying.of_trouble(trouble.reason, is_broker=is_broker, review=review, outcome=outcome)


def _bury(connection: Connection, row: Row[Any], trouble: Trouble) -> None:
    """Hold a submission that failed by our fault as often as it may, for an operator to look at."""
    note = _shown(f"{trouble.reason}: {trouble.text}")
    status = str(SubmissionStatus.HELD)
    changes = {"status": status, "reason": DEAD, "text": NEVER, "note": note, "is_dead": True}
    _change(connection, row, changes)
    if trouble.conclusion is not None:
        _decide(connection, row, trouble.conclusion, _record(connection, row, trouble.conclusion))
        exhibits.put(connection, row.id, trouble.conclusion.exhibit)
    body = {
        "status": "held",
        "reason": trouble.reason,
        "text": _shown(trouble.text),
        "attempts": row.attempts,
        "code_hash": row.code_hash,
    }
    audit.add(connection, actor=f"worker:{row.worker}", act=Act.DEAD_LETTER, entry=row.id, body=body)


def bury_exhausted(connection: Connection, id: str) -> bool:  # noqa: A002 - what it is called everywhere
    """Hold a submission that workers have died of as often as it may be tried."""
    text = "the worker ended during each attempt"
    trouble = Trouble(reason="worker-lost", text=text)
    _bury(connection, lock(connection, id), trouble)
    tallying.add(connection, tallying.of_burial(trouble.reason))
    return True


def note_policy(connection: Connection, *, worker: str, name: str, digest: str) -> None:
    """Put on record that a policy is in force, unless it was before."""
    its = select(decisions.c.body).where(decisions.c.act == str(Act.POLICY)).order_by(decisions.c.number.desc())
    body = {"policy": name, "policy_digest": digest}
    if connection.scalar(its.limit(1)) != audit.canonical(body):
        audit.add(connection, actor=f"worker:{worker}", act=Act.POLICY, body=body)


def _change(connection: Connection, row: Row[Any], changes: Mapping[str, Any]) -> None:
    values = {**ENDED, "changed_at": clock.now(connection), **changes}
    connection.execute(update(entries).where(entries.c.id == row.id).values(values))


def _record(connection: Connection, row: Row[Any], conclusion: Conclusion) -> dict[str, str]:
    """Keep the review and the run; their digests."""
    review, run = msgspec.json.encode(conclusion.review), msgspec.json.encode(conclusion.outcome)
    digests = {"review_sha256": hashlib.sha256(review).hexdigest(), "run_sha256": hashlib.sha256(run).hexdigest()}
    number = select(func.coalesce(func.max(rounds.c.number), 0) + 1).where(rounds.c.entry == row.id)
    kept = {
        "entry": row.id,
        "number": connection.scalar(number),
        "finished_at": clock.now(connection),
        "worker": row.worker,
        "status": str(conclusion.outcome.status),
        "review": pack(review),
        "review_size": len(review),
        "run": pack(run),
        "run_size": len(run),
        **digests,
    }
    connection.execute(insert(rounds), kept)
    connection.execute(delete(entry_rules).where(entry_rules.c.entry == row.id))
    rules = sorted({finding.rule for finding in (*conclusion.review.findings, *conclusion.outcome.findings)})
    add_missing(connection, entry_rules, [{"entry": row.id, "rule": rule} for rule in rules])
    return digests


def _decide(connection: Connection, row: Row[Any], conclusion: Conclusion, digests: Mapping[str, str]) -> None:
    review, outcome = conclusion.review, conclusion.outcome
    actor, about = f"worker:{row.worker}", {"code_hash": row.code_hash, **digests}
    verdict = {
        "verdict": str(review.verdict),
        "reasons": sorted({reason.rule for reason in review.reasons}),
        "project_digest": review.project.digest if review.project else None,
        "policy": review.policy.name,
        "policy_digest": review.policy.digest,
    }
    audit.add(connection, actor=actor, act=Act.VERDICT, entry=row.id, body={**verdict, **about})
    if outcome.result is None and str(outcome.status) == str(review.verdict):
        return
    run = {
        "status": str(outcome.status),
        "reason": _reason(conclusion),
        "job_id": job_id(row.id, row.claims),
        "metrics": outcome.metrics,
        "score": conclusion.score,
    }
    audit.add(connection, actor=actor, act=Act.RUN, entry=row.id, body={**run, **about})


def _worked(conclusion: Conclusion) -> tuple[str, ...]:
    """The parts that have shown that they are there."""
    result = conclusion.outcome.result
    stages = conclusion.review.stages
    has_reviewed = any(each.name.startswith("review:") and each.status is StageStatus.COMPLETED for each in stages)
    is_paired = any(each.name == PAIR and each.status is StageStatus.COMPLETED for each in stages)
    has_compared = any(each.name.startswith("compare:") and each.status is StageStatus.COMPLETED for each in stages)
    is_whole = not any(finding.may_pass for finding in conclusion.review.findings)
    parts = {
        breakers.GUARD: True,
        breakers.BROKER: is_paired or (result is not None and result.reason not in OURS),
        breakers.REVIEWER: has_reviewed and is_whole,
        breakers.CORPUS: has_compared and is_whole,
    }
    return tuple(part for part, is_there in parts.items() if is_there)


def _reason(conclusion: Conclusion) -> str:
    outcome = conclusion.outcome
    if outcome.result is not None:
        return str(outcome.result.reason)
    if str(outcome.status) == str(conclusion.review.verdict):
        return f"review-{outcome.status}"
    return outcome.reason.partition(":")[0][:100]


def _for_the_miner(conclusion: Conclusion) -> str:
    """Why it ended so, with nothing that PRISM says of its own failures: that names plugins, hosts and others."""
    review, outcome = conclusion.review, conclusion.outcome
    if outcome.result is not None:
        return outcome.result.sentence
    if str(outcome.status) != str(review.verdict) or not review.reasons:
        return outcome.reason
    return _in_one_line(each for each in review.reasons if not each.rule.startswith(OF_THE_HOST)) or UNFINISHED


def _for_the_operator(conclusion: Conclusion) -> str:
    """What went wrong on our side, or the end of what a run printed."""
    if conclusion.outcome.result is not None:
        return conclusion.outcome.result.log_tail
    return _in_one_line(each for each in conclusion.review.reasons if each.rule.startswith(OF_THE_HOST))


def _in_one_line(reasons: Iterable[VerdictReason]) -> str:
    return "; ".join(f"{each.rule}: {each.text.rstrip('.')}" for each in reasons)


def _wait_seconds(attempts: int, limits: QueueLimits) -> float:
    longest = min(limits.longest_wait_seconds, limits.first_wait_seconds * 2.0 ** min(max(attempts - 1, 0), 30))
    return longest * (1 - random.random() / 2)  # noqa: S311 - so that not all come back at once


def _shown(text: str) -> str:
    return shorten(text, MAX_TEXT)
