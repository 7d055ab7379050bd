"""Reports without end."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="floods/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    while True:
        yield RULE.finding("again")
