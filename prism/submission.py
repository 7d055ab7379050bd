"""One delivery by somebody, as the service's notifications describe it."""

import enum

import msgspec


class SubmissionStatus(enum.StrEnum):
    """Where a submission stands, in the words of the HTTP interface."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    HELD = "held"


class Submission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who handed in which project, and where it stands."""

    id: str
    hotkey: str
    status: SubmissionStatus
    project_digest: str | None = None
    reason: str = ""
