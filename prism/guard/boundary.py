"""The line between the processes that may parse a submission's bytes and all others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prism.errors import GuardError

MAX_NOTES = 20_000
"""How often the watcher hears of another file; a plugin that goes back and forth must not spend the output limit."""


class _Boundary:
    """Where this process stands."""

    is_guarded = False
    reading = ""
    notes = 0
    watcher: Callable[[str], None] | None = None


def is_guarded() -> bool:
    """Whether this process may parse submitted bytes."""
    return _Boundary.is_guarded


def begin_reading(path: str) -> None:
    """Say that a submitted file is about to be parsed or walked, so that a crash can be blamed on it.

    Raises:
        GuardError: this process has not been declared guarded.
    """
    if not _Boundary.is_guarded:
        raise GuardError(
            "submitted bytes may only be parsed in the guarded process",
            where=path,
            do="ask for what you need in prism_check_file, prism_check_project, prism_fingerprint or prism_material",
        )
    if path != _Boundary.reading and _Boundary.watcher is not None and _Boundary.notes < MAX_NOTES:
        _Boundary.reading = path
        _Boundary.notes += 1
        _Boundary.watcher(path)


def forget_reading() -> None:
    """Something else begins: the next file that is read is told anew, also if it is the one that was read last."""
    _Boundary.reading = ""


@contextmanager
def guarded_here(watcher: Callable[[str], None] | None = None) -> Iterator[None]:
    """Declare the running process guarded for a while: the child does so for its whole life, tests for one case.

    ``watcher`` is told the path of each file when the code under it turns to it.
    """
    before = _Boundary.is_guarded, _Boundary.watcher
    _Boundary.is_guarded, _Boundary.watcher = True, watcher
    forget_reading()
    try:
        yield
    finally:
        _Boundary.is_guarded, _Boundary.watcher = before
