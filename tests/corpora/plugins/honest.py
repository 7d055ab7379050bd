"""Finds the word `bad` as a name: the plugin that must survive whatever its neighbours do."""

import ast

from prism import Rule, Severity, hookimpl

BAD_NAME = Rule(id="honest/bad-name", title="A bad name", severity=Severity.WARNING, why="w", example="bad", instead="i")


@hookimpl
def prism_rules():
    return [BAD_NAME]


@hookimpl
def prism_check_file(file):
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name) and node.id == "bad":
            yield BAD_NAME.finding("a bad name", file=file, span=file.span(node))


@hookimpl
def prism_fingerprint(project):
    return {"files": len(project.files)}
