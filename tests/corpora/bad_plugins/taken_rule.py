"""Names a rule that belongs to another plugin."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="safety/forbidden-import", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]
