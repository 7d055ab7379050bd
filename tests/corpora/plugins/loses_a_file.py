"""Fails with a text that names a folder of this machine and an address in memory."""

from prism import hookimpl


@hookimpl
def prism_check_project(project):
    raise OSError(2, f"gone with {object()!r}", "/srv/operator home/catalogue.json")
