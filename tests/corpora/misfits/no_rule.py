"""Names its rules as text."""

from prism import hookimpl


@hookimpl
def prism_rules():
    return "no_rule/x"
