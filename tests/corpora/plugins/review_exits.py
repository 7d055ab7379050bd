"""Leaves politely while its answer is read."""

from prism import hookimpl


@hookimpl
def prism_review(project, findings):
    yield from ()
    raise SystemExit(0)
