"""Waivers: accepted exceptions that stand in the policy and nowhere else.

Comments in submitted code (``# noqa``, ``# nosec``, ...) are never looked at.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from prism.finding import Finding
from prism.policy.model import Waiver
from prism.policy.severities import CORE_PREFIXES
from prism.snapshot import Snapshot


def with_waivers(
    findings: Iterable[Finding], snapshot: Snapshot | None, waivers: Sequence[Waiver], today: date
) -> tuple[Finding, ...]:
    """The findings, those that a waiver covers marked with its reason.

    A waiver covers findings of its rule in the one file, or the one project, whose digest it names, up to and including
    its last day. Without a snapshot there is nothing that a digest could match. ``today`` is a date in UTC.
    """
    valid = [waiver for waiver in waivers if not is_expired(waiver, today)]
    if snapshot is None or not valid:
        return tuple(findings)
    digests = {entry.path: entry.sha256 for entry in snapshot.files}
    return tuple(_waived(finding, digests, snapshot.digest, valid) for finding in findings)


def is_expired(waiver: Waiver, today: date) -> bool:
    """Whether the last day of a waiver is over."""
    return date.fromisoformat(waiver.expires) < today


def _waived(finding: Finding, digests: dict[str, str], project_digest: str, waivers: Sequence[Waiver]) -> Finding:
    if finding.rule.startswith(CORE_PREFIXES):
        return finding
    file_digest = digests.get(finding.path or "")
    for waiver in waivers:
        if waiver.rule == finding.rule and _names(waiver, file_digest, project_digest):
            return msgspec.structs.replace(finding, waived=waiver.reason)
    return finding


def _names(waiver: Waiver, file_digest: str | None, project_digest: str) -> bool:
    """Whether a waiver is about this file or project."""
    if waiver.file is not None:
        return waiver.file == file_digest
    return waiver.project is not None and waiver.project == project_digest
