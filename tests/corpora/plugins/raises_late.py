"""Reports one finding, then raises while it is being read."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="raises_late/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    yield RULE.finding("before the end")
    raise RuntimeError("half-way")
