"""Computes for longer than the processor limit."""

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    while True:
        pass
