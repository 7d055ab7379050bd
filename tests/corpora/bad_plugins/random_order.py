"""Lists what it found in an order that depends on hashes, and remembers what it saw before."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="random_order/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    names = {"one", "two", "three", "four", "five", "six", "seven"}
    return [RULE.finding(" ".join(names))]
