"""Takes a statement out of every tree, although it says that it changes nothing, and out of the project as well."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="writes/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")
reads_only = True


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_file(file):
    file.tree.body.clear()
    return []
