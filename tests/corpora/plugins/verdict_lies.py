"""Returns a text where a verdict is expected."""

from prism import hookimpl


@hookimpl
def prism_verdict(findings, proposed):
    return "approved"
