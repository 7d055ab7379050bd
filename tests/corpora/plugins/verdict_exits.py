"""Leaves politely instead of judging."""

from prism import hookimpl


@hookimpl
def prism_verdict(findings, proposed):
    raise SystemExit(0)
