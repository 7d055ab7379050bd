"""Leaves something to be done at the end that never comes back, as a library does that waits for its server."""

import atexit
import threading

from prism import hookimpl

atexit.register(threading.Event().wait)


@hookimpl
def prism_check_file(file):
    return []
