"""How a command that has a container running ends when it is told to from outside."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def ending_orderly() -> Iterator[None]:
    """Have a termination from outside end the run as Ctrl-C does, so that its container is removed."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    former = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, former, strict=True):
            signal.signal(number, handler)
