"""Names a rule without an id."""

from prism import Rule, Severity, hookimpl


@hookimpl
def prism_rules():
    return [Rule(id=None, title="t", severity=Severity.NOTE, why="w", example="e", instead="i")]
