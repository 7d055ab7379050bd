"""Wants its check to be advice: a check that fails has said nothing of the project."""

from prism import hookimpl

forgiven_hooks = ("prism_check_file",)


@hookimpl
def prism_check_file(file):
    return ()
