"""Makes a finding whose fields are out of bounds."""

from prism import Finding, Rule, Severity, hookimpl

RULE = Rule(id="invalid_finding/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    yield Finding(rule="invalid_finding/x", severity="harmless", message="m" * 10_000, line=-1)
