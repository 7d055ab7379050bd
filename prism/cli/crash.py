"""What is left to say when PRISM itself has a bug: an id that the same bug always gets, and how to see more."""

import hashlib
import os
import traceback
from pathlib import Path

from prism.cli import rendering
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


def crash_id(exception: Exception) -> str:
    """Twelve characters that name the place where it happened and the kind of error, but nothing of its text."""
    frames = traceback.extract_tb(exception.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.name}:{frame.lineno}" for frame in frames]
    return hashlib.sha256("\n".join([type(exception).__qualname__, *places]).encode()).hexdigest()[:12]
