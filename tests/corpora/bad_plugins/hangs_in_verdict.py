"""Never says what it has against a verdict."""

from prism import hookimpl


@hookimpl
def prism_verdict(findings, proposed):
    while True:
        pass
