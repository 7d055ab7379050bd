"""Points at places that are not there."""

from prism import Finding, Rule, Severity, hookimpl

RULE = Rule(id="strays/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    return [Finding(rule="strays/x", severity=Severity.NOTE, message="m", path="gone.py", line=7)]
