"""From findings to a verdict: a pure function, no input or output."""

import enum
from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from prism.finding import Finding, Severity
from prism.policy.model import VerdictPolicy


class Outcome(enum.StrEnum):
    """What is to happen with a submission, from mild to harsh."""

    APPROVED = "approved"
    HELD = "held"
    REJECTED = "rejected"


HARSHNESS = {Outcome.APPROVED: 0, Outcome.HELD: 1, Outcome.REJECTED: 2}


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a verdict is not milder: how many findings of one rule ask for it, or what a verdict plugin said."""

    outcome: Outcome
    """What it asks for: ``held`` or ``rejected``."""
    rule: str
    """Id of the rule, or what a plugin that made the verdict harsher calls its objection."""
    count: Annotated[int, Meta(ge=1)] = 1
    """How many findings of the rule ask for it."""
    text: Annotated[str, Meta(max_length=2_000)]
    """What one of them says."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision with every reason for it, harshest first, then by rule."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()

    def harsher(self, other: "Verdict") -> "Verdict":
        """The harsher outcome of the two, with the reasons of both."""
        outcome = max(self.outcome, other.outcome, key=HARSHNESS.__getitem__)
        return Verdict(outcome=outcome, reasons=_ordered({*self.reasons, *other.reasons}))


def decide(policy: VerdictPolicy, findings: Iterable[Finding]) -> Verdict:
    """The verdict that a policy draws from findings: independent of their order, and never milder with more of them.

    A ``host/`` finding of severity error means that a check did not run to its end: it forbids approval even where
    the policy neither rejects nor holds for its severity.
    """
    matched: dict[tuple[Outcome, str], list[Finding]] = {}
    for finding in findings:
        outcome = consequence(policy, finding)
        if outcome is not Outcome.APPROVED:
            matched.setdefault((outcome, finding.rule), []).append(finding)
    reasons = _ordered(
        Reason(outcome=outcome, rule=rule, count=len(group), text=min(finding.message for finding in group))
        for (outcome, rule), group in matched.items()
    )
    return Verdict(outcome=reasons[0].outcome if reasons else Outcome.APPROVED, reasons=reasons)


def consequence(policy: VerdictPolicy, finding: Finding) -> Outcome:
    """What one finding asks for."""
    incomplete = finding.rule.startswith("host/") and finding.severity is Severity.ERROR
    if incomplete:
        return Outcome.HELD
    if finding.waived is not None or finding.at_most == Outcome.APPROVED.value:
        return Outcome.APPROVED
    if finding.severity in policy.reject:
        return Outcome.HELD if finding.at_most == Outcome.HELD.value else Outcome.REJECTED
    return Outcome.HELD if finding.severity in policy.hold else Outcome.APPROVED


def _ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(
        sorted(reasons, key=lambda reason: (-HARSHNESS[reason.outcome], reason.rule, reason.text, reason.count))
    )
