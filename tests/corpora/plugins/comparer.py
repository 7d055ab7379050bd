"""Compares by the number of files, to show what reaches a comparing plugin."""

from prism import Rule, Severity, hookimpl

SAME = Rule(id="comparer/same-size", title="t", severity=Severity.ERROR, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [SAME]


@hookimpl
def prism_fingerprint(project):
    return {"files": len(project.files)}


@hookimpl
def prism_compare(project, fingerprint, corpus):
    for submission in corpus.sample(100):
        if corpus.fingerprint(submission) == fingerprint:
            yield SAME.finding(f"as many files as {submission}")
