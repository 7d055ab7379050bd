"""Raises an error whose text cannot be had."""

from prism import hookimpl


class UnspeakableError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


@hookimpl
def prism_check_file(file):
    raise UnspeakableError
