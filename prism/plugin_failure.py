"""Whatever a plugin's code raises, as one exception whose text may stand in a record.

A foreign exception is not to be trusted: ``SystemExit(0)`` would end PRISM as if it had approved, asking for the text
may raise, and the text may be endless or hold control characters, folders of this machine that no miner may see, or
addresses that make equal reviews differ.
"""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from prism.document import escaped
from prism.guard import boundary

T = TypeVar("T")
MAX_TEXT: Final = 400
LOADING: Final = "PRISM_PLUGIN_SECONDS"
LOADING_SECONDS: Final = 60.0
_FOLDERS: Final = r"""(?P<quote>['"])/[^'"]*/(?=[^'"/]*(?P=quote))|(?<![\w.])/(?:[^\s/'"]+/)+"""
_ADDRESS: Final = r"\bat 0x[0-9A-Fa-f]+"


class PluginFailedError(Exception):
    """A plugin's own code raised; the message says what, and is fit for a record. The cause is what it raised."""


@contextmanager
def caught() -> Iterator[None]:
    """Run a plugin's code in the ``with`` block.

    Raises:
        PluginFailedError: whatever it raised, also what is not an ``Exception``.
        KeyboardInterrupt: the operator wants to stop.
        MemoryError: memory ran out, and the process is inside the guard: the project's budget is spent, which is not
            the plugin's fault. Elsewhere it is a failure like any other.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if isinstance(error, MemoryError) and boundary.is_guarded():
            raise
        raise PluginFailedError(raised(error)) from error


def within(seconds: float, work: Callable[[], T]) -> T:
    """What the work returns, done in a thread of its own: where there is no process to end, nobody else has to wait.

    A thread cannot be ended; one that takes longer is left behind, and what it still does counts for nothing.

    Raises:
        PluginFailedError: it took longer.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="prism-plugin")
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise PluginFailedError(f"nothing within {seconds:g} s, and was left behind")
    return results[0]


def loading_seconds() -> float:
    """How long loading one plugin may take: what the environment says (``PRISM_PLUGIN_SECONDS``), or a minute."""
    try:
        seconds = float(os.environ.get(LOADING, ""))
    except ValueError:
        return LOADING_SECONDS
    return seconds if 0 < seconds <= threading.TIMEOUT_MAX else LOADING_SECONDS


def loaded(work: Callable[[], T]) -> T:
    """What a plugin's code returns while the plugin is loaded, within :func:`loading_seconds`.

    Raises:
        PluginFailedError: whatever it raised, or it took longer.
    """

    def run() -> T:
        with caught():
            return work()

    return within(loading_seconds(), run)


def raised(error: BaseException) -> str:
    """Type and text of an exception on one line, escaped and cut, without folders or addresses of this machine."""
    try:
        text = str(error)[: 10 * MAX_TEXT]
    except Exception:  # noqa: BLE001 - whatever the text's own code raises
        text = "its text cannot be read"
    fit = re.sub(_ADDRESS, "somewhere", re.sub(_FOLDERS, lambda match: match["quote"] or "", text))
    return escaped(f"{type(error).__name__}: {fit}", limit=MAX_TEXT)
