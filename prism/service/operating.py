"""What operators do with submissions that have ended: resolve what is held, have anything done once more."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select, update

from prism.review import Review
from prism.runner.outcome import RunOutcome
from prism.service import audit, clock, placing
from prism.service.entries import FIRST_WAITING, lock
from prism.service.reading import latest_round
from prism.service.records import Act, Choice, Resolution
from prism.service.refusal import StateError
from prism.service.settling import ENDED
from prism.service.telemetry import tallying
from prism.store.queue_tables import entries, rounds
from prism.submission import SubmissionStatus
from prism.verdict import Outcome

AGAIN = {"status": str(SubmissionStatus.PENDING), "attempts": 0, "is_dead": False, "score": None, "metrics": "{}"}


def resolve(connection: Connection, id: str, resolution: Resolution) -> None:  # noqa: A002 - what it is called
    """Let a held submission go on, or end it.

    Raises:
        NotFoundError, StateError: there is none, it is not held, or for something else than what was looked at.
    """
    row = lock(connection, id)
    if row.status != SubmissionStatus.HELD:
        do = "see its record; to have it decided again: rerun"
        raise StateError(f"the submission is not held but {row.status}", where=id, do=do)
    number = connection.scalar(select(func.max(rounds.c.number)).where(rounds.c.entry == id)) or 0
    if resolution.round not in {None, number}:
        raise StateError("the submission was reviewed again since", where=id, do="look at its latest review")
    approves = resolution.choice is Choice.APPROVE
    approved = sorted(_approved(connection, row)) if approves else []
    if approves:
        changes = {**AGAIN, "reason": "resolved", "approved": msgspec.json.encode(approved).decode()}
    else:
        placing.withdraw(connection, id)
        changes = {"status": str(SubmissionStatus.REJECTED), "reason": "resolved", "is_dead": False}
    _change(connection, id, {**changes, "text": _words(resolution.choice), "note": ""})
    body = {
        "choice": str(resolution.choice),
        "reason": resolution.reason,
        "round": number,
        "approved_rules": approved,
        "code_hash": row.code_hash,
        "project_digest": row.project_digest,
    }
    actor = f"operator:{resolution.operator}"
    audit.add(connection, actor=actor, act=Act.RESOLUTION, entry=id, body=body)
    if not approves:
        tallying.add(connection, tallying.of_refusal())


def rerun(connection: Connection, id: str, *, operator: str, reason: str) -> None:  # noqa: A002 - what it is called
    """Have a submission that has ended done again; what an operator had approved has to be approved again.

    Raises:
        NotFoundError, StateError: there is none, or it has not ended.
    """
    row = lock(connection, id)
    if row.status in FIRST_WAITING:
        raise StateError(f"the submission is {row.status}", where=id, do="wait for its end")
    _change(connection, id, {**AGAIN, "reason": "rerun", "text": "", "note": "", "approved": None})
    body = {"reason": reason, "status_before": row.status, "code_hash": row.code_hash}
    audit.add(connection, actor=f"operator:{operator}", act=Act.RERUN, entry=id, body=body)


def _change(connection: Connection, id: str, changes: dict[str, Any]) -> None:  # noqa: A002 - what it is called
    values = {**ENDED, "changed_at": clock.now(connection), **changes}
    connection.execute(update(entries).where(entries.c.id == id).values(values))


def _approved(connection: Connection, row: Row[Any]) -> set[str]:
    """The rules that hold the submission, and those that were approved before."""
    before = msgspec.json.decode(row.approved, type=tuple[str, ...]) if row.approved else ()
    latest = latest_round(connection, row.id)
    if latest is None:
        return set(before)
    review = msgspec.json.decode(latest.review, type=Review)
    outcome = msgspec.json.decode(latest.run, type=RunOutcome)
    disputed = {finding.rule for finding in outcome.findings}
    return {*before, *disputed, *(reason.rule for reason in review.reasons if reason.outcome is Outcome.HELD)}


def _words(choice: Choice) -> str:
    return "An operator has approved it." if choice is Choice.APPROVE else "An operator has rejected it."
