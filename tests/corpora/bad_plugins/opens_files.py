"""Reads a file in a guarded hook, which the guard does not allow to be written to and which is not part of a project."""

from pathlib import Path

from prism import Rule, Severity, hookimpl

RULE = Rule(id="opens_files/x", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_file(file):
    Path("/tmp/prism-opens-files").write_text(file.text)
    return []
