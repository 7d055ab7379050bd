"""Rejects, and does not say why."""

from prism import Verdict, hookimpl
from prism.verdict import Outcome


@hookimpl
def prism_verdict(findings, proposed):
    return Verdict(outcome=Outcome.REJECTED)
