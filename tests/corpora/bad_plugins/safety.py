"""Has the name of a plugin that comes with PRISM, and reports in its name."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="safety/fine", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]
