"""How a command that has a container running ends when it is told to from outside."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def ending_orderly() -> Iterator[None]:
    """Have a termination from outside end the run as Ctrl-C does, so that its container is removed.

    What whoever started the command has it ignore, it goes on ignoring: ``nohup`` is meant to outlive the terminal.
    """
    former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    heeded = [number for number, handler in former.items() if handler is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, former[number])
