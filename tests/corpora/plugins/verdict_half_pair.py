"""Gives a reason that UTF-8 cannot hold."""

from prism import Verdict, hookimpl
from prism.verdict import Outcome, Reason


@hookimpl
def prism_verdict(findings, proposed):
    return Verdict(outcome=Outcome.HELD, reasons=(Reason(outcome=Outcome.HELD, rule="x/y", text="\ud800"),))
