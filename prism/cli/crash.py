"""What is left to say when PRISM itself has a bug: an id that the same bug always gets, and how to see more."""

import os
from typing import Final

from prism.cli import rendering
from prism.crash import crash_id
from prism.errors import EXIT_INTERNAL, PrismError, UsageError

DEBUG = "PRISM_DEBUG"
EXTRAS: Final = {
    **dict.fromkeys(("fastapi", "prometheus_client", "sr25519", "starlette", "uvicorn"), "service"),
    "boto3": "s3",
    "distributed": "cluster",
    "docker": "docker",
    "opentelemetry": "otel",
    "psycopg": "postgres",
}
"""Which extra brings a module that a plain installation does without."""


def missing_extra(exception: Exception) -> UsageError | None:
    """What to install if that is all that is missing."""
    missing = exception.name or "" if isinstance(exception, ModuleNotFoundError) else ""
    extra = EXTRAS.get(missing.partition(".")[0])
    if extra is None:
        return None
    return UsageError(f"{missing} is not installed", where="this command", do=f"pip install 'prism-gate[{extra}]'")


def report_crash(exception: Exception) -> int:
    """Show an internal error without its traceback, which could hold paths and text of the host; the exit code is 70.

    With ``PRISM_DEBUG=1`` the traceback follows on stderr.
    """
    rendering.error(
        PrismError(
            f"internal error {crash_id(exception)}: PRISM has a bug, and nothing was approved",
            do=f"run the command again with {DEBUG}=1 to see the traceback, and report it with this id",
            code="internal",
        )
    )
    if is_debugging():
        rendering.traceback_of(exception)
    return EXIT_INTERNAL


def is_debugging() -> bool:
    """Whether somebody wants to see tracebacks."""
    return os.environ.get(DEBUG) == "1"
