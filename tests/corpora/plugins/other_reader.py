"""Says that it changes nothing, and keeps that: finds the word `bad` in what others have left of a tree."""

import ast

from prism import Rule, Severity, hookimpl

reads_only = True
BAD_NAME = Rule(
    id="other_reader/bad-name", title="A bad name", severity=Severity.WARNING, why="w", example="bad", instead="i"
)


@hookimpl
def prism_rules():
    return [BAD_NAME]


@hookimpl
def prism_check_file(file):
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name) and node.id == "bad":
            yield BAD_NAME.finding("a bad name", file=file, span=file.span(node))
