"""Writes to what everybody shares."""

from prism import Rule, Severity, hookimpl

RULE = Rule(id="writes_snapshot/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_project(project):
    project.snapshot.files = ()
    return []
