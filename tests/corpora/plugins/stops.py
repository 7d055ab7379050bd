"""Raises what is no Exception."""

from prism import hookimpl


class Stop(BaseException):
    """Not caught by `except Exception`."""


@hookimpl
def prism_check_file(file):
    raise Stop("enough")
