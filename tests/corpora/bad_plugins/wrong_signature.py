"""Wants an argument that the hook does not have."""

from prism import hookimpl


@hookimpl
def prism_check_file(file, settings):
    return []
