"""Leaves politely, as if everything were done."""

import sys

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    sys.exit(0)
