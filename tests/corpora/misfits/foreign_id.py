from prism import Rule, Severity, hookimpl


@hookimpl
def prism_rules():
    return [Rule(id="safety/mine-now", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")]
