"""Writes noise into the pipe of the review."""

import os

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    for descriptor in range(3, 1024):
        try:
            os.write(descriptor, b"\xff" * 100)
        except OSError:
            continue
    return []
