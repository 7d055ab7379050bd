"""Returns pairs where a mapping is expected."""

from prism import hookimpl


@hookimpl
def prism_fingerprint(project):
    return [("files", 1)]
