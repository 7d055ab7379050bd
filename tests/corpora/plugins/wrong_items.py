"""Yields something that is no finding."""

from prism import hookimpl


@hookimpl
def prism_check_project(project):
    yield {"rule": "wrong_items/x"}
