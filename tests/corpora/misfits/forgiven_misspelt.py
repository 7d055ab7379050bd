"""Begs pardon for a hook that there is none of, so that the one it meant would count."""

from prism import hookimpl

forgiven_hooks = ("prism_reviews",)


@hookimpl
def prism_review(project, findings):
    return ()
