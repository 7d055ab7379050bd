"""What is logged while a command works, as lines for people: escaped, and without tracebacks unless they are wanted."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prism.cli import rendering
from prism.cli.crash import is_debugging


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, and the traceback for whoever asked for it."""
        rendering.status("")
        rendering.notice(f"{record.levelname.lower()}: {record.getMessage()}")
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, Exception) and is_debugging():
            rendering.traceback_of(error)


@contextmanager
def logged_as_lines() -> Iterator[None]:
    """Have warnings and errors shown, whoever logs them; Python's own way would show text of a submission as it is."""
    handler = _Lines(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
