"""Looks at the whole project when it is given the first file, and dies over the second."""

import signal

from prism import hookimpl


@hookimpl
def prism_check_file(file, project):
    for other in project:
        if other.tree.body and other.path == "second.py":
            signal.raise_signal(signal.SIGSEGV)
    return []
