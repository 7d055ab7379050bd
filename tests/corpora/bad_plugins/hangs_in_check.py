"""Never comes back from its check."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="hangs_in_check/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_file(file):
    while True:
        pass
