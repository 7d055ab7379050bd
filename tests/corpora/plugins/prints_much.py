"""Reports few findings of great size, until the output limit is spent."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="prints_much/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_file(file):
    return [RULE.finding("m" * 2000, remedy="r" * 2000) for _ in range(900)]
