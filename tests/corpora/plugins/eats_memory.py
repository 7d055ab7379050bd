"""Asks for more memory than anybody has."""

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))
