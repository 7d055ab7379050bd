"""What the service keeps of a submission, and what its parts tell each other."""

import enum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from prism.submission import SubmissionStatus

MICROSECONDS = 1_000_000
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Form(enum.StrEnum):
    """How the bytes of an upload hold the project."""

    ZIP = "zip"
    """They are the archive."""
    JSON = "json"
    """They are a JSON object ``{filename, code, metadata}``; ``code`` is a ZIP in base64, or plain Python."""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes exactly as they were received; nobody has looked into them."""

    body: bytes
    code_hash: Digest
    """SHA-256 of the body."""
    form: Form
    file_name: Annotated[str, Meta(max_length=255)] = ""
    """What the sender calls it; the service has made it harmless."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """By whom an upload was handed in, as far as it was verified."""

    hotkey: Annotated[str, Meta(min_length=1, max_length=255)]
    uid: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    nonce: Annotated[str, Meta(max_length=255)] = ""
    signed_at: Annotated[int, Meta(ge=0)] | None = None
    """When the hotkey itself signed the request, as it says, in seconds since 1970: then the nonce is used up with it.
    ``None`` where Platform has seen to that."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One submission as the service keeps it. Moments are microseconds since 1970 (UTC)."""

    id: str
    hotkey: str
    uid: int | None
    code_hash: str
    size: int
    """Bytes of the upload."""
    form: Form
    file_name: str
    received_at: int
    """No two submissions have the same: whoever has the smaller was first."""
    changed_at: int
    status: SubmissionStatus
    reason: str
    """A stable code for why it stands there: a reason of a run, ``review-held``, ``review-rejected``, ``resolved``,
    ``dead-letter``, ``back-off``; empty while nothing is known."""
    text: str
    """The same for the miner: escaped, and nothing of operators, hosts or others in it."""
    note: str
    """What an operator should know besides, escaped: never for the miner."""
    priority: int
    attempts: int
    """How often a worker has begun with it since it was handed in or last rerun."""
    is_dead: bool
    """Whether it is held because all attempts failed by our fault."""
    project_digest: str | None
    score: float | None
    """From 0 to 1; only of a completed one."""
    metrics: dict[str, float]
    """Only of a completed one."""


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an upload: it is in the database now, or was already."""

    entry: Entry
    is_new: bool


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One review of a submission with what followed from it."""

    number: int
    """Counts the finished rounds of a submission from 1."""
    finished_at: int
    worker: str
    status: SubmissionStatus
    review: msgspec.Raw
    """The review's JSON (``prism.review.Review``), byte for byte as it was recorded."""
    review_sha256: str
    run: msgspec.Raw
    """The outcome's JSON (``prism.runner.outcome.RunOutcome``)."""


class Choice(enum.StrEnum):
    """What an operator can make of a held submission."""

    APPROVE = "approve"
    """It is reviewed once more and run, if nothing is held against it but what was approved."""
    REJECT = "reject"


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """An operator's decision about a held submission."""

    choice: Choice
    operator: Annotated[str, Meta(min_length=1, max_length=255)]
    reason: Annotated[str, Meta(min_length=1, max_length=2_000)]
    round: int | None = None
    """Number of the review that was looked at, 0 for none; ``None`` if that is not known."""


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one submission, for operators."""

    entry: Entry
    rounds: tuple[Round, ...]
    """The latest comes last."""
    decisions: "tuple[Decision, ...]"


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which submissions a list shows; what is ``None`` chooses nothing."""

    status: SubmissionStatus | None = None
    hotkey: str | None = None
    rule: str | None = None
    """A rule that the latest review has a finding of."""
    since: int | None = None
    """Received at or after this moment."""
    before: int | None = None
    """Received before this moment."""
    is_dead: bool | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list, newest first."""

    entries: tuple[Entry, ...]
    next: str | None
    """The cursor of what follows; ``None`` at the end."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that one worker has for as long as it keeps its lease alive."""

    entry: Entry
    lease: str
    """What no later holder has: nothing is recorded without it."""
    worker: str
    job_id: str
    """Of the run, should there be one."""
    earlier_jobs: tuple[str, ...]
    """Of the attempts before: what is left of them has to go before a run begins."""
    is_probe: bool
    """Whether it was claimed to find out if an outage is over."""
    approved_rules: tuple[str, ...] | None
    """What an operator has approved: rules whose findings hold this submission no more."""


class QueueState(msgspec.Struct, frozen=True, kw_only=True):
    """How the queue stands."""

    counts: dict[str, int]
    """Submissions by status; each status is there."""
    dead: int
    oldest_seconds: dict[str, float]
    """By status, how long ago the oldest was received; only where there is one."""
    open_breakers: tuple[str, ...]
    """Parts that are waited for because they failed in a row: ``broker``, ``reviewer``."""


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """What the submissions come to, counted."""

    rules: dict[str, dict[str, int]]
    """By rule and status, how many submissions its latest review found it in."""
    failures: dict[str, int]
    """By reason, how many submissions failed; most first."""


class Act(enum.StrEnum):
    """What a decision of the audit log is about."""

    VERDICT = "verdict"
    RUN = "run"
    RESOLUTION = "resolution"
    RERUN = "rerun"
    POLICY = "policy"
    DEAD_LETTER = "dead-letter"


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the append-only audit log."""

    number: int
    """From 1, without a gap."""
    at: int
    actor: str
    """``worker:NAME`` or ``operator:NAME``."""
    act: Act
    submission: str
    """Its id; empty where the decision is about none."""
    body: dict[str, Any]
    """What was decided, with the digests of what it was decided on."""
    previous: str
    """Digest of the decision before; 64 zeros for the first."""
    digest: str
    """SHA-256 of all the other fields in canonical JSON."""
