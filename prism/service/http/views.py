"""What is answered: records of their own, so that nothing kept for operators reaches anybody else by accident."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from prism.finding import Severity
from prism.report.escape import shorten
from prism.review import Review
from prism.runner.outcome import RunOutcome
from prism.service.records import MICROSECONDS, Decision, Detail, Entry, Form, Round
from prism.service.settling import OF_THE_HOST
from prism.submission import SubmissionStatus
from prism.verdict import Outcome

SHOWN_FINDINGS: Final = 100
TEXT: Final = 2_000
_OTHERS: Final = re.compile(
    r"earlier submission (?:'[^']*'|\"[^\"]*\")|(?<![0-9A-Za-z])[0-9a-f]{16,32}(?![0-9A-Za-z])", re.IGNORECASE
)
STOPPED: Final = frozenset({SubmissionStatus.REJECTED, SubmissionStatus.HELD})
"""Where a submission stands whose author is told what to change."""


class SubmissionView(msgspec.Struct, frozen=True, kw_only=True):
    """One submission for whoever handed it in."""

    id: str
    """What it is asked for by."""
    hotkey: str
    """Who handed it in."""
    status: SubmissionStatus
    """``pending``, ``running``, ``completed``, ``failed``, ``rejected`` or ``held``."""
    code_hash: str
    """SHA-256 of the bytes as they were received."""
    created_at: str
    """UTC, ISO 8601."""
    updated_at: str
    """When it last changed; UTC, ISO 8601."""
    reason: str = ""
    """A code for why it stands there."""
    message: str = ""
    """The same as a sentence."""


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the miner's own code that a rule asks to be changed."""

    rule: str
    """Id of the rule; the reference of rules explains each."""
    severity: Severity
    """``error``, ``warning`` or ``note``."""
    message: str
    """What is wrong there."""
    path: str | None
    """File inside the project; ``null`` when it is about the whole."""
    line: int | None
    """Line of the file, counted from 1; ``null`` when it is about the whole file."""
    remedy: str
    """What to do about it."""


class StatusView(SubmissionView, frozen=True, kw_only=True):
    """Where a submission stands, and what its author can do about it."""

    findings: tuple[FindingView, ...] = ()
    """What rejects or holds it; the first hundred."""
    score: float | None = None
    """From 0 to 1; only of a completed one."""
    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    """Only of a completed one."""


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One submission in a list for operators."""

    id: str
    """What it is asked for by."""
    hotkey: str
    """Who handed it in."""
    uid: int | None
    """His number on the subnet, where Platform said it."""
    status: SubmissionStatus
    """``pending``, ``running``, ``completed``, ``failed``, ``rejected`` or ``held``."""
    reason: str
    """A code for why it stands there."""
    message: str
    """What its author is told."""
    code_hash: str
    """SHA-256 of the bytes as they were received."""
    size: int
    """Bytes of the upload."""
    form: Form
    """How it came: ``zip``, an archive, or ``json``, an object with one or with plain Python in it."""
    file_name: str
    """As the sender called it."""
    created_at: str
    """When it was taken in; UTC, ISO 8601."""
    updated_at: str
    """When it last changed; UTC, ISO 8601."""
    priority: int
    """The higher, the earlier its turn."""
    attempts: int
    """How often it was tried since it was handed in, or done again."""
    is_dead: bool
    """Whether it was given up on by no fault of its own."""
    project_digest: str | None
    """Digest of the project; ``null`` before its review, and when the archive was refused."""
    score: float | None
    """From 0 to 1; ``null`` unless it is completed."""
    metrics: dict[str, float]
    """Empty unless it is completed."""


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list, newest first."""

    submissions: tuple[EntryView, ...]
    """At most as many as were asked for."""
    next: str | None
    """The cursor that asks for what follows; ``null`` at the end."""


class RoundView(msgspec.Struct, frozen=True, kw_only=True):
    """One review with what followed from it."""

    number: int
    """Counted from 1."""
    finished_at: str
    """UTC, ISO 8601."""
    worker: str
    """Who did it."""
    status: SubmissionStatus
    """What the submission became by it."""
    review_sha256: str
    """Digest of the record of the review, which the decision names too."""
    review: msgspec.Raw
    """The record of the review, as ``review.schema.json`` has it."""
    run: msgspec.Raw
    """What the run came to."""


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the audit log."""

    number: int
    """Its place in the log, counted from 1."""
    at: str
    """UTC, ISO 8601."""
    actor: str
    """``worker:NAME`` or ``operator:NAME``."""
    act: str
    """What kind of decision it is: a verdict, a run, a resolution, ..."""
    body: dict[str, Any]
    """What was decided, with the digests of what it rests on."""
    digest: str
    """SHA-256 over this entry and the digest of the one before."""


class DetailView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one submission, for operators."""

    submission: EntryView
    """As in lists."""
    rounds: tuple[RoundView, ...]
    """The latest comes last."""
    decisions: tuple[DecisionView, ...]
    """All that the audit log holds about it, in order."""


def moment(microseconds: int) -> str:
    """A moment in UTC, ISO 8601."""
    return datetime.fromtimestamp(microseconds / MICROSECONDS, UTC).isoformat(timespec="microseconds")


def submission_view(entry: Entry) -> SubmissionView:
    """What the answer to an upload says."""
    return SubmissionView(
        id=entry.id,
        hotkey=entry.hotkey,
        status=entry.status,
        code_hash=entry.code_hash,
        created_at=moment(entry.received_at),
        updated_at=moment(entry.changed_at),
        reason=entry.reason,
        message=for_its_author(entry.text, entry.id),
    )


def for_its_author(text: str, id: str) -> str:  # noqa: A002 - what it is called everywhere
    """What a rule says of a submission, without the ids of others: who knows one may ask where that one stands."""

    def named(found: re.Match[str]) -> str:
        if found[0] == id:
            return id
        return "earlier submission" if " " in found[0] else "(another submission)"

    return shorten(_OTHERS.sub(named, text), TEXT)


def status_view(entry: Entry, rounds: Sequence[Round] = ()) -> StatusView:
    """What a miner is told: what is wrong with his own code, and nothing of the host, of operators or of others.

    The rounds are needed of what is stopped.
    """
    is_complete = entry.status is SubmissionStatus.COMPLETED
    return StatusView(
        **msgspec.structs.asdict(submission_view(entry)),
        findings=_findings(rounds[-1], entry.id) if rounds and entry.status in STOPPED else (),
        score=entry.score if is_complete else None,
        metrics=entry.metrics if is_complete else {},
    )


def _findings(last: Round, id: str) -> tuple[FindingView, ...]:  # noqa: A002 - what it is called everywhere
    review = msgspec.json.decode(last.review, type=Review)
    outcome = msgspec.json.decode(last.run, type=RunOutcome)
    asking = {reason.rule for reason in review.reasons if reason.outcome is not Outcome.APPROVED}
    # What the host says of its own failures names plugins and their exceptions: that is for operators.
    reviewed = [each for each in review.findings if each.rule in asking and not each.rule.startswith(OF_THE_HOST)]
    found = [*outcome.findings, *reviewed]
    return tuple(
        FindingView(
            rule=each.rule,
            severity=each.severity,
            message=for_its_author(each.message, id),
            path=None if each.path is None else shorten(each.path, TEXT),
            line=each.line,
            remedy=for_its_author(each.remedy, id),
        )
        for each in found[:SHOWN_FINDINGS]
    )


def entry_view(entry: Entry) -> EntryView:
    """One submission for operators; text of miners is escaped."""
    same = {name: getattr(entry, name) for name in EntryView.__struct_fields__ if name in Entry.__struct_fields__}
    return EntryView(
        **same,
        message=shorten(entry.text, TEXT),
        created_at=moment(entry.received_at),
        updated_at=moment(entry.changed_at),
    )


def detail_view(detail: Detail) -> DetailView:
    """Everything about one submission."""
    return DetailView(
        submission=entry_view(detail.entry),
        rounds=tuple(_round_view(each) for each in detail.rounds),
        decisions=tuple(_decision_view(each) for each in detail.decisions),
    )


def _round_view(each: Round) -> RoundView:
    return RoundView(
        number=each.number,
        finished_at=moment(each.finished_at),
        worker=each.worker,
        status=each.status,
        review_sha256=each.review_sha256,
        review=each.review,
        run=each.run,
    )


def _decision_view(each: Decision) -> DecisionView:
    return DecisionView(
        number=each.number,
        at=moment(each.at),
        actor=each.actor,
        act=str(each.act),
        body=each.body,
        digest=each.digest,
    )
