"""Declares something that is no declaration."""

from prism import hookimpl


@hookimpl
def prism_declaration(project):
    return {"imports": []}
