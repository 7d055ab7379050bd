"""The record of one review: what was looked at, under what policy, what was found, what was decided and why."""

import enum
from typing import Annotated

import msgspec
from msgspec import Meta

from prism.declaration import Declaration
from prism.finding import Finding
from prism.notebook import Usage
from prism.snapshot import FileEntry
from prism.verdict import Outcome, Reason

REVIEW_FORMAT = 1


class StageStatus(enum.StrEnum):
    """Whether a stage or plugin looked at everything it should have."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that ran or did not: a stage (``intake``) or a plugin's part in it (``check:safety``)."""

    name: str
    status: StageStatus
    why: str = ""
    """The reason when it was skipped or failed."""


class PolicyReference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which policy decided."""

    name: str
    digest: str


class Versions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What decided: same project, policy and versions give the same verdict."""

    prism: str
    python: str
    plugins: dict[str, str]


class Timings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the review began (UTC, ISO 8601) and the wall seconds of its stages.

    Apart from what reviewers took (``usage``) the only part of the record that differs between reviews of the same
    project, policy and versions.
    """

    started_at: str
    total_seconds: float
    stage_seconds: dict[str, float]


class ProjectRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which bytes were reviewed; absent from a review whose archive was refused."""

    digest: str
    files: tuple[FileEntry, ...]
    entrypoints: dict[str, str]
    """Path of the file that is imported first for each part (``architecture``, ``training``); mostly one file."""
    kind: str
    """``full``, ``architecture_only`` or ``training_for_arch``, as the manifest says; ``full`` without one."""
    declarations: tuple[Declaration, ...] = ()
    """What it may do when it is run, as each plugin says that can say it, by their names."""


class Review(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole record of one review. Its JSON Schema is published in ``docs/reference/review.schema.json``."""

    review_format: Annotated[int, Meta(ge=1)] = REVIEW_FORMAT
    verdict: Outcome
    reasons: tuple[Reason, ...]
    findings: tuple[Finding, ...]
    project: ProjectRecord | None
    policy: PolicyReference
    versions: Versions
    stages: tuple[Stage, ...]
    usage: tuple[Usage, ...] = ()
    """What each reviewer took: requests, tokens, money; empty when none was asked."""
    timings: Timings
