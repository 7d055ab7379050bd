"""The reviewer's process as the worker sees it: started when a request must be made, killed when it is late.

Its environment is made here, of what a connection needs. Keys are not in it: they go with the order, over the socket.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from prism.guard.frames import MESSAGE, Channel, ClosedError, GarbageError
from prism_llm.exchange import FailureKind
from prism_llm.wire import RESULT_BOUND, Failed, Order, Ready, Result, Said, result_of

START_SECONDS: Final = 120
"""litellm takes six seconds to import on an idle machine."""
GRACE_SECONDS: Final = 3
"""What the process gets to say that an attempt's time is over, before it is killed."""

_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from prism_llm.asking import main; main()"
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",  # no ~/.netrc, no configuration of other tools
    "MALLOC_ARENA_MAX": "2",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # no download at import
    "LITELLM_MODE": "PRODUCTION",  # no search for .env files
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}
_CONNECTION = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "TZ")
_CLOUDS = {
    "bedrock/": ("AWS_",),
    "sagemaker/": ("AWS_",),
    "vertex_ai/": ("GOOGLE_", "VERTEXAI_"),
    "azure/": ("AZURE_API_VERSION",),
    "azure_ai/": ("AZURE_API_VERSION",),
}
"""By how a model's name begins, how the names of variables begin that its provider's client reads."""


def environment_for(models: Iterable[str]) -> dict[str, str]:
    """The variables that a process for these models gets: next to nothing of this process's own."""
    prefixes = tuple(
        {prefix for model in models for cloud in _CLOUDS if model.startswith(cloud) for prefix in _CLOUDS[cloud]}
    )
    names = {*_CONNECTION, *(name.lower() for name in _CONNECTION)}
    passed = {
        name: value for name, value in os.environ.items() if name in names or name.startswith(prefixes or ("\0",))
    }
    home = {"HOME": os.environ["HOME"]} if prefixes and "HOME" in os.environ else {}
    return _ENVIRONMENT | home | passed


class ReviewerProcess:
    """One process that asks models; after a failure to answer in time it is gone, and another must be made."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start it, without waiting for it.

        Raises:
            OSError: the operating system has no process, descriptor or memory to spare.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            # S603: our own interpreter with our own code. Its output is litellm's chatter.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-s", "-P", "-c", _BOOT, str(theirs.fileno()), *map(os.path.abspath, sys.path)],
                env=dict(environment),
                cwd=Path(os.sep),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._channel = Channel(ours)
        self._is_ready = False

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait_until_ready(self, deadline: float) -> Failed | None:
        """Wait for it to take orders; what is wrong if it does not. ``deadline`` is on the monotonic clock."""
        if self._is_ready:
            return None
        self._channel.deadline = min(deadline, time.monotonic() + START_SECONDS)
        result = self._hear()
        self._is_ready = isinstance(result, Ready)
        if isinstance(result, Failed):
            return result
        return None if self._is_ready else _unavailable("it took no orders")

    def obey(self, order: Order) -> Said | Failed:
        """What came of an order; the process is killed when that is not said within the order's time."""
        self._channel.deadline = time.monotonic() + order.seconds + GRACE_SECONDS
        try:
            self._channel.send(MESSAGE, msgspec.json.encode(order))
        except TimeoutError:
            return self._given_up()
        except (ClosedError, OSError):
            return _unavailable("it has ended")
        result = self._hear()
        return _unavailable("it answered out of turn") if isinstance(result, Ready) else result

    def end(self) -> None:
        """End it and let go of all that belongs to it; more than once does no harm."""
        self._channel.connection.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def _hear(self) -> Result:
        try:
            return result_of(self._channel.receive(MESSAGE, RESULT_BOUND))
        except TimeoutError:
            return self._given_up()
        except (ClosedError, OSError):
            self.end()
            return _unavailable("it has ended")
        except (GarbageError, msgspec.DecodeError, RecursionError):
            self.end()
            return _unavailable("it answered with garbage")

    def _given_up(self) -> Failed:
        self.end()
        return Failed(kind=FailureKind.TIMEOUT, message="the reviewer's process did not answer in time and was killed")


def _unavailable(why: str) -> Failed:
    return Failed(kind=FailureKind.UNAVAILABLE, message=f"the reviewer's process failed: {why}")
