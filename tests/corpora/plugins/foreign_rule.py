"""Reports another plugin's rule."""

from prism import Finding, Severity, hookimpl


@hookimpl
def prism_check_project(project):
    yield Finding(rule="honest/bad-name", severity=Severity.NOTE, message="not mine")
