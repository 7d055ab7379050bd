"""Switches off a hook that there is none of, so that the one it meant would run."""

from prism import hookimpl

unused_hooks = ("prism_reviews",)


@hookimpl
def prism_review(project, findings):
    return ()
