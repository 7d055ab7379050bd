"""Returns a text instead of findings."""

from prism import hookimpl


@hookimpl
def prism_check_project(project):
    return "all is well"
