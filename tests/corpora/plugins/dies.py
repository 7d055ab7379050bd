"""Ends the process in the second file, as a crash of the interpreter would."""

import signal

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    if file.path == "second.py":
        signal.raise_signal(signal.SIGSEGV)
    return []
