"""Overflows the C stack by compiling a deep tree, as a careless plugin might."""

import sys

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    sys.setrecursionlimit(10_000_000)
    nested = []
    for _ in range(150_000):
        nested = [nested]
    repr(nested)
    return []
