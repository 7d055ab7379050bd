"""Returns something that only looks like a verdict."""

from prism import hookimpl


@hookimpl
def prism_verdict(findings, proposed):
    return {"outcome": "held", "reasons": []}
