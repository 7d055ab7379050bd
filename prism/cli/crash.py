"""What is left to say when PRISM itself has a bug: an id that the same bug always gets, and how to see more."""

import os

from prism.cli import rendering
from prism.crash import crash_id
from prism.errors import EXIT_INTERNAL, PrismError

DEBUG = "PRISM_DEBUG"


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
    if os.environ.get(DEBUG) == "1":
        rendering.traceback_of(exception)
    return EXIT_INTERNAL
