"""Tries to report a finding that is waived already, and in another's name."""

from prism import Finding, Rule, Severity, hookimpl

RULE = Rule(id="forges_waiver/x", title="t", severity=Severity.ERROR, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    yield Finding(rule=RULE.id, severity=Severity.ERROR, message="m", waived="trust me", plugin="honest")
