"""Approves whatever anybody proposes, and gives a reason."""

from prism import Verdict, hookimpl
from prism.verdict import Outcome, Reason


@hookimpl
def prism_verdict(findings, proposed):
    return Verdict(outcome=Outcome.APPROVED, reasons=(Reason(outcome=Outcome.APPROVED, rule="milder/yes", text="yes"),))
