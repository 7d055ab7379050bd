"""How a command that has a container running ends when it is told to from outside."""

import contextlib
import signal
from collections.abc import Callable, Iterable, Iterator
from types import FrameType


@contextlib.contextmanager
def ending_orderly() -> Iterator[None]:
    """Have a termination from outside end the run as Ctrl-C does, so that its container is removed.

    What whoever started the command has it ignore, it goes on ignoring: ``nohup`` is meant to outlive the terminal.
    """
    with heeding((signal.SIGTERM, signal.SIGHUP), signal.default_int_handler):
        yield


@contextlib.contextmanager
def heeding(numbers: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have a handler for signals, but for those that are ignored."""
    former = {number: signal.getsignal(number) for number in numbers}
    heeded = [number for number, before in former.items() if before is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, former[number])
