"""The service's log: one JSON object a line, in ASCII, so that no stranger's text can end a line or forge another."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

MESSAGE: Final = 2_000
TRACEBACK: Final = 20_000
STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_AS_JSON: Final = json.JSONEncoder(default=str)
_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("prism_log_about", default=MappingProxyType({}))


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Have every record that is logged in the block, whoever logs it, say what it is about (``request=``, ...)."""
    token = _ABOUT.set({**_ABOUT.get(), **ids})
    try:
        yield
    finally:
        _ABOUT.reset(token)


class JsonFormatter(logging.Formatter):
    """A log record as JSON: what every record has, what it is about, and what its caller added (``extra=``)."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[:MESSAGE],
            **_ABOUT.get(),
        }
        entry |= {name: value for name, value in vars(record).items() if name not in STANDARD and name not in entry}
        if record.exc_info:
            entry["traceback"] = "".join(traceback.format_exception(*record.exc_info))[-TRACEBACK:]
        return _AS_JSON.encode(entry).replace("\x7f", "\\u007f")


def set_up_logs(level: int = logging.INFO) -> None:
    """Write the log of this process to stderr, and nothing of the libraries below a warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("prism").setLevel(level)
    logging.getLogger("uvicorn").setLevel(level)
