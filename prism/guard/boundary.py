"""The line between the processes that may parse a submission's bytes and all others."""

from collections.abc import Iterator
from contextlib import contextmanager

from prism.errors import GuardError

_state = {"guarded": False}


def is_guarded() -> bool:
    """Whether this process may parse submitted bytes."""
    return _state["guarded"]


def require_guarded(what: str) -> None:
    """Refuse to go on outside the guarded process.

    Raises:
        GuardError: this process has not been declared guarded.
    """
    if not is_guarded():
        raise GuardError(
            "submitted bytes may only be parsed in the guarded process",
            where=what,
            do="ask for what you need in prism_check_file, prism_check_project or prism_fingerprint",
        )


@contextmanager
def guarded_here() -> Iterator[None]:
    """Declare the running process guarded for a while: the child does so for its whole life, tests for one case."""
    before = _state["guarded"]
    _state["guarded"] = True
    try:
        yield
    finally:
        _state["guarded"] = before
