"""Holds everything, and says how many findings it was shown."""

from prism import Rule, Severity, hookimpl

DOUBT = Rule(id="reviewer/doubt", title="t", severity=Severity.WARNING, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [DOUBT]


@hookimpl
def prism_review(project, findings):
    return [DOUBT.finding(f"{len(project.files)} files, {len(findings)} findings", confidence=0.5)]
