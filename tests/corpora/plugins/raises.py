"""Raises in its first file."""

from prism import hookimpl


@hookimpl
def prism_check_file(file):
    raise RuntimeError(f"cannot cope with {file.path}")
