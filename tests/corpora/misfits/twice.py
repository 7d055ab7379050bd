from prism import Rule, Severity, hookimpl

RULE = Rule(id="twice/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE, RULE]
