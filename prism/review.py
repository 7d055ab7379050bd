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
KEEPING = "keep"
"""The stage in which a project is put beside the earlier ones: in every review beside a store, and in no other."""


class StageStatus(enum.StrEnum):
    """Whether a stage or plugin looked at everything it should have."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that ran or did not: a stage (``intake``) or a plugin's part in it (``check:safety``)."""

    name: str
    """``intake``, ``check:PLUGIN``, ``compare:PLUGIN``, ..."""
    status: StageStatus
    """``completed``, ``skipped``, or ``failed``, which forbids approval."""
    why: str = ""
    """The reason when it was skipped or failed."""


class PolicyReference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which policy decided."""

    name: str
    """As the policy calls itself."""
    digest: str
    """SHA-256 of the effective policy: everything that decides is in it."""


class Versions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What decided: same project, policy and versions give the same verdict."""

    prism: str
    """Version of PRISM."""
    python: str
    """Version of Python, by whose grammar the project was read."""
    plugins: dict[str, str]
    """By name, the version of each plugin that took part."""


class Timings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the review began (UTC, ISO 8601) and the wall seconds of its stages.

    Apart from what reviewers took (``usage``) the only part of the record that differs between reviews of the same
    project, policy and versions.
    """

    started_at: str
    """UTC, ISO 8601."""
    total_seconds: float
    """Wall seconds of the whole review."""
    stage_seconds: dict[str, float]
    """By stage, its wall seconds where they were measured."""


class ProjectRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which bytes were reviewed; absent from a review whose archive was refused."""

    digest: str
    """SHA-256 over the paths and contents of all files; nothing else of the archive counts."""
    files: tuple[FileEntry, ...]
    """Every file that was taken in, in the order of the paths."""
    entrypoints: dict[str, str]
    """Path of the file that is imported first for each part (``architecture``, ``training``); mostly one file."""
    kind: str
    """``full``, ``architecture_only`` or ``training_for_arch``, as the manifest says; ``full`` without one."""
    declarations: tuple[Declaration, ...] = ()
    """What it may do when it is run, as each plugin says that can say it, by their names."""


class Review(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole record of one review. Its JSON Schema is published in ``docs/reference/review.schema.json``."""

    review_format: Annotated[int, Meta(ge=1)] = REVIEW_FORMAT
    """Version of this record's form."""
    verdict: Outcome
    """What was decided: ``approved``, ``held`` or ``rejected``."""
    reasons: tuple[Reason, ...]
    """Why the verdict is not milder, harshest first; empty when it is approved."""
    findings: tuple[Finding, ...]
    """Everything that was found, in the order of path and line."""
    project: ProjectRecord | None
    """What was reviewed; null when the archive was refused."""
    policy: PolicyReference
    """By which policy it was decided."""
    versions: Versions
    """By which programs it was decided."""
    stages: tuple[Stage, ...]
    """What ran, what did not, and why."""
    usage: tuple[Usage, ...] = ()
    """What each reviewer took: requests, tokens, money; empty when none was asked."""
    timings: Timings
    """When, and how long it took."""
