"""A held project beside the earlier submissions that it is suspected to be taken from: evidence for whoever decides.

A comparison adds notes, whatever it says: high scores are no proof, and low ones may have been made by the author. What
could not be compared is said, and forbids approval.
"""

from typing import TYPE_CHECKING

import msgspec

from prism.amending import amended
from prism.core_rules import PAIR_COMPARED, PAIR_FAILED
from prism.errors import PrismError
from prism.finding import Finding, Step, put_on_record
from prism.review import Stage, StageStatus
from prism.runner.result import HOPELESS, OURS, Reason
from prism.verdict import Outcome

if TYPE_CHECKING:
    from prism.corpus import Resemblance
    from prism.examiner import Examination
    from prism.gate import Gate
    from prism.runner.pair_result import PairResult
    from prism.runner.pairing import Launching
    from prism.store import Store

PART = "pair"
_MAX_STEPS = 20


def suspects_of(examination: "Examination", gate: "Gate") -> "tuple[Resemblance, ...]":
    """The earlier submissions beside which the policy wants a project (``runner.pair.suspects``), the likest first.

    They are those that comparisons suspect, and none if the project is not held.
    """
    is_held = examination.review.verdict is Outcome.HELD
    return examination.resemblances[: gate.policy.runner.pair.suspects] if is_held else ()


def with_suspects(
    examination: "Examination", gate: "Gate", store: "Store", launching: "Launching | None" = None
) -> "Examination":
    """The examination with what the pair sandbox finds, if the policy asks it; by the policy's broker if not told."""
    suspected = suspects_of(examination, gate)
    if not suspected:
        return examination
    findings = [_finding(examination, each, gate, store, launching) for each in suspected]
    failures = [finding.message for finding in findings if finding.rule == PAIR_FAILED.id]
    status = StageStatus.FAILED if failures else StageStatus.COMPLETED
    stage = Stage(name=PART, status=status, why="; ".join(failures))
    return msgspec.structs.replace(examination, review=amended(examination.review, findings, stage))


def _finding(
    examination: "Examination", suspect: "Resemblance", gate: "Gate", store: "Store", launching: "Launching | None"
) -> Finding:
    from prism.store.reindex import archive_of

    try:
        earlier = gate.examine(archive_of(store.snapshot(suspect.submission)), notebooks=store.notebooks())
    except PrismError as error:
        return _failed(suspect.submission, f"the earlier one cannot be read: {error.what}")
    result = gate.compare_pair(examination, earlier, launching=launching).result
    if result.code is not Reason.COMPLETED:
        may_pass = result.code in OURS and result.code not in HOPELESS
        return msgspec.structs.replace(_failed(suspect.submission, result.reason), may_pass=may_pass)
    return put_on_record(PAIR_COMPARED.finding(_says(suspect.submission, result), chain=_steps(result)))


def _failed(submission: str, why: str) -> Finding:
    return PAIR_FAILED.finding(f"The comparison with the earlier submission {submission!r} failed: {why}")


def _says(submission: str, result: "PairResult") -> str:
    scores = msgspec.to_builtins(result.scores)
    listed = ", ".join(f"{name} {value:.2f}" for name, value in scores.items()) or "no score"
    return f"Beside the earlier submission {submission!r}: {listed}. {result.reason}"


def _steps(result: "PairResult") -> tuple[Step, ...]:
    """This project's own lines only: its author reads them."""
    return tuple(
        Step(
            path=match.first.path,
            line=match.first.lines[0],
            text=f"lines {match.first.lines[0]} to {match.first.lines[1]}: likeness {match.likeness:.2f}",
        )
        for match in result.evidence.matches[:_MAX_STEPS]
    )
