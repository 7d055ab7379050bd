"""Two reviewed projects from snapshots to scores: how the pair sandbox is asked, and what of its answer is believed."""

import hashlib
import secrets
from dataclasses import dataclass

import msgspec

from prism.declaration import Declaration
from prism.errors import RunnerError
from prism.evaluator.frames import encoded
from prism.evaluator.job import Job
from prism.evaluator.pair_job import Comparison, PairJob, packed_pair
from prism.finding import Finding
from prism.policy.model import PairPolicy, RunnerPolicy
from prism.runner.attempts import record_of
from prism.runner.broker import Broker, ContainerRecord
from prism.runner.metrics import MetricsError, Usage, parse_line
from prism.runner.pair_result import (
    DECIDING,
    Evidence,
    PairReport,
    PairResult,
    Place,
    ReviewedSide,
    Scores,
    SideName,
    sentence_of,
)
from prism.runner.result import Reason, RunStatus, status_of
from prism.runner.run import (
    all_limits_hit,
    evaluation_settings,
    log_of,
    module_name,
    reason_of,
    reported_reason,
    settled,
    text_of,
    unbelieved,
)
from prism.runner.spec import COMPARE, RunSpec
from prism.runner.tripwire import findings_of
from prism.snapshot import Snapshot

_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two projects: its bytes, where its architecture begins, and what its review said."""

    snapshot: Snapshot
    architecture: str
    """Path of the file that defines ``build_model``; empty if there is none, and then its code may not be run."""
    reviewed: ReviewedSide
    declarations: tuple[Declaration, ...] = ()
    """What the plugins that reviewed it rule out when its code runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOutcome:
    """A result, and what only the operator may read of it."""

    result: PairResult
    log_tail: str = ""


def compare_pair(first: Side, second: Side, policy: RunnerPolicy, broker: Broker, *, job_id: str = "") -> PairOutcome:
    """What came of comparing two projects; their code is run only if the policy and both reviews allow it.

    Whatever network the policy gives an evaluation, there is none here.
    """
    policy = msgspec.structs.replace(policy, network="none")
    job = make_pair(first, second, policy, nonce=secrets.token_hex(32))
    spec = RunSpec(
        job_id=job_id or f"pair-{secrets.token_hex(8)}",
        image=policy.image,
        command=COMPARE,
        user=policy.user,
        network=policy.network,
        limits=policy.limits,
        gpu=policy.gpu if job.comparison.is_run else None,
        payload=encoded(packed_pair(job)),
    )
    try:
        record = record_of(broker, spec)
    except RunnerError as error:
        return failed(first.reviewed, second.reviewed, error)
    return judged_pair(record, job.first.nonce, (first, second), policy.pair)


def failed(first: ReviewedSide, second: ReviewedSide, error: RunnerError) -> PairOutcome:
    """The outcome where nothing was compared."""
    code = reason_of(error)
    result = PairResult(status="held", reason=sentence_of(code, None), code=code, first=first, second=second)
    return PairOutcome(result=result, log_tail=text_of(error))


def make_pair(first: Side, second: Side, policy: RunnerPolicy, *, nonce: str) -> PairJob:
    """What the supervisor is told.

    The seed depends on both projects and on the policy: neither author knows it when he writes, and the same pair has
    the same numbers whichever comes first.
    """
    may_run = first.reviewed.may_run and second.reviewed.may_run
    digests = sorted((first.snapshot.digest, second.snapshot.digest))
    seed = hashlib.sha256(" ".join([*digests, str(policy.evaluation.seed)]).encode()).digest()
    return PairJob(
        first=_job(first, policy, nonce),
        second=_job(second, policy, nonce),
        comparison=Comparison(
            is_run=policy.pair.behaviour and may_run,
            contexts=policy.pair.contexts,
            seed=int.from_bytes(seed[:6], "big"),
        ),
    )


def _job(side: Side, policy: RunnerPolicy, nonce: str) -> Job:
    """One side's job; there is nothing to train, so the architecture's module stands for both parts."""
    module = module_name(side.architecture)
    settings = evaluation_settings(policy, module, module)
    return Job(nonce=nonce, settings=settings, train_text=b"", heldout_text=b"", files=side.snapshot.contents)


def judged_pair(record: ContainerRecord, nonce: str, sides: tuple[Side, Side], policy: PairPolicy) -> PairOutcome:
    """The result that a container's record amounts to; scores count only where nothing speaks against them."""
    report: PairReport | None = None
    blamed: SideName | None = None
    try:
        report = checked_report(parse_line(record.stdout, nonce, PairReport), sides)
        said, blamed, detail = _said(report, sides)
    except MetricsError as error:
        said, detail = unbelieved(record, nonce), str(error)
    code = settled(record, said, report.limits_hit if report else ())
    usage = report.usage if report else Usage()
    result = PairResult(
        status="held",
        reason="",
        code=code,
        side=blamed if status_of(code) is RunStatus.FAILED else None,
        scores=msgspec.convert(report.scores, Scores) if report and code is said else Scores(),
        evidence=report.evidence if report and code is said else Evidence(),
        is_run=policy.behaviour,
        first=sides[0].reviewed,
        second=sides[1].reviewed,
        limits_hit=all_limits_hit(code, report.limits_hit if report else ()),
        wall_seconds=record.wall_seconds,
        cpu_seconds=usage.cpu_seconds if usage.cpu_seconds is not None else record.cpu_seconds,
        peak_memory_bytes=usage.peak_memory_bytes if usage.peak_memory_bytes is not None else record.peak_memory_bytes,
    )
    return PairOutcome(
        result=_weighed(result, policy), log_tail=log_of(detail, record, report.log_tail if report else "")
    )


def _said(report: PairReport, sides: tuple[Side, Side]) -> tuple[Reason, SideName | None, str]:
    """How it went by the supervisor's report, whose code is to blame, and the detail for the operator."""
    said = reported_reason(report.fault)
    against = _undeclared(report, sides)
    if against is None or status_of(said) is RunStatus.ERROR:
        return said, report.side, report.detail
    side, findings = against
    return Reason.UNDECLARED_CAPABILITY, side, "; ".join(finding.message for finding in findings)


def _undeclared(report: PairReport, sides: tuple[Side, Side]) -> tuple[SideName, tuple[Finding, ...]] | None:
    """The first side whose code did what its review had ruled out, with what speaks against it."""
    first = findings_of(report.observed.first, sides[0].declarations)
    second = findings_of(report.observed.second, sides[1].declarations)
    if first:
        return "first", first
    return ("second", second) if second else None


def checked_report(report: PairReport, sides: tuple[Side, Side]) -> PairReport:
    """The report, whose scores are known and between 0 and 1, and whose evidence stands in the two projects.

    Raises:
        MetricsError: it is none.
    """
    try:
        msgspec.convert(report.scores, Scores)
    except msgspec.ValidationError as error:
        raise MetricsError(f"the scores are not what they can be: {ascii(str(error))[:200]}") from error
    places = [(match.first, match.second) for match in report.evidence.matches]
    for number, side in enumerate(sides):
        known = side.snapshot.contents
        unread = (report.evidence.unread.first, report.evidence.unread.second)[number]
        if not all(_stands_in(pair[number], side.snapshot) for pair in places) or not all(
            path in known for path in unread
        ):
            raise MetricsError("the evidence names lines that are not in the projects")
    return report


def _stands_in(place: Place, snapshot: Snapshot) -> bool:
    data = snapshot.contents.get(place.path)
    if data is None or place.lines[0] > place.lines[1]:
        return False
    return place.lines[1] <= 1 + data.count(b"\n") + data.count(b"\r")


def _weighed(result: PairResult, policy: PairPolicy) -> PairResult:
    """The result with what follows from it: held for likeness, for failure, or for what was not compared."""
    scores = msgspec.to_builtins(result.scores)
    alike = tuple(name for name, value in scores.items() if name in DECIDING and value >= policy.hold)
    likeness = f"The two are alike by {', '.join(alike)}" if alike else ""
    reason = "; ".join(filter(None, (likeness, _why_incomplete(result))))
    return msgspec.structs.replace(
        result,
        status="held" if reason else "completed",
        reason=reason or "The two were compared, and are not alike.",
        alike=alike,
        scores=msgspec.convert({name: round(value, _DECIMALS) for name, value in scores.items()}, Scores),
    )


def _why_incomplete(result: PairResult) -> str:
    """What was not compared that should have been, and why."""
    if result.code is not Reason.COMPLETED:
        return sentence_of(result.code, result.side)
    barred = [name for name in ("first", "second") if not getattr(result, name).may_run]
    if result.is_run and barred:
        return f"the review of the {' and the '.join(barred)} project does not let its code run; only the code was read"
    unread = [name for name in ("first", "second") if getattr(result.evidence.unread, name)]
    if unread:
        return f"files of the {' and the '.join(unread)} project could not be read"
    if result.scores.first_in_second is None and result.scores.second_in_first is None:
        return "there is too little code to compare"
    return ""
