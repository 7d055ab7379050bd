"""Leaves quietly, with exit code 0, before its work is done."""

import os

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    os._exit(0)
