"""Rejects whatever anybody proposes."""

from prism import Verdict, hookimpl
from prism.verdict import Outcome, Reason


@hookimpl
def prism_verdict(findings, proposed):
    return Verdict(outcome=Outcome.REJECTED, reasons=(Reason(outcome=Outcome.REJECTED, rule="harsher/no", text="no"),))
