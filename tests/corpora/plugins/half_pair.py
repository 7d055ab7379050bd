"""Reports a text that UTF-8 cannot hold."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="half_pair/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_file(file):
    return [RULE.finding("\ud800")]
